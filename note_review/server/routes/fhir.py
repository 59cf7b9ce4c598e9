"""FHIR R4: a note or a bundle of them in, DetectedIssue, Provenance and OperationOutcome out."""

from __future__ import annotations

import asyncio
import datetime
import json
from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from note_review.note import Note
from note_review.reports import fhir
from note_review.reports.fhir import Subject, bundle_of, entries_of, outcome_of, refusal_entry
from note_review.review import Review
from note_review.server.body import read_json
from note_review.server.callers import Caller, needs, set_subject
from note_review.server.fhir_schema import FHIR_JSON, gives_reviews, takes_resource
from note_review.server.problem import Problem
from note_review.server.services import Services, services_of
from note_review.sources import UnreadableNote, with_unread
from note_review.sources.document import Entry, SourcedNote
from note_review.sources.fhir_claims import Resource
from note_review.sources.fhir_context import NOTE_TYPES, lines_of_charges, notes_of_resources, plan_of, resources_of

router = APIRouter(tags=["fhir"])
ISSUES = {
    400: "structure",
    404: "not-found",
    412: "required",
    413: "too-long",
    415: "not-supported",
    422: "invalid",
    503: "transient",
}


@router.post(
    "/fhir/$review-note",
    response_class=Response,
    summary="Review the notes of a FHIR resource or bundle",
    openapi_extra=takes_resource(),
    responses=gives_reviews(),
)
async def review_resource(request: Request, caller: Annotated[Caller, Depends(needs("review"))]) -> Response:
    """Review the DocumentReferences, Compositions, DiagnosticReports and Binaries of a resource or bundle.

    Claims and CarePlans of the bundle are used; addresses outside it are never fetched. A note that cannot be read answers with
    an OperationOutcome in the bundle.
    """
    services = services_of(request)
    try:
        with services.desk.place():
            limits = services.limits
            body = await read_json(
                request, limit=limits.notes_bytes, seconds=limits.seconds, types=(FHIR_JSON, "application/json")
            )
            resources = list(resources_of(body))
            entries = await asyncio.to_thread(_entries, resources, limits.notes)
            made: list[fhir.Resource] = []
            for entry in entries:
                made += await _reviewed(services, request, entry, resources)
            return Response(json.dumps(bundle_of(made), ensure_ascii=False).encode(), media_type=FHIR_JSON)
    except Problem as problem:
        return as_outcome(problem)


def as_outcome(problem: Problem) -> Response:
    """Return an error as an OperationOutcome."""
    words = f"{problem.place}: {problem.detail}" if problem.place else problem.detail
    outcome = outcome_of("error", ISSUES.get(problem.status, "processing"), words)
    return Response(json.dumps(outcome), problem.status, problem.headers, FHIR_JSON)


def _entries(resources: list[Resource], most: int) -> list[Entry]:
    if not resources:
        raise Problem(422, "not-fhir", "the body is no FHIR resource, or a bundle of none")
    if sum(resource.get("resourceType") in NOTE_TYPES for resource in resources) > most:
        raise Problem(413, "too-many", f"more than {most:,} notes")
    # One note and its charges belong together; of several, only Claims say whose they are.
    charges = lines_of_charges(r for r in resources if r.get("resourceType") == "ChargeItem")
    entries = notes_of_resources(resources)
    if len(entries) == 1 and isinstance(entries[0], SourcedNote) and not entries[0].claim:
        entries = [entries[0].model_copy(update={"claim": charges})]
    return entries


async def _reviewed(services: Services, request: Request, entry: Entry, resources: Iterable[Resource]) -> list[fhir.Resource]:
    if isinstance(entry, UnreadableNote):
        return [refusal_entry(f"{entry.id or 'the note'}: {entry.reason}", id=entry.id or "note")]
    plan = entry.plan_of_care or plan_of(r for r in resources if r.get("resourceType") == "CarePlan")
    note: Note = entry.model_copy(update={"plan_of_care": plan})
    set_subject(request, services.audit.fingerprint(note.id, note.text))
    review = with_unread(Review.model_validate_json(await services.desk.review(note)), note)
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    patient = next((key for key in entry.patient_keys if key.startswith("Patient/")), "")
    return entries_of(review, Subject(note.text, document=_address(note.id, resources), patient=patient, recorded=now))


def _address(id: str, resources: Iterable[Resource]) -> str:
    kinds = (r["resourceType"] for r in resources if r.get("resourceType") in NOTE_TYPES and r.get("id") == id)
    kind = next(kinds, None)
    return f"{kind}/{id}" if kind else ""
