"""PDF through PDFium: the text layer, and tesseract for pages that are pictures. A page without words is said, never passed over."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2 as pdfium  # type: ignore[import-untyped]

from note_review.errors import InputError
from note_review.sources import ocr
from note_review.sources.document import Document, Gap, Segment

MAX_PAGES = 2_000
MAX_SCANNED = 300
NO_TEXT = "no text on this page (a scan?)"
NO_PROGRAM = "a scan, and tesseract, which would read it, is not installed"
NO_WORDS = "a scan in which text recognition found no words"
FAILED = "a scan that text recognition could not read"
TOO_MANY = f"a scan past the {MAX_SCANNED} that are read in one file"
# PDFium writes a hyphen at a line's end as one of these.
LINE_END_HYPHENS = str.maketrans({"\ufffe": "-", "\x02": "-", "\0": None})


def read(data: bytes, *, source: str) -> Document:
    """Read a PDF page by page.

    Raises
    ------
    InputError
        The file is damaged or locked, has too many pages, or no page has text.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise InputError("is locked by a password" if locked else "is a damaged PDF", source=source) from None
    try:
        return _document(_pages(document, source), source)
    finally:
        document.close()


@dataclass(frozen=True, slots=True)
class _Page:
    """A page's text, and what is to be said of it."""

    text: str
    problem: str = ""
    scanned: bool = False


def _pages(document: pdfium.PdfDocument, source: str) -> list[_Page]:
    if len(document) > MAX_PAGES:
        raise InputError(f"has more than {MAX_PAGES:,} pages", source=source)
    pages: list[_Page] = []
    scans = 0
    for number in range(len(document)):
        try:
            page = document[number]
            text = _text_layer(page)
            read = _Page(text)
            if not text.strip():
                read = _scanned(page, scans)
                scans += read.scanned
            page.close()
        except pdfium.PdfiumError:
            raise InputError("the page is damaged", source=source, place=f"page {number + 1}") from None
        pages.append(read)
    return pages


def _text_layer(page: pdfium.PdfPage) -> str:
    textpage = page.get_textpage()
    text: str = textpage.get_text_bounded()
    textpage.close()
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(LINE_END_HYPHENS).rstrip()


def _scanned(page: pdfium.PdfPage, scans: int) -> _Page:
    """Read a page that is a picture."""
    if next(iter(page.get_objects(max_depth=2)), None) is None:
        return _Page("", NO_TEXT)
    if ocr.version() is None:
        return _Page("", NO_PROGRAM)
    if scans >= MAX_SCANNED:
        return _Page("", TOO_MANY)
    width, height = page.get_size()
    scale = min(ocr.DPI / 72, (ocr.MAX_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    rows = bytes(bitmap.buffer)
    gray = b"".join(rows[y * bitmap.stride : y * bitmap.stride + bitmap.width] for y in range(bitmap.height))
    text = ocr.recognised(gray, width=bitmap.width, height=bitmap.height)
    bitmap.close()
    if text is None:
        return _Page("", FAILED, scanned=True)
    return _Page(text, "" if text.strip() else NO_WORDS, scanned=True)


def _document(pages: list[_Page], source: str) -> Document:
    if not any(page.text.strip() for page in pages):
        why = next((page.problem for page in pages), NO_TEXT)
        raise InputError(f"no page has text: {why}", source=source)
    text, segments, gaps = "", [], []
    for number, page in enumerate(pages, 1):
        if page.text.strip():
            text += "\n" if text else ""
            segments.append(Segment(len(text), f"page {number}"))
            text += page.text + "\n"
        else:
            gaps.append(Gap(len(text), len(text), f"page {number}: {page.problem}"))
    scans = [number for number, page in enumerate(pages, 1) if page.scanned and page.text.strip()]
    said = tuple(f"page {number}: read by text recognition, so its words and figures may be wrong" for number in scans)
    return Document(text, tuple(segments), tuple(gap.reason for gap in gaps) + said, tuple(gaps))
