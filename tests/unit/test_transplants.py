"""Edits exchanged between twins: the answers go with the words, the note around them stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from note_review.evaluation.annotated import AnnotatedNote
from training.transplants import Edit, edits_of, transplanted

HEADER = (
    '"setting": "s", "style": "prose", "claim": [{"code": "97112", "units": 1, "modifiers": []}], "reads_as": "97112", '
    '"services": [{"billed": "97112", "minutes": 15, "reads_as": "97112"}], "risk": "low", "missing": [], "reasons": []'
)
SPOILED = '"risk": "moderate", "missing": ["response"], "reasons": ["response_missing"]'
NOTES = f"""{{"id": "x01-001", {HEADER}}}
---
[[D:balance|Sways]]. 97112 [[M:97112:15|15 min]]: [[T:neuromuscular|tandem stance]], cued hips. [[R:measured|Held 8 s, then 14 s]].
=====
{{"id": "x01-002", {HEADER}}}
---
[[D:coordination|Misses the step]]. 97112 [[M:97112:15|15 min]]: [[T:neuromuscular|step taps]], hand on belt. [[R:measured|Missed 6 of 10, then 2]].
"""
TWINS = f"""{{"id": "x01-001b", "twin_of": "x01-001", "flips": "an aim", "replace": [["[[R:measured|Held 8 s, then 14 s]].", "Aim is 14 s."]], {SPOILED}}}
{{"id": "x01-002b", "twin_of": "x01-002", "flips": "gone", "replace": [["[[R:measured|Missed 6 of 10, then 2]].", "Bus was late."]], {SPOILED}}}
{{"id": "x01-002c", "twin_of": "x01-002", "flips": "inside a mark", "replace": [["the step", "a beat"]], {SPOILED}}}
{{"id": "x01-001c", "twin_of": "x01-001", "flips": "the code too", "replace": [["tandem stance", "leg press"]], "reads_as": "97110", {SPOILED}}}
"""


@pytest.fixture
def edits(tmp_path: Path) -> list[Edit]:
    folder = tmp_path / "notes" / "x01"
    folder.mkdir(parents=True)
    (tmp_path / "splits.json").write_text('{"dev": [], "test": [], "lookalikes": []}')
    (folder / "01.txt").write_text(NOTES)
    (folder / "twins.twins").write_text(TWINS)
    return edits_of(tmp_path)


def test_edits_of_one_place_that_keep_the_codes_are_taken(edits: list[Edit]) -> None:
    assert [edit.absent for edit in edits] == ["Aim is 14 s.", "Bus was late."]


def test_the_answers_go_with_the_words(edits: list[Edit]) -> None:
    present, absent = {"Held 8 s, then 14 s", "Missed 6 of 10, then 2"}, {"Aim is 14 s.", "Bus was late."}
    made = transplanted(edits, count=40, seed=1)
    assert {note.header["risk"] for note in made} == {"low", "moderate"}
    for note in made:
        responses = set(_words(note, "R"))
        assert responses == set() if note.header["missing"] else responses and responses <= present
        assert any(words in note.text for words in absent) == bool(note.header["missing"])
        assert len(_words(note, "D")) == len(_words(note, "T")) == 1


def test_words_come_to_other_notes(edits: list[Edit]) -> None:
    pairs = {(note.text.split(".")[0], note.text.split(". ")[-1].strip()) for note in transplanted(edits, count=40, seed=1)}
    assert ("Sways", "Bus was late.") in pairs
    assert ("Misses the step", "Held 8 s, then 14 s.") in pairs


def _words(note: AnnotatedNote, label: str) -> list[str]:
    return [note.text[s.start : s.end] for s in note.spans if s.label == label]
