"""Lines and clauses of a note: the smallest pieces that a clinician's writing has."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from note_review.note import Span

_BREAK = re.compile(r"\r\n|\r|\n|\u2028|\u2029|\x0b|\x0c")
# A full stop ends a clause unless it stands inside a number or after a usual abbreviation.
_LONGEST_CLAUSE = 500
_CLAUSE = re.compile(
    r"[.!?](?:(?<!\bpt.)(?<!\bDr.)(?<!\bMr.)(?<!\bMs.)(?<!\bMrs.)(?<!\bvs.)(?<!\bapprox.)(?<!\bNo.)(?<!\bext.)(?<!\bmin.)(?<!\bft.)(?<!\blb.)(?<!\blbs.)(?<!\bsec.)(?<!\bcont.)(?<!\b[Pp]rev.)"
    r"(?=\s|$)(?!\s*[a-z]{1,3}\b\.)|(?<!\bDr.)(?<!\bMr.)(?<!\bMs.)(?<!\bMrs.)(?=\s+[A-Z\"“]))|;|\s(?:--|[–—])\s|•",
)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a text, without their ends. ``spans[i]`` is line ``i``."""

    text: str
    spans: tuple[Span, ...]
    starts: tuple[int, ...]
    # Every mention asks for its clause, and each of its readers anew: each is found once, as is where stretches of a text break.
    _breaks: dict[tuple[str, int, int], list[tuple[int, int]]] = field(default_factory=dict, compare=False, repr=False)
    _clauses: dict[tuple[str, int], Span] = field(default_factory=dict, compare=False, repr=False)
    _joined: dict[tuple[str, int], bool] = field(default_factory=dict, compare=False, repr=False)

    def index_at(self, offset: int) -> int:
        """Return the number of the line that holds an offset."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def at(self, offset: int) -> Span:
        """Return the line that holds an offset."""
        return self.spans[self.index_at(offset)]

    def thought_end(self, offset: int) -> int:
        """Return the end of the line that holds an offset, or of the wrapped sentence that runs on over following lines."""
        number = self.index_at(offset)
        last = min(len(self.spans) - 1, number + 3)
        while number < last and self.runs_on(self.text, number):
            number += 1
        return self.spans[number].end

    def said_end(self, offset: int) -> int:
        """Return where what is said of something at an offset ends: as :meth:`thought_end`, but a short line that begins with a capital runs on over a next one that begins in small letters."""
        number = self.index_at(offset)
        line, following = self.spans[number], self.spans[min(number + 1, len(self.spans) - 1)]
        goes_on = self.text[line.start : line.start + 1].isupper() and self.text[following.start : following.start + 1].islower()
        return max(self.thought_end(offset), following.end if goes_on else line.end)

    def clause_at(self, text: str, offset: int) -> Span:
        """Return the clause around an offset, as :func:`clause_at` tells."""
        if (text, offset) not in self._clauses:
            self._clauses[text, offset] = _clause_at(text, self, offset)
        return self._clauses[text, offset]

    def runs_on(self, text: str, number: int) -> bool:
        """Say whether a sentence of line ``number`` goes on in the next one."""
        if (text, number) not in self._joined:
            self._joined[text, number] = _runs_on(text, self.spans[number], self.spans[number + 1])
        return self._joined[text, number]

    def breaks(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """Return start and end of every sign in a stretch that parts clauses."""
        if (text, start, end) not in self._breaks:
            self._breaks[text, start, end] = [match.span() for match in _CLAUSE.finditer(text, start, end)]
        return self._breaks[text, start, end]


def split_lines(text: str) -> Lines:
    """Split a text at every kind of line end."""
    spans: list[Span] = []
    start = 0
    for match in _BREAK.finditer(text):
        spans.append(Span(start, match.start()))
        start = match.end()
    spans.append(Span(start, len(text)))
    return Lines(text, tuple(spans), tuple(s.start for s in spans))


def clause_at(text: str, lines: Lines, offset: int) -> Span:
    """Return the clause (sentence or part of one) around an offset, never crossing a line that ends a thought.

    A wrapped sentence goes on over a single line break where the next line begins in lower case.
    """
    return lines.clause_at(text, offset)


def _clause_at(text: str, lines: Lines, offset: int) -> Span:
    first = last = lines.index_at(offset)
    while first > 0 and lines.spans[first].start > offset - _LONGEST_CLAUSE and lines.runs_on(text, first - 1):
        first -= 1
    while last + 1 < len(lines.spans) and lines.spans[last].end < offset + _LONGEST_CLAUSE and lines.runs_on(text, last):
        last += 1
    start, end = max(lines.spans[first].start, offset - _LONGEST_CLAUSE), min(lines.spans[last].end, offset + _LONGEST_CLAUSE)
    for opens, closes in lines.breaks(text, start, end):
        if closes <= offset:
            start = closes
        elif opens >= offset:
            end = closes
            break
    return Span(start, end)


def _runs_on(text: str, line: Span, following: Span) -> bool:
    before = text[max(line.start, line.end - 200) : line.end].rstrip()
    after = text[following.start : min(following.end, following.start + 2)]
    return (
        len(before) > 55
        and before[-1] not in ".!?:;|"
        and bool(after[:1])
        and after[0].isalnum()
        and (after[0].islower() or before[-1] in ",(" or before.split()[-1].lower() in _JOINERS)
    )


# A blank for every sign that patterns take for white space; all of these lie below.
_BLANKS = "".join(" " if chr(sign).isspace() else chr(sign) for sign in range(0x3001))


def on_one_line(text: str) -> str:
    """Return a text at the same length with a blank for every line end, tab or other white space."""
    return text.translate(_BLANKS)


_JOINERS = frozenset(
    {"the", "a", "an", "and", "or", "of", "to", "with", "w/", "for", "in", "on", "at", "by", "from", "R", "L", "her", "his"}
)
