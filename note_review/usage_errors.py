"""How a command ends where the package says what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from note_review.errors import NoteReviewError


@contextmanager
def usage_errors() -> Iterator[None]:
    """Tell an error of the package in its own words on standard error, and exit with 2 (contract: wrong usage)."""
    try:
        yield
    except NoteReviewError as error:
        typer.echo(f"note-review: {error}", err=True)
        raise typer.Exit(2) from None
