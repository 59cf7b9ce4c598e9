"""The process that reviews: builds its own reviewer, takes one note at a time, answers with the review or with why there is none.

Notes and reviews cross the pipe as JSON bytes, so that nothing but the settings and the name of the factory is ever pickled.
"""

from __future__ import annotations

import signal
import traceback
from collections.abc import Callable
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Protocol, cast

from note_review.errors import NoteReviewError
from note_review.note import Note
from note_review.review import Review
from note_review.settings import Settings
from note_review.sources import SourcedNote, with_unread

REVIEWED, REFUSED, READY, BROKEN = b"+", b"-", b"=", b"!"


class ReviewsNotes(Protocol):
    """What the doors need of a reviewer. ``version`` names model, rules and policy."""

    @property
    def version(self) -> str:
        """What has to be the same for the same bytes."""

    def review(self, note: Note) -> Review:
        """Review one note."""


Factory = Callable[[Settings], ReviewsNotes]


def standard_reviewer(settings: Settings) -> ReviewsNotes:
    """Build the package's own reviewer, imported only in the process that uses it."""
    return cast(ReviewsNotes, import_module("note_review.reviewer").Reviewer(settings))


def why(error: Exception) -> str:
    """Return what may be told of an error: our own words whole; of others, which may quote the note, the type and line."""
    if isinstance(error, NoteReviewError):
        return str(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    module = frame.filename.replace("\\", "/").split("/site-packages/")[-1].split("/note_review/")[-1]
    return f"{type(error).__name__} in {module.rsplit('/', 2)[-1]} line {frame.lineno}"


def work(connection: Connection, settings: Settings, factory: Factory) -> None:
    """Serve notes until the other end closes."""
    # Ctrl-C reaches the whole group; the parent alone decides when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        reviewer = factory(settings)
        connection.send_bytes(READY + reviewer.version.encode())
    except Exception as error:
        connection.send_bytes(BROKEN + why(error).encode())
        return
    while True:
        try:
            data = connection.recv_bytes()
        except (EOFError, OSError):
            return
        answer = _answer(reviewer, data)
        try:
            connection.send_bytes(answer)
        except OSError:
            return


def _answer(reviewer: ReviewsNotes, data: bytes) -> bytes:
    try:
        note = SourcedNote.model_validate_json(data)
        return REVIEWED + with_unread(reviewer.review(note), note).as_json().encode()
    except Exception as error:
        return REFUSED + why(error).encode()
