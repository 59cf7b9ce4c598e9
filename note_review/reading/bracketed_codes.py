"""Lengths in a list whose codes stand in brackets behind them: `neuro 23 min (97112), sink 14 (97535)`, `15 min was balance (97112) and 25 the strength (97110)`."""

from __future__ import annotations

from collections.abc import Iterator

from note_review.encounter import Minutes, Section
from note_review.note import Span
from note_review.reading.head_minutes import CLOSED_SECTIONS
from note_review.reading.lines import Lines
from note_review.reading.sections import section_at
from note_review.reading.small_letters import any_case, has_any, small

_BRACKET = any_case(r"[(\[](?:cpt:?\s?)?(?P<code>9[275]\d{3}|g0283)\b[^()\[\]\n]{0,24}[)\]]")
_OPENINGS = ("(9", "[9", "(cpt", "[cpt")
_MINUTES = r"\s?min(?:ute)?s?\b\.?"
# All that stands between two brackets: one figure, behind a bare one no more than what it was spent on.
_ITEM = any_case(
    rf"[^\d]*(?<![\w./:#$-])(?<!\bx )(?<!\bof )(?<!\bto )(?<!\bby )(?P<length>(?P<n>1?\d\d|[5-9])(?:{_MINUTES})?+)"
    rf"(?:(?<=[a-z.])\s[^\d]{{0,60}}|\s(?:the|of|on|for|in|to|was|were|went)\s[^\d]{{0,60}})?\s?"
)
_SAYS_MINUTES = any_case(rf"\d{_MINUTES}|\b(?:min(?:ute)?s?|time)\b\s*[:=]")
_LENGTH_BEHIND = any_case(rf"[\s:=–-]*(?:for\s|x\s?)?\d{{1,3}}{_MINUTES}")
_NOT_NOW = any_case(
    r"\b(?:not|no|will|held|declined|refused|goals?|[sl]tgs?|plan(?:ned)?|next|last|prev(?:ious)?|prior|yesterday|scheduled|hep|home|able to|rest|hr|hour)\b"
)


def before_brackets(text: str, lines: Lines, sections: tuple[Section, ...]) -> Iterator[Minutes]:
    """Yield the lengths of lines on which two different codes or more stand in brackets, each behind the only figure since the one before."""
    words = small(text)
    for line in lines.spans if has_any(words, _OPENINGS) else ():
        brackets = list(_BRACKET.finditer(words, *line))
        if len({bracket["code"] for bracket in brackets}) < 2 or section_at(sections, line.start).kind in CLOSED_SECTIONS:
            continue
        if not _SAYS_MINUTES.search(words, *line) or _NOT_NOW.search(words, line.start, brackets[0].start()):
            continue
        starts = [line.start, *(bracket.end() for bracket in brackets)]
        items = [_ITEM.fullmatch(words, start, bracket.start()) for start, bracket in zip(starts, brackets, strict=False)]
        told = [item for item in items if item is not None]
        if len(told) == len(brackets) and not _LENGTH_BEHIND.match(words, brackets[-1].end(), line.end):
            for item, bracket in zip(told, brackets, strict=True):
                yield Minutes(Span(*item.span("length")), int(item["n"]), bracket["code"].upper())
