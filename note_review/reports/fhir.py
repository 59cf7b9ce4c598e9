"""A review as FHIR R4: a DetectedIssue for each finding, the Provenance of all, an OperationOutcome for what was not read.

The review itself goes along as a Binary, for DetectedIssue holds less than it. Severity is at most ``moderate``: FHIR keeps
``high`` for harm to a person, and what is judged here is documentation and payment.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from note_review.findings import reason_beside
from note_review.review import CheckOut, Evidence, Raised, ReasonOut, Review

RULES = "urn:note-review:rule"
SPAN = "urn:note-review:span"
AGENT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
SEVERITY = {"error": "moderate", "warning": "low", "info": "low"}
Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """What was reviewed, as references may name it.

    Parameters
    ----------
    text
        The note's text, for the words of its spans.
    document
        ``DocumentReference/123``, or nothing where the note has no address.
    patient
        ``Patient/1``, or nothing.
    recorded
        When the review was made: an instant with its zone.
    """

    text: str
    document: str = ""
    patient: str = ""
    recorded: str = "1970-01-01T00:00:00Z"


def bundle_of(entries: Iterable[Resource]) -> Resource:
    """Return a collection of what ``entries_of`` and ``refusal_entry`` gave."""
    return {"resourceType": "Bundle", "type": "collection", "entry": list(entries)}


def entries_of(review: Review, subject: Subject) -> list[Resource]:
    """Return the entries of one review: device, issues, provenance, the review itself, what was not read."""
    device = _entry(_device(review), review.id)
    reference = {"reference": device["fullUrl"]}
    found = [_issue(finding, review, subject, reference) for finding in findings_of(review)]
    raised = [_issue_of_raised(raised, review, subject, reference) for raised in review.risk.raised_by]
    issues = [
        *(_entry(issue, f"{review.id}/raised/{number}") for number, issue in enumerate(raised)),
        *(_entry(issue, f"{review.id}/{number}") for number, issue in enumerate(found)),
    ]
    own = _entry(_binary(review), review.id)
    targets = [{"reference": entry["fullUrl"]} for entry in (*issues, own)]
    provenance = _entry(_provenance(review, subject, reference, targets), review.id)
    unread = [{"severity": "warning", "code": "incomplete", "diagnostics": f"not read: {u.reason}"} for u in review.unread]
    outcome = [_entry({"resourceType": "OperationOutcome", "issue": unread}, review.id)] if unread else []
    return [device, *issues, own, provenance, *outcome]


def refusal_entry(reason: str, *, id: str) -> Resource:
    """Return the entry that stands for a note that gave no review."""
    return _entry(outcome_of("error", "processing", reason), id)


def outcome_of(severity: str, code: str, diagnostics: str) -> Resource:
    """Return an OperationOutcome of one issue; ``code`` is of FHIR's IssueType."""
    return {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": code, "diagnostics": diagnostics}]}


def findings_of(review: Review) -> Iterator[ReasonOut | CheckOut]:
    """Give the reasons of the risk, then the failed and pending checks that no reason tells."""
    yield from review.risk.reasons
    yield from (
        check for check in review.claim.checks if (check.result == "fail" or check.pending) and not reason_beside(check.detail)
    )


def name_of(finding: ReasonOut | CheckOut) -> str:
    """Return a finding's stable name."""
    return finding.reason if isinstance(finding, ReasonOut) else finding.check


def fix_of(finding: ReasonOut | CheckOut, review: Review) -> str:
    """Return what can be done about a finding; a check's is on the worklist."""
    if isinstance(finding, ReasonOut):
        return finding.fix
    return next((work.fix for work in review.claim.worklist if work.finding == finding.check), "")


def _issue(finding: ReasonOut | CheckOut, review: Review, subject: Subject, device: Resource) -> Resource:
    words = (finding.message, fix_of(finding, review), f"Source: {finding.source}")
    code = {"coding": [{"system": RULES, "code": finding.rule, "display": name_of(finding)}], "text": finding.message}
    issue = _issue_of(code, "\n".join(filter(None, words)), review, subject, device)
    evidence = [_evidence(span, subject.text) for span in finding.evidence]
    return (
        issue
        | {"status": "preliminary" if finding.pending else "final", "severity": SEVERITY[finding.severity]}
        | ({"evidence": evidence} if evidence else {})
    )


def _issue_of_raised(raised: Raised, review: Review, subject: Subject, device: Resource) -> Resource:
    """Return the issue of what raised the level of risk and stands in no reason: it rests on no rule, but on how sure the reading is."""
    issue = _issue_of({"text": raised.message}, f"{raised.message}\n{raised.fix}", review, subject, device)
    return issue | {"status": "preliminary" if review.risk.pending else "final", "severity": SEVERITY["warning"]}


def _issue_of(code: Resource, detail: str, review: Review, subject: Subject, device: Resource) -> Resource:
    issue = {
        "resourceType": "DetectedIssue",
        "code": code,
        "identifiedDateTime": subject.recorded,
        "author": device,
        "implicated": [_document(review, subject)],
        "detail": detail,
    }
    return issue | ({"patient": {"reference": subject.patient}} if subject.patient else {})


def _evidence(span: Evidence, text: str) -> Resource:
    parts: list[Resource] = [{"url": "start", "valueInteger": span.start}, {"url": "end", "valueInteger": span.end}]
    words = text[span.start : span.end]
    if words.strip():
        parts.append({"url": "text", "valueString": words})
    return {"extension": [{"url": SPAN, "extension": parts}]}


def _document(review: Review, subject: Subject) -> Resource:
    return {"reference": subject.document} if subject.document else {"identifier": {"value": review.id}}


def _device(review: Review) -> Resource:
    versions = (f"{review.model.name} {review.model.version} ({review.model.engine})", f"policy {review.policy.as_of}")
    return {
        "resourceType": "Device",
        "deviceName": [{"name": "note-review", "type": "model-name"}],
        "version": [{"value": value} for value in versions],
    }


def _provenance(review: Review, subject: Subject, device: Resource, targets: Sequence[Resource]) -> Resource:
    return {
        "resourceType": "Provenance",
        "target": list(targets),
        "recorded": subject.recorded,
        "agent": [{"type": {"coding": [{"system": AGENT, "code": "assembler"}]}, "who": device}],
        "entity": [{"role": "source", "what": _document(review, subject)}],
    }


def _binary(review: Review) -> Resource:
    data = base64.b64encode(review.as_json().encode()).decode()
    return {"resourceType": "Binary", "contentType": "application/json", "data": data}


def _entry(resource: Resource, name: str) -> Resource:
    """Return a bundle's entry under an address of its own, the same for the same review."""
    known = uuid.uuid5(uuid.NAMESPACE_URL, f"urn:note-review:{resource['resourceType']}:{name}")
    return {"fullUrl": f"urn:uuid:{known}", "resource": resource}
