"""Fits the risk weights: ``python -m training.risk``. Readings are cross-fitted over authors, weights held at zero or above."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from note_review.checks import ALL_CHECKS
from note_review.engines.linear import LinearEngine
from note_review.policy import load_policy
from note_review.reading.assemble import assemble
from note_review.risk import FACTORS, factors_of
from training.linear import Example, examples, fit, folds
from training.notes import training_notes

Floats = NDArray[np.float64]


def factor_rows(data: list[Example]) -> tuple[Floats, list[str]]:
    """Return the factors and gold levels of every whole note, read by an engine that has seen none of its author's notes."""
    policy = load_policy()
    rows: list[list[float]] = []
    levels: list[str] = []
    for members in folds(data):
        engine: LinearEngine
        engine, _, _ = fit([e for e in data if e.author not in members], name="fold", version="0")
        held = [e for e in data if e.author in members and "risk" in e.gold.header]
        for example, readings in zip(held, engine.read([e.page for e in held]), strict=True):
            encounter = assemble(example.page, readings)
            findings = [f for check in ALL_CHECKS for f in check(encounter, policy)]
            factors = factors_of(encounter, findings)
            rows.append([factors[name] for name in FACTORS])
            levels.append(example.gold.header["risk"])
    return np.array(rows), levels


def fit_monotone(rows: Floats, labels: NDArray[np.bool_], *, ridge: float = 0.02) -> dict[str, float]:
    """Fit a logistic regression whose weights are zero or more (L-BFGS with bounds)."""
    signs = np.where(labels, 1.0, -1.0)

    def loss(w: Floats) -> tuple[float, Floats]:
        margin = signs * (rows @ w[1:] + w[0])
        chance = 1 / (1 + np.exp(np.clip(margin, -30, 30)))
        gradient = -(signs * chance) @ np.c_[np.ones(len(rows)), rows] / len(rows)
        gradient[1:] += ridge / 10 * w[1:]
        return float(np.logaddexp(0, -margin).mean() + ridge / 20 * (w[1:] ** 2).sum()), gradient

    start = np.zeros(rows.shape[1] + 1)
    best: Any = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(None, None)] + [(0, None)] * rows.shape[1])
    return {"intercept": round(float(best.x[0]), 4)} | {n: round(float(w), 4) for n, w in zip(FACTORS, best.x[1:], strict=True)}


def main() -> None:
    """Fit on the train split and write ``weights.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("models/risk"))
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    parser.add_argument("--version", default="1")
    options = parser.parse_args()
    rows, levels = factor_rows(examples(training_notes(options.corpus)))
    truth = np.array(levels)
    weights = {
        "version": options.version,
        "high": fit_monotone(rows, truth == "high"),
        "raised": fit_monotone(rows, truth != "low"),
        "notes": len(levels),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "weights.json").write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(weights, indent=1))


if __name__ == "__main__":
    main()
