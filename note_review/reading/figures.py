"""Bare figures that could be a length of time though no word says so.

Whole numbers (`NMR 23`, `2 / 30`, a cell of a column without a head, `fifteen for the neck`), hours (`0:25`, `0.75`) and two clock times side by side
(`9:05   9:31`, `0905/0931`). Grammar takes those whose place it knows; of the others only a model's word makes one a length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from note_review.note import Span
from note_review.reading.clocks import clock_times
from note_review.reading.number_words import NUMBER_WORD, number_of
from note_review.reading.small_letters import any_case, small
from note_review.reading.vocabulary import OTHER_UNIT

LEAST, MOST = 5, 180
# Its first sign is the first that is asked for, so that the search runs from figure to figure. No part of a longer number, of a date, a decimal, a price or a grade out of five; two letters or three may be glued to it (`TT38`).
_FIGURE = any_case(
    r"(?P<value>\d(?:(?<![\w.,:$#<>±].)|(?<=\b[a-z]{2}.)|(?<=\b[a-z]{3}.)|(?<=\bm.))(?!(?<=\d[/+-]5)\b)(?!(?<=[+-]/5)\b)"
    r"(?!\d?[/-]\d{1,2}[/-]\d{2})(?!(?<=\d[/-].)\d?[/-]\d)(?<!\d[/-]\d[/-].)(?<!\d[/-]\d\d[/-].)"
    rf"\d{{0,2}})(?=ish\b|m\b|m\du\b|(?![\w%°\"”]|\+(?!\d)|[.,:]\d|{OTHER_UNIT}))",
    re.MULTILINE,
)
_WORD = any_case(rf"(?=[tefsnoa])\b(?P<value>{NUMBER_WORD})\b(?!-|{OTHER_UNIT})", re.MULTILINE)
_CLOCK = r"(?:\d{1,2}:[0-5]\d|[01]\d[0-5]\d|2[0-3][0-5]\d)(?:\s?[ap]m?\b)?"
_TWO_CLOCKS = any_case(
    rf"(?=\d)(?<![\w.:/$#-])(?P<first>{_CLOCK})(?=[ \t|/,;>-])[ \t]*+(?:[|/,;>-]++[ \t]*+|(?:in|out|to)[ \t]++)?(?P<last>{_CLOCK})(?![\w:/-])"
)
_CLOCKS = re.compile(r"\d:\d\d|\d{4}")
_HOURS = any_case(
    rf"(?=[012:.])(?<![\w.,:$#<>±/])(?<!\btime in )(?<!\btime in: )(?<!\btime out )(?<!\btime out: )(?:(?P<whole>[0-2]?):(?P<minutes>[0-5]\d)|(?P<decimal>[0-2]?\.(?:00?|25|50?|75)))(?![\w:°/-]|\.\d|{OTHER_UNIT})",
    re.MULTILINE,
)
_PARTS_OF_AN_HOUR = re.compile(r"[:.]\d")


def bare_figures(text: str) -> Iterator[tuple[Span, int]]:
    """Yield everything that could be a length of 5 to 180 minutes: where it stands, and how many."""
    letters = small(text)
    for match in _TWO_CLOCKS.finditer(letters) if _CLOCKS.search(letters) else ():
        times = clock_times(match["first"], match["last"])
        if times and LEAST <= times[1] <= MOST:
            yield Span(*match.span()), times[1]
    for match in _HOURS.finditer(letters) if _PARTS_OF_AN_HOUR.search(letters) else ():
        value = round(60 * float(match["decimal"])) if match["decimal"] else 60 * int(match["whole"] or 0) + int(match["minutes"])
        if LEAST <= value <= MOST:
            yield Span(*match.span()), value
    for pattern in (_FIGURE, _WORD):
        for match in pattern.finditer(letters):
            value = number_of(match["value"])
            if LEAST <= value <= MOST:
                yield Span(*match.span("value")), value
