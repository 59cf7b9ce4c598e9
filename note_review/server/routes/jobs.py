"""Jobs: many notes sent as JSONL, reviewed in their own time, fetched as JSONL, deleted on request."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel
from sqlalchemy import Connection

from note_review.server.body import Line, read_lines
from note_review.server.callers import Caller, needs, set_subject
from note_review.server.idempotency import Once, once
from note_review.server.job_store import Job, JobStore, Sent
from note_review.server.problem import Problem
from note_review.server.routes.reviews import note_of_record
from note_review.server.schema import refusals, takes_lines
from note_review.server.services import Services, services_of

JSONL = "application/jsonl"
PAGE = 200
router = APIRouter(tags=["jobs"])
SENT = {
    "description": "Taken",
    "headers": {"Location": {"description": "Where the job's progress is", "schema": {"type": "string"}}},
    "links": {
        name: {"operationId": name, "parameters": {"id": "$response.body#/id"}}
        for name in ("get_job", "get_reviews", "delete_job")
    },
}
Working = Annotated[Caller, Depends(needs("jobs"))]
JobId = Annotated[str, Path(pattern="^[0-9a-f]{24}$", description="The job's id, as its making answered.")]


class JobOut(BaseModel):
    """How a job stands. Its reviews are kept until ``expires``."""

    id: str
    state: str
    notes: int
    reviewed: int
    failed: int
    created: datetime.datetime
    ended: datetime.datetime | None
    expires: datetime.datetime | None


class JobsOut(BaseModel):
    """A page of jobs, newest first; ``next`` is the ``before`` of the next page, null at the end."""

    jobs: list[JobOut]
    next: int | None


@router.post(
    "/v1/jobs",
    status_code=202,
    response_model=JobOut,
    openapi_extra=takes_lines("text/plain"),
    summary="Send many notes to be reviewed",
    responses={202: SENT, **refusals(400, 401, 403, 408, 409, 413, 415, 422, 429)},
)
async def create_job(request: Request, caller: Working) -> Response:
    """Take notes, one JSON object to a line, as ``application/jsonl``, ``application/x-ndjson`` or ``text/plain``.

    A line that is no note is answered in its place.
    """
    services = services_of(request)
    async with once(request, caller) as first:
        if first.earlier is None:
            job = await _load(request, services, caller, first)
        else:
            async for _ in _batches(request, services, first):
                pass
            first.check()
            job = await _earlier(services, caller, first.earlier)
    set_subject(request, job.id)
    services.runner.wake()
    headers = {"Location": f"/v1/jobs/{job.id}", "Retry-After": "1", **first.headers}
    return JSONResponse(_out(job).model_dump(mode="json"), 202, headers)


@router.get("/v1/jobs", summary="The tenant's jobs", responses=refusals(401, 403, 422, 429))
async def list_jobs(
    request: Request,
    caller: Working,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="``next`` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> JobsOut:
    """List jobs, newest first."""
    services = services_of(request)
    page = await services.database.read(partial(services.jobs.page, tenant=caller.tenant, before=before, limit=limit))
    return JobsOut(jobs=[_out(job) for job in page], next=page[-1].number if len(page) == limit else None)


@router.get("/v1/jobs/{id}", summary="How a job stands", responses=refusals(401, 403, 404, 422, 429))
async def get_job(request: Request, response: Response, caller: Working, id: JobId) -> JobOut:
    """Tell a job's progress; ``Retry-After`` while it is not done."""
    set_subject(request, id)
    job = await _job(services_of(request), caller, id)
    if job.ended is None:
        response.headers["Retry-After"] = "1"
    return _out(job)


@router.get(
    "/v1/jobs/{id}/reviews",
    response_class=Response,
    summary="A job's reviews as JSONL",
    responses={
        200: {
            "description": "One review to a line, in the order of the notes",
            "content": {JSONL: {"schema": {"type": "string"}}},
        },
        **refusals(401, 403, 404, 409, 422, 429),
    },
)
async def get_reviews(
    request: Request,
    caller: Working,
    id: JobId,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="The last line already had, from 1.")] = 0,
    limit: Annotated[int | None, Query(ge=1, le=10_000, description="Lines to a page; without it, all.")] = None,
) -> Response:
    """Answer the reviews in the order of the notes; a page's ``Link`` header names the next."""
    services = services_of(request)
    set_subject(request, id)
    job = await _job(services, caller, id)
    if job.ended is None:
        raise Problem(409, "not-done", "the job is not done", headers={"Retry-After": "1"})
    headers = {}
    if limit is not None and after + limit < job.notes:
        headers["Link"] = f'</v1/jobs/{id}/reviews?after={after + limit}&limit={limit}>; rel="next"'
    return StreamingResponse(_lines(services, job, after, limit), media_type=JSONL, headers=headers)


@router.delete("/v1/jobs/{id}", status_code=204, summary="Delete a job", responses=refusals(401, 403, 404, 422, 429))
async def delete_job(request: Request, caller: Working, id: JobId) -> Response:
    """Delete a job, its notes and its reviews now."""
    services = services_of(request)
    set_subject(request, id)
    if not await services.database.write(partial(services.jobs.delete, tenant=caller.tenant, id=id)):
        raise _no_job()
    await asyncio.to_thread(services.database.forget_deleted)
    return Response(status_code=204)


async def _load(request: Request, services: Services, caller: Caller, first: Once) -> Job:
    store, database, limits = services.jobs, services.database, services.limits
    if await database.read(partial(store.unfinished, tenant=caller.tenant)) >= limits.jobs:
        raise Problem(429, "too-many-jobs", f"more than {limits.jobs} jobs are not done", headers={"Retry-After": "30"})
    job = await database.write(partial(store.create, tenant=caller.tenant, client=caller.client))
    notes = failed = 0
    try:
        async for sent in _batches(request, services, first):
            await database.write(partial(store.load, job=job, lines=sent, first=notes + 1))
            notes, failed = notes + len(sent), failed + sum(line.note is None for line in sent)
            if notes > limits.job_notes:
                raise Problem(413, "too-many", f"more than {limits.job_notes:,} notes")
        if not notes:
            raise Problem(422, "no-notes", "the body has no note")
        return await database.write(partial(_open, store, job, first, notes=notes, failed=failed))
    except BaseException:
        # Also where the client hung up: what it had sent goes.
        await asyncio.shield(database.write(partial(store.delete, tenant=caller.tenant, id=job.id)))
        raise


def _open(store: JobStore, job: Job, first: Once, connection: Connection, *, notes: int, failed: int) -> Job:
    first.settle(connection, job.id)
    return store.open(connection, job, notes=notes, failed=failed)


async def _batches(request: Request, services: Services, first: Once) -> AsyncIterator[list[Sent]]:
    limits = services.limits
    batches = read_lines(
        request, limit=limits.job_bytes, line_limit=limits.note_bytes, seconds=limits.job_seconds, digest=first.body
    )
    async for lines in batches:
        yield await asyncio.to_thread(_all_sent, lines)


def _all_sent(lines: list[Line]) -> list[Sent]:
    return [_sent(line) for line in lines]


def _sent(line: Line) -> Sent:
    record: object = None
    try:
        record = line.record
        return Sent(note_of_record(record).model_dump_json().encode())
    except Problem as problem:
        place = f"line {line.number}" + (f", {problem.place}" if problem.place else "")
        told = Problem(problem.status, problem.kind, problem.detail, place=place)
        return Sent(None, told.in_place(record))


async def _job(services: Services, caller: Caller, id: str) -> Job:
    found = await services.database.read(partial(services.jobs.get, tenant=caller.tenant, id=id))
    if found is None:
        raise _no_job()
    return found


async def _earlier(services: Services, caller: Caller, id: str) -> Job:
    try:
        return await _job(services, caller, id)
    except Problem:
        raise Problem(409, "job-gone", "the job made under this Idempotency-Key was deleted, or its time is over") from None


def _no_job() -> Problem:
    return Problem(404, "no-job", "there is no such job of this tenant, or its time is over")


async def _lines(services: Services, job: Job, after: int, limit: int | None) -> AsyncIterator[bytes]:
    last = job.notes if limit is None else min(job.notes, after + limit)
    while after < last:
        page = await services.database.read(partial(services.jobs.answers, job=job, after=after, limit=min(PAGE, last - after)))
        if not page:
            return
        yield b"".join(answer + b"\n" for _, answer in page)
        after = page[-1][0]


def _out(job: Job) -> JobOut:
    def at(seconds: float | None) -> datetime.datetime | None:
        return None if seconds is None else datetime.datetime.fromtimestamp(seconds, datetime.UTC)

    return JobOut(
        id=job.id, state=job.state, notes=job.notes, reviewed=job.reviewed, failed=job.failed,
        created=datetime.datetime.fromtimestamp(job.created, datetime.UTC), ended=at(job.ended), expires=at(job.expires),
    )  # fmt: skip
