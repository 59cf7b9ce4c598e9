"""Which cards were shown and what became of them: labels for retraining, without a word of a note or of a comment.

A card's row is written when it is shown; feedback changes that row, so that feedback sent twice is one label. What comes
later by the EHR's own clock holds, in whichever order it arrives.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Float, Integer, String, Table, UniqueConstraint, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from note_review.server.cds.cards import OVERRIDE_REASONS
from note_review.server.database import metadata
from note_review.server.problem import Problem

KEEP = 90 * 86_400.0
MOST = 1_000

cards = Table(
    "cds_cards",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("tenant", String(63), nullable=False),
    Column("uuid", String(36), nullable=False),
    Column("service", String(40), nullable=False),
    Column("finding", String(100), nullable=False),
    Column("rule", String(20), nullable=False),
    Column("note", String(64), nullable=False),
    Column("version", String(300), nullable=False),
    Column("shown", Float, nullable=False, index=True),
    Column("outcome", String(10)),
    Column("fix_accepted", Boolean),
    Column("override", String(20)),
    Column("outcome_at", Float),
    UniqueConstraint("tenant", "uuid"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A card as it was shown: its id, the finding and rule it shows, and the keyed fingerprint of the note."""

    uuid: str
    finding: str
    rule: str
    note: str


def shown_of(card: Mapping[str, Any], *, note: str) -> Shown:
    """Return what is kept of a card: one on a whole note has no rule of its own."""
    topic = card.get("source", {}).get("topic", {})
    return Shown(card["uuid"], str(topic.get("display", "note"))[:100], str(topic.get("code", "")), note)


@dataclass(frozen=True, slots=True)
class Told:
    """What an EHR says became of a card."""

    uuid: str
    outcome: str
    fix_accepted: bool
    override: str | None
    at: float


def remember(connection: Connection, shown: Sequence[Shown], *, tenant: str, service: str, version: str) -> None:
    """Write which cards are shown, each once; forget those that nobody answered for ninety days."""
    now = time.time()
    connection.execute(delete(cards).where(cards.c.outcome.is_(None), cards.c.shown < now - KEEP))
    if shown:
        insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        rows = [
            {"tenant": tenant, "uuid": s.uuid, "service": service, "finding": s.finding, "rule": s.rule, "note": s.note,
             "version": version, "shown": now}
            for s in shown
        ]  # fmt: skip
        connection.execute(insert(cards).on_conflict_do_nothing(), rows)


def take(connection: Connection, told: Iterable[Told], *, tenant: str, service: str) -> int:
    """Write what became of a tenant's cards; return how many it changed. A card that was not shown here has no row to change."""
    changed = 0
    for item in told:
        here = (cards.c.tenant == tenant, cards.c.uuid == item.uuid, cards.c.service == service)
        newer = or_(cards.c.outcome_at.is_(None), cards.c.outcome_at <= item.at)
        values = {"outcome": item.outcome, "fix_accepted": item.fix_accepted, "override": item.override, "outcome_at": item.at}
        changed += connection.execute(update(cards).where(*here, newer).values(**values)).rowcount
    return changed


def page(connection: Connection, *, tenant: str, after: int, limit: int) -> list[dict[str, Any]]:
    """Return a tenant's answered cards behind number ``after``, in the order they were first shown."""
    rows = select(cards).where(cards.c.tenant == tenant, cards.c.outcome.is_not(None), cards.c.number > after)
    found = connection.execute(rows.order_by(cards.c.number).limit(limit)).mappings()
    return [{name: value for name, value in row.items() if name != "tenant"} for row in found]


def told_in(body: object) -> list[Told]:
    """Return what a feedback request tells. Comments are free text and are dropped unread.

    Raises
    ------
    Problem
        400: it is no feedback.
    """
    items = body.get("feedback") if isinstance(body, Mapping) else None
    if not isinstance(items, list) or len(items) > MOST:
        raise Problem(400, "not-feedback", f"the body is an object with a list feedback, of at most {MOST:,}", place="feedback")
    return [_told(item, number) for number, item in enumerate(items)]


def _told(item: object, number: int) -> Told:
    place = f"feedback.{number}"
    if not isinstance(item, Mapping):
        raise Problem(400, "not-feedback", "feedback on a card is an object", place=place)
    card, outcome = item.get("card"), item.get("outcome")
    if not isinstance(card, str) or outcome not in ("accepted", "overridden"):
        raise Problem(400, "not-feedback", "feedback has a card and an outcome, accepted or overridden", place=place)
    accepted = item.get("acceptedSuggestions")
    at = _instant(item.get("outcomeTimestamp"))
    if at is None:
        raise Problem(400, "not-feedback", "feedback has an outcomeTimestamp with its zone", place=place)
    fix = isinstance(accepted, list) and bool(accepted)
    return Told(
        card[:36].lower(), str(outcome), fix, _override(item.get("overrideReason")) if outcome == "overridden" else None, at
    )


def _override(reason: object) -> str | None:
    """Return our own code of an override reason; another's is ``other``, for it may be words."""
    coding = reason.get("reason") if isinstance(reason, Mapping) else None
    if not isinstance(coding, Mapping):
        return None
    code = coding.get("code")
    return code if isinstance(code, str) and code in OVERRIDE_REASONS else "other"


def _instant(written: object) -> float | None:
    try:
        at = datetime.datetime.fromisoformat(written) if isinstance(written, str) else None
        return None if at is None or at.tzinfo is None else at.timestamp()
    except (ValueError, OverflowError, OSError):
        return None
