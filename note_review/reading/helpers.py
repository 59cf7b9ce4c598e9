"""A helper who treats while the therapist does something else: `The aide held his elbow and told him when to stop while I kept the tally`.

Who stands as the subject of hands and cues gives them. Nothing is said where a clause may give the therapist a hand, a cue or a grading of
her own, where none tells what she did instead, or where the helper was being taught (guide: Groups and helpers).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from note_review.encounter import Assertion, Flag, Section
from note_review.note import Span
from note_review.reading.assertion import assertion_of
from note_review.reading.assistant import ANOTHER_DAY
from note_review.reading.helper_words import (
    DOES,
    ELSEWHERE,
    FAMILY_TRAINED,
    FOR_CARE,
    FURTHER,
    GIVEN_BY,
    GIVEN_BY_THERAPIST,
    HELPER,
    HELPER_TAUGHT,
    MAY_TREAT,
    NOT_ACTING,
    NOT_MEANWHILE,
    SCHOOL,
    SUBJECT,
    TREATS,
)
from note_review.reading.lines import Lines, clause_at
from note_review.reading.sections import section_at
from note_review.reading.small_letters import small
from note_review.reading.visits import told_of_another_visit

_ENDS = re.compile(r"[;\n]|(?<![ .][A-Z])\.(?=\s|$)")
# What leads on from one person to the next, two words at most: `while the therapist`.
_SIGNS = " \t\n,;:.(–-"
_LEADS_ON = frozenset({"while", "as", "and", "but", "when", "then", "the", "our", "my"})
_NEAR = 80
# How many sentences, or parts of one, the two may stand apart.
_NEARBY = range(-1, 2)


@dataclass(frozen=True, slots=True)
class _Clause:
    """A person, with what is told up to the next one or the end of the sentence; ``rest`` goes on a little further, ``sentence`` counts these."""

    who: str
    span: Span
    before: str
    told: str
    rest: str
    sentence: int


def treating_helpers(text: str, lines: Lines, sections: tuple[Section, ...]) -> tuple[Flag, ...]:
    """Return the clauses of those who treat in this visit, ``helper`` or ``relative``, where the therapist is told to do something else and nothing that may be treatment."""
    words = small(text)
    if not HELPER.search(words):
        return ()
    clauses = list(_clauses(text))
    others = (
        {"helper"}
        | ({"relative"} if not FAMILY_TRAINED.search(words) else set())
        | ({"student"} if not SCHOOL.search(words) else set())
    )
    treating = [clause for clause in clauses if clause.who in others and _treats(clause)]
    own = [clause for clause in clauses if clause.who == "therapist"]
    if not treating or GIVEN_BY_THERAPIST.search(text) or HELPER_TAUGHT.search(words) or any(map(_may_treat, own)):
        return ()
    elsewhere = {clause.sentence for clause in own if _is_elsewhere(clause)}
    unknown = {clause.sentence for clause in own if not _is_elsewhere(clause) and DOES.match(small(clause.told))}
    return tuple(
        Flag("relative" if clause.who == "relative" else "helper", _own_words(text, clause.span))
        for clause in treating
        if _is_near(clause, elsewhere) and not _is_near(clause, unknown) and _is_of_today(text, lines, sections, clause)
    )


def _clauses(text: str) -> Iterator[_Clause]:
    start = 0
    for sentence, end in enumerate([*(m.end() for m in _ENDS.finditer(text)), len(text)]):
        subjects = list(SUBJECT.finditer(text, start, end))
        for number, subject in enumerate(subjects, 1):
            stop = subjects[number].start() if number < len(subjects) else end
            before = text[max(start, subject.start() - _NEAR) : subject.start()]
            yield _Clause(
                str(subject.lastgroup),
                Span(subject.start(), stop),
                before,
                text[subject.end() : stop],
                text[subject.end() : min(end, stop + _NEAR)],
                sentence,
            )
        start = end


def _own_words(text: str, span: Span) -> Span:
    """Return a clause without the word that leads on to the next person."""
    own = text[span.start : span.end].rstrip(_SIGNS)
    for _ in range(2):
        words, _, last = own.rpartition(" ")
        own = words.rstrip(_SIGNS) if last.lower() in _LEADS_ON else own
    return Span(span.start, span.start + len(own))


def _is_near(clause: _Clause, sentences: set[int]) -> bool:
    return any(clause.sentence + step in sentences for step in _NEARBY)


def _is_elsewhere(clause: _Clause) -> bool:
    """Say whether the therapist's clause tells of something that leaves no hand or eye for the patient, and of nothing besides."""
    told = small(clause.told)
    if not ELSEWHERE.match(small(clause.rest)) or NOT_MEANWHILE.search(told):
        return False
    return all(ELSEWHERE.match(told, more.end()) for more in FURTHER.finditer(told))


def _treats(clause: _Clause) -> bool:
    if FOR_CARE.search(small(clause.told)):
        return False
    acts = TREATS.search(small(clause.told)) is not None and NOT_ACTING.match(clause.told) is None
    return acts or GIVEN_BY.search(small(clause.before)) is not None


def _may_treat(clause: _Clause) -> bool:
    words = small(clause.told)
    return (MAY_TREAT.search(words) or TREATS.search(words)) is not None


def _is_of_today(text: str, lines: Lines, sections: tuple[Section, ...], told: _Clause) -> bool:
    span, clause = told.span, clause_at(text, lines, told.span.start)
    # How a relative helps at home is told there.
    if told.who == "relative" and section_at(sections, span.start).kind == "subjective":
        return False
    if told_of_another_visit(text, clause.start, span.start) or ANOTHER_DAY.match(text, clause.start):
        return False
    # What follows is of the therapist: `while I held the clock`.
    return assertion_of(text, lines, sections, Span(span.start, max(span.end, clause.end))) is Assertion.PRESENT
