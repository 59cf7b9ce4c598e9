"""Notes of the workbench: put in once, reviewed by whoever has the lease, opened for who may see them. Texts are sealed."""

from __future__ import annotations

import json
import random
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, case, delete, insert, select, update

from note_review.reports.summary import standing_reasons
from note_review.server.audit import AuditLog
from note_review.server.problem import Problem
from note_review.server.sealing import Seal
from note_review.sources import SourcedNote
from note_review.workbench import thresholds
from note_review.workbench.facts import WordKeys, facts_of, level_at, words_of
from note_review.workbench.tables import notes, reasons, words

HELD = 300.0
TRIES = 3
BEGINS = 120
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_lots = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Arrived:
    """A note that comes in, with its review where a batch made one."""

    note: SourcedNote
    review: bytes | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A note that this process reviews for the time of its lease; ``spent`` where it was tried too often."""

    number: int
    id: str
    tenant: str
    note: SourcedNote
    spent: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A note opened for reading: its row, itself, its review as JSON's types."""

    row: RowMapping
    note: SourcedNote
    review: dict[str, Any]


class Notes:
    """The notes of a database; every function takes the connection of a transaction.

    Parameters
    ----------
    seal
        What closes and opens texts.
    keys
        What words are searched by.
    audit
        Whose fingerprints say that a note is here already.
    """

    def __init__(self, seal: Seal, keys: WordKeys, audit: AuditLog) -> None:
        self._seal, self._keys, self._audit = seal, keys, audit

    def put(self, connection: Connection, arrived: Sequence[Arrived], *, tenant: str, person: str, origin: str) -> int:
        """Put notes in; return how many are new: the same note with the same claim is kept once."""
        prints = [self._print(tenant, item.note) for item in arrived]
        known = select(notes.c.fingerprint).where(notes.c.tenant == tenant, notes.c.fingerprint.in_(prints))
        seen = set(connection.scalars(known))
        new = 0
        for item, mark in zip(arrived, prints, strict=True):
            if mark in seen:
                continue
            seen.add(mark)
            new += 1
            id = "".join(secrets.choice(ALPHABET) for _ in range(12))
            row = {
                "id": id, "tenant": tenant, "fingerprint": mark, "origin": origin, "added": time.time(), "added_by": person,
                "state": "waiting", "note": self._close(item.note.model_dump_json().encode(), id, "note"),
                "label": self._close(_label(item.note), id, "label"),
            }  # fmt: skip
            number = connection.execute(insert(notes).values(**row)).inserted_primary_key[0]  # type: ignore[index]
            found = words_of(item.note.text, item.note.id, item.note.patient, item.note.clinician)
            keyed = [{"note": number, "word": word} for word in self._keys.of(found, tenant=tenant)]
            if keyed:
                connection.execute(insert(words), keyed)
            if item.review is not None:
                self._settle(connection, Waiting(number, id, tenant, item.note, spent=False), item.review)
        return new

    def has_waiting(self, connection: Connection) -> bool:
        """Whether any note waits for its review and nobody has it."""
        free = (notes.c.state == "waiting") & (notes.c.lease.is_(None) | (notes.c.lease < time.time()))
        return connection.scalar(select(notes.c.number).where(free).limit(1)) is not None

    def claim(self, connection: Connection, *, most: int, lease: float) -> list[Waiting]:
        """Take notes that wait for their review, oldest first; nobody else takes them while the lease lasts."""
        now = time.time()
        free = (notes.c.state == "waiting") & (notes.c.lease.is_(None) | (notes.c.lease < now))
        wanted = select(notes.c.number, notes.c.id, notes.c.tenant, notes.c.note, notes.c.tries).where(free)
        rows = connection.execute(wanted.order_by(notes.c.number).limit(most).with_for_update(skip_locked=True)).all()
        taken = update(notes).where(notes.c.number.in_([row.number for row in rows]))
        if rows:
            connection.execute(taken.values(lease=now + lease, tries=notes.c.tries + 1))
        return [Waiting(r.number, r.id, r.tenant, self._note(r.note, r.id), r.tries >= TRIES) for r in rows]

    def settle(self, connection: Connection, waiting: Waiting, review: bytes | None) -> None:
        """Keep a note's review, or that it has none."""
        if review is None:
            connection.execute(update(notes).where(notes.c.number == waiting.number).values(state="failed", lease=None))
        else:
            self._settle(connection, waiting, review)

    def _settle(self, connection: Connection, waiting: Waiting, review: bytes) -> None:
        said, current = json.loads(review), thresholds.current(connection, waiting.tenant)
        facts = facts_of(waiting.note, said)
        is_random = _lots.random() < current["random_share"]
        if is_random:
            facts["priority"] = self._by_lot(connection, waiting.tenant, facts["priority"])
        is_below = facts["score"] < current["read_from"] and not is_random
        row = {
            **facts, "is_random": is_random, "is_double": _lots.random() < current["double_share"], "lease": None,
            "level": level_at(facts["score"], facts["said_level"], high_from=current["high_from"]),
            "state": "cleared" if is_below else "open", "review": self._close(review, waiting.id, "review"),
        }  # fmt: skip
        mine = (notes.c.number == waiting.number) & (notes.c.state == "waiting")
        if not connection.execute(update(notes).where(mine).values(**row)).rowcount:
            return  # the lease ran out and another process was first
        named = dict.fromkeys(standing_reasons(said["risk"]))
        rows = [{"note": waiting.number, "tenant": waiting.tenant, "reason": reason} for reason in named]
        if rows:
            connection.execute(insert(reasons), rows)

    def _by_lot(self, connection: Connection, tenant: str, own: float) -> float:
        """Return another note's place in the queue: random ones stand among the rest whatever their own risk is."""
        others = select(notes.c.priority).where(notes.c.tenant == tenant, notes.c.score.is_not(None), ~notes.c.is_random)
        drawn = connection.scalars(others.order_by(notes.c.number.desc()).limit(64)).all()
        return _lots.choice(drawn) if drawn else own

    def row(self, connection: Connection, id: str, *, tenant: str, lock: bool = False) -> RowMapping:
        """Return a note's row.

        Raises
        ------
        Problem
            404: there is none of this id in the tenant.
        """
        wanted = select(notes).where(notes.c.id == id, notes.c.tenant == tenant)
        found = connection.execute(wanted.with_for_update() if lock else wanted).mappings().first()
        if found is None:
            raise Problem(404, "no-note", "there is no such note")
        return found

    def opened(self, row: RowMapping) -> Opened:
        """Open a row.

        Raises
        ------
        Problem
            409: it has no review yet, or none at all.
        """
        if row["review"] is None:
            raise Problem(409, "no-review", "the note has not been reviewed yet" if row["state"] == "waiting" else "no review")
        review = json.loads(self._seal.open(bytes(row["review"]), place=_where(row["id"], "review")))
        return Opened(row, self._note(row["note"], row["id"]), review)

    def label(self, row: RowMapping) -> dict[str, Any]:
        """Return what a list shows of a note: the id that its source gave it, and how it begins."""
        found: dict[str, Any] = json.loads(self._seal.open(bytes(row["label"]), place=_where(row["id"], "label")))
        return found

    def close(self, content: bytes, *, id: str, part: str) -> bytes:
        """Seal something that belongs to a note."""
        return self._close(content, id, part)

    def open(self, stored: bytes, *, id: str, part: str) -> bytes:
        """Open something that belongs to a note."""
        return self._seal.open(bytes(stored), place=_where(id, part))

    def hold(self, connection: Connection, row: RowMapping, person: str) -> str | None:
        """Say that a person reads a note, so that others are given another; return who reads it already."""
        now = time.time()
        other = row["held_by"] if row["held_by"] not in (None, person) and (row["held_until"] or 0) > now else None
        if other is None:
            held = update(notes).where(notes.c.number == row["number"])
            connection.execute(held.values(held_by=person, held_until=now + HELD))
        return other

    def found_by(self, searched: str, *, tenant: str) -> list[int]:
        """Return the keyed words of what somebody searches for."""
        return self._keys.of(words_of(searched), tenant=tenant)

    def _print(self, tenant: str, note: SourcedNote) -> str:
        claim = json.dumps([line.model_dump(mode="json") for line in note.claim])
        return self._audit.fingerprint("workbench", tenant, note.id, note.text, claim)

    def _note(self, stored: bytes, id: str) -> SourcedNote:
        return SourcedNote.model_validate_json(self._seal.open(bytes(stored), place=_where(id, "note")))

    def _close(self, content: bytes, id: str, part: str) -> bytes:
        return self._seal.close(content, place=_where(id, part))


def relevel(connection: Connection, tenant: str, current: Mapping[str, float]) -> None:
    """Let the levels and the open notes of a tenant follow moved thresholds; what somebody decided stays."""
    own = (notes.c.tenant == tenant) & notes.c.score.is_not(None)
    below = case((notes.c.said_level == "high", "moderate"), else_=notes.c.said_level)
    level = case((notes.c.score >= current["high_from"], "high"), else_=below)
    connection.execute(update(notes).where(own).values(level=level))
    low = (notes.c.score < current["read_from"]) & ~notes.c.is_random
    for held, state, becomes in ((low, "open", "cleared"), (~low, "cleared", "open")):
        connection.execute(update(notes).where(own, held, notes.c.state == state).values(state=becomes))


def forget(connection: Connection, *, tenant: str, id: str) -> bool:
    """Delete a note with its review, drafts, decisions and words; return whether it was there."""
    return connection.execute(delete(notes).where(notes.c.tenant == tenant, notes.c.id == id)).rowcount > 0


def _label(note: SourcedNote) -> bytes:
    begins = " ".join(note.text[: 4 * BEGINS].split())[:BEGINS]
    return json.dumps({"name": note.id[:120], "patient": note.patient, "begins": begins}).encode()


def _where(id: str, part: str) -> str:
    return f"workbench/{id}/{part}"
