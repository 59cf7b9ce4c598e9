"""What becomes of a message: its notes are read and reviewed, the reviews sent onward, and only then is it accepted.

With a receiver (``to``) nothing is kept here: where the receiver does not take the review, the sender is told AE and keeps the
message. Without one, the message is a job, durable before it is accepted; the webhooks tell of its end.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from sqlalchemy import Connection

from note_review.batch.worker import why
from note_review.note import Note
from note_review.review import Review
from note_review.server.audit import Entry
from note_review.server.hl7 import messages
from note_review.server.hl7.messages import INTERNAL, Message, Refusal
from note_review.server.hl7.mllp import Listener, MllpOptions, exchange
from note_review.server.job_store import Job, Sent
from note_review.server.problem import Problem
from note_review.server.services import Services
from note_review.sources import SourcedNote, with_unread
from note_review.sources.intake import Intake
from note_review.sources.parcel import Parcel

CLIENT = "mllp"
log = logging.getLogger("note_review.hl7")


class Exchange:
    """Answers messages.

    Parameters
    ----------
    services
        The application's parts.
    options
        Whose messages they are, and where reviews go.
    """

    def __init__(self, services: Services, options: MllpOptions) -> None:
        self._services, self._options = services, options

    async def answer(self, data: bytes) -> bytes:
        """Return the acknowledgement of a message, whatever it is."""
        message: Message | None = None
        refusal: Refusal | None = None
        subject = ""
        try:
            message = messages.read(data)
            messages.require_document(message)
            notes = await asyncio.to_thread(_notes, data)
            subject = await (self._to_receiver(message, notes) if self._options.to else self._to_job(notes))
        except Refusal as refused:
            refusal = refused
        except Problem as problem:
            refusal = Refusal("AE", INTERNAL, problem.detail)
        except Exception as error:
            log.error("MLLP message: %s", why(error))
            refusal = Refusal("AE", INTERNAL, "something went wrong here")
        return await self._told(message, refusal, subject)

    async def _told(self, message: Message | None, refusal: Refusal | None, subject: str) -> bytes:
        code = refusal.code if refusal else "AA"
        try:
            entry = Entry(self._options.tenant, CLIENT, "hl7.message", subject, code, self._services.version)
            await self._services.audit.append(entry)
        except Exception as error:
            # What is not in the audit log is not accepted.
            log.error("MLLP message: %s", why(error))
            refusal = Refusal("AE", INTERNAL, "something went wrong here")
        return self._acknowledged(message, refusal)

    def too_large(self) -> bytes:
        """Return the acknowledgement of a message over the limit, which was not read."""
        limit = self._services.limits.note_bytes
        return self._acknowledged(None, Refusal("AR", INTERNAL, f"the message is larger than {limit // 1024} KiB"))

    def _acknowledged(self, message: Message | None, refusal: Refusal | None) -> bytes:
        code = refusal.code if refusal else "AA"
        self._services.metrics.acknowledged(code)
        log.info("MLLP message: %s%s", code, f" {refusal.error}" if refusal else "")
        return messages.acknowledgement(message, refusal)

    async def _to_receiver(self, message: Message, notes: list[SourcedNote]) -> str:
        with self._services.desk.place():
            reviewed = [(await self._reviewed(note), note) for note in notes]
        control, data = messages.result(message, reviewed)
        try:
            answer = await exchange(self._options, data, limit=self._services.limits.note_bytes)
        except (OSError, asyncio.LimitOverrunError) as error:
            log.warning("the receiver of reviews: %s", type(error).__name__)
            raise Refusal("AE", INTERNAL, "the receiver of reviews does not answer: send it again") from None
        if not messages.is_accepted(answer, control):
            raise Refusal("AE", INTERNAL, "the receiver of reviews did not accept the review")
        return self._services.audit.fingerprint(*(part for note in notes for part in (note.id, note.text)))

    async def _reviewed(self, note: SourcedNote) -> Review:
        return with_unread(Review.model_validate_json(await self._services.desk.review(note)), note)

    async def _to_job(self, notes: list[SourcedNote]) -> str:
        job = await self._services.database.write(partial(self._make_job, notes=notes))
        self._services.runner.wake()
        return job.id

    def _make_job(self, connection: Connection, *, notes: list[SourcedNote]) -> Job:
        store, tenant = self._services.jobs, self._options.tenant
        if store.unfinished(connection, tenant=tenant) >= self._services.limits.jobs:
            raise Refusal("AE", INTERNAL, "too many messages are waiting: send it again")
        job = store.create(connection, tenant=tenant, client=CLIENT)
        lines = [Sent(note.model_dump_json(include=set(Note.model_fields)).encode()) for note in notes]
        store.load(connection, job=job, lines=lines, first=1)
        return store.open(connection, job, notes=len(lines), failed=0)


def listener_of(services: Services, options: MllpOptions, *, is_shared: bool) -> Listener:
    """Return what listens for the messages of ``options``.

    Raises
    ------
    SettingsError
        An address is none, or a message would go over a network in the clear.
    """
    options.check()
    exchanging = Exchange(services, options)
    limit = services.limits.note_bytes
    return Listener(options, exchanging.answer, too_large=exchanging.too_large, limit=limit, is_shared=is_shared)


def _notes(data: bytes) -> list[SourcedNote]:
    """Return the notes of a message.

    Raises
    ------
    Refusal
        AE: its document cannot be read. All of it or nothing: what is accepted was reviewed.
    """
    parcel = Parcel(form="hl7v2", source="", stem="document", data=data)
    notes = []
    for entry in Intake().entries(parcel):
        if not isinstance(entry, SourcedNote):
            raise Refusal("AE", INTERNAL, f"document: {entry.reason}")
        notes.append(entry)
    if not notes:
        raise Refusal("AE", INTERNAL, "the message holds no note")
    return notes
