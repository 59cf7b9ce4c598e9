"""The commands that enter webhooks and see to dead letters. Importing this loads no database library."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from note_review.server.commands import DatabaseUrl
from note_review.usage_errors import usage_errors

if TYPE_CHECKING:
    from note_review.server.database import Database
    from note_review.server.webhooks.endpoints import Endpoints

webhooks_app = typer.Typer(help="Webhooks: who is told when a job is done.", no_args_is_help=True)


@webhooks_app.command("add")
def add_webhook(
    tenant: Annotated[str, typer.Option(help="Whose jobs it is told of.")],
    url: Annotated[str, typer.Option(help="An https address; http for this machine alone.")],
    database: DatabaseUrl = None,
) -> None:
    """Enter an address and print its secret, once."""
    with _opened(database) as opened:
        from note_review.server.webhooks.sender import new_client

        new_client()
        endpoint, secret = _endpoints(opened).add(tenant=tenant, url=url)
        _audit(opened, "webhook.add", tenant, endpoint.id)
    typer.echo(f"{endpoint.id} for tenant {tenant}; its secret, told once:", err=True)
    typer.echo(secret)


@webhooks_app.command("list")
def list_webhooks(database: DatabaseUrl = None) -> None:
    """List all addresses."""
    with _opened(database) as opened:
        for endpoint in _endpoints(opened).list():
            typer.echo(f"{endpoint.id}  {'gone' if endpoint.gone else 'active':<8}{endpoint.tenant}  {endpoint.url}")


@webhooks_app.command("remove")
def remove_webhook(id: Annotated[str, typer.Argument(help="The address's id.")], database: DatabaseUrl = None) -> None:
    """Take an address out, with all that waits for it."""
    with _opened(database) as opened:
        endpoint = _endpoints(opened).remove(id)
        _audit(opened, "webhook.remove", endpoint.tenant, id)
    typer.echo(f"{id} is removed")


@webhooks_app.command("dead")
def dead_letters(database: DatabaseUrl = None) -> None:
    """List what could not be delivered."""
    from note_review.server.webhooks import outbox

    with _opened(database) as opened:
        for letter in outbox.dead_letters(opened):
            made = datetime.datetime.fromtimestamp(letter["created"], datetime.UTC).isoformat(timespec="seconds")
            typer.echo(
                f"{letter['message']}  {letter['endpoint']}  {letter['tenant']}  {made}  {letter['tries']} tries: {letter['outcome']}"
            )


@webhooks_app.command("retry")
def retry(
    message: Annotated[str | None, typer.Argument(help="One message's id; else all dead letters.")] = None,
    database: DatabaseUrl = None,
) -> None:
    """Let dead letters be tried again."""
    from note_review.server.webhooks import outbox

    with _opened(database) as opened:
        count = outbox.revive(opened, message)
    typer.echo(f"{count} will be tried again")


@contextmanager
def _opened(url: str | None) -> Iterator[Database]:
    from note_review.server.database import open_database

    with usage_errors():
        # A table has to be known before the database is opened.
        for module in ("audit", "webhooks.outbox"):
            import_module(f"note_review.server.{module}")
        database = open_database(url)
        try:
            yield database
        finally:
            database.close()


def _endpoints(database: Database) -> Endpoints:
    from note_review.server.sealing import seal_of_environment
    from note_review.server.webhooks.endpoints import Endpoints

    return Endpoints(database, seal_of_environment())


def _audit(database: Database, action: str, tenant: str, subject: str) -> None:
    from note_review.server.audit import AuditLog, Entry

    AuditLog(database).append_now(Entry(tenant, "command-line", action, subject))
