"""The page of users: a lead makes them, changes roles, gives new passwords and shuts somebody out, in the own tenant."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from note_review.errors import SettingsError
from note_review.server.audit import Entry
from note_review.server.services import services_of
from note_review.workbench.pages import form_of, leading, page, see
from note_review.workbench.parts import workbench_of
from note_review.workbench.people import ROLES, People, User
from note_review.workbench.sessions import ROOT, Person

router = APIRouter(prefix=f"{ROOT}/users", include_in_schema=False)
Leads = Annotated[Person, Depends(leading)]
Change = Callable[[People, Person, dict[str, str]], User]


@router.get("")
async def users_page(request: Request, person: Leads) -> Response:
    """Show the users of the lead's tenant."""
    return await _page(request, person)


@router.post("")
async def add(request: Request, person: Leads) -> Response:
    """Make a user."""
    return await _changed(request, person, "user.add", _add)


@router.post("/role")
async def change_role(request: Request, person: Leads) -> Response:
    """Give somebody another role."""
    return await _changed(request, person, "user.role", _set_role)


@router.post("/password")
async def reset_password(request: Request, person: Leads) -> Response:
    """Give somebody a new password; who was disabled may sign in again."""
    return await _changed(request, person, "user.password", _set_password)


@router.post("/disable")
async def disable(request: Request, person: Leads) -> Response:
    """Let somebody sign in no more."""
    return await _changed(request, person, "user.disable", _disable)


def _add(people: People, person: Person, fields: dict[str, str]) -> User:
    given = {name: fields.get(name, "") for name in ("name", "role", "password")}
    return people.add(tenant=person.tenant, **given)


def _set_role(people: People, person: Person, fields: dict[str, str]) -> User:
    return people.set_role(_other(fields, person), fields.get("role", ""), tenant=person.tenant)


def _set_password(people: People, person: Person, fields: dict[str, str]) -> User:
    return people.set_password(_other(fields, person), fields.get("password", ""), tenant=person.tenant)


def _disable(people: People, person: Person, fields: dict[str, str]) -> User:
    return people.disable(_other(fields, person), tenant=person.tenant)


def _other(fields: dict[str, str], person: Person) -> str:
    """Return whom a change is about: never the lead, so that a tenant is not left without one by a slip."""
    name = fields.get("name", "")
    if name == person.name:
        raise SettingsError("another lead changes you here; your own password is under Settings")
    return name


async def _changed(request: Request, person: Person, action: str, change: Change) -> Response:
    fields, people = await form_of(request, limit=8192), workbench_of(request).people
    try:
        user = await asyncio.to_thread(change, people, person, fields)
    except SettingsError as error:
        return await _page(request, person, status=422, wrong=f"{error}.".capitalize())
    await services_of(request).audit.append(Entry(person.tenant, f"user:{person.name}", action, user.name))
    return see(f"{ROOT}/users?kept=1")


async def _page(request: Request, person: Person, *, status: int = 200, wrong: str = "") -> Response:
    people = workbench_of(request).people
    found = await asyncio.to_thread(lambda: people.list(tenant=person.tenant))
    return page(request, "users.html", status=status, users=found, roles=ROLES, wrong=wrong)
