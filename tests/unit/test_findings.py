"""Findings of the bank, faulty and fine, where a twin's deficit comes or goes."""

from __future__ import annotations

from note_review.evaluation.annotated import strip_marks
from training.findings import read_findings, with_findings
from training.transplants import Edit

HEADER = {
    "id": "x01-001", "setting": "s", "style": "prose", "claim": [{"code": "97112", "units": 1, "modifiers": []}], "reads_as": "97112",
    "services": [{"billed": "97112", "minutes": 15, "reads_as": "97112"}], "risk": "low", "missing": [], "reasons": [],
}  # fmt: skip
LACKING = {**HEADER, "risk": "moderate", "missing": ["deficit"], "reasons": ["deficit_missing"]}
AFTER = " 97112 [[M:97112:15|15 min]]: [[T:neuromuscular|tandem stance]], cued hips. [[R:measured|Held 8 s, then 14 s]]."
DEFICIT = Edit("", AFTER, "[[D:balance|Sways]].", "Stands still.", HEADER, LACKING)


def test_every_finding_tells_a_fault_and_the_same_as_fine() -> None:
    found = read_findings()
    assert len(found) > 1000
    for finding in found:
        assert {mark.label for mark in strip_marks(finding.present)[1]} == {"D"}
        assert not strip_marks(finding.absent)[1]


def test_a_finding_decides_the_answers() -> None:
    findings = {strip_marks(f.present)[0]: strip_marks(f.absent)[0] for f in read_findings()}
    made = with_findings([DEFICIT], count=40, seed=1)
    assert len({note.text for note in made}) > 30
    for note in made:
        told = note.text.removesuffix(strip_marks(AFTER)[0])
        assert told in (findings.values() if note.header["missing"] else findings)
        assert bool(note.spans_of("D")) != bool(note.header["missing"])
        assert len(note.spans_of("T")) == len(note.spans_of("R")) == 1


def test_other_places_take_none() -> None:
    strength = Edit("", AFTER, "[[D:strength|Hip 3/5]].", "Stands still.", HEADER, LACKING)
    response = Edit("", AFTER, "[[R:generic|Did well]].", "Bus was late.", HEADER, {**LACKING, "missing": ["response"]})
    assert with_findings([strength, response], count=9, seed=1) == []
