"""Everything in force as rows a person can read, and what differs between two policies."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from note_review.policy.model import Policy, Value
from note_review.policy.schema import SETTINGS


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One thing in force. ``firmness`` is a letter of :data:`note_review.policy.model.FIRMNESS`."""

    name: str
    title: str
    value: str
    since: datetime.date | None
    until: datetime.date | None
    source: str
    firmness: str
    origin: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What one setting says before and after; an empty string is 'nothing in force'."""

    name: str
    before: str
    after: str


def describe(policy: Policy) -> tuple[PolicyRow, ...]:
    """Return everything in force on ``policy.as_of``: settings, fees, code-pair edits and unit limits, in that order."""
    return (*_settings(policy), *_fees(policy), *_edits(policy), *_limits(policy))


def changes(before: Policy, after: Policy) -> tuple[Change, ...]:
    """Return what is in force differently in two policies, by name."""
    old = {row.name: row.value for row in describe(before)}
    new = {row.name: row.value for row in describe(after)}
    names = sorted(old.keys() | new.keys())
    return tuple(Change(name, old.get(name, ""), new.get(name, "")) for name in names if old.get(name) != new.get(name))


def _settings(policy: Policy) -> Iterator[PolicyRow]:
    for name, setting in SETTINGS.items():
        fact = policy.fact(name)
        if fact is not None:
            yield PolicyRow(
                name,
                setting.title,
                _written(fact.value),
                fact.since,
                fact.until,
                fact.source,
                fact.firmness,
                fact.origin,
                fact.note,
            )


def _fees(policy: Policy) -> Iterator[PolicyRow]:
    for code in sorted({fee.code for fee in policy.fees}):
        fee = policy.fee(code)
        if fee is not None:
            parts = f"work {fee.work}, practice expense {fee.practice_expense}, malpractice {fee.malpractice}"
            value = parts if fee.amount is None else f"${fee.amount}"
            yield PolicyRow(
                f"fee {code}", "What one unit pays", value, fee.since, fee.until, fee.source, fee.firmness, fee.origin
            )


def _edits(policy: Policy) -> Iterator[PolicyRow]:
    table, day = policy.edits, policy.as_of
    grouped: dict[tuple[str, int], list[str]] = {}
    for edits in table.pairs.values():
        for edit in edits:
            if edit.in_force(day):
                grouped.setdefault((edit.column1, edit.indicator), []).append(edit.column2)
    for (column1, indicator), column2 in sorted(grouped.items()):
        allowed = "a modifier may allow it" if indicator else "no modifier allows it"
        title = "Code-pair edit: column 1 is paid, column 2 is not"
        yield PolicyRow(
            f"edit {column1}/{indicator}",
            title,
            f"{' '.join(sorted(set(column2)))} ({allowed})",
            table.first_day,
            None,
            _table_source(policy),
            table.firmness,
            table.quarter,
        )


def _limits(policy: Policy) -> Iterator[PolicyRow]:
    kinds = {1: "per line", 2: "per day, absolute", 3: "per day, open to appeal"}
    for code, mue in sorted(policy.edits.mues.items()):
        value = f"{mue.units} ({kinds[mue.indicator]})"
        yield PolicyRow(
            f"unit limit {code}",
            "Most units a day",
            value,
            policy.edits.first_day,
            None,
            _table_source(policy),
            policy.edits.firmness,
            policy.edits.quarter,
        )


def _table_source(policy: Policy) -> str:
    table = policy.edits
    return f"{table.source}, {table.quarter}" + (f", sha256 {table.sha256[:12]}" if table.sha256 else "")


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join("/".join(v) if isinstance(v, tuple) else v for v in value) or "none"
    return str(value)
