"""The commands that manage keys and prove the audit log. Importing this loads no database library."""

from __future__ import annotations

import datetime
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from note_review.errors import InputError
from note_review.usage_errors import usage_errors

if TYPE_CHECKING:
    from note_review.server.audit import AuditLog
    from note_review.server.keys import Keys

keys_app = typer.Typer(help="API keys: made and shown once, kept as digests.", no_args_is_help=True)
audit_app = typer.Typer(help="The audit log.", no_args_is_help=True)
SECONDS = {"h": 3600.0, "d": 86400.0}

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database", help="sqlite:///FILE or postgresql://USER@HOST/NAME; else NOTE_REVIEW_DATABASE, else a file of yours."
    ),
]


@keys_app.command("create")
def create_key(
    tenant: Annotated[str, typer.Option(help="Whose data the key sees.")],
    name: Annotated[str, typer.Option(help="What the key is for, in your words.")],
    scope: Annotated[list[str], typer.Option(help="What it may do; more than once. See `note-review keys scopes`.")],
    expires: Annotated[str, typer.Option(help="How long it lasts: 12h, 90d, or never.")] = "90d",
    rate: Annotated[float | None, typer.Option(help="Requests a second; else the server's limit.")] = None,
    database: DatabaseUrl = None,
) -> None:
    """Make a key and print it, once."""
    with _opened(database) as (keys, log):
        key, written = keys.create(tenant=tenant, name=name, scopes=scope, seconds=_seconds(expires), rate=rate)
        _audit(log, "key.create", key.tenant, key.id)
    typer.echo(f"{key.id} for tenant {key.tenant}, told once:", err=True)
    typer.echo(written)


@keys_app.command("list")
def list_keys(database: DatabaseUrl = None) -> None:
    """List all keys, without their secrets."""
    with _opened(database) as (keys, _):
        for key in keys.list():
            end = (
                "never" if key.expires is None else datetime.datetime.fromtimestamp(key.expires, datetime.UTC).date().isoformat()
            )
            rate = "" if key.rate is None else f"  {key.rate:g}/s"
            typer.echo(
                f"{key.id}  {key.state(time.time()):<8}{key.tenant}  {','.join(key.scopes)}  until {end}{rate}  {key.name}"
            )


@keys_app.command("revoke")
def revoke_key(id: Annotated[str, typer.Argument(help="The key's id.")], database: DatabaseUrl = None) -> None:
    """End a key now: the next request with it is refused."""
    with _opened(database) as (keys, log):
        key = keys.revoke(id)
        _audit(log, "key.revoke", key.tenant, key.id)
    typer.echo(f"{key.id} is revoked")


@keys_app.command("scopes")
def list_scopes() -> None:
    """List what a key may be allowed."""
    from note_review.server.callers import SCOPES

    for scope, meaning in SCOPES.items():
        typer.echo(f"{scope:<12}{meaning}")


@audit_app.command("verify")
def verify_audit(
    expect: Annotated[str | None, typer.Option(help="A head printed earlier: it must still be in the chain.")] = None,
    database: DatabaseUrl = None,
) -> None:
    """Walk the whole chain; exit 1 where a row was changed or taken out. Keep the head it prints in another place."""
    from note_review.server.audit import AuditBroken

    with _opened(database) as (_, log):
        try:
            verified = log.verify(expected=expect)
        except AuditBroken as error:
            typer.echo(f"note-review: {error}", err=True)
            raise typer.Exit(1) from None
    typer.echo(f"{verified.rows} rows, unbroken; head {verified.head}")


@contextmanager
def _opened(url: str | None) -> Iterator[tuple[Keys, AuditLog]]:
    from note_review.server.audit import AuditLog
    from note_review.server.database import open_database
    from note_review.server.keys import Keys

    with usage_errors():
        database = open_database(url)
        try:
            yield Keys(database), AuditLog(database)
        finally:
            database.close()


def _audit(log: AuditLog, action: str, tenant: str, subject: str) -> None:
    from note_review.server.audit import Entry

    log.append_now(Entry(tenant, "command-line", action, subject))


def _seconds(written: str) -> float | None:
    if written == "never":
        return None
    matched = re.fullmatch(r"(\d{1,5})([hd])", written)
    if not matched:
        raise InputError("wants 12h, 90d or never", source="--expires")
    return int(matched[1]) * SECONDS[matched[2]]
