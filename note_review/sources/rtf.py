"""Rich text through striprtf. The raw format has no lines of its own, so places are lines of the text a person sees."""

from __future__ import annotations

import re

from striprtf.striprtf import rtf_to_text

from note_review.errors import InputError
from note_review.sources.document import Document, Segment

MAX_FONT_TABLE = 100_000
BRACES = re.compile(r"\\.|[{}]", re.DOTALL)


def read(data: bytes, *, source: str) -> Document:
    """Read an RTF file.

    Raises
    ------
    InputError
        The file is not RTF, or is built to take for ever.
    """
    raw = data.decode("latin-1")
    if not raw.lstrip().startswith("{\\rtf"):
        raise InputError("is not RTF", source=source)
    if _font_table_length(raw) > MAX_FONT_TABLE:
        raise InputError("has a font table too large to read", source=source)
    # striprtf's pattern for links is quadratic on hostile input and puts addresses into the text; the blank keeps it off.
    raw = raw.replace("{\\field{", "{\\field {")
    try:
        text: str = rtf_to_text(raw, errors="replace")  # type: ignore[no-untyped-call]
    except Exception as error:
        raise InputError(f"is damaged RTF ({type(error).__name__})", source=source) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if "\\cell" in raw:
        text = "\n".join(" | ".join(c.strip() for c in line.removesuffix("|").split("|")) for line in text.split("\n"))
    warnings = ("holds characters that could not be decoded",) if "\ufffd" in text else ()
    return Document(text, segments=_lines(text), warnings=warnings)


def _font_table_length(raw: str) -> int:
    start, depth = raw.find("\\fonttbl"), 1
    if start < 0:
        return 0
    for brace in BRACES.finditer(raw, start):
        depth += {"{": 1, "}": -1}.get(brace.group(), 0)
        if depth == 0:
            return brace.start() - start
    return len(raw) - start


def _lines(text: str) -> tuple[Segment, ...]:
    segments, start = [], 0
    for number, line in enumerate(text.split("\n"), 1):
        segments.append(Segment(start, f"text line {number}"))
        start += len(line) + 1
    return tuple(segments)
