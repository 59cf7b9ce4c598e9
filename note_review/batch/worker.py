"""The process that reviews: builds its own reviewer, reads one file or note at a time, answers with what came of it.

All that crosses the pipe is JSON bytes, so that nothing but the settings and the name of the factory is ever pickled.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol, cast

from note_review.errors import NoteReviewError
from note_review.note import ClaimLine, Note
from note_review.review import Review
from note_review.settings import Settings
from note_review.sources import Intake, Parcel, SourcedNote, UnreadableNote, with_unread
from note_review.sources.claims import ClaimBook
from note_review.sources.ocr import pulse
from note_review.threads import one_thread

READY, BROKEN, ALIVE, REVIEWED, REFUSED, UNPACKED = b"=", b"!", b".", b"+", b"-", b"*"
NOTE, PARCEL = b"n", b"p"
# What a hostile file may take beyond what the reviewer itself holds, before it is stopped.
MEMORY = 2 * 1024**3


class ReviewsNotes(Protocol):
    """What the doors need of a reviewer. ``version`` names model, rules and policy."""

    @property
    def version(self) -> str:
        """What has to be the same for the same bytes."""

    def review(self, note: Note) -> Review:
        """Review one note."""


Factory = Callable[[Settings], ReviewsNotes]


@dataclass(frozen=True, slots=True)
class Orders:
    """What a worker is made from: the settings, a function of a module that builds the reviewer, and what is billed by default or book."""

    settings: Settings
    factory: Factory
    claim: tuple[ClaimLine, ...] = ()
    claims: Path | None = None


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


def work(connection: Connection, orders: Orders) -> None:
    """Serve files and notes until the other end closes."""
    # Ctrl-C reaches the whole group; the parent alone decides when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    one_thread()
    try:
        reviewer = orders.factory(orders.settings)
        intake = Intake(orders.claim, ClaimBook(orders.claims) if orders.claims else None)
        _limit_memory()
        connection.send_bytes(READY + reviewer.version.encode())
    except Exception as error:
        connection.send_bytes(BROKEN + why(error).encode())
        return
    pulse.set(lambda: connection.send_bytes(ALIVE))
    with suppress(EOFError, OSError):
        while True:
            data = connection.recv_bytes()
            connection.send_bytes(_unpacked(data[1:]) if data.startswith(PARCEL) else _reviewed(reviewer, intake, data[1:]))


def _unpacked(data: bytes) -> bytes:
    try:
        entries = [
            {"note": json.loads(entry.model_dump_json())}
            if isinstance(entry, SourcedNote)
            else {"error": {"id": entry.id, "source": entry.source, "place": entry.place, "reason": entry.reason}}
            for entry in Parcel.model_validate_json(data).entries()
        ]
        return UNPACKED + json.dumps(entries).encode()
    except Exception as error:
        return REFUSED + why(error).encode()


def unpacked(data: bytes) -> list[SourcedNote | UnreadableNote]:
    """Return the entries of a parcel from a worker's answer."""
    return [
        SourcedNote.model_validate(entry["note"]) if "note" in entry else UnreadableNote(**entry["error"])
        for entry in json.loads(data)
    ]


def _reviewed(reviewer: ReviewsNotes, intake: Intake, data: bytes) -> bytes:
    """Answer with two lines: what the note's reading has made known beside the note, and the review."""
    try:
        (note,) = intake.entries(SourcedNote.model_validate_json(data))
        assert isinstance(note, SourcedNote)
        review = with_unread(reviewer.review(note), note).as_json()
        known = note.model_dump_json(include={"patient", "clinician", "clinic", "warnings", "joined"})
        return REVIEWED + known.encode() + b"\n" + review.encode()
    except Exception as error:
        return REFUSED + why(error).encode()


def _limit_memory() -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource

        now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, resource.RLIM_INFINITY))


def _end_with(parent: int) -> None:
    """End when the parent is gone, also in the middle of a note that hangs."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)
