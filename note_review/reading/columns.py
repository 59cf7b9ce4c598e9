"""Tables: a column of minutes, a column of today's date, rows that name a service."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from note_review.encounter import Minutes
from note_review.note import Span
from note_review.reading.anchor import Anchor, anchors_within, last_before
from note_review.reading.clocks import clock_times
from note_review.reading.delimited import delimited_rows
from note_review.reading.lines import Lines
from note_review.reading.reach import DOSE

# Lines with their cells.
Rows = Sequence[tuple[Span, list[Span]]]
_HEADING = re.compile(
    r"(?:(?:tx|treatment|timed?|total|actual|direct|#|ind|indiv|individual)\s*)?(?:min(?:ute)?s?\.?|time|dur(?:ation)?\.?|mm|tmin|m)(?:\s*\(min(?:ute)?s?\))?",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:(?:date:?\s+|tx\s+)?(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])(?:/\d{2,4})?(?:\s*\(?(?:today|now|this visit)\)?)?|today|now|this visit)",
    re.IGNORECASE,
)
_MONEY = re.compile(r"(?i)\b(?:fees?|(?:billed|allowed|total|paid) (?:amount|amt)|charges?|paid|ins adj)\b|\$\d")
_NUMBER = re.compile(r"\s*(\d{1,3})\s*(?:min(?:ute)?s?\.?|m|'|rnin)?\s*", re.IGNORECASE)
_UNITS_HEADING = re.compile(r"(?:(?:#|no\.?|billed|total)\s*(?:of\s*)?)?(?:units?|u|qty|quantity)(?:\s*billed)?", re.IGNORECASE)
_COUNT = re.compile(r"\s*[x×]?\s?([1-9]|1\d)\s?(?:u(?:nits?)?)?\s*", re.IGNORECASE)
_START = re.compile(r"(?:(?:time|clock)\s*)?(?:start|begin|in|from)(?:\s*time)?", re.IGNORECASE)
_STOP = re.compile(r"(?:(?:time|clock)\s*)?(?:stop|end|out|to|finish)(?:\s*time)?", re.IGNORECASE)
_RULED_CELL, _SPACED_CELL = re.compile(r"[^|\t]+"), re.compile(r"\S+(?: \S+)*")
_MINUTES_ROW = re.compile(r"(?:\bmin(?:ute)?s?\b|\btime\b|\bduration\b)", re.IGNORECASE)


def rows_of(text: str, lines: Lines) -> Rows:
    """Return every line with its cells; nothing where no line has more than one, as in most notes."""
    delimited = delimited_rows(text, lines)
    if not delimited and "|" not in text and "\t" not in text and "  " not in text:
        return ()
    return [(line, delimited.get(line) or _cells(text, line)) for line in lines.spans]


def minutes_in_columns(text: str, rows: Rows, anchors: Sequence[Anchor]) -> list[Minutes]:
    """Read tables whose heading row has a column of minutes."""
    under = ((line, cell, _NUMBER.fullmatch(text, *cell)) for line, cell in _column(text, rows, _HEADING, first="min"))
    return [
        Minutes(Span(number.start(1), number.start(1) + len(text[number.start(1) : cell.end].rstrip())), int(number[1]), scope)
        for line, cell, number in under
        if number and 0 < int(number[1]) <= 300 and (scope := _row_scope(text, line, anchors))
    ]


def units_in_columns(text: str, rows: Rows, anchors: Sequence[Anchor]) -> list[Anchor]:
    """Give each code that stands on a row of such a table, and has no units beside it, those in the column of units."""
    units: dict[Anchor, int] = {}
    for line, cell in _column(text, rows, _UNITS_HEADING, first="unit") if anchors else ():
        count = _COUNT.fullmatch(text, *cell)
        coded = [a for a in anchors_within(anchors, *line) if a.explicit]
        if count and len(coded) == 1 and coded[0].units is None:
            units[coded[0]] = int(count[1])
    return [replace(a, units=units[a]) if a in units else a for a in anchors]


def _column(text: str, rows: Rows, heading: re.Pattern[str], *, first: str) -> Iterator[tuple[Span, Span]]:
    """Yield each row below a heading with its cell of that column; of several such headings the first with a word, else the first."""
    column: tuple[int, Span, int] | None = None
    for line, cells in rows:
        heads = [i for i, c in enumerate(cells) if len(cells) > 1 and heading.fullmatch(text[c.start : c.end].strip(" *|:"))]
        if heads and not any(any(ch.isdigit() for ch in text[c.start : c.end]) for c in cells):
            index = next((i for i in heads if first in text[cells[i].start : cells[i].end].lower()), heads[0])
            column = (index, Span(cells[index].start - line.start, cells[index].end - line.start), len(cells))
        elif column is None or len(cells) < 2:
            column = column if text[line.start : line.end].strip(" -=+|:_") == "" and line.end > line.start else None
        elif cell := _cell_under(text, line, cells, column):
            yield line, cell


# A name that fills its cell runs into the start behind it: `97110  Therapeutic exercise 8:10a   8:26a`.
_TWO_CLOCKS = re.compile(
    r"(?P<first>\d{1,2}:\d{2}\s?(?:[ap]m?)?)\s{2,}(?P<last>\d{1,2}:\d{2}\s?(?:[ap]m?)?)(?!\w)", re.IGNORECASE
)


def clocks_in_columns(text: str, rows: Rows, anchors: Sequence[Anchor]) -> list[Minutes]:
    """Read tables with a column of starts and one of stops: each row's pair of clock times is its service's length."""
    found: list[Minutes] = []
    start = count = 0
    for line, cells in rows:
        words = [text[c.start : c.end].strip(" *|:") for c in cells]
        pair = next((i for i, (a, b) in enumerate(pairwise(words)) if _START.fullmatch(a) and _STOP.fullmatch(b)), None)
        if pair is not None:
            start, count = pair, len(cells)
        elif len(cells) < 2:
            count = count if not text[line.start : line.end].strip(" -=+|:_") and line.end > line.start else 0
        elif count:
            span, clocks = _clock_cells(text, line, cells if len(cells) == count else [], start)
            length = clock_times(*clocks) if span and all(clock.isascii() for clock in clocks) else None
            scope = _row_scope(text, line, anchors) if length else None
            if span and length and scope and length[1] <= 240:
                found.append(Minutes(span, length[1], scope))
    return found


def _clock_cells(text: str, line: Span, cells: list[Span], start: int) -> tuple[Span | None, tuple[str, str]]:
    """Return where a row's two clocks stand, and what is written there; in a row of other cells than the heading's the first two that stand apart."""
    if cells:
        first, last = cells[start], cells[start + 1]
        return Span(first.start, last.end), (
            text[first.start : first.end].strip(" *|:"),
            text[last.start : last.end].strip(" *|:"),
        )
    pair = _TWO_CLOCKS.search(text, line.start, line.end)
    return (Span(*pair.span()), (pair["first"], pair["last"])) if pair else (None, ("", ""))


def _row_scope(text: str, line: Span, anchors: Sequence[Anchor]) -> str | None:
    on_row = anchors_within(anchors, *line)
    if on_row:
        return None if on_row[0].untimed_modality else (next((a for a in on_row if a.explicit), on_row[0])).code
    words = text[line.start : line.end].lower()
    if re.search(r"\btot(?:al)?s?\b|\bsum\b", words):
        return "total_timed" if "timed" in words and "untimed" not in words else "total_treatment"
    return None


def minutes_under_dates(text: str, rows: Rows, anchors: Sequence[Anchor]) -> tuple[list[Minutes], list[Span]]:
    """Read flowsheets with one column a date: only the last date's (or today's) column is this visit's.

    Returns the minutes found and the cells of other dates.
    """
    found: list[Minutes] = []
    others: list[Span] = []
    for line, dated, today in _dated_rows(text, rows):
        if any(a.explicit for a in anchors_within(anchors, dated[0].start, line.end)):
            continue
        others += [c for c in dated if c != today]
        label = text[line.start : dated[0].start]
        codes = [a.code for a in anchors_within(anchors, line.start, dated[0].start)]
        figures = list(re.finditer(r"\d{1,3}", text[today.start : today.end])) if today else []
        total = re.search(r"(?i)\btotal|\btimed\b|\btt\b", label)
        named = _MINUTES_ROW.search(label) or total or (codes and not re.search(r"[a-z]{3}", label))
        if not (named and figures and today):
            others += [today] if today and not named and DOSE.search(label) else []
            continue
        scopes = list(dict.fromkeys(codes)) or (
            ["total_timed" if "timed" in label.lower() else "total_treatment"] if total or len(figures) == 1 else []
        )
        if len(scopes) == len(figures):
            found += [
                Minutes(Span(today.start + m.start(), today.start + m.end()), int(m[0]), s)
                for m, s in zip(figures, scopes, strict=True)
                if int(m[0])
            ]
    return found, others


def _dated_rows(text: str, rows: Rows) -> Iterator[tuple[Span, list[Span], Span | None]]:
    """Give each row under a heading of dates: its line, its cells of dates, and the one of this visit (None where that is empty)."""
    heads: list[tuple[int, Span]] = []
    today = count = 0
    for line, cells in rows:
        dates = [i for i, c in enumerate(cells) if len(cells) > 1 and _DATE.fullmatch(text[c.start : c.end].strip(" *"))]
        if len(dates) >= 2:
            heads = [(i, Span(cells[i].start - line.start, cells[i].end - line.start)) for i in dates]
            named = [n for n, i in enumerate(dates) if "today" in text[cells[i].start : cells[i].end].lower()]
            today, count = (named or [len(dates) - 1])[0], len(cells)
        elif heads and len(cells) > 1:
            under = _cells_under_dates(text, line, cells, heads, count)
            dated = [c for c in under if c is not None]
            if dated and dated[0] != cells[0]:
                yield line, dated, under[today]
        elif heads and line.end == line.start:
            heads = []


def _cells_under_dates(text: str, line: Span, cells: list[Span], heads: list[tuple[int, Span]], count: int) -> list[Span | None]:
    """Return the cell under each date: by number where signs part the cells, else the nearest by place."""
    if len(cells) == count:
        return [cells[i] for i, _ in heads]
    if "|" in text[line.start : line.end] or "\t" in text[line.start : line.end]:
        return [None for _ in heads]
    return [_nearest_under([c for c in cells[1:] if _stands_under(c, line, place)], line, place) for _, place in heads]


def _stands_under(cell: Span, line: Span, place: Span) -> bool:
    return cell.start - line.start <= place.end and place.start - 2 <= cell.end - line.start


def _nearest_under(cells: Sequence[Span], line: Span, place: Span) -> Span | None:
    return min(cells, key=lambda c: abs(c.start + c.end - 2 * line.start - place.start - place.end), default=None)


_SUBTOTAL = re.compile(r"[\s|*]*sub-?\s?total\b", re.IGNORECASE)


def subtotals(text: str, lines: Lines, anchors: Sequence[Anchor]) -> list[Minutes]:
    """Read the last figure of a subtotal's row as the length of the service that heads the rows above."""
    found: list[Minutes] = []
    leading = [a for a in anchors if a.leads]
    for line in lines.spans if "ubtotal" in text or "UBTOTAL" in text else ():
        figures = list(_CELL_FIGURE.finditer(text, line.start, line.end)) if _SUBTOTAL.match(text, line.start, line.end) else []
        above = last_before(leading, line.start)
        if figures and above and 0 < int(figures[-1][1]) <= 120:
            found.append(Minutes(Span(*figures[-1].span(1)), int(figures[-1][1]), above.code))
    return found


_CELL_FIGURE = re.compile(r"(?<![\w.:/])(\d{1,3})(?:\s?min\w*|')?(?=\s*(?:\||$|\s\s|\t))", re.MULTILINE)


def money_rows(text: str, rows: Rows) -> list[Span]:
    """Return the rows of tables that list fees and no minutes."""
    found: list[Span] = []
    inside = False
    for line, cells in rows:
        content = text[line.start : line.end]
        if inside and content.strip():
            found.append(line)
        inside = bool(content.strip()) and (inside or _heads_money(content, cells))
    return [row for row in found if re.search(r"(?<![:\d])\d{2,}", text[row.start : row.end])]


def _heads_money(content: str, cells: Sequence[Span]) -> bool:
    return (
        len(cells) >= 3 and _MONEY.search(content) is not None and "min" not in content.lower() and not re.search(r"\d", content)
    )


def _cells(text: str, line: Span) -> list[Span]:
    content = text[line.start : line.end]
    if "|" not in content and "\t" not in content and "  " not in content:
        return [line] if content.strip() else []
    pattern = _RULED_CELL if "|" in content or "\t" in content else _SPACED_CELL
    cells = []
    for match in pattern.finditer(content):
        stripped = match[0].strip()
        if stripped or "|" in content:
            lead = len(match[0]) - len(match[0].lstrip()) if stripped else 0
            cells.append(Span(line.start + match.start() + lead, line.start + match.start() + lead + len(stripped)))
    if "|" in content:
        if cells and cells[0].start == cells[0].end and content.lstrip().startswith("|"):
            cells = cells[1:]
        if cells and cells[-1].start == cells[-1].end and content.rstrip().endswith("|"):
            cells = cells[:-1]
    return cells


def _cell_under(text: str, line: Span, cells: list[Span], column: tuple[int, Span, int]) -> Span | None:
    index, place, count = column
    if len(cells) == count:
        return cells[index]
    if "|" in text[line.start : line.end]:
        return None
    return next((c for c in cells if c.start - line.start <= place.end and place.start <= c.end - line.start), None)
