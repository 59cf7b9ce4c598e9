"""Decisions as annotated notes in the guide's format: what training and evaluation read. What would not be sound there is left out, and said."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from note_review.evaluation.annotated import render
from note_review.workbench.decisions import Decided, Decisions, final_of
from note_review.workbench.readings import Mark, claim_of
from note_review.workbench.store import Notes, Opened
from note_review.workbench.tables import notes

AUTHOR = "wb"
TOGETHER = 100
LEFT_OUT = "left-out.txt"
_SEPARATOR = re.compile(r"(?m)^=====[ \t]*$")


@dataclass(frozen=True, slots=True)
class Exported:
    """One decided note: ``id`` in the export, and either the annotated note or why there is none."""

    id: str
    record: str | None
    why: str = ""


def exported(
    connection: Connection, notes_: Notes, decisions: Decisions, *, tenant: str, since: float = 0.0
) -> Iterator[Exported]:
    """Give the decided notes of a tenant whose last decision is not older than ``since`` (seconds since 1970), oldest first."""
    number = 0
    while True:
        wanted = select(notes).where(notes.c.tenant == tenant, notes.c.state == "decided", notes.c.number > number)
        rows = connection.execute(wanted.order_by(notes.c.number).limit(TOGETHER)).mappings().all()
        for row in rows:
            said = decisions.of(connection, row)
            final = final_of(said)
            if final is not None and max(one.at for one in said) >= since:
                yield annotated(notes_.opened(row), final, readers=len({one.person for one in said}))
        if len(rows) < TOGETHER:
            return
        number = rows[-1]["number"]


def annotated(opened: Opened, decided: Decided, *, readers: int) -> Exported:
    """Return a decided note as an annotated one."""
    id, text, reading, claim = f"{AUTHOR}-{opened.row['id']}", opened.note.text, decided.reading, claim_of(opened.review)
    if "[[" in text or "]]" in text or _SEPARATOR.search(text):
        return Exported(id, None, "the text holds signs that the format uses for itself")
    if objections := reading.contradictions(text, claim):
        return Exported(id, None, "; ".join(objections))
    day = datetime.datetime.fromtimestamp(decided.at, datetime.UTC).date().isoformat()
    moved = reading.model_copy(update={"marks": tuple(_with_unix_ends(reading.marks, text))})
    about = {
        "id": id,
        "setting": "unknown",
        "style": "workbench",
        "annotator": decided.person,
        "decided": day,
        "readers": readers,
    }
    return Exported(id, render(moved.annotated(_unix(text), claim, **about)))


def archive(found: Iterable[Exported]) -> tuple[bytes, int, int]:
    """Return a zip with one file a note in a folder named for its author, how many notes it holds, and how many were left out."""
    packed, told, kept = io.BytesIO(), list[str](), 0
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for one in found:
            if one.record is None:
                told.append(f"{one.id}: {one.why}\n")
            else:
                file.writestr(f"{AUTHOR}/{one.id}.txt", one.record.encode())
                kept += 1
        if told:
            file.writestr(LEFT_OUT, "".join(told))
    return packed.getvalue(), kept, len(told)


def _unix(text: str) -> str:
    """Return a text with the line ends that a file's reader gives."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _with_unix_ends(marks: Iterable[Mark], text: str) -> Iterator[Mark]:
    for mark in marks:
        before, inside = text.count("\r\n", 0, mark.start), text.count("\r\n", mark.start, mark.end)
        yield mark.model_copy(update={"start": mark.start - before, "end": mark.end - before - inside})
