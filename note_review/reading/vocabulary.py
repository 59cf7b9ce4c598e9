"""Words of the trade that patterns of lengths are built from, each in every way that notes write it."""

from __future__ import annotations

MINUTES = r"min(?:ute)?s?"
# A scanner reads `time` as `tirne`.
TIME = r"t(?:im|irn)e"
INDIVIDUAL = r"ind(?:iv(?:idual)?)?"
ONE_ON_ONE = r"one[- ]on[- ]one"
# What makes minutes those of the timed codes.
TIMED = r"timed|direct|billable"
TREATMENT = r"tx|rx|treatment"
VISIT = r"treatment|tx|session|visit"
EVALUATION = r"eval(?:uation)?"
UNITS_COUNTED = r"(?:\d{1,2}\s?(?:units?|u)\b|units?\s?[:=]?\s?\d{1,2}(?!\d))[,;]?"


def either(*ways: str) -> str:
    """Return the pattern for any of several ways, tried in this order; it has no brackets of its own."""
    return "|".join(ways)
