"""From tag probabilities to spans: how readily each kind is said, the best path, and the runs it makes."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from note_review.encounter import Mention, MentionKind
from note_review.note import Span
from note_review.reading.marks import Marks

# How much readier a deficit is said when only its presence is asked (log odds).
FAINT = {"deficit": 2.0}
MENTION_KINDS: tuple[MentionKind, ...] = ("deficit", "technique", "response")
Matrix = NDArray[np.float32]
Path = NDArray[np.intp]
# First and last token of a mention, and its kind.
Run = tuple[int, int, MentionKind]
TAGS = ("O", *(f"{place}-{kind}" for kind in MENTION_KINDS for place in "BI"))
# Three of the corpus' 124,000 marked phrases end with one of these: what it leads on to was left out.
_LEADING_ON = (" and", " or", " but", " the", " an", " of", " as", " than", " from", " &")
_INSIDE = np.array([tag[0] == "I" for tag in TAGS])
# 0 for no mention, else the number of the kind.
_KIND = np.array([(number + 1) // 2 for number in range(len(TAGS))])


def best_path(emissions: Matrix) -> Path:
    """Return the most probable sequence of tags in which an inside tag follows only its own kind, from log-probabilities ``(tokens, tags)``.

    The best tag of every token alone is that sequence, unless an inside tag follows another kind. Only around such a place the Viterbi algorithm
    (1967) runs, over a stretch that is widened until its ends fit their neighbours: best stretches that fit one another are the best sequence.
    """
    best: Path = emissions.argmax(axis=1)
    inside = _INSIDE[best]
    wrong = np.flatnonzero(inside & (_KIND[best] != np.concatenate(([0], _KIND[best[:-1]])))).tolist()
    heads = [0, *(np.flatnonzero(~inside[1:]) + 1).tolist(), len(best)] if wrong else []
    walks = [(len(best), len(best))]
    for token in reversed(wrong):
        if token >= walks[-1][0]:
            continue
        start, end = max(token - 1, 0), token + 1
        while True:
            walked = _walk(emissions[start:end].tolist(), opens=start == 0)
            if start and not _fits(best[start - 1], walked[0]):
                start = heads[bisect_right(heads, start - 1) - 1]
            elif end < len(best) and not _fits(walked[-1], best[end]):
                end = heads[bisect_right(heads, end)]
                while walks[-1][0] < end:
                    end = max(end, walks.pop()[1])
            else:
                break
        best[start:end] = walked
        walks.append((start, end))
    return best


def _fits(before: int, tag: int) -> bool:
    return not _INSIDE[tag] or bool(_KIND[before] == _KIND[tag])


def _walk(rows: list[list[float]], *, opens: bool) -> list[int]:
    """Return the best sequence of a few tokens; where they do not open the text, anything may stand before them."""
    score = [-math.inf if opens and tag % 2 == 0 and tag else chance for tag, chance in enumerate(rows[0])]
    back = []
    for row in rows[1:]:
        best = max(score)
        behind = [score.index(best)] * len(TAGS)
        for inside in range(2, len(TAGS), 2):
            behind[inside] = inside - 1 if score[inside - 1] >= score[inside] else inside
        back.append(behind)
        score = [score[before] + chance for before, chance in zip(behind, row, strict=True)]
    path = [score.index(max(score))]
    for behind in reversed(back):
        path.append(behind[path[-1]])
    return path[::-1]


def biased(logs: Matrix, bias: Mapping[str, float]) -> Matrix:
    """Return log-probabilities ``(tokens, tags)``, raised for the tags of each kind by its bias (0 changes nothing)."""
    return logs + np.array([bias.get(tag[2:], 0.0) for tag in TAGS], dtype=np.float32)


def whole_words(path: Path, edges: Sequence[bool] | NDArray[np.bool_]) -> Path:
    """Return a path in which every piece of a word goes on with what its first piece began."""
    first = path[np.maximum.accumulate(np.where(edges, np.arange(len(path)), 0))]
    return np.where(edges, path, first + first % 2)


def spans_of(path: Path) -> list[Run]:
    """Return every run of tags."""
    kind = np.concatenate(([0], _KIND[path], [0]))
    apart = kind[1:] != kind[:-1]
    apart[:-1] |= (path > 0) & ~_INSIDE[path]
    cuts = np.flatnonzero(apart).tolist()
    kinds = kind[1:].tolist()
    return [(start, end - 1, MENTION_KINDS[kinds[start] - 1]) for start, end in pairwise(cuts) if kinds[start]]


def trimmed(text: str, start: int, end: int) -> Span:
    """Leave out the spaces, closing commas and leading-on words that word pieces carried along."""
    while True:
        while end > start and text[end - 1] in " \t\n\r,;:":
            end -= 1
        word = next((word for word in _LEADING_ON if text.endswith(word, start, end)), None)
        if word is None:
            break
        end -= len(word)
    while start < end and text[start] in " \t\n\r,;:-":
        start += 1
    return Span(start, end)


def untouched(faint: Sequence[Mention], firm: Sequence[Mention]) -> tuple[Mention, ...]:
    """Return the faint deficits that overlap no firm mention of any kind."""
    marks = Marks(max((m.span.end for m in firm), default=0), (m.span for m in firm))
    return tuple(f for f in faint if f.kind == "deficit" and marks.free(*f.span))
