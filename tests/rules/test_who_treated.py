"""Who signed, and whether an assistant gave the service: a signature or a treatment that is told, never a mention."""

from __future__ import annotations

import pytest

from note_review.note import Note
from note_review.reading.page import read_page

VISIT = "97112 25 min: stepping to a called color, CGA, for slow reactions on the left. {}\n{}"
THERAPIST = "Ann Moss, PT 04/02/2026"


def signature_of(told: str, signed: str = THERAPIST):
    return read_page(Note(text=VISIT.format(told, signed))).signature


@pytest.mark.parametrize(
    "told",
    [
        "His daughter is a COTA.", "His daughter (COTA) watched.", "She works as a PTA.", "Occupation: PTA, off work.", "The PTA will take over on Friday.", "Next visit with PTA.", "Last time she was seen by the PTA.", "Plan gone over with the PTA.",
        "PTA may follow this plan.", "OK for COTA to treat.", "Supervision of PTA done; I treated today.", "PTA steadied the walker while PT treated.", "PT and PTA treated together throughout.", "Co-treated with COTA, therapist present.",
        "No PTA took part.", "PTA: none", "Can be treated by PTA from now on.", "Discussed with K. Low, PTA.", "Team: PT, PTA, SLP.", "CQ applies when an assistant gave it.", "PTA I in the community before the stroke.",
    ],
)  # fmt: skip
def test_an_assistant_who_is_only_named_gave_nothing(told: str) -> None:
    assert signature_of(told).assistant is None


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("97110 15 min by PTA: bridges.", "PTA"), ("The PTA performed the exercise part.", "PTA"), ("Treatment provided by K. Low, COTA.", "OTA"), ("Seen by PTA, held in the gym.", "PTA"), ("Seen by PT for the re-check, PTA for the drills.", "PTA"),
        ("Second half was led by the assistant.", "PTA"), ("PTA gave all of the drills, PT measured.", "PTA"),
    ],
)  # fmt: skip
def test_an_assistant_who_treated_beside_a_therapist_s_signature(told: str, wanted: str) -> None:
    assert signature_of(told).assistant == wanted


@pytest.mark.parametrize(
    ("signed", "wanted"),
    [
        ("Signed: J. Roe, PTA", "PTA"), ("Tx by K. Low, COTA/L", "OTA"), ("/PTA", "PTA"), ("K. Low COTA #5512, license on file", "OTA"), ("J. Roe, PTA / co-signed A. Moss, PT", "PTA"), ("COTA NOTE", "OTA"), ("Provider: J. Roe, PTA    PT on site", "PTA"),
        ("PTA cued every second step.", "PTA"), ("Signed: J. Roe, PT, DPT", None), ("Discussed with PTA. J. Roe, PT", None),
    ],
)  # fmt: skip
def test_the_assistant_who_signs_or_heads_the_note(signed: str, wanted: str | None) -> None:
    assert signature_of("", signed).assistant == wanted


@pytest.mark.parametrize(
    ("signed", "wanted"),
    [
        ("Signature: ____________ PT", ()), ("Dictated, not signed. A. Moss, PT", ()), ("Unsigned draft, A. Moss, PT to sign", ()), ("Signature pending. A. Moss, PT", ()), ("Ref: Dr. B. Hale, MD", ()), ("PCP: Dr. B. Hale, MD. Continue PT.", ()),
        ("Ask MD about the brace. Skilled PT needed.", ()), ("To dining room by noon. OT to follow.", ()),
        ("A. Moss, PT", ("PT",)), ("MOSS DPT", ("DPT",)), ("POC not signed yet. A. Moss, PT", ("PT",)), ("Consent form unsigned. A. Moss, PT", ("PT",)), ("J. Roe, PTA; PT to cosign", ("PTA",)), ("J. Roe, PTA. Co-signature pending.", ("PTA",)),
        ("Draft was unsigned. Electronically signed by A. Moss, PT 04/03/2026", ("PT",)), ("B. Hale, MD", ("MD",)),
    ],
)  # fmt: skip
def test_what_is_a_signature(signed: str, wanted: tuple[str, ...]) -> None:
    assert signature_of("", signed).credentials == wanted
