"""Which reader reads a document. The content's own mark outranks the suffix: record systems save RTF as .doc and .txt."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from note_review.errors import InputError
from note_review.sources.document import MAX_BYTES, Document

MAX_FILE_BYTES = 100 * 1024 * 1024

DOCUMENT_SUFFIXES = {
    ".txt": "plain", ".text": "plain", ".md": "plain", ".markdown": "plain", ".rtf": "rtf", ".docx": "docx", ".pdf": "pdf",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".doc": "plain", "": "plain",
}  # fmt: skip
SIGNATURES = ((b"%PDF-", "pdf"), (b"{\\rtf", "rtf"), (b"PK\x03\x04", "docx"))
LEGACY_WORD = b"\xd0\xcf\x11\xe0"


class Reader(Protocol):
    """What each module of a format offers as ``read``."""

    def __call__(self, data: bytes, *, source: str) -> Document:
        """Read a file's bytes, or raise InputError."""


def read_document(data: bytes, *, source: str, suffix: str = "") -> Document:
    """Read one document.

    Parameters
    ----------
    data
        The whole file.
    source
        Its name for errors.
    suffix
        ``.docx``, ``.txt`` …; without one the content decides.

    Raises
    ------
    InputError
        The file is empty, too large, of no known format, damaged, or holds no text.
    """
    if not data.strip():
        raise InputError("is empty", source=source)
    format = _format(data, source, suffix.lower())
    # A scanned chart is mostly pictures.
    most = MAX_FILE_BYTES if format == "pdf" else MAX_BYTES
    if len(data) > most:
        raise InputError(f"is larger than {most // 1024**2} MB", source=source)
    return _reader(format)(data, source=source)


def _format(data: bytes, source: str, suffix: str) -> str:
    if suffix not in DOCUMENT_SUFFIXES:
        raise InputError(f"is of no known format; known are {known_suffixes()}", source=source)
    if data.startswith(LEGACY_WORD):
        raise InputError("is a Word file of before 2007: save it as .docx", source=source)
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    named = DOCUMENT_SUFFIXES[suffix]
    for signature, found in SIGNATURES:
        if head.startswith(signature):
            return found
    if named == "plain" and suffix not in (".md", ".markdown") and head[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "html"
    return named


def known_suffixes() -> str:
    """Return the suffixes of documents for a message."""
    return " ".join(sorted(filter(None, DOCUMENT_SUFFIXES)))


def _reader(name: str) -> Reader:
    # Imported when first met: nobody pays for PDFium to read a text file.
    return cast(Reader, import_module(f"note_review.sources.{name}").read)
