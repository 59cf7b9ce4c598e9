"""Files, and stretches of files, that are read where their notes are reviewed: a batch's workers may hang or die of them, alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from pydantic import BaseModel, ConfigDict

from note_review.errors import InputError
from note_review.sources.charts import notes_of_chart
from note_review.sources.document import Entry, UnreadableNote
from note_review.sources.formats import MAX_FILE_BYTES, read_document

CHUNK = 1024 * 1024


class Parcel(BaseModel):
    """What gives notes once it is read.

    Parameters
    ----------
    form
        ``document`` (one file, one text), or the module that finds the notes in it: ``fhir``, ``hl7v2``, ``ccda``.
    source, place, stem, suffix
        Where it is from, for errors; what its notes' ids begin with; the file name's ending.
    path, data
        A file, or the bytes themselves.
    """

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    form: str
    source: str
    stem: str
    place: str = ""
    suffix: str = ""
    path: str | None = None
    data: bytes = b""

    def digest(self) -> bytes:
        """Return the SHA-256 of all that decides what notes come of it."""
        digest = hashlib.sha256(self.model_dump_json(exclude={"path"}).encode())
        if self.path is not None:
            with Path(self.path).open("rb") as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
        return digest.digest()

    def content(self) -> bytes:
        """Return its bytes, no more of them than any reader takes."""
        if self.path is None:
            return self.data
        with Path(self.path).open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)

    def entries(self) -> Iterator[Entry]:
        """Give its notes; what cannot be read comes as the error that says so."""
        try:
            data = self.content()
            if self.form == "document":
                document = read_document(data, source=self.source, suffix=self.suffix)
                yield from notes_of_chart(document, id=self.stem, source=self.source)
            else:
                reader = cast(NotesReader, import_module(f"note_review.sources.{self.form}"))
                yield from reader.notes(data, self)
        except InputError as error:
            place = ", ".join(filter(None, (self.place, error.place)))
            yield UnreadableNote(error.reason, source=self.source, place=place, id=self.stem)
        except OSError as error:
            yield UnreadableNote(f"cannot be opened ({type(error).__name__})", source=self.source, id=self.stem)


class NotesReader(Protocol):
    """What each module of a format with several notes offers."""

    def notes(self, data: bytes, parcel: Parcel) -> Iterator[Entry]:
        """Give the notes that the bytes hold, or raise InputError where they hold none that can be told apart."""
