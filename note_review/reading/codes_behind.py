"""Lengths in a list whose codes stand behind them: `neuro 23 min (97112), sink 14 (97535)`, `15 min was balance (97112) and 25 the strength (97110)`, `half an hour of tandem stance, billed as 97112`, `25/97112, 15/97110`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from note_review.encounter import Minutes, Section
from note_review.note import Span
from note_review.reading.head_minutes import CLOSED_SECTIONS
from note_review.reading.lines import Lines
from note_review.reading.sections import section_at
from note_review.reading.small_letters import any_case, has_any, small
from note_review.reading.times import Time, times_within

_CODE = r"(?P<code>9[275]\d{3}|g0283)\b"
_BEHIND = any_case(
    rf"[(\[](?:cpt:?\s?)?{_CODE}[^()\[\]\n]{{0,24}}[)\]]"
    rf"|,?\s(?:and\s)?(?:was\s|were\s)?(?:billed|charged|coded|claimed)\s(?:as|under|to)\s(?:cpt\s)?{_CODE.replace('code', 'billed')}"
    rf"|(?<=\d)/{_CODE.replace('code', 'parted')}"
)
_OPENINGS = ("/9", "(9", "[9", "(cpt", "[cpt", "ed as ", "ed under ", "ed to ")
_MINUTES = r"\s?min(?:ute)?s?\b\.?"
# What may stand before a length and behind it.
_BEFORE = r"[^\d]*(?<![\w./:#$-])(?<!\bx )(?<!\bof )(?<!\bto )(?:(?<!\bby )|(?<=followed by ))"
_AFTER = r"[:,]?\s[^\d]{0,60}"
# All that stands between two codes: one length, behind a bare figure no more than what it was spent on.
_ITEM = any_case(
    rf"{_BEFORE}(?P<length>(?P<n>1?\d\d|[5-9])(?:{_MINUTES})?+)"
    rf"(?:(?<=[a-z.]){_AFTER}|\s(?:the|of|on|for|in|to|was|were|went)\s[^\d]{{0,60}})?\s?"
)
_LEAD, _TAIL = any_case(_BEFORE), any_case(rf"\.?(?:{_AFTER})?\s?")
_SAYS_MINUTES = any_case(rf"\d{_MINUTES}|\b(?:min(?:ute)?s?|time)\b\s*[:=]|\bhour\b|\bminutes\b")
_LENGTH_BEHIND = any_case(rf"[\s:=–-]*(?:for\s|x\s?)?\d{{1,3}}{_MINUTES}")
_NOT_NOW = any_case(
    r"\b(?:not|no|will|held|declined|refused|goals?|[sl]tgs?|plan(?:ned)?|next|last|prev(?:ious)?|prior|yesterday|scheduled|hep|home|able to|rest|hr)\b|(?<!half an )(?<!half )(?<!quarter )(?<!quarter of an )\bhour\b"
)

_LABELLED = any_case(
    rf"^[ \t]*(?:min(?:ute)?s?|time)\b[ \t:=]{{1,3}}(?P<n>[1-9]\d|[5-9])(?!\d)[ \t,;|/–-]{{1,4}}(?:(?:code|cpt)\b[ \t:=#]{{1,3}})?{_CODE}",
    re.MULTILINE,
)


def before_codes(text: str, lines: Lines, sections: tuple[Section, ...], times: Sequence[Time]) -> Iterator[Minutes]:
    """Yield the lengths of lines on which two different codes or more stand behind what was done, each the only length since the code before; and those of rows that label both (`Minutes 25  Code 97112`)."""
    words = small(text)
    for line in lines.spans if has_any(words, _OPENINGS) else ():
        codes = list(_BEHIND.finditer(words, *line))
        if len({_code(found) for found in codes}) < 2 or section_at(sections, line.start).kind in CLOSED_SECTIONS:
            continue
        says_minutes = all(found["parted"] for found in codes) or _SAYS_MINUTES.search(words, *line)
        if not says_minutes or _NOT_NOW.search(words, line.start, codes[0].start()):
            continue
        starts = [line.start, *(found.end() for found in codes)]
        told = [_length(words, start, found.start(), times, _code(found)) for start, found in zip(starts, codes, strict=False)]
        if not _LENGTH_BEHIND.match(words, codes[-1].end(), line.end) and None not in told:
            yield from filter(None, told)
    for row in _LABELLED.finditer(words):
        if section_at(sections, row.start()).kind not in CLOSED_SECTIONS:
            yield Minutes(Span(*row.span("n")), int(row["n"]), _code(row))


def _length(words: str, start: int, end: int, times: Sequence[Time], code: str) -> Minutes | None:
    """Return the only length of a stretch that ends with a code, or nothing where other figures stand beside it."""
    own = times_within(times, start, end)
    if not own:
        item = _ITEM.fullmatch(words, start, end)
        return Minutes(Span(*item.span("length")), int(item["n"]), code) if item else None
    first = own[0]
    alone = len(own) == 1 and _LEAD.fullmatch(words, start, first.span.start) and _TAIL.fullmatch(words, first.span.end, end)
    return Minutes(first.span, first.value, code) if alone else None


def _code(found: re.Match[str]) -> str:
    return str(next(found[name] for name in ("code", "billed", "parted") if found.groupdict().get(name))).upper()
