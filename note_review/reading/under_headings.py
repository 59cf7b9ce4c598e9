"""Lengths on their own line beneath a service's heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from note_review.encounter import Minutes
from note_review.note import Span
from note_review.reading.anchor import Anchor, last_before
from note_review.reading.lines import Lines
from note_review.reading.times import is_clock

_PLAIN_LABEL = re.compile(r"[\s>*#_\-•|]*(?:min(?:ute)?s?|time|duration|units/min)\W*", re.IGNORECASE)


def under_headings(text: str, lines: Lines, anchors: Sequence[Anchor], found: list[Minutes]) -> list[Minutes]:
    """A line `Minutes: 23` under a service's heading is that service's length, and so is each start and stop where several headings have theirs below."""
    found = _clocks_under_headings(text, lines, anchors, found)
    leading = [a for a in anchors if a.leads or a.explicit]
    scopes = {m.scope for m in found}
    moved: list[Minutes] = []
    for minutes in found:
        line = lines.at(minutes.span.start)
        label = text[line.start : min(minutes.span.start, line.start + 40)]
        plain = minutes.scope == "total_treatment" and _PLAIN_LABEL.fullmatch(label)
        above = last_before(leading, line.start) if plain else None
        if above and not above.times:
            gap = lines.index_at(line.start) - lines.index_at(above.span.start)
            if gap <= 8 and above.code not in scopes:
                minutes = replace(minutes, scope=above.code)
                scopes.add(above.code)
        moved.append(minutes)
    return moved


def _clocks_under_headings(text: str, lines: Lines, anchors: Sequence[Anchor], found: list[Minutes]) -> list[Minutes]:
    heads = {lines.index_at(a.span.start): a for a in anchors if (a.leads or a.explicit) and not a.times}
    owners: dict[Span, str] = {}
    for minutes in found:
        number = lines.index_at(minutes.span.start)
        opens = not text[lines.spans[number].start : minutes.span.start].strip(" \t*-•>")
        above = next((heads[n] for n in (number - 1, number - 2) if n in heads), None)
        if minutes.scope == "total_treatment" and opens and above is not None and is_clock(text, minutes.span):
            owners[minutes.span] = above.code
    return [replace(m, scope=owners[m.span]) if m.span in owners and len(owners) > 1 else m for m in found]
