"""Tables whose cells commas, semicolons or dashes part, as a spreadsheet pastes them: `Code, Minutes, Units` over `97112, 23, 2`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from note_review.note import Span
from note_review.reading.lines import Lines
from note_review.reading.small_letters import small

_MINUTES = re.compile(r"(?:time\s*)?\(?min(?:ute)?s?\.?\)?", re.IGNORECASE)
_FIGURES = re.compile(
    r"(?:time\s*)?\(?min(?:ute)?s?\.?\)?|(?:cpt|hcpcs|proc(?:edure)?)?\s?codes?|cpt|units?|u|qty|mod(?:ifier)?s?|(?:time\s*)?(?:in|out|start|stop|begin|end|from|to)",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"desc(?:ription)?|procedures?|services?|interventions?|activit(?:y|ies)|details?|comments?|performed|treatments?|exercises?|notes?",
    re.IGNORECASE,
)
_SIGNS = (re.compile(r"[ \t]*;[ \t]*"), re.compile(r"[ \t]*,[ \t]*"), re.compile(r"[ \t]+[-–—][ \t]+"))
_FIGURE = re.compile(r"\d")
_LONGEST_HEADING = 80


def delimited_rows(text: str, lines: Lines) -> dict[Span, list[Span]]:
    """Return the cells of every line of such tables, headings included."""
    found: dict[Span, list[Span]] = {}
    sign: re.Pattern[str] | None = None
    words: list[str] = []
    for line in lines.spans:
        headed = _heading(text, line)
        if headed is not None:
            sign = headed
            found[line] = _split(text, line, sign)
            words = [text[c.start : c.end] for c in found[line]]
        elif sign is not None and len(cells := _split(text, line, sign)) >= len(words):
            found[line] = _aligned(cells, words)
        else:
            sign = None
    return found


def _heading(text: str, line: Span) -> re.Pattern[str] | None:
    """Return the sign that parts a line into the names of columns, one of minutes and another usual one among them."""
    if line.end - line.start > _LONGEST_HEADING:
        return None
    content = text[line.start : line.end]
    if "min" not in small(content) or _FIGURE.search(content):
        return None
    for sign in _SIGNS:
        words = [text[c.start : c.end] for c in _split(text, line, sign)]
        known = sum(any(p.fullmatch(word) for p in (_FIGURES, _WORDS)) for word in words)
        if known > 1 and any(map(_MINUTES.fullmatch, words)):
            return sign
    return None


def _split(text: str, line: Span, sign: re.Pattern[str]) -> list[Span]:
    start, cells = line.start, []
    for match in sign.finditer(text, *line):
        cells.append(Span(start, match.start()))
        start = match.end()
    return [*cells, Span(start, line.end)]


def _aligned(cells: list[Span], words: Sequence[str]) -> list[Span]:
    """Join the cells that signs within a cell of words part (`97110, SLR, bridges, 15`): those of the last column that is none of figures."""
    surplus = len(cells) - len(words)
    free = next((i for i in reversed(range(len(words))) if not _FIGURES.fullmatch(words[i])), None)
    if not surplus or free is None:
        return cells
    return [*cells[:free], Span(cells[free].start, cells[free + surplus].end), *cells[free + surplus + 1 :]]
