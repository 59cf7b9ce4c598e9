"""A tenant's own lines: from which risk a note is called high, from which it is read at all, how many are read by lot and twice."""

from __future__ import annotations

import time
from collections.abc import Mapping

from sqlalchemy import Connection, func, insert, select

from note_review.workbench.tables import settings

DEFAULTS: Mapping[str, float] = {"high_from": 0.5, "read_from": 0.0, "random_share": 0.1, "double_share": 0.1}


def current(connection: Connection, tenant: str) -> dict[str, float]:
    """Return the lines in force: the last that was said of each."""
    last = select(func.max(settings.c.number)).where(settings.c.tenant == tenant).group_by(settings.c.name)
    rows = connection.execute(select(settings.c.name, settings.c.value).where(settings.c.number.in_(last)))
    return {**DEFAULTS, **{row.name: row.value for row in rows}}


def moved(connection: Connection, tenant: str, values: Mapping[str, float], *, person: str) -> dict[str, float]:
    """Move lines, keep who moved them and when, and return what is in force then."""
    before = current(connection, tenant)
    rows = [
        {"tenant": tenant, "name": name, "value": value, "person": person, "at": time.time()}
        for name, value in values.items()
        if name in DEFAULTS and value != before[name]
    ]
    if rows:
        connection.execute(insert(settings), rows)
    return current(connection, tenant)


def history(connection: Connection, tenant: str, *, most: int = 20) -> list[tuple[str, float, str, float]]:
    """Return the last moves, newest first: name, value, person, time."""
    rows = connection.execute(select(settings).where(settings.c.tenant == tenant).order_by(settings.c.number.desc()).limit(most))
    return [(row.name, row.value, row.person, row.at) for row in rows]
