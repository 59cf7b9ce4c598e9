"""Lengths of an earlier visit, or of the slot that was booked, told beside this visit's own: `30 min today (20 min last visit)`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from note_review.note import Span
from note_review.reading.lines import Lines
from note_review.reading.small_letters import any_case
from note_review.reading.times import Time

_VISIT = r"(?:visit|session|time|tx|treatment|appt|appointment|week)"
_OTHER = r"(?:last|previous|prior)"
_BEFORE = any_case(
    r"\b(?:(?:up|down|increased|decreased|reduced|advanced|progressed) from|vs\.?|versus|compared (?:to|with)) (?:about |only )?$"
    r"|(?:^|[.;,\n(]\s*)(?:on )?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri)(?:day)?(?:'s [\w ]{2,20})? (?:was|ran|we had|took) (?:about )?$"
    rf"|(?:^|[.;,\n(]\s*)(?:(?:at|on) )?(?:the )?{_OTHER} {_VISIT}(?: \(?[\d/]+\)?)?(?:\s*[:=](?:(?!\btoday\b)[^.;\n]){{0,40}}|(?:(?!\b(?:today|now)\b)[^.;,\n]){{1,40}})$"
)
_BEHIND = any_case(rf"\s(?:(?:at|on|in|during|from) )?(?:the )?(?:{_OTHER} {_VISIT}\b|yesterday\b)")
_DATED_BEHIND = re.compile(r"\s(?:on|at|from) (?P<day>\d{1,2}/\d{1,2})(?:/\d{2,4})?(?![\d/%])")
_DAY = re.compile(r"\d(?<![\d/].)\d?/\d{1,2}(?![\d%])")
_SLOT = any_case(r"[\s-](?:time )?slot\b")
# One length directly beside another: both are told of one thing.
_BESIDE = any_case(r"(?:[\s,;:(–-]|\b(?:today|this visit|now|it was|was|and|but|of|in|from|an?|the|his|her|their)\b)*")


def lengths_beside_todays(text: str, words: str, lines: Lines, times: Sequence[Time]) -> Iterator[Span]:
    """Find the lengths that their own words give to an earlier visit, and the slots and dated lengths right behind this visit's own."""
    for time in times:
        if _BEHIND.match(words, time.span.end, lines.said_end(time.span.end)) or _BEFORE.search(
            words, max(0, time.span.start - 80), time.span.start
        ):
            yield time.span
    # A day that is named in one place only is not the day of this visit.
    days = Counter(_DAY.findall(text))
    for own, time in pairwise(times):
        if _BESIDE.fullmatch(words, own.span.end, time.span.start):
            end = lines.said_end(time.span.end)
            day = _DATED_BEHIND.match(text, time.span.end, end)
            if _SLOT.match(words, time.span.end, end) or (day and days[day["day"]] == 1):
                yield time.span
