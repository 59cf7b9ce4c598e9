"""Rules and policy as plain rows, for every door that lists them."""

from __future__ import annotations

from typing import Any

from note_review.across.rules import RULES as ACROSS_RULES
from note_review.checks import ALL_RULES
from note_review.errors import SettingsError
from note_review.findings import Rule
from note_review.policy import Policy, describe

RULES: tuple[Rule, ...] = (*ALL_RULES, *ACROSS_RULES)


def rule_rows() -> list[dict[str, Any]]:
    """Return every rule with what it means, why payers care, an example, a fix and its source."""
    names = ("code", "name", "severity", "summary", "why", "example", "fix", "source", "since", "reason")
    return [{name: getattr(rule, name) for name in names} for rule in RULES]


def rule_named(name: str) -> Rule:
    """Return the rule of a code (``NR132``) or name.

    Raises
    ------
    SettingsError
        There is no such rule.
    """
    for rule in RULES:
        if name.upper() == rule.code or name == rule.name:
            return rule
    raise SettingsError(f"no rule {name!r}; see note-review rules")


def policy_rows(policy: Policy) -> list[dict[str, Any]]:
    """Return everything in force with value, source, firmness and dates."""
    return [
        {
            "name": row.name,
            "value": row.value,
            "source": row.source,
            "firmness": row.firmness,
            "since": None if row.since is None else str(row.since),
            "until": None if row.until is None else str(row.until),
        }
        for row in describe(policy)
    ]
