"""How readily an engine says a deficit, a technique and a response: a bias on its log odds, and the least confidence that is shown.

Both are judged by what a reviewer sees in the end, after the rules have taken back bare measures, denials and other times. These rules raise precision, so
the engine may be readier than its own spans alone would have it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from note_review.encounter import Assertion, Mention
from note_review.engines.base import Engine
from note_review.evaluation.scores import f1
from note_review.reading.standing import counted, is_bare_word
from training.notes import KIND_OF_LABEL, Example

BIASES = (-0.6, -0.3, 0.0, 0.3, 0.6, 0.9, 1.2, 1.6)
FLOORS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
DRAWS, SEED = 400, 97112
WORD = re.compile(r"\w+")
# Words rightly said, said, and real ``(notes, 3)``.
Counts = NDArray[np.int64]


class BiasedEngine(Engine, Protocol):
    """An engine that can be made readier to say each kind of mention."""

    bias: Mapping[str, float]


def readiness_of(engine: BiasedEngine, data: Sequence[Example]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the bias and the least confidence shown of each kind of mention, and set the engine's own bias to them.

    Pairs whose token F1 differs from the best one's by no more than the standard error of that difference count as equally good (the one-standard-error
    rule of Breiman et al. 1984; bootstrap over notes). Of these the pair with the greatest recall is taken: in unfamiliar words networks are less sure and
    pass over more, and the readiest setting loses least there.
    """
    pages = [example.page for example in data]
    scored: dict[str, dict[tuple[float, float], Counts]] = {kind: {} for kind in KIND_OF_LABEL.values()}
    for bias in BIASES:
        engine.bias = dict.fromkeys(scored, bias)
        said = [_seen(example, read.mentions) for example, read in zip(data, engine.read(pages), strict=True)]
        for label, kind in KIND_OF_LABEL.items():
            for floor in FLOORS:
                scored[kind][bias, floor] = _counts(data, said, label, kind, floor)
    chosen = {kind: _readiest(pairs) for kind, pairs in scored.items()}
    engine.bias = {kind: bias for kind, (bias, _) in chosen.items()}
    return dict(engine.bias), {kind: floor for kind, (_, floor) in chosen.items()}


def _seen(example: Example, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions that stand for this patient in this visit."""
    standing = counted(example.page, mentions)
    return [m for m in standing if m.assertion is Assertion.PRESENT and not is_bare_word(example.page.text, m)]


def _counts(data: Sequence[Example], said: Sequence[Sequence[Mention]], label: str, kind: str, floor: float) -> Counts:
    rows = []
    for example, mentions in zip(data, said, strict=True):
        text = example.gold.text
        spans = [m.span for m in mentions if m.kind == kind and m.confidence >= floor]
        found = {w.start() for s in spans for w in WORD.finditer(text, s.start, s.end)}
        gold = {w.start() for s in example.gold.spans_of(label) for w in WORD.finditer(text, s.start, s.end)}
        rows.append((len(found & gold), len(found), len(gold)))
    return np.array(rows)


def _readiest(scored: Mapping[tuple[float, float], Counts]) -> tuple[float, float]:
    """Return, of the pairs that are as good as the best, the one with the greatest recall, and among several the one with the readiest bias."""
    best = max(scored.values(), key=lambda counts: f1(*counts.sum(axis=0).tolist()))
    equals = [pair for pair, counts in scored.items() if _is_as_good(counts, best)]
    return max(equals, key=lambda pair: (int(scored[pair][:, 0].sum()), pair[0]))


def _is_as_good(counts: Counts, best: Counts) -> bool:
    """Say whether the token F1 falls short of the best by no more than the standard error of that difference."""
    rng = np.random.default_rng(SEED)
    drawn = rng.integers(0, len(best), (DRAWS, len(best)))
    apart = _f1(best[drawn].sum(axis=1)) - _f1(counts[drawn].sum(axis=1))
    return float(_f1(best.sum(axis=0)) - _f1(counts.sum(axis=0))) <= float(apart.std())


def _f1(counts: Counts) -> NDArray[np.float64]:
    return np.asarray(2 * counts[..., 0] / np.maximum(counts[..., 1] + counts[..., 2], 1), dtype=np.float64)
