"""Lengths of the activities that a service is made of, listed with a length each: `97112 25 min (10 min foam, 15 min perturbation)`.

Where the whole is told too, it is the service's and the parts are doses within it (guide, Minutes). A list without its whole, in
which each activity has a length, is the service's time in parts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from note_review.encounter import Minutes
from note_review.note import Span
from note_review.reading.anchor import Anchor
from note_review.reading.rests import UNTREATED
from note_review.reading.times import Time, alike, times_within

_MOST = 240
_FARTHEST = 80
_NO_ACTIVITY = r"(?:in |of |the )*(?:total\w*|tot|un-?timed|timed|direct|billable|billed|session|visit|treatment|tx|units?|slot|each|ea|per|every|hold\w*|ago|last|later|late|early)\b"
# Words without a figure of their own, but for one that is part of a name (`L5`).
_ACTIVITY = rf"(?!\s*{_NO_ACTIVITY})(?=[^\d,;:+=.()\n|]*[A-Za-z]{{2}})(?:[^\d,;:+=.()\[\]\n|]|(?<=[A-Za-z])\d)+"
_ORDINAL = r"(?:(?:the )?(?:first|next|last|final|remaining|other)\s)?"
# What is no treatment: how the patient fared, lateness, and what is done at home.
_NOT_TREATED = re.compile(
    r"\b(?:toler\w*|sympt\w*|pain(?![ -](?:free|sci|neuro|educ|manag))|(?:head)?aches?|dizz\w*|vertigo|nause\w*|fatigue\w*|dyspnea|spo2|o2|sats?|recover\w*|improved|increased|decreased|last(?:s|ed|ing)"
    r"|late|arriv\w*|(?:hep|home (?:ex\w*|program))(?! (?:instr|educ|review|train|updat|progress|teach|demo|handout))|(?:at|for) home|daily|icing|iced|ice)\b",
    re.IGNORECASE,
)
_JOIN = r"\s*(?:[,+&]|\b(?:and|plus|then)\b|\n[ \t]*[-–•*])\s*(?:(?:and|plus|then)\s)?"
_UNIT = r"(?:[ -]?min(?:ute)?s?\b|['’])"
_OPENING = r"[ \t]*(?:(?:total|GP|GO)\b[ \t]*)?[):([,=–-]*\s*(?:[-–•*][ \t]*)?"
# A rest, wait or set-up with its length among the activities.
_REST = rf"(?:(?:an?|the|short|brief|long) )?(?:{UNTREATED})"
_OTHER_WORDS = r"[^\d,;:+=.()\[\]\n|]{0,40}"
_REST_ITEM = rf"(?:{_REST}{_OTHER_WORDS}\d{{1,2}}{_UNIT}|\d{{1,2}}{_UNIT} (?:of )?{_REST}{_OTHER_WORDS})"
_RESTS = rf"(?:{_JOIN}{_REST_ITEM}){{0,4}}"
_REST_BEFORE = re.compile(rf"(?:[,:;(+&\n•*–-]|\b(?:and|then|plus)\b)\s*{_REST}{_OTHER_WORDS}$", re.IGNORECASE)
_REST_BEHIND = re.compile(rf"\s(?:of )?{_REST}", re.IGNORECASE)
_RESTS_FIRST = rf"(?:{_REST_ITEM}{_JOIN}){{0,2}}"
_OPENS = re.compile(rf"{_OPENING}{_RESTS_FIRST}{_ORDINAL}", re.IGNORECASE)
_LENGTH_LEADS = re.compile(rf"{_ACTIVITY}{_RESTS}{_JOIN}{_ORDINAL}", re.IGNORECASE)
_ACTIVITY_ALONE = re.compile(_ACTIVITY, re.IGNORECASE)
_LENGTH_FOLLOWS = re.compile(rf"\)?{_RESTS}{_JOIN}{_ACTIVITY}[\s(:=–-]*", re.IGNORECASE)
_OPENS_WITH_ACTIVITY = re.compile(rf"{_OPENING}{_RESTS_FIRST}{_ACTIVITY}[\s(:=–-]*", re.IGNORECASE)
_ENDS = re.compile(rf"\)?{_RESTS}[ \t]*(?:$|[.;)\n=])(?!\n?[ \t]*[-–•*])", re.MULTILINE | re.IGNORECASE)
_TO_THE_WHOLE = re.compile(r"\)?[ \t,;]*(?:(?:[=(]|(?:for|an?|total\w*|tot|of|is|in all)\b)[ \t:.]*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a length, and the whole where it is told before or behind them."""

    parts: tuple[Time, ...]
    whole: Time | None = None
    code: str = ""


def parts_of_a_whole(text: str, anchors: Sequence[Anchor], times: Sequence[Time]) -> Iterator[Span]:
    """Find the parts of a length that is told itself, before or behind them: doses, and no lengths of their own."""
    yield from _parts_of_that(text, anchors, times)
    lists = list(parts_of_services(text, anchors, times))
    items = {part.span for told in lists if told.whole is None for part in told.parts}
    for told in (*parts_within(text, anchors, times), *lists):
        if told.whole is not None and told.whole.span not in items:
            yield from (part.span for part in told.parts)


def parts_within(text: str, anchors: Sequence[Anchor], times: Sequence[Time]) -> Iterator[Parts]:
    """Find the lists behind a length that they add up to, or that a bracket or colon sets off behind a longer one; a list of services is none."""
    names = [a.span.start for a in anchors]
    for number, whole in enumerate(times):
        lengths = _before_a_clock(t for t in times[number + 1 : number + 9] if t.span.end - whole.span.end < _MOST)
        opening = _OPENS.match(text, whole.span.end)
        if not lengths or opening is None or not opening[0].strip():
            continue
        count, end = lengths_of_items(text, [t.span for t in lengths], whole.span.end, least=1)
        told = sum(t.value for t in lengths[:count])
        set_off = {"(", ":"} & set(opening[0]) and (told < whole.value if count == 1 else told <= whole.value)
        is_whole = set_off or (count > 1 and alike(told, whole.value))
        if count and is_whole and bisect_left(names, whole.span.end) == bisect_left(names, end):
            yield Parts(tuple(lengths[:count]), whole)


def _parts_of_that(text: str, anchors: Sequence[Anchor], times: Sequence[Time]) -> Iterator[Span]:
    """Find the lengths that are told as a part of the one before (`40 min, 10 min of which in the harness`), and not as another service's."""
    names = [a.span.start for a in anchors]
    for whole, part in pairwise(times):
        told = _OF_THAT.match(text, part.span.end)
        beside = told is not None and _OPENS.fullmatch(text, whole.span.end, part.span.start) is not None
        if told and beside and part.value < whole.value and bisect_left(names, whole.span.end) == bisect_left(names, told.end()):
            yield part.span


_OF_THAT = re.compile(r" of (?:which|this|that|it|these|those|them)\b[^.;,)\n]{0,40}", re.IGNORECASE)


def parts_of_services(text: str, anchors: Sequence[Anchor], times: Sequence[Time]) -> Iterator[Parts]:
    """Find the lists behind a service's name in which each activity has its length, with the whole that they add up to where it closes them."""
    for number, anchor in enumerate(anchors):
        limit = anchors[number + 1].head.start if number + 1 < len(anchors) else len(text)
        near = _before_a_clock(times_within(times, anchor.span.end, min(limit, anchor.span.end + _MOST))[:9])
        count = lengths_of_items(text, [t.span for t in near], anchor.span.end)[0] if len(near) > 1 else 0
        if not count:
            continue
        parts, following = tuple(near[:count]), near[count] if count < len(near) else None
        treated = tuple(t for t in parts if not _is_a_rest(text, t.span))
        if following and _closes(text, parts, following):
            yield Parts(parts, following, anchor.code)
        elif are_parts(text, [t.span for t in treated], anchor):
            yield Parts(treated, code=anchor.code)


def in_parts(told: Parts, found: Sequence[Minutes], anchors: Sequence[Anchor]) -> list[Minutes]:
    """Take a list in which each activity has its length as its service's time, unless the service or a total says otherwise."""
    parts = [Minutes(part.span, part.value, told.code) for part in told.parts]
    spans = {part.span for part in parts}
    others = [m for m in found if m.span not in spans]
    if told.whole is not None or any(m.scope == told.code for m in others):
        return []
    services = [m.value for m in others if not m.scope.startswith("total")]
    totals = [m for m in others if m.scope.startswith("total")]
    alone = {a.code for a in anchors} == {told.code}
    told_sum = sum(m.value for m in parts) + sum(services)
    fits = all(told_sum == m.value if alone or m.scope == "total_timed" else told_sum <= m.value for m in totals)
    return parts if fits else []


def are_parts(text: str, lengths: Sequence[Span], anchor: Anchor) -> bool:
    """Whether lengths behind a name are set off from it as a list or added with a sign, and so are parts and not one length and doses.

    Lengths behind their activities are doses under a name (guide, Minutes); under a written code, behind its colon or on the lines below, they are its time.
    A list that tells anything but treatment is no service's time; rests are left out of ``lengths``.
    """
    if not lengths:
        return False
    start = anchor.span.end
    lead, body = text[start : lengths[0].start], text[lengths[0].end : lengths[-1].start]
    leads = _OPENS.fullmatch(lead) is not None
    opens = (
        (":" in lead or "(" in lead or "\n" in lead or "+" in body)
        if leads
        else anchor.explicit and lead.lstrip(" )")[:1] in {":", "\n"}
    )
    count, end = lengths_of_items(text, lengths, start) if opens else (0, start)
    return count == len(lengths) and _NOT_TREATED.search(text, start, end) is None


def _is_a_rest(text: str, length: Span) -> bool:
    """Whether an item of a list is a rest, a wait or a set-up, named before its length or behind it."""
    before = _REST_BEFORE.search(text, max(0, length.start - _FARTHEST), length.start)
    return before is not None or _REST_BEHIND.match(text, length.end) is not None


def lengths_of_items(text: str, lengths: Sequence[Span], start: int, *, least: int = 2) -> tuple[int, int]:
    """Return how many of the lengths, from the first on, have an activity each, all before it or all behind it, and where the last one's item ends."""
    if not lengths or lengths[0].start - start > _FARTHEST:
        return 0, start
    leads = _OPENS.fullmatch(text, start, lengths[0].start) is not None
    if not leads and not _OPENS_WITH_ACTIVITY.fullmatch(text, start, lengths[0].start):
        return 0, start
    gap = _LENGTH_LEADS if leads else _LENGTH_FOLLOWS
    count = 1
    while (
        count < len(lengths)
        and lengths[count].start - lengths[count - 1].end <= _FARTHEST
        and gap.fullmatch(text, lengths[count - 1].end, lengths[count].start)
    ):
        count += 1
    end = lengths[count - 1].end
    if leads:
        last = _ACTIVITY_ALONE.match(text, end)
        end = last.end() if last is not None else end
        closed = last is not None and text[end : end + 1] in {"", ".", ",", ";", ")", "\n", "=", "("}
    else:
        closed = _ENDS.match(text, end) is not None or _TO_THE_WHOLE.match(text, end) is not None
    return (count, end) if closed and count >= least else (0, start)


def _before_a_clock(times: Iterable[Time]) -> list[Time]:
    return list(takewhile(lambda t: t.form != "clock", times))


def _closes(text: str, parts: Sequence[Time], whole: Time) -> bool:
    """Whether a length is the sum of the parts before it and is told as their sum."""
    last = parts[-1].span.end
    activity = _ACTIVITY_ALONE.match(text, last)
    start = activity.end() if activity else last
    return alike(sum(p.value for p in parts), whole.value) and _TO_THE_WHOLE.fullmatch(text, start, whole.span.start) is not None
