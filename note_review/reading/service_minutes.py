"""How the lengths of one service add up: its blocks do, a length given twice does not (guide: Lengths given twice)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby, pairwise

from note_review.encounter import Minutes
from note_review.note import Span
from note_review.reading.anchor import Anchor
from note_review.reading.clocks import ClockSpan, find_clock_spans
from note_review.reading.parts import are_parts
from note_review.reading.rests import early_end, rest_within
from note_review.reading.service_names import BESIDE_ANYTHING
from note_review.reading.services import ServiceText
from note_review.reading.small_letters import small
from note_review.reading.times import alike


def minutes_of_services(
    text: str, services: Sequence[ServiceText], minutes: Sequence[Minutes], *, several: bool = False
) -> list[int | None]:
    """Return each service's own minutes; a lone timed service takes the total, unless ``several`` kinds of treatment share it.

    The timed total comes before the visit's, which may hold untimed treatment too (policy 2.2).
    """
    found = [_minutes_of(text, service, minutes) for service in services]
    timed = [i for i, s in enumerate(services) if len(services) == 1 or (s.billed or s.named or "97112") not in BESIDE_ANYTHING]
    if len(timed) == 1 and found[timed[0]] is None and not several:
        for scope in ("total_timed", "total_treatment", "unspecified"):
            totals = [m for m in minutes if m.scope == scope]
            if totals:
                found[timed[0]] = _worked(text, totals[-1])
                break
    return found


@dataclass(frozen=True, slots=True)
class _Block:
    """What one head of a service says: its minutes, its clock times, and whether it tells what was done in them."""

    value: int
    clocks: tuple[ClockSpan, ...]
    is_filled: bool


def _minutes_of(text: str, service: ServiceText, minutes: Sequence[Minutes]) -> int | None:
    """Return what the blocks of a service come to.

    Blocks under heads that tell what was done add up, however long each is, and so do blocks at different times of the day. What a head that
    tells nothing (a foot line, a charge grid) has from them or from their sum is given twice.
    """
    heads = {time.span: anchor for anchor in reversed(service.anchors) for time in anchor.times}
    own = sorted({m.span: m for m in minutes if m.scope in {service.named, service.billed}}.values(), key=lambda m: m.span)
    by_person = {given.span for given in service.given_by}
    clocks = {m.span: _clocks(text, m.span) for m in own}
    blocks = [
        _Block(
            _length_of(text, lengths, head, by_person, clocks),
            tuple(c for m in lengths for c in clocks[m.span]),
            head is not None and head.head in service.filled_heads,
        )
        for head, lengths in (
            (h, list(g)) for h, g in groupby(own, key=lambda m: heads.get(m.span) or _head_beside(text, service, m.span))
        )
    ]
    if _closes_with_their_sum(blocks):
        return blocks[-1].value
    counted: list[_Block] = []
    for block in sorted(blocks, key=lambda b: not b.is_filled):
        if not _is_said_again(block, counted):
            counted.append(block)
    return sum(b.value for b in counted) if own else None


def _closes_with_their_sum(blocks: Sequence[_Block]) -> bool:
    """Whether a last head that tells nothing has the sum of the others (`Total 97110: 20 min`), even of short ones that are alike."""
    return len(blocks) > 2 and not blocks[-1].is_filled and blocks[-1].value == sum(b.value for b in blocks[:-1])


def _is_said_again(block: _Block, counted: Sequence[_Block]) -> bool:
    """Whether a block only repeats what is counted already."""
    clocked = [b for b in counted if b.clocks]
    if block.clocks and clocked:
        return any(clock.overlaps(other) for clock in block.clocks for before in clocked for other in before.clocks)
    values = [b.value for b in counted]
    sums = [sum(values)] if len(values) > 1 else []
    return not block.is_filled and any(alike(block.value, value) for value in (*values, *sums))


def _head_beside(text: str, service: ServiceText, length: Span) -> Anchor | None:
    """Return the name for a length that stands in no head: the last one before it on its line, else the next one there, else the last one above."""
    number = bisect_right(service.anchors, length.start, key=lambda a: a.head.start)
    before = service.anchors[number - 1] if number else None
    behind = service.anchors[number] if number < len(service.anchors) else None
    if (
        behind
        and text.find("\n", length.end, behind.head.start) < 0
        and not (before and text.find("\n", before.head.end, length.start) < 0)
    ):
        return behind
    return before


_ADDED = re.compile(r"\s*\)?,?\s*(?:\+|&|and\b|plus\b|then\b)\s*(?:another\s)?", re.IGNORECASE)
_COLUMNS = re.compile(r"(?:[ \t]*\||[ \t]{3,}|\t)[\s|\d]*(?:min\w*)?[\s:]*", re.IGNORECASE)


def _length_of(
    text: str,
    lengths: Sequence[Minutes],
    anchor: Anchor | None,
    by_person: AbstractSet[Span],
    clocks: Mapping[Span, list[ClockSpan]],
) -> int:
    """Return what the lengths of one head come to.

    Stated minutes come before a clock span beside them, but keep its time of day. A length said again counts once, unless it has a time of day of its own; the parts of a
    list, however alike, and those of several persons add up. The last column of a row is today's.
    """
    spans = [length.span for length in lengths]
    if len(lengths) > 1 and anchor is not None and are_parts(text, spans, anchor):
        return sum(_worked(text, length) for length in lengths)
    persons = [m for m in lengths if m.span in by_person]
    if len(persons) > 1 and all(any(alike(m.value, part.value) for part in persons) for m in lengths):
        return sum(_worked(text, length) for length in persons)
    clocks_of = _times_of_day(lengths, clocks)
    stated = [m for m in lengths if m.span in clocks_of]
    if len(stated) > 1 and all(_COLUMNS.fullmatch(text, a.span.end, b.span.start) for a, b in pairwise(stated)):
        return _worked(text, stated[-1])
    parts: list[int] = []
    clocked: list[ClockSpan] = []
    end = stated[0].span.start
    for length in stated:
        value, own = _worked(text, length), clocks_of[length.span]
        apart = bool(own) and not any(clock.overlaps(other) for clock in own for other in clocked)
        said = any(alike(value, part) for part in parts) or (len(parts) > 1 and value == sum(parts))
        if apart or not said or _ADDED.fullmatch(text, end, length.span.start):
            parts.append(value)
            clocked += own
        end = length.span.end
    return sum(parts)


def _times_of_day(lengths: Sequence[Minutes], clocks: Mapping[Span, list[ClockSpan]]) -> dict[Span, list[ClockSpan]]:
    """Return the stated minutes of one head with the clock span told beside each, where each has one; where none are stated, the clock spans."""
    stated = [m for m in lengths if not clocks[m.span]]
    if not stated:
        return {m.span: clocks[m.span] for m in lengths}
    pairs = list(zip(lengths[::2], lengths[1::2], strict=False))
    in_pairs = len(lengths) == 2 * len(stated) and all(bool(clocks[a.span]) != bool(clocks[b.span]) for a, b in pairs)
    return (
        {(b if clocks[a.span] else a).span: clocks[a.span] or clocks[b.span] for a, b in pairs}
        if in_pairs
        else {m.span: [] for m in stated}
    )


def _worked(text: str, length: Minutes) -> int:
    """Return a length up to its early end, and without the rest, wait or set-up that it is said to include, which is no treatment."""
    behind = small(text[length.span.end : length.span.end + 160])
    end = early_end(behind, 0)
    if end is not None and 0 < end[1] < length.value:
        return end[1]
    rest = rest_within(behind, length.scope)
    return length.value - rest if rest < length.value else length.value


def _clocks(text: str, span: Span) -> list[ClockSpan]:
    return list(find_clock_spans(text[span.start : span.end]))
