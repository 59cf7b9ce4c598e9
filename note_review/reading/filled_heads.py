"""Heads of services that say themselves what was done, on their line or beneath it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice

from note_review.note import Span
from note_review.reading.anchor import Anchor
from note_review.reading.heads import GLUE
from note_review.reading.lines import Lines
from note_review.reading.small_letters import any_case, small

_OPENS = re.compile(r"(?:^|\n|[.;]\s)(?:[^\w\n]*(?:[A-Za-z][A-Za-z /]{0,20}:)?[^\w\n]*)$")
_SET_OFF = re.compile(r"\s*[:|–—-]|\.\s")
_WORD = re.compile(r"[A-Za-z]{3,}")
_OF_THE_BILL = any_case(rf"{GLUE}|units?|g[pon]|total|min\w*|see|above|below|summary")


def tells_what_was_done(text: str, lines: Lines, anchor: Anchor, anchors: Sequence[Anchor]) -> bool:
    """Whether a head opens its line or sentence and what was done follows it there, or beneath it in lines set deeper or a list."""
    line = lines.at(anchor.head.end)
    if not _OPENS.search(text, max(0, anchor.head.start - 40), anchor.head.start):
        return False
    if not (anchor.explicit or _SET_OFF.match(text, anchor.head.end)):
        return False
    number = bisect_left(anchors, anchor.head.end, key=lambda a: a.head.start)
    following = anchors[number].head.start if number < len(anchors) else len(text)
    behind = _WORD.finditer(text, anchor.head.end, min(line.end, following))
    words = (word for word in behind if not _OF_THE_BILL.fullmatch(small(word[0])))
    return len(list(islice(words, 2))) > 1 or has_lines_beneath(text, lines, line) or _has_a_list_beneath(text, lines, line)


_BULLET = re.compile(r"\s*[-*•]\s*\w")


def _has_a_list_beneath(text: str, lines: Lines, line: Span) -> bool:
    """Whether the next line is an item of a list that the line itself is not."""
    number = lines.index_at(line.start) + 1
    return number < len(lines.spans) and not _BULLET.match(text, *line) and _BULLET.match(text, *lines.spans[number]) is not None


def has_lines_beneath(text: str, lines: Lines, line: Span) -> bool:
    """Whether the next line stands deeper: what was done is told there, though a blank was left open beside the name."""
    number = lines.index_at(line.start) + 1
    if number >= len(lines.spans):
        return False
    below = text[lines.spans[number].start : lines.spans[number].end]
    above = text[line.start : line.end]
    return bool(below.strip()) and len(below) - len(below.lstrip()) > len(above) - len(above.lstrip())
