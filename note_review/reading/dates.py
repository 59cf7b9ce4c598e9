"""Dates as American notes write them."""

from __future__ import annotations

import datetime
import re

from note_review.months import MONTH, MONTHS

_IN_WORDS = rf"{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?"
_DAY_FIRST = rf"\d{{1,2}}(?:st|nd|rd|th)?[ -]{MONTH}(?:[ ,-]+\d{{4}}|-\d{{2}}(?!\d))"
_YEAR_FIRST = r"\d{4}-\d{2}-\d{2}"
DATE = rf"(?:{_DAY_FIRST}|\d{{1,2}}[/.-]\d{{1,2}}(?:[/.-](?:\d{{4}}|\d{{2}}))?|{_YEAR_FIRST}|{_IN_WORDS})"
# Where a decimal may stand as well (`3.5 lb`), no full stop parts a date.
UNDOTTED_DATE = rf"(?:{_DAY_FIRST}|\d{{1,2}}[/-]\d{{1,2}}(?:[/-]\d{{2,4}})?|{_YEAR_FIRST}|{_IN_WORDS})"


def parse_date(written: str, *, year: int | None = None) -> datetime.date | None:
    """Return the date that a note writes the American way, or None where it is no date or its year is unknown."""
    written = written.strip().rstrip(".")
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
            return datetime.date.fromisoformat(written)
        if match := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{2,4}))?", written):
            when = int(match[3]) if match[3] else year
            return None if when is None else datetime.date(when + 2000 if when < 100 else when, int(match[1]), int(match[2]))
        if match := re.fullmatch(r"(?i)([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?", written):
            when = int(match[3]) if match[3] else year
            return None if when is None else datetime.date(when, MONTHS.index(match[1].lower()) + 1, int(match[2]))
        if match := re.fullmatch(r"(?i)(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3})[a-z]*\.?[ ,-]+(\d{2}|\d{4})", written):
            return datetime.date(
                int(match[3]) + (2000 if len(match[3]) == 2 else 0), MONTHS.index(match[2].lower()) + 1, int(match[1])
            )
    except ValueError:
        return None
    return None


def date_near(written: str, day: datetime.date | None) -> datetime.date | None:
    """Return the date that a note writes; without a year, the one nearest to a day (a plan may pass New Year)."""
    full = parse_date(written)
    if full is not None or day is None:
        return full
    dates = (parse_date(written, year=year) for year in (day.year - 1, day.year, day.year + 1))
    return min((date for date in dates if date is not None), key=lambda date: abs(date - day), default=None)
