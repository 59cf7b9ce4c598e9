"""What decisions say of the machine: how often each reason was right, how true the risk was, what moved lines would do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select

from note_review.workbench.decisions import ADJUDICATOR
from note_review.workbench.tables import decisions, flags, notes

Z = 1.96
BINS = 10


@dataclass(frozen=True, slots=True)
class Standing:
    """How a reason stood: how often the machine gave it, was right with it, and did not see it."""

    reason: str
    said: int = 0
    right: int = 0
    missed: int = 0
    months: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def precision(self) -> float | None:
        """The share of flags that were right."""
        return self.right / self.said if self.said else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the precision (Wilson 1927)."""
        return wilson(self.right, self.said)


@dataclass(frozen=True, slots=True)
class Bin:
    """Notes of one tenth of the score: how many, their mean score, and how many a reader called high."""

    low: float
    count: int
    mean: float
    high: int


class Judged(NamedTuple):
    """A decided note: the machine's probability of high, and what the reader said."""

    score: float
    level: str
    is_random: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What lines do to decided notes: called high rightly, wrongly, not called though high; read, and unread though not low."""

    right: int
    wrong: int
    missed: int
    read: int
    unread: int
    unread_raised: int


def standing_decisions() -> ColumnElement[bool]:
    """Return the condition of the decision that holds of a note: the adjudicator's, else the first reader's."""
    over = decisions.alias()
    ruled = exists().where(over.c.note == decisions.c.note, over.c.reader == ADJUDICATOR, over.c.undone.is_(None))
    first = and_(decisions.c.reader == 1, ~ruled)
    return and_(decisions.c.undone.is_(None), decisions.c.action != "send_back", or_(first, decisions.c.reader == ADJUDICATOR))


def standings(connection: Connection, tenant: str, *, random_only: bool = False) -> list[Standing]:
    """Return how each reason stood, most often given first."""
    said, right = (func.sum(case((held, 1), else_=0)) for held in (flags.c.flagged, and_(flags.c.flagged, flags.c.held)))
    missed = func.sum(case((and_(~flags.c.flagged, flags.c.held), 1), else_=0))
    where = and_(flags.c.tenant == tenant, standing_decisions())
    if random_only:
        where = and_(where, decisions.c.is_random)
    joined = select(flags.c.reason, decisions.c.month, said, right, missed).join(
        decisions, decisions.c.number == flags.c.decision
    )
    found: dict[str, Standing] = {}
    rows = connection.execute(joined.where(where).group_by(flags.c.reason, decisions.c.month).order_by(decisions.c.month))
    for reason, month, n, r, m in rows:
        before = found.get(reason, Standing(reason))
        months = {**before.months, month: (int(r), int(n))}
        found[reason] = Standing(reason, before.said + int(n), before.right + int(r), before.missed + int(m), months)
    return sorted(found.values(), key=lambda standing: (-standing.said, standing.reason))


def judged(connection: Connection, tenant: str) -> list[Judged]:
    """Return every decided note's score and verdict."""
    wanted = select(decisions.c.score, decisions.c.level, decisions.c.is_random)
    rows = connection.execute(wanted.where(decisions.c.tenant == tenant, standing_decisions()))
    return [Judged(*row) for row in rows]


def reliability(found: Sequence[Judged]) -> list[Bin]:
    """Return, for each tenth of the score that has notes, how often readers called them high."""
    bins = []
    for place in range(BINS):
        inside = [one for one in found if min(BINS - 1, int(one.score * BINS)) == place]
        if inside:
            mean = sum(one.score for one in inside) / len(inside)
            bins.append(Bin(place / BINS, len(inside), mean, sum(one.level == "high" for one in inside)))
    return bins


def effect(found: Sequence[Judged], lines: Mapping[str, float]) -> Effect:
    """Return what lines would have done to the notes that were decided."""
    called = [one for one in found if one.score >= lines["high_from"]]
    unread = [one for one in found if one.score < lines["read_from"] and not one.is_random]
    right = sum(one.level == "high" for one in called)
    return Effect(
        right=right,
        wrong=len(called) - right,
        missed=sum(one.level == "high" for one in found) - right,
        read=len(found) - len(unread),
        unread=len(unread),
        unread_raised=sum(one.level != "low" for one in unread),
    )


def waiting_below(connection: Connection, tenant: str, line: float) -> int:
    """Return how many notes that wait to be read stand below a line."""
    own = and_(notes.c.tenant == tenant, notes.c.state.in_(("open", "cleared")), ~notes.c.is_random, notes.c.score < line)
    return int(connection.scalar(select(func.count()).select_from(notes).where(own)) or 0)


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share."""
    if not count:
        return 0.0, 1.0
    share, z2 = hits / count, Z * Z
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = Z * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count)) / (1 + z2 / count)
    return max(0.0, middle - half), min(1.0, middle + half)
