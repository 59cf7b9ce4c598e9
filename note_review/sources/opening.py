"""The one way in: a file, a folder, a table of notes or standard input, note by note, and nothing that stops the rest."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, cast

from note_review.errors import InputError
from note_review.note import ClaimLine
from note_review.sources.document import MAX_BYTES, SourcedNote, UnreadableNote, note_of_document
from note_review.sources.formats import read_document
from note_review.sources.rows import Row, Table, notes_of_rows

STDIN = "-"
TABLE_SUFFIXES = {
    ".jsonl": ("jsonl", "rows"), ".ndjson": ("jsonl", "rows"), ".json": ("jsonl", "json_rows"), ".csv": ("delimited", "rows"),
    ".tsv": ("delimited", "rows"), ".parquet": ("parquet", "rows"), ".pq": ("parquet", "rows"),
}  # fmt: skip
NO_COLUMNS: Mapping[str, str] = MappingProxyType({})


def open_notes(
    path: str | Path, *, claim: tuple[ClaimLine, ...] = (), columns: Mapping[str, str] = NO_COLUMNS
) -> Iterator[SourcedNote | UnreadableNote]:
    """Give every note of a file, a folder, a table or standard input, in a settled order.

    Parameters
    ----------
    path
        A document (txt, md, rtf, docx, pdf, html), a table (jsonl, json, csv, tsv, parquet), a folder of these, or ``-``.
        A folder is read with its subfolders, sorted by path; names that begin with a dot are passed over.
    claim
        What is billed for notes that bring no claim of their own.
    columns
        Contract name to the table's own column name, where they differ: ``{"text": "note_body"}``.

    Yields
    ------
    SourcedNote | UnreadableNote
        What cannot be read comes as the error that says which file, where in it and why, and holds nothing of the note.
    """
    table = Table(source="", stem="", columns=columns, claim=claim)
    if str(path) == STDIN:
        yield from _document(sys.stdin.buffer, replace(table, source="standard input", stem="stdin"), suffix="")
        return
    path = Path(path)
    if not path.is_dir():
        yield from _file(path, replace(table, source=str(path), stem=path.stem))
        return
    files = _files(path)
    stems = Counter(file.with_suffix("") for file in files)
    for file in files:
        name = file.as_posix()
        stem = file.with_suffix("").as_posix() if stems[file.with_suffix("")] == 1 else name
        yield from _file(path / file, replace(table, source=name, stem=stem))


def expected_notes(path: str | Path) -> int | None:
    """Return about how many notes ``open_notes`` will give, for a progress bar; None where nobody can say."""
    if str(path) == STDIN:
        return 1
    path = Path(path)
    files = [path / file for file in _files(path)] if path.is_dir() else [path]
    try:
        return sum(_count(file) for file in files)
    except Exception:
        return None


def _files(folder: Path) -> list[Path]:
    """Return the folder's files as relative paths; a link to a folder comes as one: no circle is walked, none goes unsaid."""
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if (Path(parent) / name).is_symlink()]
        found += [(Path(parent) / name).relative_to(folder) for name in (*names, *links) if not name.startswith(".")]
    return sorted(found, key=lambda file: file.as_posix())


def _file(path: Path, table: Table) -> Iterator[SourcedNote | UnreadableNote]:
    try:
        if not path.exists():
            raise InputError("does not exist", source=table.source)
        if not path.is_file():
            raise InputError("is not a file", source=table.source)
        if path.suffix.lower() in TABLE_SUFFIXES:
            yield from notes_of_rows(_rows(path, table), table)
            return
        with path.open("rb") as file:
            yield from _document(file, table, suffix=path.suffix)
    except InputError as error:
        yield UnreadableNote(error.reason, source=table.source, place=error.place, id=table.stem)
    except OSError as error:
        yield UnreadableNote(f"cannot be opened ({type(error).__name__})", source=table.source, id=table.stem)


def _document(file: BinaryIO, table: Table, *, suffix: str) -> Iterator[SourcedNote | UnreadableNote]:
    try:
        document = read_document(file.read(MAX_BYTES + 1), source=table.source, suffix=suffix)
        yield note_of_document(document, id=table.stem, source=table.source, claim=table.claim)
    except InputError as error:
        yield UnreadableNote(error.reason, source=table.source, place=error.place, id=table.stem)


def _rows(path: Path, table: Table) -> Iterator[Row]:
    module, function = TABLE_SUFFIXES[path.suffix.lower()]
    return cast(Iterator[Row], getattr(import_module(f"note_review.sources.{module}"), function)(path, table))


def _count(path: Path) -> int:
    module, function = TABLE_SUFFIXES.get(path.suffix.lower(), ("", ""))
    if function != "rows":
        return 1
    return int(import_module(f"note_review.sources.{module}").count(path))
