"""Long notes in overlapping windows of word pieces, and spans back from word pieces to characters."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

WINDOW = 510
OVERLAP = 64


def windows(length: int, *, size: int = WINDOW, overlap: int = OVERLAP) -> list[tuple[int, int, int, int]]:
    """Cut a sequence into windows.

    Returns
    -------
    list of (start, end, keep_from, keep_to)
        Half-open ranges: the window, and the part of it whose answers are kept. The kept parts tile the sequence.
    """
    if length <= size:
        return [(0, length, 0, length)]
    found: list[tuple[int, int, int, int]] = []
    start = kept = 0
    while True:
        end = min(length, start + size)
        last = end == length
        keep_to = length if last else end - overlap // 2
        found.append((start, end, kept, keep_to))
        if last:
            return found
        kept = keep_to
        start = end - overlap


def word_edges(offsets: Sequence[tuple[int, int]], text: str) -> list[bool]:
    """Say for each word piece whether it begins a word (or is a sign of its own)."""
    behind_first = [
        end != start or not (text[start - 1].isalnum() and text[start : start + 1].isalnum())
        for (_, end), (start, _) in pairwise(offsets)
    ]
    return [True, *behind_first] if len(offsets) else []


def line_starts(offsets: Sequence[tuple[int, int]], text: str) -> list[int]:
    """Return 1 for each word piece that is the first on its line, else 0: the tokenizer itself forgets where lines break."""
    marks = [0] * len(offsets)
    marks[:1] = [1] * len(marks[:1])
    starts = [start for start, _ in offsets]
    at = text.find("\n")
    while at >= 0:
        following = bisect_right(starts, at)
        if 0 < following < len(marks) and offsets[following - 1][1] <= at:
            marks[following] = 1
        at = text.find("\n", at + 1)
    return marks
