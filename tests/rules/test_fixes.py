"""A fix asks for what is missing in the terms of the code billed, and never for what did not happen."""

from __future__ import annotations

import pytest

from note_review.calibration import QUESTIONS, Calibration
from note_review.checks import ALL_CHECKS, ALL_RULES
from note_review.documented import DOCUMENTED
from note_review.encounter import READS_AS, Mention
from note_review.engines.base import UNSURE, Readings
from note_review.findings import Finding
from note_review.note import Note, Span, parse_claim
from note_review.policy import load_policy
from note_review.reading.assemble import assemble
from note_review.reading.page import read_page

PLAIN = Calibration(
    dict.fromkeys(QUESTIONS, 1.0), 0.0, "test", {}, {}, dict.fromkeys(DOCUMENTED, (0.0, 1.0, 1.0)), dict.fromkeys(("first", "add", "drop", "move"), 1.1)
)  # fmt: skip
EVEN = dict.fromkeys(READS_AS, 0.2)
NONE = {**UNSURE, "skill": {"shown": 0.02, "none": 0.98}}
MUSCLES, NERVES = "strength, endurance, range of motion or flexibility", "neuromuscular"


def found(text: str, claim: str = "", *, technique: str = "", reads: str = "") -> dict[str, Finding]:
    """Return the failing findings of a note in which an engine sees one technique at most."""
    page = read_page(Note(text=text, claim=parse_claim(claim) if claim else ()))
    start = text.find(technique)
    said = (Mention("technique", Span(start, start + len(technique)), "exercise", 0.9),) if technique else ()
    codes = {**dict.fromkeys(READS_AS, 0.02), reads: 0.92} if reads else EVEN
    readings = Readings(said, tuple(codes for _ in page.services), codes, (NONE,) * (len(page.services) + 1))
    encounter, policy = assemble(page, readings, PLAIN), load_policy()
    return {f.rule.name: f for check in ALL_CHECKS for f in check(encounter, policy) if f.result == "fail"}


@pytest.mark.parametrize(
    ("text", "claim", "asked"),
    [
        ("97112 24 min: tandem walk along the bars", "97112:2", NERVES),
        ("97110 24 min: tendon glides, putty pinch", "97110:2:GO", MUSCLES),
        ("97535 30 min: shirt and socks with a reacher", "97535:2:GO", "a limit of function"),
        ("97530 30 min: tray from counter to table", "97530:2:GO", "a limit of function"),
        ("97140 15 min: scar massage", "97140:1:GO", "a limit of function"),
        ("Walked and stepped for half an hour.", "", "a limit of function"),
    ],
)
def test_the_deficit_is_asked_for_in_the_terms_of_the_code(text: str, claim: str, asked: str) -> None:
    fix = found(text, claim)["deficit_missing"].fix
    assert fix
    assert asked in fix
    assert fix.startswith("If ")
    assert (NERVES in fix) == (asked == NERVES)
    assert (MUSCLES in fix) == (asked == MUSCLES)


@pytest.mark.parametrize(("claim", "one_on_one"), [("97535:2:GO,97110:1:GO", True), ("97165:1:GO", False)])
def test_minutes_are_asked_for_one_on_one_only_where_the_code_counts_them(claim: str, one_on_one: bool) -> None:
    finding = found("Seen in her kitchen.", claim)["minutes_missing"]
    assert ("one-on-one" in (finding.fix or finding.rule.fix)) == one_on_one


def test_of_a_service_that_was_held_nothing_is_asked_but_whether_it_was_given() -> None:
    told = found("97112 24 min: tandem walk held, dizzy today.", "97112:2", technique="tandem walk")
    asked = {name: told[name].fix for name in ("technique_missing", "response_missing", "skilled_need_missing")}
    assert set(asked.values()) == {
        "Was 97112 given in this visit? If so, what was done? If not, it does not belong on the claim."
    }
    assert "nothing named for 97112 was done" in told["technique_missing"].message


def test_of_a_service_that_was_given_its_rules_ask() -> None:
    told = found("97112 24 min: tandem walk along the bars.", "97112:2", technique="tandem walk")
    assert told["response_missing"].fix is None
    assert "nothing named" not in told["response_missing"].message


def test_what_a_treatment_note_lacks_is_asked_for_by_name() -> None:
    fix = found("97110 24 min: tendon glides\nRosa Kim, OTR/L", "97110:2:GO", technique="tendon glides")["treatment_note"].fix
    assert fix == "On which day was the service given?"
    fix = found("Rosa saw her at home.", "97535:1:GO")["treatment_note"].fix or ""
    assert [part for part in ("day", "interventions", "timed services", "credentials") if part not in fix] == []


@pytest.mark.parametrize(
    ("reads", "message"),
    [("other", "97110 reads as another service: manual work"), ("97112", "97110 reads as 97112: retraining")],
)
def test_another_code_is_named_once(reads: str, message: str) -> None:
    told = found("97110 24 min: round and round", "97110:2", technique="round and round", reads=reads)
    assert told[f"reads_as_{reads}"].message.startswith(message)


def test_every_fix_but_one_of_our_own_files_asks() -> None:
    assert [rule.name for rule in ALL_RULES if "?" not in rule.fix] == ["edits_current"]


def test_whose_hands_and_cues_they_were_is_shown_where_the_therapists_skill_is_missing() -> None:
    text = "97112 24 min: tandem walk along the bars. The aide held his hips and told him when to shift while I charted."
    told = found(text, "97112:2", technique="tandem walk")["skilled_need_missing"]
    assert text[slice(*told.evidence[0])] == "aide held his hips and told him when to shift"
    assert not told.looked_in
