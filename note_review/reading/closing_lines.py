"""The lines that close a note behind its last service (`Finding: ...`, `Cues: ...`): they are of the whole visit, not of the service they happen to follow.

Where a service before the last has such lines of its own, each service is written with its finding and result, and so is the last.
"""

from __future__ import annotations

import re

from note_review.note import Span
from note_review.reading.lines import Lines

_CLOSING = re.compile(
    r"[\s*>•-]*(?:findings?|results?|outcomes?|responses?|tolerance|purpose|rationale|summary|limits?|limitations?|reason|cues?|cueing|skill(?:s|ed)?|home|problems?|"
    r"need|why|assess\w*|impression|justification|deficits?|impairments?)\b[^:\n|]{0,25}:(?!\d)[^\n|]*$",
    re.IGNORECASE | re.MULTILINE,
)
_LABELLED = re.compile(r"[\s*>•-]*[A-Z][A-Za-z /&'-]{2,32}:(?!\d)")


def without_closing_lines(text: str, lines: Lines, blocks: list[Span]) -> list[Span]:
    """Return the texts of a note's services, the last of several without the lines that close the note."""
    if len(blocks) < 2 or any(block.end == block.start or _first(text, lines, block, _LABELLED) for block in blocks[:-1]):
        return blocks
    last = blocks[-1]
    closing = _first(text, lines, last, _CLOSING)
    if closing is None:
        return blocks
    return [*blocks[:-1], Span(last.start, last.start + len(text[last.start : closing].rstrip()))]


def _first(text: str, lines: Lines, block: Span, label: re.Pattern[str]) -> int | None:
    """Return where the first line with a label begins behind a block's own first line."""
    following = lines.spans[lines.index_at(block.start) + 1 : lines.index_at(block.end - 1) + 1]
    return next((line.start for line in following if label.match(text, line.start)), None)
