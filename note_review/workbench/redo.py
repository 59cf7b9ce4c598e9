"""Steps that were taken back, kept until the reader goes another way, so that each can be taken again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_, delete, exists, insert, select

from note_review.workbench.sessions import Person
from note_review.workbench.tables import drafts, undone_steps


def set_aside(connection: Connection, row: RowMapping, person: Person, *, revision: int) -> None:
    """Take a step out of the draft and keep it beside."""
    _move(connection, row, person, revision, drafts, undone_steps)


def bring_back(connection: Connection, row: RowMapping, person: Person, *, revision: int) -> None:
    """Take a step again that was set aside; without such a step nothing changes."""
    _move(connection, row, person, revision, undone_steps, drafts)


def is_there(connection: Connection, row: RowMapping, person: Person, *, revision: int) -> bool:
    """Whether the step was set aside and may be taken again."""
    return bool(connection.scalar(select(exists().where(_step(undone_steps, row, person, revision)))))


def forget_all(connection: Connection, row: RowMapping, person: Person) -> None:
    """Forget what was set aside: the reader went another way."""
    own = and_(undone_steps.c.note == row["number"], undone_steps.c.person == person.name)
    connection.execute(delete(undone_steps).where(own))


def _move(connection: Connection, row: RowMapping, person: Person, revision: int, source: Table, target: Table) -> None:
    found = connection.execute(select(source).where(_step(source, row, person, revision))).mappings().first()
    if found is not None:
        connection.execute(insert(target).values(**found))
        connection.execute(delete(source).where(_step(source, row, person, revision)))


def _step(table: Table, row: RowMapping, person: Person, revision: int) -> ColumnElement[bool]:
    named: dict[str, Any] = {"note": row["number"], "person": person.name, "revision": revision}
    return and_(*(table.c[name] == value for name, value in named.items()))
