"""The queue: notes by risk and uncertainty, narrowed by filters and words, in pages that cost the same wherever they begin."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, case, exists, func, or_, select

from note_review.encounter import THREE
from note_review.server.problem import Problem
from note_review.workbench.sessions import Person
from note_review.workbench.tables import decisions, notes, reasons, words

PAGE = 50
MOST_CHOICES = 40
STATES: Mapping[str, str] = {
    "todo": "To read",
    "answered": "Answered",
    "second": "Second reading",
    "conflict": "Disagreements",
    "sent_back": "Sent back",
    "decided": "Decided",
    "cleared": "Below the line",
    "waiting": "Being reviewed",
    "failed": "Not reviewed",
    "all": "All",
}
COLUMNS = ("level", "reads_as", "code", "clinician", "clinic", "payer", "month")
SHOWN = [column for column in notes.c if column.name not in ("note", "review")]
FIELDS = ("state", *COLUMNS, "reason", "random", "otherwise", "money", "q")
CLOSED = ("decided", "cleared")
View = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the queue, and the cursor of the next where there is one."""

    rows: Sequence[RowMapping]
    next: str | None


def view_of(given: Mapping[str, str]) -> dict[str, str]:
    """Return the filters that were given, without empty ones."""
    return {name: given[name][:200] for name in FIELDS if given.get(name)}


def within(view: View, person: Person, searched: Sequence[int] = (), *, without: str = "") -> ColumnElement[bool]:
    """Return the condition of a view: always the person's tenant, then every filter but ``without``."""
    held: list[ColumnElement[bool]] = [notes.c.tenant == person.tenant]
    if without != "state":
        held += _in_state(view.get("state", "todo"), person)
    held += [notes.c[name] == view[name] for name in COLUMNS if name in view and name != without]
    if "reason" in view and without != "reason":
        named = select(reasons.c.note).where(reasons.c.tenant == person.tenant, reasons.c.reason == view["reason"])
        held.append(notes.c.number.in_(named))
    if "random" in view:
        held.append(notes.c.is_random)
    if "otherwise" in view:
        held.append(reads_otherwise())
    if "money" in view:
        held.append(_of_money(view["money"]))
    held += [notes.c.number.in_(select(words.c.note).where(words.c.word == word)) for word in searched]
    return and_(*held)


def _in_state(state: str, person: Person) -> list[ColumnElement[bool]]:
    if state == "all":
        return []
    if state == "todo":
        return [readable(person)]
    if state not in STATES:
        raise Problem(404, "no-state", "there is no such part of the queue")
    return [notes.c.state == state]


def _of_money(figure: str) -> ColumnElement[bool]:
    """Return the condition of the notes that a sum of money adds up."""
    conditions = {
        "billed": notes.c.amount > 0.0,
        "at_stake": notes.c.at_stake > 0.0,
        "open": and_(notes.c.at_stake > 0.0, notes.c.state.not_in(CLOSED)),
    }
    if figure not in conditions:
        raise Problem(404, "no-money", "there is no such sum")
    return conditions[figure]


def reads_otherwise() -> ColumnElement[bool]:
    """Return the condition of a note that reads as another code than it is judged for: as of ``reads_as_claimed``, and an undetermined reading is none."""
    expected = case((notes.c.code.in_(THREE), notes.c.code), else_="other")
    return notes.c.reads_as.not_in((expected, "undetermined"))


def readable(person: Person) -> ColumnElement[bool]:
    """Return the condition of what a person may decide now: not a second time, and disagreements only for a lead who read neither."""
    own = exists().where(decisions.c.note == notes.c.number, decisions.c.person == person.name, decisions.c.undone.is_(None))
    again = and_(notes.c.state.in_(("second", "conflict") if person.leads else ("second",)), ~own)
    return or_(notes.c.state.in_(("open", "answered")), again)


def page(connection: Connection, where: ColumnElement[bool], cursor: str = "") -> Page:
    """Return the notes behind a cursor, most pressing first."""
    if cursor:
        place, _, number = cursor.partition("_")
        try:
            at, last = float(place), int(number)
        except ValueError:
            raise Problem(404, "no-page", "there is no such page") from None
        where = where & or_(notes.c.priority < at, and_(notes.c.priority == at, notes.c.number > last))
    wanted = select(*SHOWN).where(where).order_by(notes.c.priority.desc(), notes.c.number).limit(PAGE + 1)
    rows = connection.execute(wanted).mappings().all()
    more = len(rows) > PAGE
    last_row = rows[PAGE - 1] if more else None
    return Page(rows[:PAGE], f"{last_row['priority']!r}_{last_row['number']}" if last_row else None)


def following(connection: Connection, where: ColumnElement[bool], person: Person, after: RowMapping | None = None) -> str | None:
    """Return the id of the next note to read that nobody else holds: behind ``after`` where it is given, else the first."""
    free = or_(notes.c.held_by.is_(None), notes.c.held_by == person.name, notes.c.held_until < time.time())
    order = (notes.c.priority.desc(), notes.c.number)
    if after is not None:
        at, last = after["priority"], after["number"]
        behind = or_(notes.c.priority < at, and_(notes.c.priority == at, notes.c.number > last))
        found = connection.scalar(select(notes.c.id).where(where, free, behind).order_by(*order).limit(1))
        if found is not None:
            return str(found)
        free = free & (notes.c.number != last)
    found = connection.scalar(select(notes.c.id).where(where, free).order_by(*order).limit(1))
    return None if found is None else str(found)


def counts_by_state(connection: Connection, view: View, person: Person, searched: Sequence[int]) -> dict[str, int]:
    """Return how many notes each part of the queue has under the other filters."""
    where = within(view, person, searched, without="state")
    rows = connection.execute(select(notes.c.state, func.count()).where(where).group_by(notes.c.state))
    by_state = {state: int(count) for state, count in rows}
    todo = connection.scalar(select(func.count()).select_from(notes).where(where, readable(person))) or 0
    return {**{state: by_state.get(state, 0) for state in STATES}, "todo": int(todo), "all": sum(by_state.values())}


def choices(connection: Connection, view: View, person: Person, searched: Sequence[int]) -> dict[str, list[tuple[Any, int]]]:
    """Return, for each filter, the values that there are under the others, most frequent first."""
    found: dict[str, list[tuple[Any, int]]] = {}
    for name in COLUMNS:
        column = notes.c[name]
        where = and_(within(view, person, searched, without=name), column.is_not(None))
        rows = connection.execute(
            select(column, func.count()).where(where).group_by(column).order_by(func.count().desc(), column).limit(MOST_CHOICES)
        )
        found[name] = [(value, int(count)) for value, count in rows]
    where = within(view, person, searched, without="reason")
    joined = select(reasons.c.reason, func.count()).join(notes, notes.c.number == reasons.c.note).where(where)
    rows = connection.execute(joined.group_by(reasons.c.reason).order_by(func.count().desc(), reasons.c.reason))
    found["reason"] = [(value, int(count)) for value, count in rows]
    return found


def reasons_of(connection: Connection, rows: Sequence[RowMapping]) -> dict[int, list[str]]:
    """Return the reasons of a page's notes."""
    found: dict[int, list[str]] = {}
    listed = select(reasons.c.note, reasons.c.reason).where(reasons.c.note.in_([row["number"] for row in rows]))
    for number, reason in connection.execute(listed.order_by(reasons.c.note, reasons.c.reason)):
        found.setdefault(number, []).append(reason)
    return found
