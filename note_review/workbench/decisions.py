"""Drafts and decisions: every step is kept as it is taken, a decision names who and when, and both can be taken back."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, delete, exists, func, insert, select, update

from note_review.evaluation.annotated import REASONS
from note_review.server.problem import Problem
from note_review.workbench import redo
from note_review.workbench.readings import Reading, first_reading
from note_review.workbench.sessions import Person
from note_review.workbench.store import Notes, Opened
from note_review.workbench.tables import decisions, drafts, flags, notes

ACTIONS = ("agree", "correct", "send_back")
ADJUDICATOR = 3
STEPS_KEPT = 200
UNDO_FOR = 12 * 3600.0


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it is shown: who read as which reader, what was said, and when (seconds since 1970)."""

    number: int
    person: str
    reader: int
    action: str
    at: float
    reading: Reading
    query: str


class Decisions:
    """The drafts and decisions of a database; every function takes the connection of a transaction."""

    def __init__(self, notes_: Notes) -> None:
        self._notes = notes_

    def draft(self, connection: Connection, opened: Opened, person: Person) -> tuple[Reading, int]:
        """Return a person's reading of a note as it stands, and its revision: 0 is the machine's own."""
        kept = self._drafts(opened.row, person)
        row = connection.execute(kept.order_by(drafts.c.revision.desc()).limit(1)).mappings().first()
        if row is None:
            return first_reading(opened.review, opened.note.text), 0
        return self._reading(row["reading"], opened.row["id"]), row["revision"]

    def keep(self, connection: Connection, opened: Opened, person: Person, reading: Reading, *, revision: int) -> int:
        """Keep the next revision of a person's reading; return its number.

        Raises
        ------
        Problem
            409: the note was decided meanwhile, or another page of the same person went ahead.
        """
        self._require_readable(connection, opened.row, person)
        last = select(func.max(drafts.c.revision)).where(drafts.c.note == opened.row["number"], drafts.c.person == person.name)
        if (connection.scalar(last) or 0) != revision:
            raise _stale()
        closed = self._close(reading.model_dump_json().encode(), opened.row["id"])
        row = {"note": opened.row["number"], "person": person.name, "revision": revision + 1, "tenant": person.tenant}
        connection.execute(insert(drafts).values(**row, reading=closed, at=time.time()))
        old = (drafts.c.note == row["note"]) & (drafts.c.person == person.name) & (drafts.c.revision <= revision + 1 - STEPS_KEPT)
        connection.execute(delete(drafts).where(old))
        redo.forget_all(connection, opened.row, person)
        return revision + 1

    def step_back(self, connection: Connection, opened: Opened, person: Person) -> tuple[Reading, int]:
        """Take the last step back and return what is left."""
        self._require_readable(connection, opened.row, person)
        redo.set_aside(connection, opened.row, person, revision=self.draft(connection, opened, person)[1])
        return self.draft(connection, opened, person)

    def step_again(self, connection: Connection, opened: Opened, person: Person) -> tuple[Reading, int]:
        """Take the step again that was taken back last and return what holds then."""
        self._require_readable(connection, opened.row, person)
        redo.bring_back(connection, opened.row, person, revision=self.draft(connection, opened, person)[1] + 1)
        return self.draft(connection, opened, person)

    def decide(
        self, connection: Connection, opened: Opened, person: Person, *, action: str, version: int, query: str = ""
    ) -> str:
        """Decide a note by the person's reading as it stands; return the state it is in then.

        The same request sent twice decides once.

        Raises
        ------
        Problem
            409: somebody else decided meanwhile. 422: there is no such action, or a query without words.
        """
        if action not in ACTIONS or (action == "send_back" and not query.strip()):
            raise Problem(422, "no-action", "a note is agreed with, corrected, or sent back with a question")
        last = self._of(connection, opened.row)[-1:]
        if opened.row["version"] == version + 1 and last and last[0]["person"] == person.name:
            return str(opened.row["state"])
        if opened.row["version"] != version:
            raise _stale()
        reader = self._require_readable(connection, opened.row, person)
        reading, revision = self.draft(connection, opened, person)
        if action != "send_back":
            action = "correct" if revision else "agree"
        number = self._insert(connection, opened, person, reading, action=action, reader=reader, query=query)
        if action != "send_back":
            self._judge_flags(connection, opened, reading, number)
        state = self._state_after(connection, opened, reading, action=action, reader=reader)
        changed: dict[str, Any] = {"state": state, "version": version + 1, "held_by": None, "held_until": None}
        if reader == 1 and action != "send_back":
            changed["first_reader"] = person.name
        connection.execute(update(notes).where(notes.c.number == opened.row["number"]).values(**changed))
        return state

    def undo(self, connection: Connection, person: Person) -> str | None:
        """Take the person's last decision of today back, unless somebody went on from it; return the note's id."""
        later = decisions.alias()
        went_on = exists().where(later.c.note == decisions.c.note, later.c.number > decisions.c.number, later.c.undone.is_(None))
        own = and_(
            decisions.c.tenant == person.tenant, decisions.c.person == person.name, decisions.c.undone.is_(None),
            decisions.c.at > time.time() - UNDO_FOR, ~went_on,
        )  # fmt: skip
        found = connection.execute(select(decisions).where(own).order_by(decisions.c.number.desc()).limit(1)).mappings().first()
        if found is None:
            return None
        connection.execute(update(decisions).where(decisions.c.number == found["number"]).values(undone=time.time()))
        row = connection.execute(select(notes.c.id, notes.c.version).where(notes.c.number == found["note"])).one()
        changed: dict[str, Any] = {"state": found["state_before"], "version": row.version + 1}
        if found["reader"] == 1:
            changed["first_reader"] = None
        connection.execute(update(notes).where(notes.c.number == found["note"]).values(**changed))
        return str(row.id)

    def reopen(self, connection: Connection, opened: Opened, person: Person, *, state: str = "open") -> None:
        """Put a note back into the queue as ``state``: what was sent back, or, by a lead, what was decided or cleared.

        Raises
        ------
        Problem
            403, 409.
        """
        before = opened.row["state"]
        if before not in ("sent_back", "decided", "cleared") or not person.decides:
            raise Problem(409, "not-closed", "the note is in the queue")
        if before == "decided" and not person.leads:
            raise Problem(403, "not-lead", "only a lead opens a decided note again")
        standing = (decisions.c.note == opened.row["number"]) & decisions.c.undone.is_(None)
        connection.execute(update(decisions).where(standing).values(undone=time.time()))
        changed = {"state": state, "version": opened.row["version"] + 1, "first_reader": None}
        connection.execute(update(notes).where(notes.c.number == opened.row["number"]).values(**changed))

    def reading_to_take(self, connection: Connection, opened: Opened, person: Person, number: object) -> Reading:
        """Return the reading of one of two who disagree, for whoever decides between them.

        Raises
        ------
        Problem
            403, 422.
        """
        if self._require_readable(connection, opened.row, person) != ADJUDICATOR:
            raise Problem(403, "blind", "readers do not see one another's readings")
        found = next((one for one in self.of(connection, opened.row) if one.number == number), None)
        if found is None:
            raise Problem(422, "no-reading", "there is no such reading")
        return found.reading

    def of(self, connection: Connection, row: RowMapping) -> list[Decided]:
        """Return the standing decisions of a note, oldest first."""
        return [self._decided(found, row["id"]) for found in self._of(connection, row)]

    def may_read(self, connection: Connection, row: RowMapping, person: Person) -> bool:
        """Whether the person may decide the note now."""
        try:
            self._require_readable(connection, row, person)
        except Problem:
            return False
        return True

    def _of(self, connection: Connection, row: RowMapping) -> list[RowMapping]:
        standing = (decisions.c.note == row["number"]) & decisions.c.undone.is_(None)
        return list(connection.execute(select(decisions).where(standing).order_by(decisions.c.number)).mappings())

    def _decided(self, found: RowMapping, id: str) -> Decided:
        answer = json.loads(self._notes.open(found["answer"], id=id, part="decision"))
        reading = Reading.model_validate(answer["reading"])
        return Decided(
            found["number"], found["person"], found["reader"], found["action"], found["at"], reading, answer.get("query", "")
        )

    def _require_readable(self, connection: Connection, row: RowMapping, person: Person) -> int:
        """Return as which reader the person may decide: 1, 2, or 3 for a lead between two that disagree."""
        reader = {"open": 1, "answered": 1, "second": 2, "conflict": ADJUDICATOR}.get(row["state"])
        if reader is None:
            raise _stale()
        if not person.decides or (reader == ADJUDICATOR and not person.leads):
            raise Problem(403, "not-yours", "this is decided by somebody of another role")
        if reader > 1 and any(found["person"] == person.name for found in self._of(connection, row)):
            raise Problem(403, "not-twice", "nobody reads a note twice: another one is second reader, a third adjudicates")
        return reader

    def _insert(
        self, connection: Connection, opened: Opened, person: Person, reading: Reading, *, action: str, reader: int, query: str
    ) -> int:
        now = time.time()
        answer = json.dumps({"reading": reading.model_dump(mode="json"), "query": query}).encode()
        row = {
            "tenant": person.tenant, "note": opened.row["number"], "person": person.name, "reader": reader, "action": action,
            "answer": self._notes.close(answer, id=opened.row["id"], part="decision"), "at": now,
            "month": datetime.datetime.fromtimestamp(now, datetime.UTC).strftime("%Y-%m"), "state_before": opened.row["state"],
            "reads_as": reading.reads_as, "level": reading.risk, "missing": " ".join(reading.missing),
            "score": opened.row["score"], "is_random": opened.row["is_random"],
        }  # fmt: skip
        return int(connection.execute(insert(decisions).values(**row)).inserted_primary_key[0])  # type: ignore[index]

    def _judge_flags(self, connection: Connection, opened: Opened, reading: Reading, number: int) -> None:
        """Keep of each reason whether the machine gave it and whether the reader holds it: what calibration counts."""
        flagged = {reason["reason"] for reason in opened.review["risk"]["reasons"]} & set(REASONS)
        rows = [
            {
                "decision": number, "reason": reason, "tenant": opened.row["tenant"], "flagged": reason in flagged,
                "held": reason in reading.reasons, "why": reading.dismissed.get(reason),
            }
            for reason in sorted(flagged | set(reading.reasons))
        ]  # fmt: skip
        if rows:
            connection.execute(insert(flags), rows)

    def _state_after(self, connection: Connection, opened: Opened, reading: Reading, *, action: str, reader: int) -> str:
        if action == "send_back":
            return "sent_back"
        if reader == 1:
            return "second" if opened.row["is_double"] else "decided"
        if reader == ADJUDICATOR:
            return "decided"
        first = next(d for d in self.of(connection, opened.row) if d.reader == 1)
        return "decided" if reading.same_verdict(first.reading) else "conflict"

    @staticmethod
    def _drafts(row: RowMapping, person: Person) -> Any:
        return select(drafts).where(drafts.c.note == row["number"], drafts.c.person == person.name)

    def _reading(self, stored: bytes, id: str) -> Reading:
        return Reading.model_validate_json(self._notes.open(stored, id=id, part="draft"))

    def _close(self, content: bytes, id: str) -> bytes:
        return self._notes.close(content, id=id, part="draft")


def final_of(readings: Iterable[Decided]) -> Decided | None:
    """Return what holds of a decided note: the adjudicator's reading, else the first reader's."""
    said = {decided.reader: decided for decided in readings if decided.action != "send_back"}
    return said.get(ADJUDICATOR) or said.get(1)


def count_today(connection: Connection, person: Person) -> int:
    """Return how many notes the person decided in the last 12 hours."""
    own = (decisions.c.person == person.name) & decisions.c.undone.is_(None) & (decisions.c.at > time.time() - UNDO_FOR)
    wanted = select(func.count()).select_from(decisions).where(decisions.c.tenant == person.tenant, own)
    return int(connection.scalar(wanted) or 0)


def _stale() -> Problem:
    return Problem(409, "decided-meanwhile", "the note was decided or changed meanwhile; nothing of yours was overwritten")
