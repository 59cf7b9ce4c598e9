"""Fits how sure an engine is of a code: the temperatures of its probabilities, and the share from which the best code is decided on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import minimize_scalar

from note_review.calibration import QUESTIONS, code_shares, tempered
from note_review.encounter import CODES
from note_review.engines.base import Readings
from note_review.reading.services import ServiceText
from training.notes import Example

# Decided codes shall be right this often. Deciding most notes comes first: at least this share is decided, even where that costs the first aim.
DECIDED_RIGHT, LEAST_DECIDED = 0.97, 0.95
# What an engine says of one note or service (probability by code), and the gold code.
Pair = tuple[Mapping[str, float], str]


def fit_codes(data: Sequence[Example], readings: Sequence[Readings]) -> tuple[dict[str, float], float]:
    """Return the temperature of each question, and the least share of the best code that decides."""
    asked = answers(data, readings)
    temperatures = {question: temperature_of(asked[question]) for question in QUESTIONS}
    calibrated = [(tempered(said, temperatures[question]), gold) for question in QUESTIONS for said, gold in asked[question]]
    return temperatures, abstention_of(calibrated)


def answers(data: Sequence[Example], readings: Sequence[Readings]) -> dict[str, list[Pair]]:
    """Return, for each question, the raw probabilities and the gold answer of every note, and of every service whose code they decide."""
    found: dict[str, list[Pair]] = {q: [] for q in QUESTIONS}
    for example, read in zip(data, readings, strict=True):
        header = example.gold.header
        found["note_code"].append((read.note_code, header["reads_as"]))
        gold = {s["billed"]: s["reads_as"] for s in header["services"]}
        for service, said in zip(example.page.services, read.service_codes, strict=True):
            if (
                service.billed in gold
                and service.billed in CODES
                and service.parts
                and not _is_shared(service, example.page.services)
            ):
                found["service_code"].append((said, gold[service.billed]))
    return found


def _is_shared(service: ServiceText, services: Sequence[ServiceText]) -> bool:
    """Say whether several services have one text, where the drills that were done decide (:func:`note_review.reading.codes.service_of`)."""
    return any(other is not service and other.parts == service.parts for other in services)


def temperature_of(pairs: Sequence[Pair]) -> float:
    """Return the temperature (0.5..4) at which the best code's share says most truly how often it is right (least negative log likelihood)."""

    def loss(temperature: float) -> float:
        best = [best_of(tempered(said, temperature)) for said, _ in pairs]
        sure = [share if code == gold else 1 - share for (code, share), (_, gold) in zip(best, pairs, strict=True)]
        return -float(np.mean(np.log(np.array(sure) + 1e-9)))

    return round(float(minimize_scalar(loss, bounds=(0.5, 4.0), method="bounded").x), 3)


def best_of(classes: Mapping[str, float]) -> tuple[str, float]:
    """Return the best of the four codes and its share."""
    return max(code_shares(classes).items(), key=lambda named: named[1])


def abstention_of(pairs: Sequence[Pair]) -> float:
    """Return the share of the best code from which it is decided, given calibrated probabilities.

    It is the least share with which decisions are right :data:`DECIDED_RIGHT` of the time, or a lesser one where that leaves more than the rest of
    :data:`LEAST_DECIDED` open. Where ``undetermined`` is the best answer there is nothing to decide.
    """
    scored = []
    for calibrated, gold in pairs:
        best, share = best_of(calibrated)
        if calibrated["undetermined"] <= calibrated[best]:
            scored.append((share, best == gold))
    scored.sort(reverse=True)
    right = np.cumsum([ok for _, ok in scored]) / np.arange(1, len(scored) + 1)
    enough = [i for i in range(len(scored)) if right[i] >= DECIDED_RIGHT]
    least = int(LEAST_DECIDED * len(scored)) - 1
    return round(float(scored[max([least, *enough])][0]), 3)
