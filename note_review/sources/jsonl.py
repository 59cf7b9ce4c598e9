"""JSON Lines, and JSON with one note, a list of notes or ``{"notes": [...]}``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from note_review.errors import InputError
from note_review.sources.document import MAX_BYTES
from note_review.sources.rows import Row, Table

CHUNK = 1024 * 1024
TOO_LONG = f"is larger than {MAX_BYTES // 1024**2} MB"


def rows(path: Path, table: Table) -> Iterator[Row]:
    """Give each line that is not blank. A line over the size cap is passed over without being held in memory."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_BYTES + 1):
            number += 1
            if len(line) > MAX_BYTES and not line.endswith(b"\n"):
                _skip_line(file)
                yield Row(number, f"line {number}", problem=TOO_LONG)
            elif line.strip(b" \t\r\n\xef\xbb\xbf"):
                yield row_of(line, number)


def _skip_line(file: BinaryIO) -> None:
    while (rest := file.readline(CHUNK)) and not rest.endswith(b"\n"):
        pass


def row_of(line: bytes, number: int) -> Row:
    """Return a line of JSON as a row, or what is wrong with it."""
    place = f"line {number}"
    try:
        record = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        return Row(number, place, problem=f"is not UTF-8 at byte {error.start + 1}")
    except json.JSONDecodeError as error:
        return Row(number, place, problem=f"is not JSON at character {error.pos + 1}")
    except (ValueError, RecursionError):
        return Row(number, place, problem="is not JSON that can be read")
    return _object(record, number, place)


def _object(record: object, number: int, place: str) -> Row:
    if not isinstance(record, dict):
        return Row(number, place, problem="a note is an object with a text")
    return Row(number, place, record)


def json_rows(path: Path, table: Table) -> Iterator[Row]:
    """Give the note or notes of a ``.json`` file.

    Raises
    ------
    InputError
        The file is too large or not JSON.
    """
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(f"{TOO_LONG}: many notes go in a .jsonl file", source=table.source)
    try:
        decoded = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InputError("is not JSON", source=table.source) from None
    if isinstance(decoded, dict):
        decoded = decoded["notes"] if isinstance(decoded.get("notes"), list) else [decoded]
    for number, record in enumerate(decoded if isinstance(decoded, list) else [decoded], 1):
        yield _object(record, number, f"note {number}")


def count(path: Path) -> int:
    """Return about how many notes a JSON Lines file has."""
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(CHUNK), b""))
