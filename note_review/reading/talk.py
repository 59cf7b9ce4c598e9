"""Codes that are no service of this visit: only talked about (fees, denials, policies), supposed or explained."""

from __future__ import annotations

import re

from note_review.note import Span
from note_review.reading.anchor import Anchor
from note_review.reading.definitions import units_defined
from note_review.reading.lines import Lines, clause_at
from note_review.reading.small_letters import has_any, small
from note_review.reading.talk_words import HEADING, HINTS, LABEL, OF_OTHER_CLAIMS, SUPPOSED, TODAY

_CODE = re.compile(r"\b[9G]\d{4}\b")
_CLAIM_LINE = re.compile(r"\s*(?:claim )?(?:line|ln|item)\s*#?\d", re.IGNORECASE)
_BLOCK = 12


def is_only_talked_about(text: str, lines: Lines, anchor: Anchor) -> bool:
    """Whether a code is of other claims, or (without units or minutes of its own) only supposed, asked about or explained."""
    clause = clause_at(text, lines, anchor.span.start)
    bare = anchor.units is None and not anchor.times
    return (
        _told(text, clause, anchor, OF_OTHER_CLAIMS)
        or (bare and _told(text, clause, anchor, SUPPOSED))
        or (bare and units_defined(text[anchor.span.start : anchor.span.end]) != [])
        or _under_such_a_heading(text, lines, anchor)
    )


def _told(text: str, clause: Span, anchor: Anchor, words: re.Pattern[str]) -> bool:
    around = small(text[max(clause.start, anchor.span.start - 200) : min(clause.end, anchor.span.end + 200)])
    if not has_any(around, HINTS[words]):
        return False
    before = small(text[max(clause.start, anchor.span.start - 200) : anchor.span.start])
    told = list(words.finditer(before))
    if told and not TODAY.search(before, told[-1].end()):
        return True
    behind = text[anchor.span.end : min(clause.end, anchor.span.end + 200)]
    first = words.search(small(behind))
    if first is not None and first.start() < 8:
        return True
    return first is not None and not _CODE.search(behind, first.end()) and not TODAY.search(small(behind[: first.start()]))


def _under_such_a_heading(text: str, lines: Lines, anchor: Anchor) -> bool:
    """Whether the anchor's line begins with a label of fees, denials or older claims, or the line that opens its block is such a heading."""
    number = lines.index_at(anchor.span.start)
    label = LABEL.match(small(text[lines.spans[number].start : anchor.span.start]))
    if label is not None and not re.search(r"[.]\s", text[lines.spans[number].start + label.end() : anchor.span.start]):
        return True
    if _CLAIM_LINE.match(text, lines.spans[number].start, anchor.span.start):
        return False
    first = number
    while first > max(0, number - _BLOCK) and text[lines.spans[first - 1].start : lines.spans[first - 1].end].strip():
        first -= 1
    top = lines.spans[first]
    return first < number and top.end - top.start < 80 and HEADING.match(small(text[top.start : top.end])) is not None
