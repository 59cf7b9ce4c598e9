"""How far two readers who did not see each other agree: Cohen's kappa of code, risk and each element."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, select

from note_review.evaluation.scores import kappa
from note_review.risk import ELEMENTS
from note_review.workbench.tables import decisions


class Pair(NamedTuple):
    """A note read twice: who read it, and what each said."""

    readers: tuple[str, str]
    codes: tuple[str, str]
    levels: tuple[str, str]
    missing: tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """The share of notes on which two agree, and what of it is not chance (kappa; None where only one answer was ever given)."""

    question: str
    count: int
    share: float
    kappa: float | None


def pairs(connection: Connection, tenant: str) -> list[Pair]:
    """Return the notes that two have read."""
    first, second = decisions.alias(), decisions.alias()
    both = (first.c.note == second.c.note) & (first.c.reader == 1) & (second.c.reader == 2)
    stand = first.c.undone.is_(None) & second.c.undone.is_(None)
    said = (first.c.action != "send_back") & (second.c.action != "send_back")
    names = ("person", "reads_as", "level", "missing")
    wanted = select(*[side.c[name] for name in names for side in (first, second)]).where(
        both, stand, said, first.c.tenant == tenant
    )
    return [
        Pair((a, b), (code, other), (level, others), (frozenset(m.split()), frozenset(n.split())))
        for a, b, code, other, level, others, m, n in connection.execute(wanted)
    ]


def agreements(found: Sequence[Pair]) -> list[Agreement]:
    """Return the agreement on each question."""
    questions: list[tuple[str, Callable[[Pair], tuple[str, str]]]] = [
        ("reads as", lambda pair: pair.codes),
        ("risk", lambda pair: pair.levels),
        *((f"{element} missing", _element(element)) for element in ELEMENTS),
    ]
    return [_agreement(question, [answers(pair) for pair in found]) for question, answers in questions]


def by_readers(found: Sequence[Pair]) -> list[tuple[tuple[str, str], list[Agreement]]]:
    """Return the agreement of each two readers on code and risk."""
    names = sorted({(min(pair.readers), max(pair.readers)) for pair in found})
    return [(two, agreements([pair for pair in found if set(pair.readers) == set(two)])[:2]) for two in names]


def _element(element: str) -> Callable[[Pair], tuple[str, str]]:
    return lambda pair: (str(element in pair.missing[0]), str(element in pair.missing[1]))


def _agreement(question: str, answers: Sequence[tuple[str, str]]) -> Agreement:
    share = sum(a == b for a, b in answers) / len(answers) if answers else 0.0
    return Agreement(question, len(answers), share, _kappa(answers))


def _kappa(answers: Sequence[tuple[str, str]]) -> float | None:
    # Where only one answer was ever given, chance alone agrees wholly and kappa says nothing.
    if len({answer for pair in answers for answer in pair}) < 2:
        return None
    return kappa(answers)
