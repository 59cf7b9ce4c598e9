"""The work at a glance: what is open, risk and codes by clinician, clinic, payer and month, reasons, money; every figure names its notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from note_review.workbench.queue import CLOSED, View, reads_otherwise, within
from note_review.workbench.sessions import Person
from note_review.workbench.tables import notes, reasons

GROUPS: Mapping[str, str] = {"clinician": "Clinician", "clinic": "Clinic", "payer": "Payer", "month": "Month"}
MOST = 30


@dataclass(frozen=True, slots=True)
class Group:
    """Notes that have something in common. ``otherwise`` read as another code than the judged one; ``at_stake`` in US dollars."""

    value: str
    notes: int
    low: int
    moderate: int
    high: int
    otherwise: int
    amount: float
    at_stake: float


@dataclass(frozen=True, slots=True)
class Board:
    """All that the page shows."""

    whole: Group
    open: Group
    groups: Mapping[str, list[Group]]
    reasons: list[Group]
    codes: list[tuple[str, Mapping[str, int]]]


def board(connection: Connection, view: View, person: Person) -> Board:
    """Return the figures of a view."""
    where = and_(within({**view, "state": "all"}, person), notes.c.score.is_not(None))
    still = and_(where, notes.c.state.not_in(CLOSED))
    return Board(
        whole=_groups(connection, where, None)[0],
        open=_groups(connection, still, None)[0],
        groups={name: _groups(connection, where, notes.c[name]) for name in GROUPS},
        reasons=_by_reason(connection, where),
        codes=_codes(connection, where),
    )


def _figures() -> list[ColumnElement[Any]]:
    levels = [_count(notes.c.level == level) for level in ("low", "moderate", "high")]
    money = [func.coalesce(func.sum(column), 0.0) for column in (notes.c.amount, notes.c.at_stake)]
    return [func.count(), *levels, _count(reads_otherwise()), *money]


def _groups(connection: Connection, where: ColumnElement[bool], by: ColumnElement[str] | None) -> list[Group]:
    if by is None:
        return [_group("", *connection.execute(select(*_figures()).where(where)).one())]
    order = by.desc() if by is notes.c.month else func.coalesce(func.sum(notes.c.at_stake), 0.0).desc()
    wanted = select(by, *_figures()).where(where, by.is_not(None)).group_by(by).order_by(order, by).limit(MOST)
    return [_group(*row) for row in connection.execute(wanted)]


def _by_reason(connection: Connection, where: ColumnElement[bool]) -> list[Group]:
    joined = select(reasons.c.reason, *_figures()).select_from(reasons).join(notes, notes.c.number == reasons.c.note)
    rows = connection.execute(joined.where(where).group_by(reasons.c.reason).order_by(func.count().desc(), reasons.c.reason))
    return [_group(*row) for row in rows]


def _codes(connection: Connection, where: ColumnElement[bool]) -> list[tuple[str, Mapping[str, int]]]:
    rows = connection.execute(
        select(notes.c.code, notes.c.reads_as, func.count()).where(where).group_by(notes.c.code, notes.c.reads_as)
    )
    found: dict[str, dict[str, int]] = {}
    for code, reads_as, count in rows:
        found.setdefault(code, {})[reads_as] = int(count)
    return sorted(found.items(), key=lambda item: -sum(item[1].values()))


def _count(held: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((held, 1), else_=0)), 0)


def _group(value: Any, *figures: Any) -> Group:
    count, low, moderate, high, otherwise, amount, at_stake = figures
    return Group(value, int(count), int(low), int(moderate), int(high), int(otherwise), float(amount), float(at_stake))
