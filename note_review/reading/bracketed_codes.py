"""Lengths in a list whose codes stand in brackets behind them: `neuro 23 (97112), sink 14 (97535)`, `15 min was standing balance (97112) and 25 the strength (97110)`."""

from __future__ import annotations

from collections.abc import Iterator

from note_review.encounter import Minutes
from note_review.note import Span
from note_review.reading.lines import Lines
from note_review.reading.small_letters import any_case, small
from note_review.reading.vocabulary import OTHER_UNIT

_CODE = r"\((?P<code>9[275]\d{3}|g0283)(?:[ ,x-]{1,2}(?:g[po]|59|\d(?:\s?u(?:nits?)?)?))*\)"
_BRACKETED = any_case(_CODE)
# The figure, or the words that say what it was spent on, stand right before the bracket.
_ITEM = any_case(
    rf"(?<![\w./:#-])(?P<length>(?P<n>[1-9]\d|[5-9])(?!{OTHER_UNIT})(?:\s?min(?:ute)?s?\b)?)(?: (?![a-z]*\s?x\b)[a-z][^\n().;:\d]{{0,40}})?\s{_CODE}"
)


def before_brackets(text: str, lines: Lines) -> Iterator[Minutes]:
    """Yield the lengths of lines on which two codes or more stand in brackets, each one behind its own figure."""
    words = small(text)
    for line in lines.spans if "(9" in words else ():
        codes = [match["code"] for match in _BRACKETED.finditer(words, *line)]
        items = list(_ITEM.finditer(words, *line)) if len(set(codes)) > 1 else []
        if [item["code"] for item in items] == codes:
            for item in items:
                yield Minutes(Span(*item.span("length")), int(item["n"]), item["code"].upper())
