"""From tag probabilities to spans: how readily each kind is said, the best path, and the runs it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from note_review.encounter import Mention, MentionKind

# How much readier a deficit is said when only its presence is asked (log odds).
FAINT = {"deficit": 2.0}
Matrix = NDArray[np.float32]
# First and last token of a mention, and its kind.
Run = tuple[int, int, MentionKind]
TAGS = ("O", "B-deficit", "I-deficit", "B-technique", "I-technique", "B-response", "I-response")


def best_path(emissions: Matrix, transitions: Matrix) -> list[int]:
    """Return the most probable sequence of tags: log-probabilities ``(tokens, tags)`` and ``(tags, tags)`` (Viterbi 1967)."""
    return best_paths([emissions], transitions)[0]


def best_paths(emissions: Sequence[Matrix], transitions: Matrix) -> list[list[int]]:
    """Return the most probable sequence of tags for each of several views of the same tokens, found in one walk."""
    rows = np.stack(emissions, axis=1)
    scores = np.empty_like(rows)
    scores[0] = rows[0] + transitions[0]
    for before, row, score in zip(scores[:-1, :, :, None], rows[1:], scores[1:], strict=True):
        np.maximum.reduce(before + transitions, axis=1, out=score)
        score += row
    back = (scores[:-1, :, :, None] + transitions).argmax(axis=2)
    return [_walked_back(int(scores[-1, view].argmax()), back[:, view].tolist()) for view in range(len(emissions))]


def _walked_back(last: int, back: list[list[int]]) -> list[int]:
    path = [last]
    for pointers in reversed(back):
        path.append(pointers[path[-1]])
    return path[::-1]


def leaning(chances: Matrix, lean: Mapping[str, float]) -> Matrix:
    """Return log-probabilities ``(tokens, tags)``, raised for the tags of each kind by its lean (0 changes nothing)."""
    added = np.array([lean.get(tag[2:], 0.0) for tag in TAGS], dtype=np.float32)
    return np.asarray(np.log(chances + 1e-9) + added, dtype=np.float32)


def spans_of(path: Sequence[int]) -> list[Run]:
    """Return every run of tags."""
    found: list[Run] = []
    start: int | None = None
    for i, tag in enumerate([*path, 0]):
        name = TAGS[tag]
        if start is not None and (name[0] != "I" or name[2:] != TAGS[path[i - 1]][2:]):
            found.append((start, i - 1, cast(MentionKind, TAGS[path[start]][2:])))
            start = None
        if name[0] == "B" or (name[0] == "I" and start is None):
            start = i
    return found


def untouched(faint: Sequence[Mention], firm: Sequence[Mention]) -> tuple[Mention, ...]:
    """Return the faint deficits that overlap no firm mention of any kind."""
    return tuple(
        f for f in faint if f.kind == "deficit" and not any(m.span.start < f.span.end and f.span.start < m.span.end for m in firm)
    )
