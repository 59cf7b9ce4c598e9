"""Totals that are the sum of a note's timed services, however they are told: `Of the 43 minutes we had, 27 were ther act, 16 neuro re-ed`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from note_review.encounter import Minutes, Section
from note_review.note import Span
from note_review.reading.reach import DOSE
from note_review.reading.sections import section_at
from note_review.reading.service_names import TIMED_CODES
from note_review.reading.times import Time
from note_review.reading.visits import told_of_another_visit

_LEAST = 16
_NOT_TODAY = frozenset({"goals", "history", "prior_visit", "home_program"})
_OF_SOMETHING_ELSE = re.compile(r"(?i)\s*(?:before|after|ago|prior|slot|late|early|walk|of rest|earlier|later)\b")
_BARE = re.compile(
    r"(?:\b(?:tot(?:al)?s?\b(?![^\n\d]*\b(?:units?|visits?)\b)[^\n\d]{0,40}?|done:?\s)|\btotal[,;|\d]*[,;|]|\d\s?=\s?|^[ \t|]*)(?P<a>\d{2,3})(?=[ \t|]*(?:$|[.;,]\s|[.;,]$))|(?<![\d.:/-])(?P<b>\d{2,3})(?=\s(?:in all|all told|altogether)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_FIGURE = re.compile(r"\d(?<!\d\d)\d{1,2}(?!\d)")


def timed_sums(found: Sequence[Minutes]) -> frozenset[int]:
    """Return what the lengths of the timed services come to, where there are two services or more: each told once, or in parts."""
    told: dict[str, list[int]] = {}
    for minutes in found:
        if minutes.scope in TIMED_CODES:
            told.setdefault(minutes.scope, []).append(minutes.value)
    if len(told) < 2:
        return frozenset()
    return frozenset(
        {
            sum(values[0] for values in told.values()),
            sum(sum(set(values)) for values in told.values()),
            sum(sum(values) for values in told.values()),
        }
    )


def sums_told(
    text: str, sections: tuple[Section, ...], times: Sequence[Time], found: Sequence[Minutes], free: Callable[[int, int], bool]
) -> Iterator[Minutes]:
    """Find the lengths that nothing else claims and that are what the timed services come to."""
    sums = timed_sums(found)
    if not sums:
        return
    for time in times:
        if time.value in sums and time.value >= _LEAST and time.form in {"minutes", "words", "hours"} and free(*time.span):
            around = text[max(0, time.span.start - 20) : time.span.end + 20]
            if section_at(sections, time.span.start).kind not in _NOT_TODAY and not (
                DOSE.search(around)
                or _OF_SOMETHING_ELSE.match(text, time.span.end)
                or told_of_another_visit(text, max(0, time.span.start - 40), time.span.start)
            ):
                yield Minutes(time.span, time.value, "total_timed")
    for match in () if sums.isdisjoint(map(int, _FIGURE.findall(text))) else _BARE.finditer(text):
        span = Span(*match.span(match.lastgroup or 0))
        if int(text[span.start : span.end]) in sums and free(*span):
            yield Minutes(span, int(text[span.start : span.end]), "total_timed")
