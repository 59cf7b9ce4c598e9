"""The workbench's tables. What a note or a reader says is sealed; what is sorted, filtered and counted stands in columns."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table

from note_review.server.database import metadata

_Number = BigInteger().with_variant(Integer, "sqlite")

users = Table(
    "workbench_users",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("tenant", String(63), nullable=False, index=True),
    Column("role", String(10), nullable=False),
    Column("digest", String(200), nullable=False),
    Column("created", Float, nullable=False),
    Column("disabled", Float),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", Float, nullable=False, default=0.0),
    Column("shortcuts", Boolean, nullable=False, default=True),
    Column("theme", String(6), nullable=False, default="system"),
)
sessions = Table(
    "workbench_sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("person", String(64), ForeignKey("workbench_users.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("created", Float, nullable=False),
    Column("seen", Float, nullable=False),
    Column("view", LargeBinary),
)
notes = Table(
    "workbench_notes",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("tenant", String(63), nullable=False),
    Column("fingerprint", String(32), nullable=False),
    Column("origin", String(8), nullable=False),
    Column("added", Float, nullable=False),
    Column("added_by", String(64), nullable=False),
    Column("lease", Float),
    Column("tries", Integer, nullable=False, default=0),
    Column("state", String(10), nullable=False),
    Column("version", Integer, nullable=False, default=0),
    Column("held_by", String(64)),
    Column("held_until", Float),
    Column("priority", Float, nullable=False, default=0.0),
    Column("is_random", Boolean, nullable=False, default=False),
    Column("is_double", Boolean, nullable=False, default=False),
    Column("first_reader", String(64)),
    Column("clinician", String(120)),
    Column("clinic", String(120)),
    Column("payer", String(120)),
    Column("day", String(10)),
    Column("month", String(7)),
    Column("code", String(5)),
    Column("reads_as", String(12)),
    Column("sureness", Float),
    Column("score", Float),
    Column("said_level", String(8)),
    Column("level", String(8)),
    Column("amount", Float),
    Column("at_stake", Float),
    # Last, so that SQLite need not walk through a text to reach a column behind it.
    Column("label", LargeBinary, nullable=False),
    Column("review", LargeBinary),
    Column("note", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
Index("workbench_notes_queue", notes.c.tenant, notes.c.state, notes.c.priority, notes.c.number)
Index("workbench_notes_once", notes.c.tenant, notes.c.fingerprint, unique=True)
Index("workbench_notes_clinician", notes.c.tenant, notes.c.clinician)
Index("workbench_notes_waiting", notes.c.state, notes.c.number)

reasons = Table(
    "workbench_reasons",
    metadata,
    Column("note", _Number, ForeignKey("workbench_notes.number", ondelete="CASCADE"), primary_key=True),
    Column("reason", String(40), primary_key=True),
    Column("tenant", String(63), nullable=False),
)
Index("workbench_reasons_by_name", reasons.c.tenant, reasons.c.reason, reasons.c.note)

words = Table(
    "workbench_words",
    metadata,
    Column("word", BigInteger, primary_key=True, autoincrement=False),
    Column("note", _Number, ForeignKey("workbench_notes.number", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,
)
Index("workbench_words_of", words.c.note)


def _steps(name: str) -> Table:
    """A person's readings of a note, step by step."""
    return Table(
        name,
        metadata,
        Column("note", _Number, ForeignKey("workbench_notes.number", ondelete="CASCADE"), primary_key=True),
        Column("person", String(64), primary_key=True),
        Column("revision", Integer, primary_key=True),
        Column("tenant", String(63), nullable=False),
        Column("reading", LargeBinary, nullable=False),
        Column("at", Float, nullable=False),
    )


drafts = _steps("workbench_drafts")
undone_steps = _steps("workbench_undone_steps")
decisions = Table(
    "workbench_decisions",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("tenant", String(63), nullable=False),
    Column("note", _Number, ForeignKey("workbench_notes.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("person", String(64), nullable=False),
    Column("reader", Integer, nullable=False),
    Column("action", String(10), nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("at", Float, nullable=False),
    Column("month", String(7), nullable=False),
    Column("undone", Float),
    Column("state_before", String(10), nullable=False),
    Column("reads_as", String(12), nullable=False),
    Column("level", String(8), nullable=False),
    Column("missing", String(40), nullable=False),
    Column("score", Float, nullable=False),
    Column("is_random", Boolean, nullable=False),
    sqlite_autoincrement=True,
)
Index("workbench_decisions_of", decisions.c.tenant, decisions.c.person, decisions.c.at)

answers = Table(
    "workbench_answers",
    metadata,
    Column("decision", _Number, ForeignKey("workbench_decisions.number", ondelete="CASCADE"), primary_key=True),
    Column("note", _Number, ForeignKey("workbench_notes.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("tenant", String(63), nullable=False),
    Column("person", String(64), nullable=False),
    Column("at", Float, nullable=False),
    Column("text", LargeBinary, nullable=False),
)

flags = Table(
    "workbench_flags",
    metadata,
    Column("decision", _Number, ForeignKey("workbench_decisions.number", ondelete="CASCADE"), primary_key=True),
    Column("reason", String(40), primary_key=True),
    Column("tenant", String(63), nullable=False),
    Column("flagged", Boolean, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("why", String(24)),
)
Index("workbench_flags_by_name", flags.c.tenant, flags.c.reason)

settings = Table(
    "workbench_settings",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("tenant", String(63), nullable=False, index=True),
    Column("name", String(16), nullable=False),
    Column("value", Float, nullable=False),
    Column("person", String(64), nullable=False),
    Column("at", Float, nullable=False),
    sqlite_autoincrement=True,
)
