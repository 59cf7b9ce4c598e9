"""A note's text as HTML, line by line: marks round what they cover, evidence inside them, nothing added to the text itself."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

from markupsafe import escape

from note_review.workbench.readings import LABELS, Mark


class Evidence(NamedTuple):
    """A stretch that a finding points at; ``id`` is the finding's on the page."""

    id: str
    start: int
    end: int


Span = TypeVar("Span", Mark, Evidence)


class Line(NamedTuple):
    """One line of the text, without its end."""

    number: int
    start: int
    end: int


def lines_of(text: str) -> list[Line]:
    """Return the lines of a text."""
    found, start = [], 0
    for number, line in enumerate(text.split("\n")):
        found.append(Line(number, start, start + len(line)))
        start += len(line) + 1
    return found


def rendered(text: str, lines: Iterable[Line], marks: Sequence[Mark], evidence: Sequence[Evidence]) -> dict[int, str]:
    """Return the HTML of lines by number.

    What a mark is stands in attributes that the stylesheet shows, so that a page's text is the note's text, code point for code point.
    """
    wanted = list(lines)
    marked, pointed = _by_line(wanted, marks), _by_line(wanted, evidence)
    return {line.number: _line(text, line, marked.get(line, ()), pointed.get(line, ())) for line in wanted}


def _by_line(lines: Sequence[Line], spans: Iterable[Span]) -> dict[Line, list[Span]]:
    """Return for each of some lines, in order, what stands on it."""
    found: dict[Line, list[Span]] = {}
    for span in spans:
        for line in lines[max(0, bisect(lines, span.start, key=lambda line: line.start) - 1) :]:
            if line.start >= span.end:
                break
            if span.start < line.end:
                found.setdefault(line, []).append(span)
    return found


def changed_lines(lines: Sequence[Line], before: Iterable[Mark], after: Iterable[Mark]) -> list[Line]:
    """Return the lines on which two readings mark differently."""
    differ = set(before) ^ set(after)
    return [line for line in lines if any(mark.start < line.end + 1 and line.start < mark.end for mark in differ)]


def _line(text: str, line: Line, inside: Sequence[Mark], pointed: Sequence[Evidence]) -> str:
    edges = {line.start, line.end}
    for start, end in [*((m.start, m.end) for m in inside), *((e.start, e.end) for e in pointed)]:
        edges |= {max(line.start, start), min(line.end, end)}
    pieces: list[str] = []
    opened: Mark | None = None
    for start, end in pairwise(sorted(edges)):
        mark = next((m for m in inside if m.start <= start < m.end), None)
        if mark is not opened:
            pieces.append("</mark>" * (opened is not None) + (_opening(mark, line) if mark else ""))
            opened = mark
        pieces.append(_piece(text[start:end], [e.id for e in pointed if e.start <= start < e.end]))
    body = "".join(pieces) + "</mark>" * (opened is not None)
    return f'<div class="line" id="l{line.number}" data-start="{line.start}">{body}</div>'


def _opening(mark: Mark, line: Line) -> str:
    shown = mark.attribute.replace("_", " ").replace(":", " · ")
    ends = " cut-start" * (mark.start < line.start) + " cut-end" * (mark.end > line.end)
    return (
        f'<mark class="k k-{mark.label}{ends}" data-mark="{mark.start}" data-label="{mark.label}" data-attribute="{escape(mark.attribute)}" '
        f'data-tag="{LABELS[mark.label]} · {escape(shown)}" role="button" tabindex="-1" aria-pressed="false">'
    )


def _piece(text: str, ids: Sequence[str]) -> str:
    written = str(escape(text))
    return f'<span class="ev" data-ev="{" ".join(dict.fromkeys(ids))}">{written}</span>' if ids else written
