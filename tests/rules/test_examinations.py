"""Which papers without a code tell of an examination, and which service of several risk is about."""

from __future__ import annotations

import pytest

from note_review.encounter import READS_AS
from note_review.engines.base import UNSURE, Readings
from note_review.judged import judged_service
from note_review.note import Note, parse_claim
from note_review.reading.assemble import assemble
from note_review.reading.examinations import tells_of_an_examination
from note_review.reading.page import read_page
from tests.rules.test_withheld import PLAIN

EVALUATION = """REASON FOR VISIT: New referral for the right shoulder.
PAST MEDICAL HISTORY: Hypertension, gall bladder out in 1998.
RANGE OF MOTION: Flexion is limited to 110 degrees.
STRENGTH: External rotation is weak at 3+/5.
ASSESSMENT: Would do well with therapy.
PLAN: Twice a week for six weeks."""
OF_NO_VISIT = [
    "DISCHARGE SUMMARY\n" + EVALUATION,
    EVALUATION + "\nSTATUS AT DISCHARGE: Reaches the second shelf.",
    "Dear Dr. Quill,\n" + EVALUATION,
    "Progress report for the insurer\n" + EVALUATION,
    EVALUATION + "\nHe was discharged from therapy in May.",
    EVALUATION.replace("RANGE OF MOTION", "The arm").replace("STRENGTH", "Also"),
    EVALUATION.replace("PAST MEDICAL HISTORY", "He has had this"),
]
DOUBTED = {**dict.fromkeys(READS_AS, 0.02), "other": 0.3, "undetermined": 0.64}


def reads_as(text: str, claim: str = "") -> str:
    """Return what a text reads as where the engine doubts that there was a visit."""
    page = read_page(Note(text=text, claim=parse_claim(claim) if claim else ()))
    return assemble(
        page, Readings((), (DOUBTED,) * len(page.services), DOUBTED, (UNSURE,) * (len(page.services) + 1)), PLAIN
    ).reads_as


def test_a_history_and_findings_under_heads_are_an_examination() -> None:
    assert tells_of_an_examination(read_page(Note(text=EVALUATION)))
    assert reads_as(EVALUATION) == "other"


@pytest.mark.parametrize("text", OF_NO_VISIT)
def test_summaries_letters_and_papers_without_both_heads_stay_in_doubt(text: str) -> None:
    assert reads_as(text) == "undetermined"


def test_a_written_code_leaves_the_doubt() -> None:
    assert reads_as(EVALUATION + "\n97110 x 2: exercises per flowsheet") == "undetermined"
    assert reads_as(EVALUATION, claim="97110:2:GP") == "undetermined"


@pytest.mark.parametrize(
    ("text", "claim", "code"),
    [
        ("97535: shower on a tub bench.\n97110, 18 min: wrist lifts 2 lb.", "97110:1:GO,97535:2:GO", "97110"),
        ("97116 18 min: hall walking.\n97530: lifting crates.", "97530:2:GP,97116:1:GP", "97530"),
        ("97116 10 min: hall walking.\n97530: lifting crates.", "97530,97116", "97530"),
        ("97140 30 min: scar work.\n97110 12 min: leg press.", "97140:2:GP,97110:1:GP", "97140"),
        ("97140: scar work.\n97110: leg press. 40 min in all.", "97140:2:GP,97110:1:GP", "97110"),
        ("97162: evaluation, 40 min.\n97110 12 min: leg press.", "97162:1:GP,97110:1:GP", "97110"),
        ("97140: scar work.\n97112: tandem on foam. 40 min in all.", "97140:2:GP,97112:1:GP", "97112"),
    ],
)
def test_without_minutes_one_of_the_three_is_as_long_as_its_units_and_others_are_nothing(
    text: str, claim: str, code: str
) -> None:
    page = read_page(Note(text=text, claim=parse_claim(claim)))
    certain = {**dict.fromkeys(READS_AS, 0.0), "other": 1.0}
    visit = assemble(page, Readings((), (certain,) * len(page.services), certain, (UNSURE,) * (len(page.services) + 1)), PLAIN)
    assert judged_service(visit).code == code
