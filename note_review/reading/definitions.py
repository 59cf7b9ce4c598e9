"""Printed definitions of codes: `97112 Neuromuscular re-ed, 1 or more areas, each 15 minutes` says what a unit is, not how long anything took."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from note_review.note import Span
from note_review.reading.small_letters import any_case, small

# Begins with its figure and looks behind it, so that the search runs from figure to figure.
_UNIT_OF_A_CODE = any_case(
    r"15(?:(?:(?<=\beach\s15)|(?<=\bea\s15)|(?<=\bea\.\s15)|(?<=\bper\s15)|(?<=\bevery\s15)|(?<=\badditional\s15))[\s-]*min(?:ute)?s?\b"
    r"|(?<![\d.:/]15)[\s-]?min(?:ute)?s? (?:increments?|intervals?)\b"
    # An EMR's row prints the unit with the name, and the real length in a place of its own: `97112 NEUROMUSC REED 15 MIN   Qty 2   Mins 27`.
    r"|(?<=[a-z]\s15)\s?min(?=[ \t|,;]+(?:(?:qty|units?|un)[ \t:=#|]*\d{1,2}[ \t|,;]+|\d{1,2}\s?(?:units?|un)[ \t|,;]+|(?:g[pon]|kx|59|x[epsu]|c[qo])[ \t|,;]+)*(?:(?:tx |total |actual )?(?:min(?:ute)?s?|time)[ \t:=#|]*\d{1,3}(?![\d:/])|(?<=[\d\s|][ \t|])\d{1,3}\s?min)))"
)
# Two codes in one breath have a length each, and no definition: `97110 and 97112, each 15 min`.
_EACH_OF_TWO = any_case(r"(?<!\d)9\d{4}(?:,? and |\s?[,/&+]\s?)9\d{4}[\s,:;(–-]{1,3}each\s$")
_OTHER_CONTENT = re.compile(r"\d\d|;|\n[ \t]*\n")
_LONGEST = 260
# `TE 15 min, total time 52 min`: what follows once may be the visit's; what follows in every row is the row's.
_TIME_BEHIND = any_case(r"[,;]\s(?:(?:total )?time|total min(?:ute)?s?)\b")


def units_defined(text: str) -> list[Span]:
    """Return where the length of a code's unit is printed, which is the length of nobody's treatment."""
    words = small(text) if "15" in text else ""
    units = [Span(*m.span()) for m in _UNIT_OF_A_CODE.finditer(words)]
    units = [unit for unit in units if not _EACH_OF_TWO.search(words, max(0, unit.start - 30), unit.start)]
    once = [unit for unit in units if _TIME_BEHIND.match(words, unit.end)]
    return [unit for unit in units if len(once) != 1 or unit != once[0]]


def definition_end(text: str, start: int, stop: int, defined: Sequence[Span]) -> int:
    """Return where the definition ends that is printed behind a name, before the next code; ``start`` where none is."""
    number = bisect_left(defined, start, key=lambda u: u.start)
    unit = defined[number] if number < len(defined) else None
    if unit is None or unit.end > min(stop, start + _LONGEST) or _OTHER_CONTENT.search(text, start, unit.start):
        return start
    return unit.end
