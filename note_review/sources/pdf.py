"""PDF with a text layer through PDFium. A page that has none is said, never passed over."""

from __future__ import annotations

import pypdfium2 as pdfium  # type: ignore[import-untyped]

from note_review.errors import InputError
from note_review.sources.document import Document, Gap, Segment

MAX_PAGES = 2_000
NO_TEXT = "no text on this page (a scan?)"
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
        return _document([_page_text(document, number, source) for number in range(_page_count(document, source))], source)
    finally:
        document.close()


def _page_count(document: pdfium.PdfDocument, source: str) -> int:
    if len(document) > MAX_PAGES:
        raise InputError(f"has more than {MAX_PAGES:,} pages", source=source)
    return len(document)


def _page_text(document: pdfium.PdfDocument, number: int, source: str) -> str:
    try:
        page = document[number]
        textpage = page.get_textpage()
        text: str = textpage.get_text_bounded()
        textpage.close()
        page.close()
    except pdfium.PdfiumError:
        raise InputError("the page is damaged", source=source, place=f"page {number + 1}") from None
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(LINE_END_HYPHENS).rstrip()


def _document(pages: list[str], source: str) -> Document:
    if not any(page.strip() for page in pages):
        raise InputError("no page has text: the file is a scan and wants text recognition first", source=source)
    text, segments, gaps = "", [], []
    for number, page in enumerate(pages, 1):
        if page.strip():
            text += "\n" if text else ""
            segments.append(Segment(len(text), f"page {number}"))
            text += page + "\n"
        else:
            gaps.append(Gap(len(text), len(text), f"page {number}: {NO_TEXT}"))
    return Document(text, tuple(segments), tuple(gap.reason for gap in gaps), tuple(gaps))
