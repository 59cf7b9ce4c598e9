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

# A figure's unit that is none of time's, on the same line; "in" is inches only where nothing else can follow ("48 in all", "25 in gait").
OTHER_UNIT = (
    r"[ \t]?(?:%|(?:lbs?|pounds?|kg|f(?:oo)?t|feet|yards?|yds?|cm|mm|m?l(?:iters?)?|cc|in(?=[ \t]*(?:$|[,.;)\n]|steps?\b|box|block|curb))|inch(?:es)?|deg(?:rees)?|s(?:ec(?:ond)?s?)?|reps?|repetitions|sets?|x|×|"
    r"hz|mph|bpm|mmhg|percent|yo?|y/o|days?|weeks?|wks?|months?|mos?|yrs?|years?(?:-old)?|visits?|sessions?|steps?|trials?|times|st|nd|rd|th|u|units?|hours?|hrs?|codes?)\b)"
)


def either(*ways: str) -> str:
    """Return the pattern for any of several ways, tried in this order; it has no brackets of its own."""
    return "|".join(ways)
