"""Totals that are a service's own length, or that of the timed services together."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from note_review.encounter import Minutes
from note_review.reading.anchor import Anchor
from note_review.reading.lines import Lines
from note_review.reading.service_names import EVALUATIONS
from note_review.reading.sums import timed_sums
from note_review.reading.times import is_clock

_OPENS = re.compile(r"(?:^|[.;\n]\s*)$")
_CLOSES_A_PART = re.compile(r"[.)]\s+(?:(?:min(?:ute)?s?|time):?\s*)?$", re.IGNORECASE)
# A claim form's own words for the visit, whatever its services come to; what was given of a scheduled session.
_OF_THE_VISIT = re.compile(r"(?i)\btotal (?:treatment|tx|session|visit) (?:time|min(?:ute)?s?)\b|\bdelivered\b")


def rescoped(text: str, lines: Lines, anchors: Sequence[Anchor], found: list[Minutes]) -> list[Minutes]:
    """Give a total that repeats a service's length on its own line to the service; a total that is the timed codes' sum is the timed one."""
    result: list[Minutes] = []
    codes = {m.scope: m.value for m in found if not m.scope.startswith("total") and m.scope != "unspecified"}
    sums = timed_sums(found)
    clocked = {m.value for m in found if m.scope == "total_treatment" and is_clock(text, m.span)}
    told_timed = {m.value for m in found if m.scope == "total_timed"}
    by_line: dict[int, set[str]] = {}
    leading: dict[int, Anchor] = {}
    for anchor in anchors:
        if anchor.leads and anchor.code not in codes and not anchor.shared:
            leading.setdefault(lines.index_at(anchor.span.start), anchor)
    for minutes in found:
        if minutes.scope in codes:
            by_line.setdefault(lines.index_at(minutes.span.start), set()).add(minutes.scope)
    for minutes in found:
        if minutes.scope == "total_treatment":
            number = lines.index_at(minutes.span.start)
            line, here = lines.spans[number], by_line.get(number, set())
            twin = next((c for c in here if abs(codes[c] - minutes.value) <= 1), None)
            around = text[max(line.start, minutes.span.start - 34) : min(line.end, minutes.span.end + 12)]
            head = None
            if _CLOSES_A_PART.search(text, max(line.start, minutes.span.start - 14), minutes.span.start):
                head = _opens_before(text, anchors, line.start, minutes.span.start)
                head = head if head and head.code not in codes and not head.shared else leading.get(number)
            if head:
                minutes = replace(minutes, scope=head.code)
            elif twin and len(here) == 1:
                minutes = replace(minutes, scope=twin)
            elif minutes.value in sums and minutes.value not in clocked | told_timed and not _OF_THE_VISIT.search(around):
                minutes = replace(minutes, scope="total_timed")
        result.append(minutes)
    return result


def _opens_before(text: str, anchors: Sequence[Anchor], line: int, offset: int) -> Anchor | None:
    """Return the last service before a place on its line where it has no length and is written out as a line or sentence begins."""
    number = bisect_right(anchors, offset, key=lambda a: a.span.end)
    nearest = anchors[number - 1] if number else None
    if nearest is None or nearest.span.start < line or nearest.times:
        return None
    named = nearest.explicit or (nearest.written and nearest.code not in EVALUATIONS)
    return nearest if named and _OPENS.search(text[max(0, nearest.span.start - 3) : nearest.span.start]) else None
