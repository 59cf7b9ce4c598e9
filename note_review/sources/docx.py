"""Word files: every paragraph, table, content control, inserted text and text box of the body, in order.

python-docx opens the file; its own iterators pass over content controls and tracked insertions, where templates keep most of a
note, so the body is walked here.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import ParseError, fromstring  # type: ignore[import-untyped]

from note_review.errors import InputError
from note_review.sources.document import Document, Segment

Element = Any  # lxml and python-docx say no types for what is walked here
MAX_UNPACKED = 100 * 1024 * 1024
MAX_PARTS = 5_000
MAX_DEPTH = 60
CELL_SEPARATOR = " | "
SKIPPED = frozenset({"del", "moveFrom", "pPr", "rPr", "instrText", "delText", "Fallback", "sectPr", "tblPr", "trPr", "tcPr"})
CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read(data: bytes, *, source: str) -> Document:
    """Read a Word file.

    Raises
    ------
    InputError
        The file is no Word file, is damaged, or unpacks to far more than it is.
    """
    _refuse_hostile(data, source)
    try:
        document = docx.Document(io.BytesIO(data))
        blocks = list(_blocks(document.element.body, depth=0))
        margins = any(_has_text(part) for s in document.sections for part in (s.header, s.footer))
    except InputError as error:
        raise InputError(error.reason, source=source) from None
    except Exception as error:
        raise InputError(f"is no Word file, or a damaged one ({type(error).__name__})", source=source) from None
    return _document(blocks, ("page headers and footers were not read",) if margins else ())


def _refuse_hostile(data: bytes, source: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(p.file_size for p in parts) > MAX_UNPACKED:
                raise InputError(f"unpacks to more than {MAX_UNPACKED // 1024**2} MB", source=source)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    fromstring(archive.read(part), forbid_dtd=True)
    except DefusedXmlException:
        raise InputError("holds XML entities, which no Word file needs", source=source) from None
    except (zipfile.BadZipFile, ParseError, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise InputError(f"is no Word file, or a damaged one ({type(error).__name__})", source=source) from None


def _blocks(element: Element, *, depth: int) -> Iterator[tuple[str, str]]:
    """Give (kind, text) of each paragraph and table row below an element; a ``table`` without text opens a new table."""
    if depth > MAX_DEPTH:
        raise InputError("is nested too deep")
    for child in element:
        name = _local(child)
        if name == "p":
            yield "paragraph", _inline(child, depth=depth)
        elif name == "tbl":
            yield "table", ""
            for row in _rows(child):
                yield "row", CELL_SEPARATOR.join(_cell(cell, depth=depth + 1) for cell in row)
        elif name not in SKIPPED:
            yield from _blocks(child, depth=depth + 1)


def _rows(table: Element) -> Iterator[list[Element]]:
    for row in table.iter(f"{{{table.nsmap[table.prefix]}}}tr"):
        if _nearest(row, "tbl") is table:
            yield [cell for cell in row.iter(f"{{{table.nsmap[table.prefix]}}}tc") if _nearest(cell, "tr") is row]


def _nearest(element: Element, name: str) -> Element:
    return next((parent for parent in element.iterancestors() if _local(parent) == name), None)


def _cell(cell: Element, *, depth: int) -> str:
    return " ".join(text.replace("\n", " ").strip() for _, text in _blocks(cell, depth=depth) if text.strip())


def _inline(element: Element, *, depth: int) -> str:
    if depth > MAX_DEPTH:
        raise InputError("is nested too deep")
    written = []
    for child in element:
        name = _local(child)
        if name == "t":
            written.append(child.text or "")
        elif name in CHARACTERS:
            written.append(CHARACTERS[name])
        elif name == "txbxContent":
            written.append("\n" + "\n".join(text for _, text in _blocks(child, depth=depth + 1)))
        elif name not in SKIPPED:
            written.append(_inline(child, depth=depth + 1))
    return "".join(written)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _has_text(part: Element) -> bool:
    return any((t.text or "").strip() for t in part._element.iter() if _local(t) == "t")


def _document(blocks: list[tuple[str, str]], warnings: tuple[str, ...]) -> Document:
    text, segments = [], []
    length = paragraphs = tables = rows = 0
    for kind, written in blocks:
        if kind == "table":
            tables, rows = tables + 1, 0
            continue
        paragraphs, rows = paragraphs + (kind == "paragraph"), rows + (kind == "row")
        segments.append(Segment(length, f"paragraph {paragraphs}" if kind == "paragraph" else f"table {tables} row {rows}"))
        text.append(written + "\n")
        length += len(written) + 1
    return Document("".join(text), tuple(segments), warnings)
