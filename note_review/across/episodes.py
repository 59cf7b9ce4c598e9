"""An episode of care from visit to visit: how long since anything measured improved, and since a goal was spoken of."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from note_review.across.finding import AcrossFinding
from note_review.across.rules import GOALS_UNTOUCHED, PLATEAU
from note_review.across.visit import Value, Visit
from note_review.findings import Rule
from note_review.note import Span
from note_review.reading.outcome_measures import MEASURES

VISITS = 10
GAP = datetime.timedelta(days=60)
EVALUATIONS = frozenset({"97161", "97162", "97163", "97165", "97166", "97167"})
_FALLS = frozenset(measure.name for measure in MEASURES if measure.better == "down")


@dataclass(slots=True)
class _Run:
    """Visits in a row of which something is to be said: numbers, the first and last of them, values seen."""

    numbers: list[int] = field(default_factory=list)
    first: Visit | None = None
    last: Visit | None = None
    seen: dict[str, set[float]] = field(default_factory=dict)

    def add(self, visit: Visit) -> None:
        self.first = self.first or visit
        self.last = visit
        self.numbers.append(visit.n)
        for value in visit.values:
            self.seen.setdefault(value.name, set()).add(value.after)


class Episode:
    """The visits of one patient in one discipline, fed in order. ``finish`` says what its end leaves to say.

    A new episode begins with an evaluation code or after sixty days without a visit.
    """

    def __init__(self, *, visits: int = VISITS) -> None:
        self._visits = visits
        self._begin()

    def _begin(self) -> None:
        self._last: Visit | None = None
        self._values: dict[tuple[str, tuple[str, ...]], float] = {}
        self._goals: frozenset[str] | None = None
        self._still, self._silent = _Run(), _Run()

    def add(self, visit: Visit) -> Iterator[AcrossFinding]:
        """Take the next visit; give what ended with the one before."""
        last = self._last
        gap = last is not None and last.date is not None and visit.date is not None and visit.date - last.date > GAP
        if last is not None and (gap or visit.codes & EVALUATIONS):
            yield from self.finish()
        if self._improved(visit):
            yield from _told(self._still, PLATEAU, self._visits)
            self._still = _Run()
        else:
            self._still.add(visit)
        if self._touches_goals(visit):
            yield from _told(self._silent, GOALS_UNTOUCHED, self._visits)
            self._silent = _Run()
        else:
            self._silent.add(visit)
        self._last = visit

    def finish(self) -> Iterator[AcrossFinding]:
        """End the episode."""
        yield from _told(self._still, PLATEAU, self._visits)
        yield from _told(self._silent, GOALS_UNTOUCHED, self._visits)
        self._begin()

    def _improved(self, visit: Visit) -> bool:
        """Whether any value is better than when it was last measured, or the note itself shows a gain. The first values are a start."""
        gains = [self._gain(value) for value in visit.values]
        for value in visit.values:
            self._values[value.name, value.of] = value.after
        return any(gains) or self._last is None

    def _gain(self, value: Value) -> bool:
        before = self._values.get((value.name, value.of))
        if before is None or before == value.after:
            return value.better and before is None
        return (value.after < before) == (value.name in _FALLS)

    def _touches_goals(self, visit: Visit) -> bool:
        changed = bool(visit.goals) and self._goals is not None and visit.goals != self._goals
        first = self._last is None
        self._goals = visit.goals or self._goals
        return first or changed or visit.tells_goals


def _told(run: _Run, rule: Rule, visits: int) -> Iterator[AcrossFinding]:
    if len(run.numbers) < visits or run.first is None or run.last is None:
        return
    last = run.last
    dates = f" from {run.first.date} to {last.date}" if run.first.date and last.date else ""
    what = _measured(run) if rule is PLATEAU else "no note says how a goal stands, and the goals' words do not change"
    yield AcrossFinding(
        rule, f"{len(run.numbers)} visits{dates}: {what}.", n=last.n, others=tuple(run.numbers[:-1]), patient=last.patient,
        clinician=last.clinician, clinic=last.clinic, date=last.date, count=len(run.numbers), place=_whole(last),
    )  # fmt: skip


def _measured(run: _Run) -> str:
    if not run.seen:
        return "nothing was measured"
    said = [f"{name} {_range(values)}" for name, values in sorted(run.seen.items())[:4]]
    return f"no measured improvement ({', '.join(said)})"


def _range(values: set[float]) -> str:
    low, high = min(values), max(values)
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _whole(visit: Visit) -> Span | None:
    """Return where the last value stands, for the reader to begin at."""
    return visit.values[-1].span if visit.values else None
