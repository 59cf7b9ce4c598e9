"""What a note still being written lacks so far is pending, no fault (review contract, ``stage``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from note_review.findings import Finding
from note_review.note import Note


def with_pending(findings: Iterable[Finding], note: Note) -> list[Finding]:
    """Return the findings of a note; of a draft, those that what is still to be written can settle are pending."""
    if note.stage != "draft":
        return list(findings)
    return [
        replace(finding, result="unknown", pending=True) if finding.result == "fail" and finding.rule.absence else finding
        for finding in findings
    ]
