"""Calibrating an engine on notes gives a calibration and risk weights that a reviewer can work with."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from note_review.documented import DOCUMENTED
from note_review.engines.fitted import Fitted
from note_review.reviewer import Reviewer
from note_review.risk import FACTORS, RiskModel
from training.calibrate import bare_engine, fit
from training.fit_risk import trued
from training.notes import dev_examples

CORPUS = Path(__file__).parent.parent.parent / "corpora"


def test_what_is_fitted_reviews() -> None:
    dev = dev_examples(CORPUS)
    engine = bare_engine("fast")
    calibration, weights = fit(engine, dev[::5])
    assert set(calibration.documented) == set(DOCUMENTED)
    assert all(t > 0 for t in calibration.temperatures.values())
    reviewer = Reviewer(fitted=Fitted(engine, calibration, RiskModel(weights["high"], weights["raised"], "test")))
    risks = [r.risk.score for r in reviewer.pipe([e.page.note for e in dev[:5]])]
    assert all(0 <= r <= 1 for r in risks)
    assert len(set(risks)) > 1


def test_a_risk_too_sure_of_itself_is_trued_on_unseen_notes() -> None:
    weights = {"intercept": -4.0, **dict.fromkeys(FACTORS, 0.0), "guide_says_high": 8.0}
    rows = np.zeros((200, len(FACTORS)))
    rows[100:, FACTORS.index("guide_says_high")] = 1.0
    high = np.arange(200) % 100 < np.where(np.arange(200) < 100, 20, 70)
    trued_weights = trued(weights, rows, high)
    chances = 1 / (1 + np.exp(-(trued_weights["intercept"] + trued_weights["guide_says_high"] * np.array([0.0, 1.0]))))
    assert np.allclose(chances, [0.2, 0.7], atol=0.03)
    assert trued(weights, rows, np.ones(200, dtype=bool)) == weights
