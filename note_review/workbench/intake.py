"""What comes into the queue: files as they are dropped, a pasted note, the folder of a batch."""

from __future__ import annotations

import datetime
import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from note_review.errors import InputError
from note_review.note import ClaimLine, parse_claim
from note_review.sources import Intake, SourcedNote, UnreadableNote, open_notes
from note_review.workbench.store import Arrived

TOGETHER = 100
MEMORY = Path("/dev/shm")
_UNSAFE = re.compile(r"[^\w.() -]+")
NAMES = ("patient", "clinician", "clinic", "payer", "discipline")


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a file: its notes, and what could not be read, without a word of any note."""

    notes: list[SourcedNote] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_file(name: str, data: bytes, *, claim: tuple[ClaimLine, ...]) -> Read:
    """Read a dropped file of any supported kind.

    It stands in a folder of its own while it is read, in memory where the system has such a place, and is gone after.
    """
    with tempfile.TemporaryDirectory(prefix="note-review-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        file = Path(folder) / safe_name(name)
        file.write_bytes(data)
        read = Read()
        for entry in open_notes(file, claim=claim):
            if isinstance(entry, UnreadableNote):
                read.problems.append(": ".join(filter(None, (entry.place, entry.reason))))
            elif isinstance(entry, SourcedNote):
                # The folder's own name is nothing to remember.
                read.notes.append(entry.model_copy(update={"source": file.name}))
    return read


def safe_name(name: str) -> str:
    """Return the last part of a file name without what a file system or a shell would obey."""
    kept = _UNSAFE.sub("_", name.replace("\\", "/").rpartition("/")[2]).lstrip(".")[-120:]
    return kept or "note.txt"


def read_pasted(text: str, *, id: str, claim: str, about: dict[str, str]) -> SourcedNote:
    """Make a note of pasted text.

    Raises
    ------
    InputError
        There is no text, or a field is not what it must be.
    """
    if not text.strip():
        raise InputError("there is no text", place="note")
    # A form sends line ends as CR LF whatever was pasted.
    record = {
        "text": text.replace("\r\n", "\n"),
        "id": id.strip() or "pasted",
        **{n: v.strip() for n, v in about.items() if v.strip()},
    }
    try:
        note = SourcedNote.model_validate({**record, "claim": parse_claim(claim) if claim.strip() else ()})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise InputError(first["msg"], place=str(first["loc"][0])) from None
    return next(entry for entry in Intake().entries(note) if isinstance(entry, SourcedNote))


def batches_in(root: Path | None) -> list[str]:
    """Return the names of the batch folders below a folder, newest first."""
    if root is None or not root.is_dir():
        return []
    found = [p for p in (root, *root.iterdir()) if (p / "reviews.jsonl").is_file() and (p / "notes.parquet").is_file()]
    newest = sorted(found, key=lambda p: p.stat().st_mtime, reverse=True)
    return ["." if p == root else p.name for p in newest]


def batch_folder(root: Path, name: str) -> Path:
    """Return the folder of a batch that is among those below ``root``.

    Raises
    ------
    InputError
        There is none of this name.
    """
    if name not in batches_in(root):
        raise InputError("there is no such batch", source="batch")
    return root if name == "." else root / name


def read_batch(folder: Path) -> Iterator[list[Arrived]]:
    """Give the notes of a batch's folder with the reviews they have, some at a time.

    Raises
    ------
    InputError
        The folder holds no whole batch.
    """
    arrived = _arrived(folder)
    while some := list(islice(arrived, TOGETHER)):
        yield some


def _arrived(folder: Path) -> Iterator[Arrived]:
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    try:
        texts = _rows(pq.ParquetFile(folder / "notes.parquet"), ["n", "id", "text"])
        abouts = _rows(pq.ParquetFile(folder / "reviews.parquet"), ["n", "date_of_service", "source", *NAMES])
        with (folder / "reviews.jsonl").open("rb") as reviews:
            for line, text, about in zip(reviews, texts, abouts, strict=True):
                yield Arrived(_note(json.loads(line), text, about), line.rstrip(b"\n"))
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"holds no whole batch ({type(error).__name__})", source=folder.name) from None


def _rows(file: Any, columns: list[str]) -> Iterator[dict[str, Any]]:
    for batch in file.iter_batches(batch_size=500, columns=columns):
        yield from batch.to_pylist()


def _note(review: dict[str, Any], text: dict[str, Any], about: dict[str, Any]) -> SourcedNote:
    known: dict[str, Any] = {name: about[name] for name in NAMES if about[name]}
    claim = review["claim"]["lines"] if review["claim"]["source"] == "given" else []
    day: datetime.date | None = about["date_of_service"]
    return SourcedNote.model_validate(
        {**known, "id": text["id"], "text": text["text"], "claim": claim, "date_of_service": day, "source": about["source"] or ""}
    )


def together(notes: Iterable[SourcedNote]) -> list[Arrived]:
    """Return notes as they are put in: without reviews."""
    return [Arrived(note) for note in notes]
