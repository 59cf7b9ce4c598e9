"""Rows of CMS's published files as they come: zip, tab-separated text, CSV or xlsx; streamed, with limits on what is unpacked."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import python_calamine

from note_review.errors import PolicyError

MAX_TEXT = 2 * 1024**3
MAX_WORKBOOK = 1024**3
MAX_RATIO = 250
MAX_LINE = 100_000
MAX_MEMBERS = 1_000
_TEXT = (".txt", ".tsv", ".csv")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of cells. ``rows`` gives the row number, counted from 1, and its cells; it can be walked once."""

    name: str
    rows: Iterator[tuple[int, list[Any]]]


def sheets(path: Path) -> Iterator[Sheet]:
    """Yield the tables of a file, of a zip's files, or of all files of a folder, in the order of their names.

    Raises
    ------
    PolicyError
        A file is of another kind, damaged, or unpacks to more than its limit; the message names it.
    """
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.suffix.lower() in (".zip", ".xlsx", *_TEXT))
        if not files:
            raise PolicyError(f"{path.name}: the folder holds no zip, xlsx, txt, tsv or csv file")
        for file in files:
            yield from sheets(file)
        return
    suffix = path.suffix.lower()
    try:
        if suffix == ".zip":
            yield from _of_zip(path)
        elif suffix == ".xlsx":
            with path.open("rb") as workbook:
                yield from _of_workbook(workbook, path.name)
        elif suffix in _TEXT:
            with path.open("rb") as text:
                yield Sheet(path.name, _of_text(text, path.name))
        else:
            raise PolicyError(f"{path.name}: wants a zip, xlsx, txt, tsv or csv file")
    except OSError as error:
        raise PolicyError(f"{path.name}: cannot be read: {error.strerror or 'damaged'}") from None


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, or of the names and bytes of a folder's files, in hexadecimal."""
    total = hashlib.sha256()
    for file in sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else (path,):
        if path.is_dir():
            total.update(file.name.encode() + b"\0")
        with file.open("rb") as opened:
            while chunk := opened.read(1 << 20):
                total.update(chunk)
    return total.hexdigest()


def _of_zip(path: Path) -> Iterator[Sheet]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted((m for m in archive.infolist() if not m.is_dir()), key=lambda m: m.filename)
            tables = [m for m in members if m.filename.lower().endswith((".xlsx", *_TEXT))]
            if len(members) > MAX_MEMBERS or not tables:
                raise PolicyError(f"{path.name}: {'too many files' if tables else 'no xlsx, txt, tsv or csv file'} in the zip")
            for member in _without_twins(tables):
                name = f"{path.name}/{Path(member.filename).name}"
                _refuse_bomb(member, name)
                with archive.open(member) as opened:
                    if member.filename.lower().endswith(".xlsx"):
                        yield from _of_workbook(io.BytesIO(_bounded(opened, name, MAX_WORKBOOK)), name)
                    else:
                        yield Sheet(name, _of_text(opened, name))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise PolicyError(f"{path.name}: the zip is damaged or encrypted: {type(error).__name__}") from None


def _without_twins(members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """CMS packs the same table as text and as a workbook; the text is enough."""
    texts = {m.filename.rsplit(".", 1)[0].lower() for m in members if m.filename.lower().endswith(_TEXT)}
    return [m for m in members if m.filename.lower().endswith(_TEXT) or m.filename.rsplit(".", 1)[0].lower() not in texts]


def _refuse_bomb(member: zipfile.ZipInfo, name: str) -> None:
    if member.file_size > MAX_TEXT or member.file_size > max(1 << 20, MAX_RATIO * member.compress_size):
        raise PolicyError(f"{name}: unpacks to {member.file_size} bytes from {member.compress_size}; refused")


def _bounded(opened: IO[bytes], name: str, limit: int) -> bytes:
    data = opened.read(limit + 1)
    if len(data) > limit:
        raise PolicyError(f"{name}: unpacks to over {limit} bytes; refused")
    return data


def _of_workbook(opened: IO[bytes], name: str) -> Iterator[Sheet]:
    _check_parts(opened, name)
    opened.seek(0)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(opened)
        for title in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(title)
            if sheet.height and sheet.start is not None:
                first = sheet.start[0] + 1
                yield Sheet(f"{name}, sheet {title}", ((first + i, row) for i, row in enumerate(sheet.iter_rows())))
    except python_calamine.CalamineError as error:
        raise PolicyError(f"{name}: not a readable workbook: {type(error).__name__}") from None


def _check_parts(opened: IO[bytes], name: str) -> None:
    """Unpack a workbook's parts once, keeping nothing, so that a part that lies about its size is found here."""
    left = MAX_WORKBOOK
    try:
        with zipfile.ZipFile(opened) as archive:
            for member in archive.infolist():
                _refuse_bomb(member, name)
                with archive.open(member) as part:
                    while chunk := part.read(1 << 20):
                        left -= len(chunk)
                        if left < 0:
                            raise PolicyError(f"{name}: unpacks to over {MAX_WORKBOOK} bytes; refused")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise PolicyError(f"{name}: not a workbook: {type(error).__name__}") from None


def _of_text(opened: IO[bytes], name: str) -> Iterator[tuple[int, list[Any]]]:
    with io.TextIOWrapper(opened, encoding="latin-1", newline="") as text:
        lines = _lines(text, name)
        if not name.lower().endswith(".csv"):
            for number, line in enumerate(lines, 1):
                yield number, [cell.strip().strip('"') for cell in line.rstrip("\r\n").split("\t")]
            return
        reader = csv.reader(lines)
        try:
            for row in reader:
                yield reader.line_num, list(row)
        except csv.Error as error:
            raise PolicyError(f"{name}: line {reader.line_num}: {error}") from None


def _lines(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    number, total = 0, 0
    try:
        while line := text.readline(MAX_LINE):
            number, total = number + 1, total + len(line)
            if len(line) == MAX_LINE or total > MAX_TEXT:
                raise PolicyError(f"{name}: line {number}: too long for a table")
            if "\0" in line:
                raise PolicyError(f"{name}: line {number}: holds binary data, not text")
            yield line
    except (zipfile.BadZipFile, EOFError, OSError, zlib.error) as error:
        raise PolicyError(f"{name}: after line {number}: damaged: {type(error).__name__}") from None
