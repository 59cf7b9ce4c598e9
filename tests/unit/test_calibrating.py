"""Calibrating an engine on notes gives a calibration and risk weights that a reviewer can work with."""

from __future__ import annotations

from pathlib import Path

from note_review.documented import ELEMENTS
from note_review.engines.loading import Fitted
from note_review.note import Note
from note_review.reviewer import Reviewer
from note_review.risk import RiskModel
from training.calibrate import bare_engine, fit
from training.notes import examples, notes_of

CORPUS = Path(__file__).parent.parent.parent / "corpora"


def test_what_is_fitted_reviews() -> None:
    notes = [n for n in notes_of("dev", CORPUS) if "risk" in n.header]
    engine = bare_engine("fast")
    calibration, weights = fit(engine, examples(notes[::5]))
    assert set(calibration.documented) == set(ELEMENTS)
    assert all(t > 0 for t in calibration.temperatures.values())
    reviewer = Reviewer(fitted=Fitted(engine, calibration, RiskModel(weights["high"], weights["raised"], "test")))
    risks = [r.risk.score for r in reviewer.pipe([Note(text=n.text, id=n.id) for n in notes[:5]])]
    assert all(0 <= r <= 1 for r in risks)
    assert len(set(risks)) > 1
