"""Signing in and out, and how a user likes the pages."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from note_review.errors import SettingsError
from note_review.server.audit import Entry
from note_review.server.problem import Problem
from note_review.server.services import services_of
from note_review.workbench.doorway import safe_return
from note_review.workbench.pages import STATIC, form_of, page, person_of, see
from note_review.workbench.parts import workbench_of
from note_review.workbench.people import set_preferences
from note_review.workbench.sessions import COOKIE, ROOT, Person, set_cookie

router = APIRouter(prefix=ROOT, include_in_schema=False)
Signed = Annotated[Person, Depends(person_of)]
THEMES = ("system", "light", "dark")


@router.get("/static/{name}")
async def static(name: str) -> Response:
    """Give the stylesheet or a module."""
    if name not in STATIC:
        raise Problem(404, "not-found", "there is no such file")
    content = files("note_review.workbench").joinpath("static", name).read_bytes()
    return Response(content, media_type=STATIC[name])


@router.get("/login")
async def login_page(request: Request, next: str = ROOT) -> Response:
    """Show the form to sign in."""
    return page(request, "login.html", next=safe_return(next), wrong=False)


@router.post("/login")
async def sign_in(request: Request) -> Response:
    """Begin a session, or say that name or password are wrong; both are in the audit log."""
    services, workbench = services_of(request), workbench_of(request)
    fields = await form_of(request, limit=8192)
    back = safe_return(fields.get("next", ROOT))
    user = await asyncio.to_thread(workbench.people.recognise, fields.get("name", "").strip(), fields.get("password", ""))
    if user is None:
        # What was typed as a name may be a password: it is not written down.
        await services.audit.append(Entry("-", "user:unknown", "workbench.sign-in", outcome="refused"))
        return page(request, "login.html", status=401, next=back, wrong=True)
    secret = await services.database.write(lambda connection: workbench.sessions.begin(connection, user.name))
    await services.audit.append(Entry(user.tenant, f"user:{user.name}", "workbench.sign-in"))
    answer = see(back)
    set_cookie(request, answer, secret)
    return answer


@router.post("/logout")
async def sign_out(request: Request, person: Signed) -> Response:
    """End the session."""
    await form_of(request)
    sessions = workbench_of(request).sessions
    await services_of(request).database.write(lambda connection: sessions.end(connection, person.session))
    answer = see(f"{ROOT}/login")
    answer.delete_cookie(COOKIE, path=ROOT)
    return answer


@router.get("/settings")
async def settings_page(request: Request, person: Signed) -> Response:
    """Show shortcuts, theme and password."""
    return page(request, "settings.html", themes=THEMES, said="", wrong="")


@router.post("/settings")
async def change_settings(request: Request, person: Signed) -> Response:
    """Keep shortcuts and theme."""
    fields = await form_of(request)
    theme = fields.get("theme", "")
    if theme not in THEMES:
        raise Problem(422, "no-theme", "a theme is system, light or dark")
    shortcuts = fields.get("shortcuts") == "on"
    await services_of(request).database.write(
        lambda connection: set_preferences(connection, person.name, shortcuts=shortcuts, theme=theme)
    )
    return see(f"{ROOT}/settings")


@router.post("/password")
async def change_password(request: Request, person: Signed) -> Response:
    """Give oneself another password; all sessions end."""
    fields, people = await form_of(request), workbench_of(request).people
    if await asyncio.to_thread(people.recognise, person.name, fields.get("current", "")) is None:
        return page(request, "settings.html", status=422, themes=THEMES, said="", wrong="The current password is wrong.")
    try:
        await asyncio.to_thread(people.set_password, person.name, fields.get("new", ""))
    except SettingsError as error:
        return page(request, "settings.html", status=422, themes=THEMES, said="", wrong=f"{error}.".capitalize())
    return see(f"{ROOT}/login")
