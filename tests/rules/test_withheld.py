"""A service that is billed though the note says that nothing of it was given. Braces mark what was done."""

from __future__ import annotations

import re

import pytest

from note_review.calibration import QUESTIONS, Calibration
from note_review.checks import ALL_CHECKS
from note_review.claims.withheld import was_given, withheld
from note_review.documented import DOCUMENTED
from note_review.encounter import READS_AS, Encounter, Mention
from note_review.engines.base import UNSURE, Readings
from note_review.judged import judged_service
from note_review.note import Note, Span, parse_claim
from note_review.policy import load_policy
from note_review.reading.assemble import assemble
from note_review.reading.page import read_page

PLAIN = Calibration(
    dict.fromkeys(QUESTIONS, 1.0), 0.0, "test", {}, {}, dict.fromkeys(DOCUMENTED, (0.0, 1.0, 1.0)), dict.fromkeys(("first", "add", "drop", "move"), 1.1)
)  # fmt: skip
READS_97110 = {**dict.fromkeys(READS_AS, 0.02), "97110": 0.92}


def encounter(marked: str, claim: str) -> Encounter:
    """Return what is read of a note by an engine that sees the marked techniques and takes everything for exercise."""
    places = [Span(m.start() - 2 * i, m.end() - 2 * i - 2) for i, m in enumerate(re.finditer(r"\{.*?\}", marked))]
    page = read_page(Note(text=re.sub(r"[{}]", "", marked), claim=parse_claim(claim) if claim else ()))
    done = tuple(Mention("technique", place, "exercise", 0.9) for place in places)
    return assemble(
        page,
        Readings(done, (READS_97110,) * len(page.services), READS_97110, (UNSURE,) * (len(page.services) + 1)),
        PLAIN,
    )


HELD = [
    ("97112: held today due to dizziness.", "97112:1:GP"),
    ("97112 not performed today due to dizziness; will resume next visit.", "97112:1:GP"),
    ("Neuro re-ed deferred, headache since breakfast.", "97112:1:GP"),
    ("97112: not done. 97110: {LAQ 3x10} with 5 lb, cued, 15 min.", "97112:1:GP"),
    ("Ther ex: {heel raises 2x15}. Neuro re-ed not done.", "97112:1:GP"),
    ("Treatment held today, BP 190/110.", "97112:1:GP"),
    ("97112: held.", "97112:1:GP"),
    ("Treatment was held; BP 190/110.", "97112:1:GP"),
    ("Resting HR 124. All therapy deferred.", "97112:1:GP,97110:1:GP"),
]
GIVEN = [
    ("97112: tandem held, {foam stance} done 20 min.", "97112:1:GP"),
    ("97112: tandem held, {foam stance} with cues.", "97112:1:GP"),
    ("97112: {stick held overhead while stepping}.", "97112:1:GP"),
    ("97112 held today at first. Later {tandem walk} with cues.", "97112:1:GP"),
    ("{Ball toss on foam}. 97112 held today.", "97112:1:GP"),
    ("Treatment held today in part: {foam stance} only.", "97112:1:GP"),
    ("Therapy held today until seen by the nurse, then 12 min of balance work.", "97112:1:GP"),
    ("Session held today in the clinic.", "97112:1:GP"),
    ("Treatment held last week for a fever.", "97112:1:GP"),
    ("Treatment: dizzy at times.", "97112:1:GP"),
]


@pytest.mark.parametrize(("marked", "claim"), HELD)
def test_a_service_that_was_held_is_withheld(marked: str, claim: str) -> None:
    visit = encounter(marked, claim)
    assert set(withheld(visit)) == {line.code for line in visit.claim}
    assert not was_given(visit, judged_service(visit))


@pytest.mark.parametrize(("marked", "claim"), GIVEN)
def test_a_service_that_was_given_in_part_or_may_have_been_is_not(marked: str, claim: str) -> None:
    visit = encounter(marked, claim)
    assert not withheld(visit)
    assert was_given(visit, judged_service(visit))


def test_a_treatment_that_was_held_was_not_given_though_no_code_is_billed() -> None:
    visit = encounter("Treatment held today, BP 190/110.", "")
    assert not was_given(visit, judged_service(visit))


@pytest.mark.parametrize(("marked", "claim"), HELD)
def test_of_a_service_that_was_held_one_question_is_asked(marked: str, claim: str) -> None:
    found = [f for check in ALL_CHECKS for f in check(encounter(marked, claim), load_policy()) if f.result == "fail"]
    documentation = [f for f in found if f.rule.reason and f.rule.code < "NR3"]
    assert {(f.fix or f.rule.fix)[:17] for f in documentation} == {"Was 97112 given i"}
    names = {f.rule.name for f in documentation}
    assert "technique_missing" in names
    assert not names & {"generic_exercise", "reads_as_97110"}
