"""Errors as RFC 9457 problems. They name what is wrong with a request and hold nothing of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from note_review.errors import InputError

PROBLEM_JSON = "application/problem+json"
NOT_A_NOTE = "not-a-note"
FAILED = "review-failed"
NOTHING_HERE = "there is nothing at this address"


class Problem(Exception):
    """A request that is answered with an error.

    Parameters
    ----------
    status
        The HTTP status.
    kind
        A stable name, the end of the problem's ``type``.
    detail
        Words of our own, never the request's.
    place
        The field it is about.
    headers
        Headers that go with the answer.
    """

    def __init__(self, status: int, kind: str, detail: str, *, place: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail, self.place, self.headers = status, kind, detail, place, dict(headers or {})

    def as_dict(self) -> dict[str, Any]:
        """Return the members of RFC 9457, and ``place`` where there is one."""
        title = HTTPStatus(self.status).phrase
        members = {"type": f"urn:note-review:problem:{self.kind}", "title": title, "status": self.status, "detail": self.detail}
        return {**members, "place": self.place} if self.place else members

    def in_place(self, record: object) -> bytes:
        """Return what stands in the place of a review that could not be made, with the record's id where it has one."""
        id = record.get("id") if isinstance(record, dict) else None
        said = {"id": id if isinstance(id, str | int) else None, "error": self.as_dict()}
        return json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode()

    def response(self) -> Response:
        """Return the answer."""
        return Response(json.dumps(self.as_dict()), self.status, self.headers, PROBLEM_JSON)


def not_a_note(error: InputError) -> Problem:
    """Return the problem of a body that is no note."""
    return Problem(422, NOT_A_NOTE, error.reason, place=error.place)


def review_failed() -> Problem:
    """Return the problem of a note that the reviewer could not take; what happened is in the log by type and line."""
    return Problem(500, FAILED, "the note could not be reviewed")


def install(
    app: FastAPI, routers: Sequence[APIRouter], *, page: Callable[[Request, Problem], Response | None] = lambda _, __: None
) -> None:
    """Answer every error of the framework with a problem, as a ``page`` where there is one: its own bodies echo the input."""

    def answer(request: Request, problem: Problem) -> Response:
        return page(request, problem) or problem.response()

    def own(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return answer(request, error)

    def framework(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        kind = HTTPStatus(error.status_code).name.lower().replace("_", "-")
        headers = {"Allow": _allowed(routers, request)} if error.status_code == 405 else error.headers
        detail = NOTHING_HERE if error.status_code == 404 else HTTPStatus(error.status_code).description
        return answer(request, Problem(error.status_code, kind, detail, headers=headers))

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        # A parameter's name is the API's own; what stands deeper may be the caller's.
        kind, name = (*error.errors()[0]["loc"], "")[:2]
        place = f"{kind} {name}".strip() if kind in ("path", "query", "header") else ""
        return answer(request, Problem(422, "invalid-request", "the request is not as the API describes it", place=place))

    app.add_exception_handler(Problem, own)
    app.add_exception_handler(HTTPException, framework)
    app.add_exception_handler(RequestValidationError, invalid)


def _allowed(routers: Sequence[APIRouter], request: Request) -> str:
    """Return every method of a path: the framework names those of the first route alone."""
    methods = {
        method
        for router in routers
        for route in router.routes
        for method in getattr(route, "methods", None) or ()
        if route.matches(request.scope)[0] is not Match.NONE
    }
    return ", ".join(sorted(methods))
