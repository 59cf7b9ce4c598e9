"""Days as people and record systems write them, the American way round."""

from __future__ import annotations

import datetime
import re

from note_review.months import MONTH, MONTHS

WRITTEN_DAY = (
    r"(?:(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})(?!\d)|(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)"
    rf"|{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}[ -]{MONTH}[ -,]*\d{{4}})"
)


def parse_day(written: str) -> datetime.date | None:
    """Return the day of ``01/05/2026``, ``1-5-26``, ``2026-01-05``, ``Jan 5, 2026`` or ``5 Jan 2026``; None where it is none."""
    figures = [int(n) for n in re.findall(r"\d+", written)]
    named = re.search("|".join(MONTHS), written.lower())
    try:
        if named and len(figures) == 2:
            return datetime.date(figures[1], MONTHS.index(named[0]) + 1, figures[0])
        month, day, year = figures if figures[0] <= 31 else (*figures[1:], figures[0])
        return datetime.date(year + 2000 if year < 100 else year, month, day)
    except (ValueError, IndexError):
        return None


def parse_stamp(written: str | None) -> datetime.date | None:
    """Return the day of a machine's time: ``20260105``, ``202601051430-0500``, ``2026-01-05T14:30:00Z``; None where it is none."""
    match = re.match(r"\s*(\d{4})-?(\d{2})-?(\d{2})", written or "")
    try:
        return datetime.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
