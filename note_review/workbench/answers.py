"""What a clinician answered to a question: kept sealed beside the question, while the note goes back into the queue."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, insert, select

from note_review.server.problem import Problem
from note_review.workbench.decisions import Decisions
from note_review.workbench.sessions import Person
from note_review.workbench.store import Notes, Opened
from note_review.workbench.tables import answers, decisions

LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer: who asked, who put the answer in, and when (seconds since 1970)."""

    asked_by: str
    asked_at: float
    question: str
    answer: str
    put_in_by: str
    at: float


class Answers:
    """The answers of a database; every function takes the connection of a transaction."""

    def __init__(self, notes: Notes, decisions_: Decisions) -> None:
        self._notes, self._decisions = notes, decisions_

    def receive(self, connection: Connection, opened: Opened, person: Person, text: str) -> None:
        """Keep the answer to the note's last question and put the note back into the queue.

        Raises
        ------
        Problem
            422: the answer has no words or is too long. 409: the note does not wait for an answer.
        """
        if not text.strip() or len(text) > LONGEST:
            raise Problem(422, "no-answer", f"an answer has words, and {LONGEST} characters at most")
        asked = next((one for one in reversed(self._decisions.of(connection, opened.row)) if one.action == "send_back"), None)
        if opened.row["state"] != "sent_back" or asked is None:
            raise Problem(409, "not-asked", "the note does not wait for an answer; nothing was changed")
        closed = self._notes.close(text.strip().encode(), id=opened.row["id"], part="answer")
        row = {"decision": asked.number, "note": opened.row["number"], "tenant": person.tenant, "person": person.name}
        connection.execute(insert(answers).values(**row, at=time.time(), text=closed))
        self._decisions.reopen(connection, opened, person, state="answered")

    def of(self, connection: Connection, row: RowMapping) -> list[Answered]:
        """Return the questions of a note that were answered, oldest first."""
        said = select(answers.c.person, answers.c.at, answers.c.text, decisions.c.person, decisions.c.at, decisions.c.answer)
        joined = said.join(decisions, decisions.c.number == answers.c.decision).where(answers.c.note == row["number"])
        found = connection.execute(joined.order_by(answers.c.decision)).all()
        return [self._answered(row["id"], *one) for one in found]

    def _answered(
        self, id: str, put_in_by: str, at: float, text: bytes, asked_by: str, asked_at: float, decision: bytes
    ) -> Answered:
        question = json.loads(self._notes.open(decision, id=id, part="decision"))["query"]
        answer = self._notes.open(text, id=id, part="answer").decode()
        return Answered(asked_by, asked_at, question, answer, put_in_by, at)
