"""Fits, for each element that a note must document, how much the engine's answer weighs and how much the words that were found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from note_review.calibration import Calibration
from note_review.documented import DOCUMENTED, odds_of, witnesses
from note_review.engines.base import Readings
from note_review.judged import judged_service
from note_review.reading.assemble import answers_about, assemble
from training.judged import judged_answers
from training.monotone import fit_monotone
from training.notes import Example

# Intercept, weight of the engine's answer, weight of the words found.
Weights = dict[str, tuple[float, float, float]]
# What the readings are put together with before anything is fitted.
UNWEIGHED: Weights = dict.fromkeys(DOCUMENTED, (0.0, 1.0, 1.0))
# Elements that are asked about only where the other one is documented.
FINER = {"specific": "deficit", "measured": "response"}
RIDGE = 0.002


def fit_elements(data: Sequence[Example], readings: Sequence[Readings], calibration: Calibration) -> Weights:
    """Return the weights of each element; a finer one is fitted on the notes that have what it refines."""
    rows: dict[str, list[tuple[float, float, float]]] = {element: [] for element in DOCUMENTED}
    labels: dict[str, list[bool]] = {element: [] for element in DOCUMENTED}
    for example, read in zip(data, readings, strict=True):
        encounter = assemble(example.page, read, calibration)
        found = witnesses(encounter, judged_service(encounter), answers_about(encounter, read))
        truth = documented(judged_answers(example.gold.header))
        for element in DOCUMENTED:
            if element not in FINER or truth[FINER[element]]:
                rows[element].append(odds_of(found[element]))
                labels[element].append(truth[element])
    fitted: Weights = {}
    for element in DOCUMENTED:
        weights = fit_monotone(np.array(rows[element])[:, 1:], np.array(labels[element]), names=("engine", "words"), ridge=RIDGE)
        fitted[element] = (weights["intercept"], weights["engine"], weights["words"])
    return fitted


def documented(answers: Mapping[str, str]) -> dict[str, bool]:
    """Say of each element whether the gold answers about the judged service have it."""
    return {
        "deficit": answers["deficit"] != "none", "specific": answers["deficit"] == "specific", "technique": answers["technique"] == "named",
        "response": answers["response"] != "none", "measured": answers["response"] == "measured", "skill": answers["skill"] == "shown",
        "purposeful": answers["exercise"] == "purposeful",
    }  # fmt: skip
