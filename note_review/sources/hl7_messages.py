"""A file of HL7 v2 messages taken apart at their MSH segments, one message in memory at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from note_review.sources.document import UnreadableNote
from note_review.sources.formats import MAX_FILE_BYTES
from note_review.sources.parcel import Parcel
from note_review.sources.rows import Table

CHUNK = 1024 * 1024
START = re.compile(rb"(?:^|[\r\n\x0b])(?=MSH[^\w\s])")


def messages(path: Path) -> Iterator[bytes | None]:
    """Give each message; None for one that is too large to be one."""
    waiting, skipping = b"", False
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            *whole, waiting = START.split(waiting + chunk)
            for message in whole:
                if skipping:
                    skipping = False
                elif message.strip(b"\x0b\x1c\r\n \t"):
                    yield message
            if len(waiting) > MAX_FILE_BYTES:
                waiting, skipping = b"", True
                yield None
    if waiting.strip(b"\x0b\x1c\r\n \t") and not skipping:
        yield waiting


def parcels(path: Path, table: Table, folder: Path) -> Iterator[Parcel | UnreadableNote]:
    """Give each message as a parcel. What stands before the first (FHS, BHS) is no message."""
    number = 0
    for message in messages(path):
        if message is not None and not message.startswith(b"MSH"):
            continue
        number += 1
        place = f"message {number}"
        if message is None:
            yield UnreadableNote("is too large for a message", source=table.source, place=place)
        else:
            yield Parcel(form="hl7v2", source=table.source, stem=f"{table.stem}:{number}", place=place, data=message)


def count(path: Path) -> int:
    """Return how many messages a file has."""
    return sum(message is None or message.startswith(b"MSH") for message in messages(path))
