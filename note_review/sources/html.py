"""HTML as a person sees it: block elements break lines, cells stay apart, scripts and the head are not text.

The tags are found here and not by the standard parser: ``html.parser`` of Python 3.11 takes six minutes over 800 kB that
open comments and close none. Every search below gives up once, not once for each tag, so the time grows with the length alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from note_review.sources.document import Document, Segment
from note_review.sources.plain import BOMS, Decoded, decode

CELL_SEPARATOR = " | "
RAW = frozenset({"script", "style", "title", "textarea", "noscript", "template", "svg", "iframe", "xmp"})
CELLS = frozenset({"td", "th"})
BLOCKS = frozenset(
    re.split(
        " ",
        "address article aside blockquote body br caption center dd details div dl dt fieldset figure figcaption footer form "
        "h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol option p pre section summary table tbody tfoot thead tr ul",
    )
)
CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{2,40})""", re.IGNORECASE)
TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40}+)((?:[^>"']|"[^"]*+"|'[^']*+')*+)>""")
PLAIN_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40}+)([^>]*+)>")
SPACES = re.compile(r"[ \t\n\r\f]+")


class Token(NamedTuple):
    """A tag, with ``/`` before its name where it closes, or a stretch of text."""

    tag: str
    text: str
    start: int


def read(data: bytes, *, source: str) -> Document:
    """Read an HTML page."""
    decoded = _decode(data, source)
    page = _Page()
    line, counted = 1, 0
    for token in _tokens(decoded.text):
        line, counted = line + decoded.text.count("\n", counted, token.start), token.start
        if token.tag:
            page.tag(token.tag)
        else:
            page.data(unescape(token.text), line)
    return page.document(decoded.warnings)


def _decode(data: bytes, source: str) -> Decoded:
    declared = CHARSET.search(data, 0, 4096)
    if declared and not any(data.startswith(bom) for bom, _ in BOMS) and b"\0" not in data:
        try:
            return Decoded(data.decode(declared.group(1).decode("ascii")))
        except (LookupError, UnicodeError):
            pass
    return decode(data, source=source)


def _tokens(text: str) -> Iterator[Token]:
    position, tag_pattern = 0, TAG
    while (opened := text.find("<", position)) >= 0:
        if opened > position:
            yield Token("", text[position:opened], position)
        if text.startswith(("<!", "<?"), opened):
            end = "-->" if text.startswith("<!--", opened) else ">"
            closed = text.find(end, opened)
            if closed < 0:
                return
            position = closed + len(end)
            continue
        match = tag_pattern.match(text, opened)
        if match is None and opened + 1 < len(text) and (text[opened + 1].isalpha() or text[opened + 1] == "/"):
            # A quote that never closes, or no tag end at all: from here on quotes are letters like any other.
            tag_pattern = PLAIN_TAG
            match = tag_pattern.match(text, opened)
            if match is None and text.find(">", opened) < 0:
                break
        if match is None:
            yield Token("", "<", opened)
            position = opened + 1
            continue
        name = match.group(2).lower()
        yield Token(match.group(1) + name, "", opened)
        position = match.end()
        if name in RAW and not match.group(1) and not match.group(3).endswith("/"):
            position = _after_raw(text, name, position)
    else:
        opened = position
    if text[opened:]:
        yield Token("", text[opened:], opened)


def _after_raw(text: str, name: str, position: int) -> int:
    closing = re.compile(rf"</{name}\b[^>]*+>?", re.IGNORECASE).search(text, position)
    return closing.end() if closing else len(text)


class _Page:
    """The lines of a page as its tokens come."""

    def __init__(self) -> None:
        self._lines: list[tuple[int, str]] = []
        self._parts: list[str] = []
        self._blank = True
        self._raw_line = 1
        self._cells = self._pre = 0
        self._in_head = False

    def tag(self, name: str) -> None:
        """Take a tag."""
        bare = name.lstrip("/")
        if bare == "head":
            self._in_head = name == "head"
        elif bare == "body":
            self._in_head = False
        if name in CELLS:
            self._cells += 1
            if self._cells > 1:
                self._parts.append(CELL_SEPARATOR)
        elif bare in BLOCKS:
            self._break(bare)
        if bare == "pre":
            self._pre = int(name == "pre")

    def data(self, data: str, line: int) -> None:
        """Take a stretch of text that begins on a line of the raw page."""
        if self._in_head:
            return
        if self._pre:
            for part in data.splitlines(keepends=True):
                self._write(part.rstrip("\r\n"), line)
                if part.endswith(("\n", "\r")):
                    self._end_line()
                    line += 1
        else:
            self._write(SPACES.sub(" ", data), line)

    def _write(self, text: str, line: int) -> None:
        if self._blank and text.strip():
            self._raw_line, self._blank = line, False
        self._parts.append(text)

    def _break(self, tag: str) -> None:
        if self._cells and tag not in ("tr", "table"):
            # Paragraphs inside a cell stay on the row's line.
            self._parts.append(" ")
            return
        self._cells = 0
        self._end_line()

    def _end_line(self) -> None:
        line = "".join(self._parts).replace("\xa0", " ").replace("\0", "")
        line = line.rstrip() if self._pre else re.sub(" {2,}", " ", line).strip()
        if line or (self._pre and self._lines):
            self._lines.append((self._raw_line, line))
        self._parts, self._blank = [], True

    def document(self, warnings: tuple[str, ...]) -> Document:
        """Return what was read."""
        self._end_line()
        segments, start = [], 0
        for raw_line, line in self._lines:
            segments.append(Segment(start, f"line {raw_line}"))
            start += len(line) + 1
        return Document("".join(line + "\n" for _, line in self._lines), tuple(segments), warnings)
