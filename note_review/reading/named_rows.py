"""A row of figures under a row of codes or names: each figure is the length of what stands above it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from note_review.encounter import Minutes
from note_review.note import Span
from note_review.reading.anchor import Anchor
from note_review.reading.lines import Lines
from note_review.reading.service_names import names_in

_FIGURES = re.compile(
    r"[\s|]*(?P<label>(?:min(?:ute)?s?|time)\b[\s|:=]*)?(?P<run>\d{1,3}(?:[\s|,]+\d{1,3}){1,6})[\s|.]*", re.IGNORECASE
)
_TOTAL = re.compile(r"(?:timed\s+)?tot(?:al)?\.?(?:\s+timed)?", re.IGNORECASE)
# A row of units may stand between names and minutes.
_ROWS_BELOW = 3
_MOST_UNITS = 7


def under_names(text: str, lines: Lines, anchors: Sequence[Anchor]) -> Iterator[Minutes]:
    """Give the figures of a row of minutes to the codes or names of a row above, place by place; a name may be that of their total."""
    coded: dict[int, list[str]] = {}
    for anchor in anchors:
        if anchor.explicit and not anchor.times:
            coded.setdefault(lines.index_at(anchor.span.start), []).append(anchor.code)
    for number in range(len(lines.spans) - 1):
        scopes = _named(text, lines.spans[number], number, coded)
        for distance, below in enumerate(lines.spans[number + 1 : number + 1 + _ROWS_BELOW] if len(scopes) > 1 else ()):
            figures = _minutes(text, below, labelled=distance > 0)
            if len(figures) == len(scopes):
                yield from (Minutes(span, value, scope) for (span, value), scope in zip(figures, scopes, strict=True))
                break


def _named(text: str, line: Span, number: int, coded: Mapping[int, list[str]]) -> list[str]:
    """Return what the cells of a row name: codes that stand there, or nothing but names of services and their total."""
    codes = coded.get(number, [])
    if len(codes) > 1 or "|" not in text[line.start : line.end]:
        return codes
    scopes = [_scope(cell.strip()) for cell in text[line.start : line.end].strip(" |").split("|")]
    return scopes if all(scopes) and len(set(scopes)) == len(scopes) else []


def _scope(cell: str) -> str:
    """Return the code that a cell is the name of, ``total_timed`` for a total, nothing for anything else."""
    named = names_in(cell, written=True) or names_in(cell, written=False)
    if len(named) == 1 and named[0][:2] == (0, len(cell)):
        return named[0][2]
    return "total_timed" if _TOTAL.fullmatch(cell) else ""


def _minutes(text: str, line: Span, *, labelled: bool) -> list[tuple[Span, int]]:
    """Return the figures of a row of nothing but minutes; without their label they must be more than units can be."""
    row = _FIGURES.fullmatch(text, line.start, line.end)
    if row is None:
        return []
    start = row.start("run")
    figures = [(Span(start + m.start(), start + m.end()), int(m[0])) for m in re.finditer(r"\d+", row["run"])]
    told = row["label"] is not None or (not labelled and max(value for _, value in figures) > _MOST_UNITS)
    return figures if told else []
