"""Text and Markdown. The text is kept character by character, line ends too."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from note_review.errors import InputError
from note_review.sources.document import Document

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
TEXT_CONTROLS = frozenset("\t\n\r\f\v\x1b\x85")


class Decoded(NamedTuple):
    """Text and what to say about its encoding."""

    text: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, *, source: str) -> Decoded:
    """Decode by byte-order mark, else as UTF-8, else as Windows-1252 with a warning; refuse what is no text.

    Raises
    ------
    InputError
        The bytes are binary or in no encoding that is read here.
    """
    encoding = next((name for bom, name in BOMS if data.startswith(bom)), "utf-8")
    if encoding != "utf-16" and b"\0" in data:
        raise InputError("is binary, or UTF-16 without a byte-order mark", source=source, place=f"byte {data.index(0) + 1}")
    try:
        return _refuse_controls(Decoded(data.decode(encoding)), source)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise InputError(f"is not valid {encoding}", source=source, place=f"byte {error.start + 1}") from None
        first = error.start
    try:
        return _refuse_controls(Decoded(data.decode("cp1252"), ("not UTF-8: read as Windows-1252",)), source)
    except UnicodeDecodeError:
        raise InputError(
            "is in no known text encoding (UTF-8, UTF-16, Windows-1252)", source=source, place=f"byte {first + 1}"
        ) from None


def _refuse_controls(decoded: Decoded, source: str) -> Decoded:
    controls = sum(1 for c in decoded.text if (c < " " or "\x7f" <= c < "\xa0") and c not in TEXT_CONTROLS)
    if "\0" in decoded.text or controls * 50 > len(decoded.text):
        raise InputError("is binary", source=source)
    return decoded


def read(data: bytes, *, source: str) -> Document:
    """Read a text file."""
    decoded = decode(data, source=source)
    return Document(decoded.text, warnings=decoded.warnings)
