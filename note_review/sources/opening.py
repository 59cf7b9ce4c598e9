"""The one way in: a file, a folder, a table of notes or standard input, note by note, and nothing that stops the rest."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import cast

from note_review.errors import InputError
from note_review.note import ClaimLine
from note_review.sources.claims import collect_claims
from note_review.sources.document import Entry, UnreadableNote
from note_review.sources.folder import files_of
from note_review.sources.formats import MAX_FILE_BYTES
from note_review.sources.intake import Input, Intake
from note_review.sources.kinds import Kind, kind_of
from note_review.sources.parcel import Parcel
from note_review.sources.rows import Row, Table, notes_of_rows

STDIN = "-"
TABLE_SUFFIXES = {
    ".jsonl": ("jsonl", "rows"), ".ndjson": ("jsonl", "rows"), ".json": ("jsonl", "json_rows"), ".csv": ("delimited", "rows"),
    ".tsv": ("delimited", "rows"), ".parquet": ("parquet", "rows"), ".pq": ("parquet", "rows"), ".xlsx": ("xlsx", "rows"),
    ".xlsm": ("xlsx", "rows"),
}  # fmt: skip
NO_COLUMNS: Mapping[str, str] = MappingProxyType({})


def open_notes(
    path: str | Path, *, claim: tuple[ClaimLine, ...] = (), columns: Mapping[str, str] = NO_COLUMNS, claims: Path | None = None
) -> Iterator[Entry]:
    """Give every note of a file, a folder, a table or standard input, in a settled order.

    Parameters
    ----------
    path
        A document (txt, md, rtf, docx, pdf, html), a table (jsonl, json, csv, tsv, xlsx, parquet), a FHIR bundle or NDJSON, an
        HL7 v2 or C-CDA file, a folder of these, or ``-``. A folder is read with its subfolders, sorted by path; names that
        begin with a dot are passed over; its 837P files are claims, joined to the notes.
    claim
        What is billed for notes that bring no claim of their own and that no 837P claim is for.
    columns
        Contract name to the table's own column name, where they differ: ``{"text": "note_body"}``.
    claims
        An 837P file, or a folder of them, beside those under ``path``.

    Yields
    ------
    SourcedNote | UnreadableNote
        What cannot be read comes as the error that says which file, where in it and why, and holds nothing of the note.
    """
    if str(path) == STDIN:
        data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        inputs: Iterable[Input] = [Parcel(form="document", source="standard input", stem="stdin", data=data)]
        intake = Intake(claim)
    else:
        book, problems = collect_claims(Path(path), beside=claims)
        yield from problems
        inputs, intake = open_inputs(path, columns=columns), Intake(claim, book)
    for input in inputs:
        yield from intake.entries(input)


def open_inputs(path: str | Path, *, columns: Mapping[str, str] = NO_COLUMNS) -> Iterator[Input]:
    """Give what ``open_notes`` gives with the files still to be read: a table's rows as notes, everything else as parcels."""
    table = Table(source="", stem="", columns=columns)
    path = Path(path)
    if not path.is_dir():
        yield from _file(path, replace(table, source=str(path), stem=path.stem), path.parent)
        return
    files = files_of(path)
    stems = Counter(file.with_suffix("") for file in files)
    for file in files:
        name = file.as_posix()
        stem = file.with_suffix("").as_posix() if stems[file.with_suffix("")] == 1 else name
        yield from _file(path / file, replace(table, source=name, stem=stem), path)


def expected_notes(path: str | Path) -> int | None:
    """Return about how many inputs ``open_inputs`` will give, for a progress bar; None where nobody can say."""
    path = Path(path)
    files = [path / file for file in files_of(path)] if path.is_dir() else [path]
    try:
        return sum(_count(file) for file in files)
    except Exception:
        return None


def _file(path: Path, table: Table, folder: Path) -> Iterator[Input]:
    try:
        if not path.exists():
            raise InputError("does not exist", source=table.source)
        if not path.is_file():
            raise InputError("is not a file", source=table.source)
        yield from _inputs(path, table, folder)
    except InputError as error:
        yield UnreadableNote(error.reason, source=table.source, place=error.place, id=table.stem)
    except OSError as error:
        yield UnreadableNote(f"cannot be opened ({type(error).__name__})", source=table.source, id=table.stem)


def _inputs(path: Path, table: Table, folder: Path) -> Iterator[Input]:
    kind = kind_of(path)
    suffix = path.suffix.lower()
    if kind is Kind.CLAIMS:
        return
    if kind in (Kind.FHIR_LINES, Kind.HL7):
        module = "fhir_lines" if kind is Kind.FHIR_LINES else "hl7_messages"
        yield from import_module(f"note_review.sources.{module}").parcels(path, table, folder)
    elif kind in (Kind.FHIR, Kind.CCDA):
        form = "fhir" if kind is Kind.FHIR else "ccda"
        yield Parcel(form=form, source=table.source, stem=table.stem, path=str(path))
    elif suffix in TABLE_SUFFIXES:
        yield from notes_of_rows(_rows(path, table), table)
    else:
        yield Parcel(form="document", source=table.source, stem=table.stem, suffix=path.suffix, path=str(path))


def _rows(path: Path, table: Table) -> Iterator[Row]:
    module, function = TABLE_SUFFIXES[path.suffix.lower()]
    return cast(Iterator[Row], getattr(import_module(f"note_review.sources.{module}"), function)(path, table))


def _count(path: Path) -> int:
    kind = kind_of(path)
    if kind is Kind.CLAIMS:
        return 0
    if kind is Kind.HL7:
        return int(import_module("note_review.sources.hl7_messages").count(path))
    module, function = TABLE_SUFFIXES.get(path.suffix.lower(), ("", ""))
    if function != "rows":
        return 1
    return int(import_module(f"note_review.sources.{module}").count(path))
