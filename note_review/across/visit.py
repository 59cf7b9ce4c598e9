"""One note as the comparison across notes takes it: its sentences by section, measures, times and goals."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from note_review.encounter import Section
from note_review.note import Span
from note_review.reading.clocks import find_clock_spans
from note_review.reading.measures import read_measure
from note_review.reading.sections import find_sections, section_at
from note_review.reading.sentences import find_sentences

MINIMUM_WORDS = 3
SHINGLE = 4
# What a plan, goals, history and precautions say is carried for good reason.
SPOKEN_SECTIONS = frozenset({"opening", "subjective", "objective", "treatment", "response", "assessment"})
_MEASURED = SPOKEN_SECTIONS | {"signature", "billing"}
_QUALIFIER = re.compile(
    r"\b(?:l|r|left|right|b|bil(?:at(?:eral)?)?|ankle|knee|hip|shoulder|elbow|wrist|hand|thumb|finger|neck|cervical|lumbar|back|trunk|"
    r"flex(?:ion)?|ext(?:ension)?|abd(?:uction)?|er|ir|df|pf|rest|worst|best|stairs?|walking|sitting|standing|night|foam|firm|eo|ec|"
    r"transfers?|gait|ambulation|bed mobility|sit to stand|sts|toilet(?:ing)?|dressing|bathing|quad\w*|glut\w*|grip|lying|reach\w*)\b"
)
_SIDES = {"l": "left", "r": "right", "b": "bilateral"}
_CLAUSE = re.compile(r"(?:[^,|\n.;]|,(?=\d)|(?<=\d)\.(?=\d))+")
_FIGURE_OR_ASSIST = re.compile(r"\d|assist|superv|guard|\bind|mod|min|max|\bcga\b|\bsba\b|\bdep|\(i\)", re.IGNORECASE)
_GOAL_STATUS = re.compile(
    r"\b(?:goals?|[sl]tgs?)\b[^.\n]{0,80}?\b(?:met|unmet|progress\w*|achieved|partial\w*|ongoing|not (?:yet )?met|revised|updated|upgraded|"
    r"discontinued|d/c'?d|modified|advanced|on track|\d{1,3} ?%)\b|\b(?:met|revised|updated|upgraded|progress\w*)\b[^.\n]{0,40}?\b(?:goals?|[sl]tgs?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: where, in which kind of section, its words."""

    span: Span
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Value:
    """A measured value: ``name`` and ``of`` (side, part, condition) say of what; ``better`` whether the note itself shows a gain."""

    name: str
    of: tuple[str, ...]
    before: float | None
    after: float
    better: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Times:
    """A stretch of a day in minutes after midnight, and where the note states it."""

    begin: int
    end: int
    span: Span


@dataclass(frozen=True)
class Visit:
    """A note with what the batch knows of it. ``codes`` are billed, ``one_on_one`` its minutes of timed one-on-one services."""

    n: int
    patient: str | None
    clinician: str | None
    clinic: str | None
    date: datetime.date | None
    discipline: str | None
    codes: frozenset[str]
    one_on_one: int
    text: str

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The sections of the text."""
        return find_sections(self.text)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence of at least three words."""
        found = find_sentences(self.text, minimum_words=MINIMUM_WORDS)
        return tuple(Sentence(span, self._kind(span), words) for span, words in found)

    @cached_property
    def shingles(self) -> Mapping[str, frozenset[str]]:
        """Runs of four words, by kind of judged section."""
        words: dict[str, list[str]] = {}
        for sentence in self.sentences:
            if sentence.kind in SPOKEN_SECTIONS:
                words.setdefault(sentence.kind, []).extend(sentence.words.split())
        return {
            kind: frozenset(" ".join(w[i : i + SHINGLE]) for i in range(max(1, len(w) - SHINGLE + 1)))
            for kind, w in sorted(words.items())
        }

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """What was measured, one value a clause."""
        return tuple(self._values())

    @cached_property
    def goals(self) -> frozenset[str]:
        """The words of the goals sections."""
        return frozenset(s.words for s in self.sentences if s.kind == "goals")

    @property
    def tells_goals(self) -> bool:
        """Whether the note says how a goal stands."""
        return _GOAL_STATUS.search(self.text) is not None

    @cached_property
    def times(self) -> tuple[Times, ...]:
        """The stretches of the day that the note states outside plan, history and the patient's own report, in order."""
        found = set()
        for clock in find_clock_spans(self.text):
            if self._kind(clock.span) in _MEASURED - {"subjective"} and clock.minutes <= 240:
                begin = clock.start % 1440
                found.add((begin, begin + clock.minutes, clock.span))
        return tuple(Times(*times) for times in sorted(found))

    def _kind(self, span: Span) -> str:
        return section_at(self.sections, span.start).kind

    def _values(self) -> Iterator[Value]:
        for clause in _CLAUSE.finditer(self.text):
            span = Span(clause.start(), clause.end())
            if not _FIGURE_OR_ASSIST.search(clause[0]) or self._kind(span) not in _MEASURED:
                continue
            measure = read_measure(self.text, span)
            if measure is not None and measure.after is not None:
                of = qualifiers(clause[0])
                yield Value(measure.name, of, measure.before, measure.after, measure.change == "better", span)


def qualifiers(words: str) -> tuple[str, ...]:
    """Return the sides, parts and conditions that words name, sorted: two values can only be compared where these agree."""
    found = {match[0] for match in _QUALIFIER.finditer(words.lower())}
    return tuple(sorted({_SIDES.get(word, word) for word in found}))
