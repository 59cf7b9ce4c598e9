"""Dates as American notes write them."""

from __future__ import annotations

import datetime
import re

from note_review.months import MONTH, MONTHS

_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
# The year in full, or told to be one.
_LONG_YEAR = r"(?:(?:19|20)\d{2}|['’]\d{2})(?!\d)"
# Two figures behind a sign may still begin a length or a time: `March-20-30 reps`.
_NO_AMOUNT = r"(?!\d|[:/.–-]\d|[%'’]| ?(?:min|m\b|sec|s\b(?!:)|reps?|x(?:\d|\b)|ft|feet|deg|lbs?|visits?|[ap]\.?m\b))"
# Two figures behind a space may count anything (`6 Apr 30 TE`, `12 Apr 12 visits`): they are a year only where nothing follows but a time or a further date.
_NOTHING_COUNTED = (
    rf"(?=[ \t]*(?:\Z|[\r\n;|)\]*]|[.:](?!\d)|,? \d{{1,2}}:\d{{2}}|(?:[-–]|to|thru|through|until) ?{_NTH}[ ./-]?{MONTH}))"
)
_SHORT_YEAR = r"(?:1[89]|2\d)"
# `Visit 12 Mar 26` may be of 26 March.
_NUMBERED = ("visit ", "visit: ", "session ", "session: ", "treatment ", "tx ", "tx: ", "no ", "no. ", "number ", "of ", "#", "# ", "#: ", r"\bday ", r"\bweek ", r"\bwk ", r"\d")  # fmt: skip
_OF_A_NUMBER = "".join(rf"(?<!{word})" for word in _NUMBERED)
# A range of days (`April 6-10`) and an exercise (`March-20 x2`) have but one hyphen.
_IN_WORDS = rf"{MONTH}(?:\s+{_NTH}(?:(?:,?\s+|[,-]){_LONG_YEAR})?|-{_NTH}(?:(?:,?\s+|[,-]){_LONG_YEAR}|-\d{{2}}{_NO_AMOUNT}))"
DAY_FIRST = (
    rf"(?:{_NTH}(?: of |[ ./-]?){MONTH}[ ,./-]*{_LONG_YEAR}|{_NTH}(?:-{MONTH}-|/{MONTH}/)\d{{2}}(?!\d)|{_NTH}(?:\.{MONTH}|{MONTH})\d{{2}}{_NO_AMOUNT}"
    rf"|{_OF_A_NUMBER}{_NTH} {MONTH},? {_SHORT_YEAR}{_NOTHING_COUNTED})"
)
_YEAR_FIRST = rf"\d{{4}}(?:-\d{{2}}-|/\d{{2}}/|-{MONTH}-)\d{{2}}"
DATE = rf"(?:{DAY_FIRST}|{_YEAR_FIRST}|\d{{1,2}}[/.-]\d{{1,2}}(?:[/.-](?:\d{{4}}|\d{{2}}))?|{_IN_WORDS})"
# Where a decimal may stand as well (`3.5 lb`), no full stop parts a date.
UNDOTTED_DATE = rf"(?:{DAY_FIRST}|{_YEAR_FIRST}|\d{{1,2}}[/-]\d{{1,2}}(?:[/-]\d{{2,4}})?|{_IN_WORDS})"

_MONTH_WORD, _DAY, _YEAR = r"(?P<month>[a-z]{3})[a-z]*\.?", r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>\d{4}|\d{2,3})"
_ORDERS = tuple(
    re.compile(order, re.IGNORECASE)
    for order in (
        rf"(?P<month>\d{{1,2}})[/.-](?P<day>\d{{1,2}})(?:[/.-]{_YEAR})?",
        r"(?P<year>\d{4})[/-](?P<month>\d{2})[/-](?P<day>\d{2})",
        rf"(?P<year>\d{{4}})-{_MONTH_WORD}-{_DAY}",
        rf"{_MONTH_WORD}[\s-]+{_DAY}(?:[\s,'’-]+{_YEAR})?",
        rf"{_DAY}(?: of |[ ./-]?){_MONTH_WORD}[ ,./'’-]*{_YEAR}",
    )
)


def parse_date(written: str, *, year: int | None = None) -> datetime.date | None:
    """Return the date that a note writes the American way, or None where it is no date or its year is unknown."""
    figures = _figures(written)
    if figures is None or (figures[0] is None and year is None):
        return None
    when = figures[0] if figures[0] is not None else year
    try:
        return datetime.date(when or 0, *figures[1:])
    except ValueError:
        return None


def month_and_day(written: str) -> tuple[int, int]:
    """Return month and day as a date writes them, be there such a day or not."""
    figures = _figures(written)
    return figures[1:] if figures else (0, 0)


def date_near(written: str, day: datetime.date | None) -> datetime.date | None:
    """Return the date that a note writes; without a year, the one nearest to a day (a plan may pass New Year)."""
    full = parse_date(written)
    if full is not None or day is None:
        return full
    dates = (parse_date(written, year=year) for year in (day.year - 1, day.year, day.year + 1))
    return min((date for date in dates if date is not None), key=lambda date: abs(date - day), default=None)


def _figures(written: str) -> tuple[int | None, int, int] | None:
    """Return year (None where it is not told), month and day of a written date."""
    written = written.strip().rstrip(".")
    for order in _ORDERS:
        if match := order.fullmatch(written):
            month = match["month"].lower()
            if not month.isdecimal() and month not in MONTHS:
                return None
            year = int(match["year"]) if match["year"] else None
            return (
                year + 2000 if year is not None and year < 100 else year,
                int(month) if month.isdecimal() else MONTHS.index(month) + 1,
                int(match["day"]),
            )
    return None
