"""Lengths told as a range: `15-20 min`, `20 to 25 min`, `between twelve and fifteen minutes`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from note_review.note import Span
from note_review.reading.number_words import NUMBER_WORD, number_of
from note_review.reading.small_letters import any_case

_UNIT = r"(?:min(?:ute)?s?(?![a-z])\.?|m(?![\w/'])|['′’´](?![\w'\"]))"
# What a figure before a dash counts where it begins no range: `Visit 12 - 15 min`; `from 15 to 20 min` is a change.
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:from|visit|session|day|week|wk|room|rm|appt|no\.?|number|level|grade|stage|phase)\s*#?\s*$"
)
# Beyond it the first figure counts something else: `97110 2 - 15 min` are two units.
_WIDEST = 3


def _range(number: str) -> re.Pattern[str]:
    unit = r"(?:\s?(?:min(?:ute)?s?|m|['′’]))?"
    return any_case(
        rf"(?:\bbetween (?P<least>{number}){unit} and |(?:(?<![\w.,:/#$<>–-])|(?<=\bx))(?P<low>{number}){unit}(?:\s?[-–—]\s?|\s(?:to|or)\s))"
        rf"(?P<high>{number})(?P<unit>[\s-]?{_UNIT})(?!\s?a(?![\w:])|\s?=)"
    )


def _last(number: str) -> re.Pattern[str]:
    """Return a pattern for a range's second half, which sees sooner that there is none: it is found by its first sign."""
    return any_case(rf"[–—dor-]\s?{number}[\s-]?[m'′’´]")


_FIGURE = r"\d{1,3}(?!\d)"
_IN_FIGURES, _LAST_FIGURE = _range(_FIGURE), _last(_FIGURE)
_IN_WORDS, _LAST_WORD = _range(NUMBER_WORD), _last(NUMBER_WORD)


def find_ranges(words: str) -> Iterator[tuple[Span, int]]:
    """Find the ranges of minutes in a text in small letters, with the minutes that each surely has.

    That is its lower end: only minutes that are documented may be billed (policy 1.1: time in which the patient is treated), and of
    `15-20 min` no more than fifteen are.
    """
    in_minutes = "min" in words or _SIGN.search(words)
    for pattern, last in ((_IN_FIGURES, _LAST_FIGURE), (_IN_WORDS, _LAST_WORD)) if in_minutes else ():
        for match in pattern.finditer(words) if last.search(words) else ():
            least, most = number_of(match["least"] or match["low"]), number_of(match["high"])
            before = _OF_SOMETHING_ELSE.search(words, max(0, match.start() - 12), match.start())
            if least < most <= _WIDEST * least and before is None:
                yield Span(match.start(), match.end() - match["unit"].endswith(".")), least


_SIGN = re.compile(r"\d\s?(?:m\b|['′’´])")
