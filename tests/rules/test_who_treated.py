"""Who signed, and whether an assistant gave the service: a signature or a treatment that is told, never a mention."""

from __future__ import annotations

import time

import pytest

from note_review.note import ClaimLine, Note
from note_review.reading.anchors import find_anchors
from note_review.reading.by_person import with_persons
from note_review.reading.lines import split_lines
from note_review.reading.page import read_page
from note_review.reading.sections import find_sections
from note_review.reading.signature import read_signature
from note_review.reading.times import find_times

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
        "Reviewed with K. Low, PTA under the plan of today.", "Treated by K. Low, PTA and B. Roe, PT together.", "Last visit seen by K. Low PTA.", "Her job is an assistant; the assistant performed lifts at work.",
        "Plan: next visit - PTA.", "Next: K. Low, PTA, Friday.", "No aide, tech, PTA, or student used.", "PTA, pt was independent with a cane.", "Rested 5 min with PTA.", "PTA 5 min late.", "PTA: lived alone, ind. with a cane.",
    ],
)  # fmt: skip
def test_an_assistant_who_is_only_named_gave_nothing(told: str) -> None:
    assert signature_of(told).assistant is None


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("97110 15 min by PTA: bridges.", "PTA"), ("The PTA performed the exercise part.", "PTA"), ("Treatment provided by K. Low, COTA.", "OTA"), ("Seen by PTA, held in the gym.", "PTA"), ("Seen by PT for the re-check, PTA for the drills.", "PTA"),
        ("Pt seen by K. Low, PTA under supervision of B. Roe, PT.", "PTA"), ("Drills done by K. Low PTA in the gym.", "PTA"), ("PTA Kim Low treated pt today.", "PTA"), ("PTA completed ther ex x 20 min while PT wrote the report.", "PTA"),
        ("Second half was led by the assistant.", "PTA"), ("PTA gave all of the drills, PT measured.", "PTA"),
    ],
)  # fmt: skip
def test_an_assistant_who_treated_beside_a_therapist_s_signature(told: str, wanted: str) -> None:
    assert signature_of(told).assistant == wanted


@pytest.mark.parametrize(
    ("signed", "wanted"),
    [
        ("Signed: J. Roe, PTA", "PTA"), ("Tx by K. Low, COTA/L", "OTA"), ("/PTA", "PTA"), ("K. Low COTA #5512, license on file", "OTA"), ("J. Roe, PTA / co-signed A. Moss, PT", "PTA"), ("COTA NOTE", "OTA"), ("Joe Roe, P.T.A.", "PTA"), ("Kim Low, C.O.T.A./L", "OTA"), ("Joe Roe, Physical Therapist Assistant", "PTA"), ("Provider: J. Roe, PTA    PT on site", "PTA"),
        ("Kim Low PTA under supervision of Ann Moss PT", "PTA"), ("Kim Low, PTA and Ann Moss, PT", "PTA"), ("Ann Moss, PT and Kim Low, COTA", "OTA"), ("K. Low, PTA, had pt use a cane", "PTA"), ("PTA cued every second step.", "PTA"), ("Signed: J. Roe, PT, DPT", None), ("Discussed with PTA. J. Roe, PT", None),
    ],
)  # fmt: skip
def test_the_assistant_who_signs_or_heads_the_note(signed: str, wanted: str | None) -> None:
    assert signature_of("", signed).assistant == wanted


@pytest.mark.parametrize(
    ("signed", "wanted"),
    [
        ("Signature: ____________ PT", ()), ("Dictated, not signed. A. Moss, PT", ()), ("Unsigned draft, A. Moss, PT to sign", ()), ("Signature pending. A. Moss, PT", ()), ("Ref: Dr. B. Hale, MD", ()), ("PCP: Dr. B. Hale, MD. Continue PT.", ()), ("Referred by Dr. B. Hale, MD. PT goes on twice a week.", ()),
        ("Ask MD about the brace. Skilled PT needed.", ()), ("To dining room by noon. OT to follow.", ()),
        ("A. Moss, PT", ("PT",)), ("MOSS DPT", ("DPT",)), ("POC not signed yet. A. Moss, PT", ("PT",)), ("Consent form unsigned. A. Moss, PT", ("PT",)), ("J. Roe, PTA; PT to cosign", ("PTA",)), ("J. Roe, PTA. Co-signature pending.", ("PTA",)),
        ("Awaiting signature on POC from MD.\nA. Moss, PT", ("PT",)), ("Signature pending from Dr. Hale.\nA. Moss, PT", ("PT",)), ("Not signed by physician yet: POC of 3/1/2026.\nA. Moss, PT", ("PT",)), ("POC faxed to Dr. Hale and still unsigned.\nA. Moss, PT", ("PT",)),
        ("Plan faxed to Dr. Hale,\nnot signed yet.\nA. Moss, PT", ("PT",)), ("IEP not yet signed. A. Moss, PT", ("PT",)), ("Incident report unsigned. A. Moss, PT", ("PT",)), ("Practiced writing; needs signature for checks. A. Moss, PT", ("PT",)), ("Note: POC not yet signed. A. Moss, PT", ("PT",)),
        ("Note not yet signed. A. Moss, PT", ()), ("Awaiting therapist signature.\nA. Moss, PT", ()), ("Unsigned - A. Moss, PT", ()), ("This entry is still unsigned. A. Moss, PT", ()),
        ("Ordering physician: Dr. Hale   Therapist: A. Moss, PT", ("PT",)), ("PCP: Dr. Hale, MD    Treating therapist: A. Moss, DPT", ("DPT",)), ("| Physician | Dr. Hale, MD | Therapist | A. Moss, PT |", ("PT",)), ("Physician order on file, A. Moss, PT", ("PT",)), ("In order to walk at home, signed A. Moss, PT", ("PT",)),
        ("Signature: ___A. Moss___, PT", ("PT",)), ("Name ____ Signature ____ PT", ()), ("Ann Moss PT to sign off", ("PT",)),
        ("Ann Moss, physical therapist", ("PT",)), ("Ann Moss, licensed PT", ("PT",)), ("Ann Moss, Licensed Physical Therapist 04/02/2026", ("PT",)), ("Kim Low, occupational therapist", ("OT",)), ("Kim Low, occupational therapy assistant", ("OTA",)), ("Treating therapist: Ann Moss, physical therapist, lic. 4471", ("PT",)),
        ("Ann Moss, P.T.", ("PT",)), ("Kim Low, O.T.R./L", ("OTR/L",)), ("Kim Low, O.T.R.", ("OTR",)), ("Ann Moss, P.T., D.P.T.", ("PT", "DPT")), ("Joe Roe P.T.A.", ("PTA",)),
        ("____________, physical therapist", ()), ("Referred by Ann Moss, physical therapist.", ()), ("He likes Ann Moss, physical therapist at the other clinic.", ()), ("She saw a physical therapist.", ()), ("Continue P.T. twice a week", ()), ("Sincerely, physical therapist", ()), ("Rehab P.T. visit 04/02/2026", ()), ("Home Health P.T. Note", ()), ("Rehab P.T. plan: go on", ()), ("Prior P.T. clinic. Kim Low, OTR/L", ("OTR/L",)), ("Ann Moss, P.T. 04/02/2026", ("PT",)), ("Ann Moss, P.T", ("PT",)), ("Ann Moss, PT Note: seen late", ("PT",)),
        ("Program gone over with his wife Kim, occupational therapist.", ()), ("His sister is Ann, physical therapist.", ()), ("Ann Moss, Licensed Physical Therapist, #4471", ("PT",)), ("Electronically signed by: ANN MOSS, PHYSICAL THERAPIST on 4/2/2026", ("PT",)), ("Tolerated well. Ann Moss, Physical Therapist", ("PT",)),
        ("Draft was unsigned. Electronically signed by A. Moss, PT 04/03/2026", ("PT",)), ("B. Hale, MD", ("MD",)),
    ],
)  # fmt: skip
def test_what_is_a_signature(signed: str, wanted: tuple[str, ...]) -> None:
    assert signature_of("", signed).credentials == wanted


@pytest.mark.parametrize(
    ("text", "modifier", "wanted"),
    [
        ("Seen by the assistant for 45 minutes of activities (97530 GO CO).", None, "OTA"), ("Seen by the assistant for 20 min of steps, occupational therapy.", None, "OTA"), ("Seen by the assistant. Timed Up and GO 12 s. A. Moss, PT", None, "PTA"),
        ("Seen by the assistant for 20 min of steps.", None, None), ("Seen by the assistant for 20 min of steps. Both PT and OT follow.", None, None), ("Seen by the assistant for 20 min of steps. Both PT and OT follow.", "GO", "OTA"),
    ],
)  # fmt: skip
def test_the_assistant_without_a_title_is_of_the_note_s_one_discipline(
    text: str, modifier: str | None, wanted: str | None
) -> None:
    claim = [ClaimLine(code="97530", modifiers=(modifier,) if modifier else None)]
    assert read_page(Note(text=text, claim=claim)).signature.assistant == wanted


@pytest.mark.parametrize(
    "words",
    [
        "by PTA ",
        "PTA ",
        "Seen by PT, then OT, ",
        "97110 9 min PTA ",
        "97110: PTA 9, PT 9, ",
        "PTA: 97110\n",
        "by K. Low, the assistant treated PT ",
        "not signed ",
        "physician ",
        "P.T. ",
        "Ann Moss, physical therapist ",
    ],
)
def test_one_long_line_of_titles_takes_linear_time(words: str) -> None:
    def seconds(length: int) -> float:
        text = words * (length // len(words))
        lines, sections, times = split_lines(text), find_sections(text), find_times(text)
        anchors = find_anchors(text, lines, times)
        begun = time.process_time()
        read_signature(text, lines, sections)
        with_persons(text, lines, sections, anchors, times)
        return time.process_time() - begun

    assert seconds(50_000) < 30 * seconds(5_000) + 1


def persons_of(told: str) -> dict[str, tuple[int | None, list[tuple[int | None, str]]]]:
    services = read_page(Note(text=told)).services
    return {s.named: (s.minutes, [(g.minutes, g.by) for g in s.given_by]) for s in services}


PT, PTA, OTA = "therapist", "PTA", "OTA"


@pytest.mark.parametrize(
    ("told", "minutes", "parts"),
    [
        ("97112 12 min by PT, 12 min by PTA.", 24, [(12, PT), (12, PTA)]), ("97110: PTA 20 min, PT 9 min.", 29, [(20, PTA), (9, PT)]), ("97110 PT 9 min + PTA 20 min", 29, [(9, PT), (20, PTA)]), ("97112: 1:00-1:15 PT, 1:15-1:30 PTA.", 30, [(15, PT), (15, PTA)]),
        ("97112 ten minutes by the PT and ten minutes by the PTA.", 20, [(10, PT), (10, PTA)]), ("97110 bridges.\nPTA 11 min, PT 6 min.", 17, [(11, PTA), (6, PT)]),
        ("97112 28 min (PT 14, PTA 14).", 28, [(14, PT), (14, PTA)]), ("97110 20 min: PTA 12 min, PT 8 min.", 20, [(12, PTA), (8, PT)]), ("97110 20 min - PTA 12 min/PT 8 min", 20, [(12, PTA), (8, PT)]), ("97110 20 min (PTA 12, PT 8)", 20, [(12, PTA), (8, PT)]), ("97110: PTA 12, PT 8.", 20, [(12, PTA), (8, PT)]), ("97110 20 min: first 12 min by PTA, last 8 min by PT.", 20, [(12, PTA), (8, PT)]),
        ("97110 20 min, PTA 12 min of it.", 20, [(12, PTA)]), ("97112 28 min by PT, 14 min of it by PTA.", 28, [(14, PTA)]), ("97535 40 min, COTA 16 min and OT 24 min.", 40, [(16, OTA), (24, PT)]),
        ("97110 20 min by K. Low, PTA.", 20, [(20, PTA)]), ("97110 20 min (PTA)", 20, [(20, PTA)]), ("97110 / 20 min / PTA", 20, [(20, PTA)]), ("97110 2:00-2:20 (20 min) by PTA", 20, [(20, PTA)]), ("97110 20 min of bridges by PTA", 20, [(20, PTA)]), ("Kim Low PTA 97110 20 min.", 20, [(20, PTA)]),
        ("97530 20 min by PT and PTA, max A of both.", 20, [(20, "together")]), ("97530 20 min by PTA with PT.", 20, [(20, "together")]),
        ("97112: P.T.A. 14 min, P.T. 12 min.", 26, [(14, PTA), (12, PT)]), ("97112 30 min, 10 min of it by P.T.A.", 30, [(10, PTA)]), ("97535 25 min by Kim Low, C.O.T.A.", 25, [(25, OTA)]),
    ],
)  # fmt: skip
def test_minutes_told_by_person(told: str, minutes: int, parts: list[tuple[int | None, str]]) -> None:
    (found,) = persons_of(told).values()
    assert found == (minutes, parts)


def test_each_service_has_its_own_person() -> None:
    told = "97112 12 min with PT, 97110 16 min with PTA."
    assert persons_of(told) == {"97112": (12, [(12, PT)]), "97110": (16, [(16, PTA)])}
    lines = "PT: 97112 12 min on foam.\nPTA: 97110 16 min bridges, 97116 9 min hallway."
    assert persons_of(lines) == {"97112": (12, [(12, PT)]), "97110": (16, [(16, PTA)]), "97116": (9, [(9, PTA)])}
    headed = "PTA:\n97110 16 min bridges\n97116 9 min hallway\n\n97112 12 min on foam"
    assert persons_of(headed) == {"97110": (16, [(16, PTA)]), "97116": (9, [(9, PTA)]), "97112": (12, [])}


@pytest.mark.parametrize(
    "told",
    [
        "97112 26 min (PTA present to guard).", "97112 26 min with PTA observing.", "97112 26 min of balance work to be continued by PTA.", "97112 26 min then handed over to care by PTA.",
        "97112 26 min sit to stand mod A PTA 1, PT 1", "97112 (PTA 2, PT 1) 26 min",
        "97112 26 min with PT on foam.", "97112 26 min (PT), OT next door.", "97112 26 min. PTA held the chart.", "97112 26 min. Next visit 15 min with PTA.", "97112 26 min. Last visit PTA 20 min.",
        "97112 26 min; 15 min with PTA next week.", "97112 26 min. PTA: lived alone, walked 10 min a day.", "97112 26 min. PTA student watched.", "97112 26 min.\nPlan: 15 min with PTA, 15 min with PT.",
        "97112 26 min. Rested 5 min with PTA.", "97112 26 min. Waited for 5 min with PTA.", "97112 26 min. PTA 5 min late.",
    ],
)  # fmt: skip
def test_no_minutes_are_an_assistant_s_without_being_told_so(told: str) -> None:
    (found,) = persons_of(told).values()
    assert found[1] == []
