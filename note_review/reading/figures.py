"""Bare figures: whole numbers that could be a length of time though no word says so (`NMR 23`, `2 / 30`, a cell of a column without a head, `fifteen for the neck`).

Grammar takes those whose place it knows; of the others only a model's word makes one a length.
"""

from __future__ import annotations

from collections.abc import Iterator

from note_review.note import Span
from note_review.reading.number_words import NUMBER_WORD, number_of
from note_review.reading.small_letters import any_case, small

LEAST, MOST = 5, 180
# Units of other things; "in" is inches, but not in "48 in all".
_OTHER_UNIT = r"\s?(?:lbs?|kg|f(?:oo)?t|feet|cm|mm|in(?!\s(?:all|total))|inch(?:es)?|deg(?:rees)?|s(?:ec(?:ond)?s?)?|reps?|repetitions|sets?|x|×|hz|mph|bpm|mmhg|yo|y/o|days?|weeks?|wks?|months?|mos?|yrs?|years?(?:-old)?|visits?|steps?|trials?|times|st|nd|rd|th|u|units?|hours?|hrs?)\b"
# No part of a longer number, of a date, price or grade, and no sign of another unit behind; two letters or three may be glued to it (`TT38`).
_FIGURE = any_case(
    rf"(?:(?<![\w.,:$#<>~±+])|(?<=\b[a-z]{{2}})|(?<=\b[a-z]{{3}}))(?P<value>\d{{1,3}})(?=ish\b|(?![\w%°\"”+]|[.,:]\d|{_OTHER_UNIT}))"
)
_WORD = any_case(rf"(?=[tefsnoa])\b(?P<value>{NUMBER_WORD})\b(?!-|{_OTHER_UNIT})")


def bare_figures(text: str) -> Iterator[tuple[Span, int]]:
    """Yield every whole number that could be a length of 5 to 180 minutes: where it stands, and how many."""
    letters = small(text)
    for pattern in (_FIGURE, _WORD):
        for match in pattern.finditer(letters):
            value = number_of(match["value"])
            if LEAST <= value <= MOST:
                yield Span(*match.span("value")), value
