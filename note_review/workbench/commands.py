"""The commands for users. Importing this loads no database library."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from note_review.server.commands import DatabaseUrl
from note_review.usage_errors import usage_errors

if TYPE_CHECKING:
    from note_review.server.audit import AuditLog
    from note_review.workbench.people import People, User

users_app = typer.Typer(help="Users of the workbench: coder, lead or read-only.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="What the user signs in by: lower-case letters, digits, and . _ @ -")]


@users_app.command("add")
def add_user(
    name: Name,
    role: Annotated[str, typer.Option(help="coder, lead or read-only.")] = "coder",
    tenant: Annotated[str, typer.Option(help="Whose notes the user sees.")] = "default",
    database: DatabaseUrl = None,
) -> None:
    """Make a user; the password (12 characters or more) is asked for, or read from standard input where that is no terminal."""
    with _opened(database) as (people, log):
        user = people.add(name=name, tenant=tenant, role=role, password=_password())
        _audit(log, "user.add", user)
    typer.echo(f"{user.name} is {user.role} of tenant {user.tenant}")


@users_app.command("password")
def set_password(name: Name, database: DatabaseUrl = None) -> None:
    """Give a user another password; all sessions end, a disabled user may sign in again."""
    with _opened(database) as (people, log):
        user = people.set_password(name, _password())
        _audit(log, "user.password", user)
    typer.echo(f"{user.name} has another password")


@users_app.command("role")
def set_role(
    name: Name, role: Annotated[str, typer.Argument(help="coder, lead or read-only.")], database: DatabaseUrl = None
) -> None:
    """Give a user another role; all sessions end."""
    with _opened(database) as (people, log):
        user = people.set_role(name, role)
        _audit(log, "user.role", user)
    typer.echo(f"{user.name} is {user.role} of tenant {user.tenant}")


@users_app.command("list")
def list_users(database: DatabaseUrl = None) -> None:
    """List all users."""
    with _opened(database) as (people, _):
        for user in people.list():
            typer.echo(f"{user.name:<24}{user.role:<11}{user.tenant:<20}{'active' if user.disabled is None else 'disabled'}")


@users_app.command("disable")
def disable_user(name: Name, database: DatabaseUrl = None) -> None:
    """Let a user sign in no more, from now; what was decided stays."""
    with _opened(database) as (people, log):
        user = people.disable(name)
        _audit(log, "user.disable", user)
    typer.echo(f"{user.name} is disabled")


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


def _audit(log: AuditLog, action: str, user: User) -> None:
    from note_review.server.audit import Entry

    log.append_now(Entry(user.tenant, "command-line", action, user.name))


@contextmanager
def _opened(url: str | None) -> Iterator[tuple[People, AuditLog]]:
    from note_review.server.audit import AuditLog
    from note_review.server.database import open_database
    from note_review.workbench.people import People

    with usage_errors():
        database = open_database(url)
        try:
            yield People(database), AuditLog(database)
        finally:
            database.close()
