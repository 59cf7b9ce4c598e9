"""Which verdicts differ between two judgements of one note, as after a change of policy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from note_review.findings import Finding


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A check whose outcome changed: ``before`` and ``after`` are pass, fail, unknown or absent, with a failing one's severity."""

    check: str
    before: str
    after: str


def changed_verdicts(before: Iterable[Finding], after: Iterable[Finding]) -> tuple[VerdictChange, ...]:
    """Compare the findings of one note under two policies, by the name of the rule; messages do not count."""
    old, new = _by_name(before), _by_name(after)
    names = sorted(old.keys() | new.keys())
    return tuple(VerdictChange(n, old.get(n, "absent"), new.get(n, "absent")) for n in names if old.get(n) != new.get(n))


def _by_name(findings: Iterable[Finding]) -> dict[str, str]:
    verdicts: dict[str, set[str]] = {}
    for finding in findings:
        verdict = f"fail ({finding.rule.severity})" if finding.result == "fail" else finding.result
        verdicts.setdefault(finding.rule.name, set()).add(verdict)
    return {name: ", ".join(sorted(found)) for name, found in verdicts.items()}
