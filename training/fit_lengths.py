"""Fits how sure an engine must be before it adds a length that grammar passed over, or drops or moves one that grammar read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from note_review.engines.base import Readings
from note_review.evaluation.scores import f1
from note_review.reading.lengths import settle
from training.notes import Example

# A probability above 1 is never reached: the engine's word then counts for nothing.
NEVER = 1.1
ADDING, OVERRULING = (0.6, 0.7, 0.8, 0.9, 0.95, 0.98, NEVER), (0.9, 0.95, 0.98, NEVER)
# To drop or move a length overrules grammar. An engine that might do so less surely than this lost one length in a hundred of the written forms of tests/rules.
THRESHOLDS = {"first": ADDING, "add": ADDING, "figure": ADDING, "drop": OVERRULING, "move": OVERRULING}


def fit_lengths(data: Sequence[Example], readings: Sequence[Readings]) -> dict[str, float]:
    """Return the least probability for each change to grammar's lengths (``Calibration.lengths``).

    They are settled one after the other, each as that with the best F1 of minutes with value and scope; among equals the greatest.
    """
    least = dict.fromkeys(THRESHOLDS, NEVER)
    for change, thresholds in THRESHOLDS.items():
        scored = [(_score(data, readings, {**least, change: threshold}), threshold) for threshold in thresholds]
        least[change] = max(scored)[1]
    return least


def _score(data: Sequence[Example], readings: Sequence[Readings], least: Mapping[str, float]) -> float:
    """Return the F1 of minutes with value and scope."""
    hit = said = real = 0
    for example, read in zip(data, readings, strict=True):
        found = Counter(f"{m.scope}:{m.value}" for m in settle(example.page, read.lengths, least))
        gold = Counter(s.attribute for s in example.gold.spans_of("M"))
        hit, said, real = hit + (found & gold).total(), said + found.total(), real + gold.total()
    return f1(hit, said, real)
