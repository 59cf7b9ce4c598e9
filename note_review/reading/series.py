"""Lengths given in step with their names: `TE/TA/NMR: 10/12/20 min`, `97110 + 97112: 15 + 23`, `timed/total: 40/50`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from note_review.encounter import Minutes
from note_review.note import Span
from note_review.reading.anchor import Anchor
from note_review.reading.lines import Lines
from note_review.reading.small_letters import any_case, small

_FIGURES = re.compile(
    r"[\s:=x(–-]*(?:min(?:ute)?s?\s*[:=]?\s*)?(?P<run>\d{1,3}(?:\s?(?:min|m|')?\s?[/,&+]\s?\d{1,3}){1,4})\s?(?:min(?:ute)?s?|m|')?(?![\w/:.]?\d)", re.IGNORECASE
)  # fmt: skip
_TIMED = r"(?:total )?(?:timed|direct|TCT|billable)(?: (?:code |tx |treatment )?(?:min(?:ute)?s?|time))?"
_WORDS_OF_TIMED = ("timed", "direct", "tct", "billable")
_WHOLE = r"(?:total|TTT|TT|treatment|session|visit)(?: (?:tx |treatment )?(?:min(?:ute)?s?|time))?"
_PAIR = any_case(
    rf"(?<![a-z])(?:(?P<timed_first>{_TIMED})\s?/\s?{_WHOLE}|{_WHOLE}\s?/\s?{_TIMED})\s*(?:\(min(?:ute)?s?\))?\s*[:=]?\s*"
    r"(?P<first>\d{1,3})\s?(?:min|m|')?\s?/\s?(?P<last>\d{1,3})(?![\d/:])"
)


def in_step(text: str, lines: Lines, anchors: Sequence[Anchor]) -> list[Minutes]:
    """Return the lengths of names joined by a sign, each name taking the figure in its own place."""
    return [*_services(text, lines, anchors), *_totals(text)]


def _services(text: str, lines: Lines, anchors: Sequence[Anchor]) -> Iterator[Minutes]:
    for names in _joined(text, anchors):
        codes = [
            code for anchor in names for code in (anchor.shared if anchor.shared and not anchor.explicit else (anchor.code,))
        ]
        match = _FIGURES.match(text, names[-1].span.end, lines.at(names[-1].span.end).end)
        figures = list(re.finditer(r"\d+", match["run"])) if match else []
        if match and len(figures) == len(codes) > 1 and all(5 <= int(f[0]) <= 120 for f in figures):
            for code, figure in zip(codes, figures, strict=True):
                start = match.start("run") + figure.start()
                yield Minutes(Span(start, start + len(figure[0])), int(figure[0]), code)


def _joined(text: str, anchors: Sequence[Anchor]) -> Iterator[list[Anchor]]:
    """Yield the runs of names with nothing but a joining sign between them."""
    run: list[Anchor] = []
    for anchor in anchors:
        if run and not re.fullmatch(r"\s?[/,&+]\s?", text[run[-1].span.end : anchor.span.start]):
            yield run
            run = []
        run.append(anchor)
    if run:
        yield run


def _totals(text: str) -> Iterator[Minutes]:
    words = small(text)
    for match in _PAIR.finditer(words) if any(word in words for word in _WORDS_OF_TIMED) else ():
        scopes = ("total_timed", "total_treatment") if match["timed_first"] else ("total_treatment", "total_timed")
        for group, scope in zip(("first", "last"), scopes, strict=True):
            yield Minutes(Span(match.start(group), match.end(group)), int(match[group]), scope)
