"""CSV and TSV with a header, streamed."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from itertools import count as numbers
from pathlib import Path

from note_review.errors import InputError
from note_review.sources.document import MAX_BYTES
from note_review.sources.plain import BOMS
from note_review.sources.rows import Row, Table, require_text_column

CHUNK = 1024 * 1024
# A field past this is a quote that was never closed; csv has one limit for the whole process.
MAX_FIELD = 8 * MAX_BYTES


def rows(path: Path, table: Table) -> Iterator[Row]:
    """Give each record with the line its first field stands on.

    Raises
    ------
    InputError
        No column holds the text, the encoding is unknown, or the rest of the file cannot be told apart into records.
    """
    csv.field_size_limit(max(csv.field_size_limit(), MAX_FIELD))
    with path.open(encoding=_encoding(path, table), newline="") as file:
        header_line = file.readline(CHUNK)
        file.seek(0)
        reader = csv.reader(file, delimiter=_delimiter(header_line, path), strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
        except csv.Error:
            raise InputError("is not CSV", source=table.source, place="header") from None
        require_text_column(header, table)
        for number in numbers(1):
            line = reader.line_num + 1
            try:
                fields = next(reader, None)
            except (csv.Error, UnicodeDecodeError):
                raise InputError(
                    "is not CSV here; the rest of the file was not read", source=table.source, place=f"line {line}"
                ) from None
            if fields is None:
                return
            if fields:
                yield _row(header, fields, number, f"line {line}")


def _row(header: list[str], fields: list[str], number: int, place: str) -> Row:
    if len(fields) > len(header):
        return Row(number, place, problem="has more fields than the header")
    if sum(map(len, fields)) > MAX_BYTES:
        return Row(number, place, problem=f"is larger than {MAX_BYTES // 1024**2} MB")
    return Row(number, place, dict(zip(header, fields, strict=False)))


def _delimiter(header: str, path: Path) -> str:
    return "\t" if path.suffix.lower() == ".tsv" else max(",;\t", key=header.count)


def _encoding(path: Path, table: Table) -> str:
    with path.open("rb") as file:
        head = file.read(4)
        if marked := next((name for bom, name in BOMS if head.startswith(bom)), None):
            return marked
        file.seek(0)
        decoder, position = codecs.getincrementaldecoder("utf-8")(), 0
        encoding = "utf-8"
        while chunk := file.read(CHUNK):
            if 0 in chunk:
                raise InputError("is binary", source=table.source, place=f"byte {position + chunk.index(0) + 1}")
            position += len(chunk)
            try:
                decoder.decode(chunk) if encoding == "utf-8" else None
            except UnicodeDecodeError:
                encoding = "cp1252"
    return encoding


def count(path: Path) -> int:
    """Return about how many notes the file has: its records where they are one a line, fewer where notes have lines."""
    with path.open("rb") as file:
        quotes = lines = 0
        for line in file:
            quotes += line.count(b'"')
            lines += quotes % 2 == 0
    return max(0, lines - 1)
