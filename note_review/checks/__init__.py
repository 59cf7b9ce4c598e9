"""Every check and rule. A check is a pure function of an encounter and a policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from note_review.checks import cloning, code_match, documentation, edits, modifiers, plan_of_care, skilled_need, units
from note_review.encounter import Encounter
from note_review.findings import Finding, Rule
from note_review.policy import Policy

Check = Callable[[Encounter, Policy], Iterable[Finding]]
_FAMILIES = (documentation, code_match, skilled_need, cloning, units, modifiers, edits, plan_of_care)
ALL_CHECKS: tuple[Check, ...] = tuple(family.check for family in _FAMILIES)
ALL_RULES: tuple[Rule, ...] = tuple(sorted((rule for family in _FAMILIES for rule in family.RULES), key=lambda r: r.code))
