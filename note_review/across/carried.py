"""Carried sentences that contradict what the same note says of today.

A sentence is carried where an earlier note of the same patient has it word for word, figures included. Only what the note newly says
counts as today's, and only statements about the same thing are compared: the same measure of the same side, part and condition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from note_review.across.visit import SPOKEN_SECTIONS, Sentence, Value, Visit
from note_review.note import Span

_NOT_TODAY = re.compile(
    r"\b(?:eval(?:uation)?|baseline|initial(?:ly)?|goals?|[sl]tg|was|previous(?:ly)?|prior|last|will|expected|target|normal|wnl|"
    r"at start|soc|start of care|from|history|hx|pre-?op)\b",
    re.IGNORECASE,
)
_NO_FALLS = re.compile(r"\b(?:no|denies|without)(?: any| new| recent)? falls?\b", re.IGNORECASE)
_FELL = re.compile(
    r"(?<!nearly )(?<!almost )\bfell\b(?! asleep| short| behind)|\b(?:had|reports?|sustained) (?:a|one|1|two|2) (?:new )?falls?\b",
    re.IGNORECASE,
)
_NO_PAIN = re.compile(r"\b(?:no|denies(?: any)?|without) (?:pain|soreness)\b|\bpain[- ]free\b", re.IGNORECASE)
_PAIN = re.compile(
    r"\bpain\b[^.;\n]{0,25}?\b(?:[1-9]|10)\s?/\s?10\b|\b(?:[1-9]|10)\s?/\s?10\b[^.;\n]{0,15}?\bpain\b", re.IGNORECASE
)
_SIDED = re.compile(
    r"\b(?P<side>l|r|left|right)\s+(?P<part>ankle|knee|hip|shoulder|elbow|wrist|hand|thumb|foot|leg|arm|le|ue)\b", re.IGNORECASE
)
_BOTH = re.compile(r"\b(?:bilat\w*|both (?:sides|knees|hips|ankles|shoulders|arms|legs|hands|feet))\b", re.IGNORECASE)
_DATED = re.compile(
    r"\b(?:pod|post-?op(?:erative)? day|day)\s?#?\d+\b|\bvisit\s?#?\d+(?:\s?(?:of|/)\s?\d+)?\b|"
    r"\b\d+(?:\.\d)?\s?(?:wks?|weeks?|days?|months?|mos?)\s(?:s/p|out|post|po|since)\b|\b(?:yesterday|last night|this morning|over the weekend)\b",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contradiction:
    """The carried sentence, the note it was carried from, what contradicts it (None: the date does), and of which kind it is."""

    place: Span
    other: int
    against: Span | None
    kind: str
    section: str


def contradictions(visit: Visit, earlier: Sequence[Visit]) -> Iterator[Contradiction]:
    """Give the contradictions between what a note carries from the earlier notes of its patient and what it newly says."""
    source = {sentence.words: past for past in earlier for sentence in past.sentences}
    own = [s for s in visit.sentences if s.kind in SPOKEN_SECTIONS]
    carried = [s for s in own if s.words in source]
    new = [s for s in own if s.words not in source]
    if not carried:
        return
    said = [*_measures(visit, carried, new), *_words(visit, carried, new), *_sides(visit, carried, new)]
    against_date = [(s, None, "date") for s in carried if _outdated(visit, source[s.words], s)]
    told = set()
    for sentence, against, kind in (*said, *against_date):
        if sentence.span not in told:
            told.add(sentence.span)
            yield Contradiction(sentence.span, source[sentence.words].n, against, kind, sentence.kind)


def _measures(visit: Visit, carried: list[Sentence], new: list[Sentence]) -> Iterator[tuple[Sentence, Span, str]]:
    today = [(value, s) for s in new for value in visit.values if _inside(value.span, s.span)]
    for sentence in carried:
        for value in visit.values:
            if (
                not _inside(value.span, sentence.span)
                or value.before is not None
                or _NOT_TODAY.search(visit.text[slice(*value.span)])
            ):
                continue
            for other, place in today:
                if _differs(value, other) and not _NOT_TODAY.search(visit.text[slice(*other.span)].replace("from", "", 1)):
                    yield sentence, place.span, "measure"


def _differs(carried: Value, today: Value) -> bool:
    """Whether two values are of the same thing and differ; a change told with the carried value as its start agrees with it."""
    same = (carried.name, carried.of) == (today.name, today.of)
    if carried.name == "assist level":
        same = same and bool(carried.of)
    return same and carried.after not in (today.after, today.before)


def _words(visit: Visit, carried: list[Sentence], new: list[Sentence]) -> Iterator[tuple[Sentence, Span, str]]:
    for denial, statement, kind in ((_NO_FALLS, _FELL, "fall"), (_NO_PAIN, _PAIN, "pain")):
        stated = [
            s for s in new if statement.search(visit.text[slice(*s.span)]) and not denial.search(visit.text[slice(*s.span)])
        ]
        for sentence in carried:
            words = visit.text[slice(*sentence.span)]
            match = next((s for s in stated if s.kind == sentence.kind or kind == "fall"), None)
            if match and denial.search(words) and not statement.search(words):
                yield sentence, match.span, kind


def _sides(visit: Visit, carried: list[Sentence], new: list[Sentence]) -> Iterator[tuple[Sentence, Span, str]]:
    """Give carried sentences about one side of a part of which the new ones know the other side only; measures may compare sides."""
    today: dict[str, dict[str, Span]] = {}
    if _BOTH.search(visit.text):
        return
    for sentence in new:
        for side, part in _sided(visit, sentence):
            today.setdefault(part, {}).setdefault(side, sentence.span)
    for sentence in carried:
        for side, part in _sided(visit, sentence):
            others = today.get(part, {})
            if others and side not in others:
                yield sentence, next(iter(others.values())), "side"


def _sided(visit: Visit, sentence: Sentence) -> set[tuple[str, str]]:
    words = visit.text[slice(*sentence.span)]
    if any(_inside(value.span, sentence.span) for value in visit.values):
        return set()
    return {(match["side"][0].lower(), match["part"].lower()) for match in _SIDED.finditer(words)}


def _outdated(visit: Visit, past: Visit, sentence: Sentence) -> bool:
    """Whether a carried sentence counts days, weeks or visits that have gone on since."""
    match = _DATED.search(visit.text[slice(*sentence.span)])
    if match is None or visit.date is None or past.date is None:
        return False
    words = match[0].lower()
    needed = 31 if "mo" in words else 7 if "w" in words.replace("week", "w").replace("wk", "w") else 1
    return (visit.date - past.date).days >= needed


def _inside(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start < outer.end
