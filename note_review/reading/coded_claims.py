"""Claims in a machine's own form within a note: X12 service lines (`SV1*HC:97112:GP:59*90*UN*2***1~`) and JSON objects."""

from __future__ import annotations

import re
from dataclasses import dataclass

from note_review.note import Span
from note_review.reading.times import LONGEST, Time

_SEGMENT = re.compile(
    r"(?P<code>\w{5})(?P<modifiers>(?:[:>^][A-Z0-9]{2}){0,4})(?:[:>^][^*|~\n]*)?(?P<sep>[*|])(?P<charge>[\d.]*)(?P=sep)(?P<unit>UN|MJ)?(?P=sep)(?P<count>\d{1,3})(?:\.0+)?(?![\d.])"
)
_SEGMENT_OPENS = re.compile(r"SV[12][*|](?:\d{4}[*|])?HC[:>^]$")
_FARTHEST = 300
_FIELD = re.compile(r'"(?P<key>\w+)"\s*:\s*(?P<value>\[[^\[\]{}]*\]|"[^"\n]*"|\d+(?:\.0+)?(?![\w.])|null)')
_KEY_OF_A_CODE = re.compile(r'"\w*(?:code|cpt|hcpcs|proc|service)\w*"\s*:\s*"$', re.IGNORECASE)
_UNITS = re.compile(r"(?:billed_?)?(?:units?|qty|quantity)(?:_?billed|_?count)?", re.IGNORECASE)
_MODIFIERS = re.compile(r"mod(?:ifier)?s?_?\d?", re.IGNORECASE)
_MINUTES = re.compile(r"(?:(?:treatment|tx|timed|actual|total)_?)?min(?:ute)?s?", re.IGNORECASE)
_MODIFIER = re.compile(r"(?<!\w)[A-Z0-9]{2}(?!\w)")
# Units and minutes have at most three figures (`ClaimLine.units`); anything else there is no count that can be read.
_COUNT = re.compile(r'"?(?P<count>\d{1,3})(?:\.0+)?"?')


@dataclass(frozen=True, slots=True)
class CodedLine:
    """What a machine's line says of its code: where that ends, units, modifiers and minutes."""

    end: int
    units: int | None
    modifiers: tuple[str, ...]
    times: tuple[Time, ...]


def read_coded(text: str, line: Span, code: int) -> CodedLine | None:
    """Read the claim line in a machine's form that holds a code, or return None where the code stands in none.

    Parameters
    ----------
    line
        The line that holds the code.
    code
        Where the code begins.
    """
    if text[code - 1 : code] in {":", ">", "^"}:
        return _segment(text, line, code)
    return _object(text, code) if text[code - 1 : code] == '"' and _KEY_OF_A_CODE.search(text, max(0, code - 40), code) else None


def _segment(text: str, line: Span, code: int) -> CodedLine | None:
    match = _SEGMENT.match(text, code, line.end)
    if match is None or not _SEGMENT_OPENS.search(text, max(line.start, code - 16), code):
        return None
    units = int(match["count"]) if match["unit"] != "MJ" else None
    return CodedLine(match.end(), units, tuple(re.findall(r"\w{2}", match["modifiers"])), ())


def _object(text: str, code: int) -> CodedLine | None:
    """Read the fields of the innermost JSON object around a code."""
    start = text.rfind("{", max(0, code - _FARTHEST), code)
    end = text.find("}", code, code + _FARTHEST)
    if start < 0 or end < 0 or text.find("}", start, code) >= 0 or text.find("{", code, end) >= 0:
        return None
    units: int | None = None
    modifiers: list[str] = []
    times: tuple[Time, ...] = ()
    for field in _FIELD.finditer(text, start, end):
        key, value = field["key"], field["value"]
        count = _COUNT.fullmatch(value)
        if count and _UNITS.fullmatch(key):
            units = int(count["count"])
        elif _MODIFIERS.fullmatch(key):
            modifiers += _MODIFIER.findall(value)
        elif count and _MINUTES.fullmatch(key) and int(count["count"]) <= LONGEST:
            start = field.start("value") + count.start("count")
            times = (Time(Span(start, start + len(count["count"])), int(count["count"]), "minutes"),)
    return CodedLine(end, units, tuple(dict.fromkeys(modifiers)), times)
