"""A review as one page of HTML that needs nothing else: no script, no asset, light, dark and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from jinja2 import Environment, PackageLoader, StrictUndefined

from note_review.reports import wording
from note_review.review import Review
from note_review.risk import ELEMENTS


@dataclass(frozen=True, slots=True)
class Highlight:
    """A stretch of the note to mark: ``kind`` names its style, ``label`` is the text put before it."""

    kind: str
    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Text under the same highlights throughout. ``labels`` are those of the highlights that begin here."""

    text: str
    kinds: tuple[str, ...]
    labels: tuple[Highlight, ...]


@cache
def environment() -> Environment:
    """Return the templates' environment; everything put into a page is escaped."""
    loader = PackageLoader("note_review.reports")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"percent": wording.percent, "counted": wording.counted}
    return made


def render(*reviewed: tuple[Review, str]) -> str:
    """Return one page with every review given, each with the text of its note."""
    items = [{"review": review, "text": text, "pieces": list(pieces(text, highlights(review)))} for review, text in reviewed]
    return environment().get_template("review.html").render(items=items, wording=wording, elements=ELEMENTS)


def highlights(review: Review) -> list[Highlight]:
    """Return what to mark in the note: the four elements, and the evidence of each reason under its number."""
    marks = []
    for name in ELEMENTS:
        for span, label in wording.element(review, name):
            marks.append(Highlight(name, f"{name}: {label}", span.start, span.end))
    for number, reason in enumerate(review.risk.reasons, 1):
        marks += [Highlight("evidence", f"reason {number}", e.start, e.end) for e in reason.evidence]
    for check in wording.open_checks(review):
        marks += [Highlight("evidence", check.check, e.start, e.end) for e in check.evidence]
    return marks


def pieces(text: str, marks: list[Highlight]) -> Iterator[Piece]:
    """Cut the note wherever a highlight begins or ends, so that overlapping ones need no overlapping elements."""
    inside = [m for m in marks if 0 <= m.start < m.end <= len(text)]
    edges = sorted({0, len(text), *(m.start for m in inside), *(m.end for m in inside)})
    starts: dict[int, list[Highlight]] = {}
    for mark in inside:
        starts.setdefault(mark.start, []).append(mark)
    live: list[Highlight] = []
    for start, end in pairwise(edges):
        opening = starts.get(start, [])
        live = [m for m in live if m.end > start] + opening
        yield Piece(text[start:end], tuple(dict.fromkeys(m.kind for m in live)), _labels(opening))


def _labels(opening: list[Highlight]) -> tuple[Highlight, ...]:
    return tuple({(m.kind, m.label): m for m in opening}.values())
