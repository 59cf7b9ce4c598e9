"""Rows of a table, whatever file they come from, made notes: contract names, a column map, values as text or typed."""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from note_review.errors import InputError
from note_review.note import Note, parse_claim
from note_review.sources.dates import WRITTEN_DAY, parse_day
from note_review.sources.document import SourcedNote, UnreadableNote
from note_review.sources.records import note_from

NESTED = ("claim", "plan_of_care", "assistant", "prior_notes")
NAMES = ("patient", "clinician", "clinic", "payer")
FIELDS = tuple(Note.model_fields)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number and place in the file, and either a record or what is wrong with it."""

    number: int
    place: str
    record: Mapping[str, Any] | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """How a table is read: ``columns`` maps contract names to the file's own."""

    source: str
    stem: str
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def notes_of_rows(rows: Iterable[Row], table: Table) -> Iterator[SourcedNote | UnreadableNote]:
    """Make a note of each row, or say what is wrong with it and go on."""
    for row in rows:
        id = None
        try:
            if row.record is None:
                raise InputError(row.problem)
            record = _renamed(row.record, table.columns)
            id = _id(record) or f"{table.stem}:{row.number}"
            note = note_from({**_decoded(record), "id": id})
            yield SourcedNote.model_construct(**dict(note), source=table.source, place=row.place)
        except InputError as error:
            place = ", ".join(filter(None, (row.place, error.place)))
            yield UnreadableNote(error.reason, source=table.source, place=place, id=id)


def parse_columns(written: str) -> dict[str, str]:
    """Read a column map as the command line takes it: ``text=note_body,id=visit``.

    Raises
    ------
    InputError
        A part is no pair, or its first half is no name of the contract.
    """
    columns = {}
    for part in filter(None, (p.strip() for p in written.split(","))):
        name, mark, column = (word.strip() for word in part.partition("="))
        if not mark or not column or name not in FIELDS:
            raise InputError(f"wants NAME=COLUMN, where NAME is one of {', '.join(FIELDS)}", source="--columns")
        columns[name] = column
    return columns


def require_text_column(names: Iterable[str], table: Table) -> None:
    """Refuse a table without a text column: once, not row by row.

    Raises
    ------
    InputError
        No column holds the text. Column names are not quoted: in a file without a header they are the first note.
    """
    wanted = set(table.columns.values()) | {table.columns.get("text", "text")}
    missing = sorted(wanted - set(names))
    if missing:
        raise InputError(f"has no column {', '.join(missing)}", source=table.source, place="header")


def _renamed(record: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    taken = {name: columns.get(name, name) for name in FIELDS}
    given = {name: record[column] for name, column in taken.items() if not _absent(record.get(column))}
    # A text that is there and says nothing is an empty note, not a missing field.
    return given if "text" in given or taken["text"] not in record else {**given, "text": ""}


def _absent(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value)) or (isinstance(value, str) and not value.strip())


def _id(record: Mapping[str, Any]) -> str | None:
    id = record.get("id")
    return str(id) if isinstance(id, str | int) else None


def _decoded(record: dict[str, Any]) -> dict[str, Any]:
    decoded = {name: _json(name, value) if name in NESTED else value for name, value in record.items()}
    date = decoded.get("date_of_service")
    if isinstance(date, datetime.datetime):
        decoded["date_of_service"] = date.date()
    elif isinstance(date, str) and re.fullmatch(WRITTEN_DAY, date.strip(), re.IGNORECASE):
        decoded["date_of_service"] = parse_day(date)
    for name in NAMES:
        # A number of a patient is a name, whatever type its column has.
        if isinstance(decoded.get(name), int):
            decoded[name] = str(decoded[name])
    return decoded


def _json(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith(("[", "{")):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise InputError("is not JSON", place=f"column {name}") from None
    if name != "claim":
        return value
    try:
        return parse_claim(value)
    except InputError as error:
        raise InputError(error.reason, place=f"column claim, {error.place}") from None
