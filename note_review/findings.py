"""Rules and what they find. A rule is data; a finding says what is wrong, where, and what the clinician can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from note_review.note import Span

Severity = Literal["info", "warning", "error"]
Result = Literal["pass", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the reviewer.

    ``code`` is stable (``NR201``), ``name`` says what is wrong (``response_missing``) and is the guide's reason where ``reason`` is true;
    other rules are checks of the claim that speak in ``claim.checks`` only. ``source`` names the manual, guide or file it rests on,
    ``since`` the first policy date it holds for. ``absence`` is true where what a clinician has yet to write can settle it.
    """

    code: str
    name: str
    summary: str
    why: str
    fix: str
    example: str
    severity: Severity
    source: str
    since: str = "2000-04-01"
    reason: bool = True
    absence: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one note.

    ``evidence`` is where the note shows it, ``looked_in`` what was searched where the finding is an absence.
    ``result`` is pass, fail or unknown; only a failing or pending finding of a rule with ``reason`` becomes a reason of the risk.
    ``pending`` is true where a draft lacks what would settle it: it would fail if the note ended here, and its result is unknown.
    ``detail`` holds the arithmetic and other facts for machines, of JSON's types.
    """

    rule: Rule
    message: str
    result: Result = "fail"
    evidence: tuple[Span, ...] = ()
    looked_in: tuple[str, ...] = ()
    fix: str | None = None
    detail: dict[str, Any] | None = None
    pending: bool = False

    @property
    def counts(self) -> bool:
        """Whether it fails, or would if the note ended here."""
        return self.result == "fail" or self.pending


def reason_beside(detail: Mapping[str, Any] | None) -> str | None:
    """Return the reason that tells of a check's failing beside it, from the check's detail; where both are told together the check is left out."""
    return (detail or {}).get("reason")
