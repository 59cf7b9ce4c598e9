"""Measured results inside a response: the test, before and after, the unit, and whether the change is for the better."""

from __future__ import annotations

import re
from typing import Literal

from note_review.encounter import Measure
from note_review.note import Span
from note_review.reading.outcome_measures import ANY_MEASURE, MEASURES, OutcomeMeasure, assist_levels_in
from note_review.reading.small_letters import small

_NUMBER = r"[-+]?\d{1,4}(?:\.\d+)?"
_UNIT = r"\s*(?:%|°|deg(?:rees)?|s|sec(?:onds)?|in|cm|mm|ft|feet|m/s|m|lbs?|kg|reps?|/\s?\d{1,3}|points?|pts?|x)?"
_PAIR = re.compile(
    rf"(?P<a>{_NUMBER}){_UNIT}\s*(?:->|→|=>|-->|>|to|⇒|now|, now)\s*(?:now\s+)?(?P<b>{_NUMBER})(?P<unit>{_UNIT})", re.IGNORECASE
)
_FROM_TO = re.compile(rf"from\s+(?P<a>{_NUMBER}){_UNIT}[^.;]{{0,25}}?\bto\s+(?P<b>{_NUMBER})(?P<unit>{_UNIT})", re.IGNORECASE)
_NOW_WAS = re.compile(
    rf"(?P<b>{_NUMBER})(?P<unit>{_UNIT})[^.;\d]{{0,18}}?(?:\(?(?:(?<=\()|was|from|up from|down from|vs\.?|prev(?:iously|\.)?|prior|last (?:visit|wk|week|time|session|\w{{3}})|compared (?:to|with))\s*(?:was\s*)?:?\s*)x?(?P<a>{_NUMBER})(?:x? last|\b|(?=[^\W\d]))",
    re.IGNORECASE,
)
_SINGLE = re.compile(rf"(?P<b>{_NUMBER})(?P<unit>{_UNIT})", re.IGNORECASE)
Change = Literal["better", "worse", "same"]


def read_measure(text: str, span: Span) -> Measure | None:
    """Return the first measured result in a response, or None where it holds neither a known test nor an assist level."""
    phrase = text[span.start : span.end]
    levels = _assist_levels(phrase)
    named = _named(phrase)
    if named is None:
        return _assist(span, levels) if levels else None
    measure, position = named
    before, after, unit = _values(phrase[position:])
    if before is None and (after is None or _values(phrase)[0] is not None):
        before, after, unit = _values(phrase)
    if after is None and levels:
        return _assist(span, levels)
    if after is not None and not measure.low <= after <= measure.high:
        after = None
    if before is not None and not measure.low <= before <= measure.high:
        before = None
    return Measure(span, measure.name, before, after, unit or measure.unit, _change(before, after, measure.better), measure.mdc)


def _named(phrase: str) -> tuple[OutcomeMeasure, int] | None:
    """Return the first test that a phrase names, of several at one place the longest, and where its name ends."""
    first = ANY_MEASURE.search(small(phrase))
    if first is None:
        return None
    named = [(match.end(), measure) for measure in MEASURES if (match := measure.pattern.match(phrase, first.start()))]
    end, measure = max(named, key=lambda found: found[0])
    return measure, end


def _values(phrase: str) -> tuple[float | None, float | None, str | None]:
    """Return before, after and unit as the phrase writes them."""
    for pattern in (_FROM_TO, _PAIR, _NOW_WAS):
        if match := pattern.search(phrase):
            return float(match["a"]), float(match["b"]), _clean(match["unit"])
    if match := _SINGLE.search(phrase):
        return None, float(match["b"]), _clean(match["unit"])
    return None, None, None


def _clean(unit: str) -> str | None:
    unit = unit.strip().lower()
    if not unit or unit.startswith("/") or unit == "x":
        return None
    return {
        "sec": "s",
        "seconds": "s",
        "°": "deg",
        "degrees": "deg",
        "lbs": "lb",
        "feet": "ft",
        "pts": "points",
        "pt": "points",
        "rep": "reps",
    }.get(unit, unit)


def _change(before: float | None, after: float | None, better: Literal["up", "down"]) -> Change | None:
    if before is None or after is None:
        return None
    if before == after:
        return "same"
    return "better" if (after > before) == (better == "up") else "worse"


def _assist_levels(phrase: str) -> list[tuple[int, int]]:
    """Return ``(position, rank)`` of the assist levels in a phrase, from dependent (0) to independent (7)."""
    found: list[tuple[int, int, int]] = []
    for rank, match in assist_levels_in(phrase):
        if not any(start <= match.start() < end for start, end, _ in found):
            found.append((match.start(), match.end(), rank))
    return sorted((start, rank) for start, _, rank in found)


def _assist(span: Span, levels: list[tuple[int, int]]) -> Measure:
    if len(levels) < 2:
        return Measure(span, "assist level", None, float(levels[0][1]), "rank 0-7")
    before, after = float(levels[0][1]), float(levels[-1][1])
    return Measure(span, "assist level", before, after, "rank 0-7", _change(before, after, "up"))
