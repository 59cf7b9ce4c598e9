"""How a page is answered: templates that escape everything, a policy that lets nothing in from elsewhere, errors a person can read."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from note_review.judged import reads_as_claimed
from note_review.server.body import read_bytes
from note_review.server.problem import Problem
from note_review.workbench.doorway import wants_page
from note_review.workbench.sessions import ROOT, Person, require_same_site, require_token
from note_review.workbench.sheet import checks_of

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
FORM = "application/x-www-form-urlencoded"
FORM_BYTES = 4 * 1024 * 1024
STATIC = {
    "workbench.css": "text/css",
    "icon.svg": "image/svg+xml",
    "keys.js": "text/javascript",
    "note.js": "text/javascript",
    "words.js": "text/javascript",
    "add.js": "text/javascript",
}


@cache
def environment() -> Environment:
    """Return the templates' environment; everything put into a page is escaped."""
    loader = PackageLoader("note_review.workbench")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters.update(percent=_percent, dollars=_dollars, words=_words, when=_when, query=_query, checks=checks_of)
    made.globals.update(root=ROOT, reads_as_claimed=reads_as_claimed)
    return made


def page(request: Request, template: str, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """Return a page."""
    person = request.scope.get("person")
    body = environment().get_template(template).render(person=person, here=request.url.path, **shown)
    return HTMLResponse(body, status, {"Content-Security-Policy": POLICY})


def part(template: str, **shown: Any) -> str:
    """Return a part of a page."""
    return environment().get_template(template).render(**shown)


def see(path: str) -> Response:
    """Return the redirect after a form: the page behind it is loaded, and loading it again sends nothing twice."""
    return RedirectResponse(path, 303)


def person_of(request: Request) -> Person:
    """Return who is signed in.

    Raises
    ------
    Problem
        403: the caller came by another credential.
    """
    person = request.scope.get("person")
    if not isinstance(person, Person):
        raise Problem(403, "no-person", "the workbench is for people who sign in")
    return person


def deciding(request: Request) -> Person:
    """Return who is signed in and may decide."""
    person = person_of(request)
    if not person.decides:
        raise Problem(403, "read-only", "your role reads and decides nothing")
    return person


def leading(request: Request) -> Person:
    """Return who is signed in and leads."""
    person = person_of(request)
    if not person.leads:
        raise Problem(403, "not-lead", "this is for the role lead")
    return person


async def form_of(request: Request, *, limit: int = FORM_BYTES) -> dict[str, str]:
    """Return a form's fields; the form came from a page of this session.

    Raises
    ------
    Problem
        403 for a forged one; as of ``read_bytes``.
    """
    require_same_site(request)
    data = await read_bytes(request, types=(FORM,), limit=limit, seconds=30.0)
    try:
        fields = dict(parse_qsl(data.decode(), keep_blank_values=True, max_num_fields=50))
    except ValueError:
        raise Problem(400, "not-a-form", "the form cannot be read") from None
    person = request.scope.get("person")
    if isinstance(person, Person):
        require_token(person, fields.get("token", ""))
    return fields


def require_sent_by_page(request: Request, person: Person) -> None:
    """Refuse what a script sent that is not ours."""
    require_same_site(request)
    require_token(person, request.headers.get("x-token", ""))


def problem_page(request: Request, problem: Problem) -> Response | None:
    """Return a problem as a page, where a person looks at it."""
    if not wants_page(request.scope):
        return None
    answer = page(request, "problem.html", status=problem.status, problem=problem, title=HTTPStatus(problem.status).phrase)
    answer.headers.update(problem.headers)
    return answer


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{round(share * 100)}\N{NO-BREAK SPACE}%"


def _dollars(amount: float | None) -> str:
    return "–" if amount is None else f"${amount:,.2f}"


def _words(name: str | None) -> str:
    return (name or "–").replace("_", " ")


def _when(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")


def _query(view: Mapping[str, str], **changes: str | None) -> str:
    """Return a view as a query string with some of its filters changed; words that were searched never stand in an address."""
    kept = {**view, **changes}
    return urlencode({name: value for name, value in kept.items() if value and name != "q"})
