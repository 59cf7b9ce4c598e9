"""Annotated notes: a JSON header, a line of three dashes, the note with its spans marked inline.

The format is that of ``corpora/guide.md``. A file holds one note, or several parted by a line of five equals signs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from note_review.note import Note, note_of

MARK = re.compile(r"\[\[([DTMR]):([^|\]]+)\|((?:(?!\[\[|\]\]).)*)\]\]", re.DOTALL)
SEPARATOR = re.compile(r"(?m)^=====[ \t]*\r?\n")
HEADER_END = "\n---\n"

RESPONSE_KINDS = ("measured", "generic")
REASONS = (
    "reads_as_97112", "reads_as_97110", "reads_as_97530", "reads_as_other", "generic_exercise",
    "deficit_missing", "deficit_not_specific", "technique_missing", "minutes_missing", "response_missing",
    "response_not_measured", "skilled_need_missing", "unit_time_mismatch", "modifier_59_missing",
    "modifier_gp_go_missing", "kx_missing", "plan_of_care_missing", "plan_of_care_lapsed",
    "assistant_modifier_missing", "not_one_on_one", "cloned_note",
)  # fmt: skip


class AnnotationError(ValueError):
    """An annotated note does not have the guide's form. The message names the file and the place, never the text."""


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """One mark: ``text[start:end]`` is the marked text of the note without its marks.

    ``label`` is D, T, M or R; ``attribute`` the domain, family, ``SCOPE:VALUE`` or kind written in the mark.
    """

    label: str
    attribute: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AnnotatedNote:
    """A note's own text, its marks and its header."""

    id: str
    text: str
    spans: tuple[GoldSpan, ...]
    header: dict[str, Any]
    source: str

    @property
    def is_whole(self) -> bool:
        """Whether the header is complete: a visit's note with services, risk and reasons, no short entry (guide: Header)."""
        return "risk" in self.header

    @property
    def is_twin(self) -> bool:
        """Whether the note is another one's copy, changed in the few words that flip a label."""
        return "twin_of" in self.header

    def spans_of(self, label: str) -> list[GoldSpan]:
        """Return the marks of one label (D, T, M or R) in text order."""
        return [span for span in self.spans if span.label == label]


def as_note(annotated: AnnotatedNote, text: str | None = None) -> Note:
    """Return an annotated note as a door would give it, with its header's claim; with another text where one is given."""
    known = {"id": annotated.id, "text": annotated.text if text is None else text, "claim": annotated.header.get("claim", [])}
    return note_of(known, source=annotated.source)


def parse(record: str, *, source: str = "note") -> AnnotatedNote:
    """Read one annotated note.

    Parameters
    ----------
    record
        Header, ``---`` and marked text.
    source
        What to call the record in errors.

    Raises
    ------
    AnnotationError
        The header is not JSON, the separator is absent, or a mark is left open, nested or unknown.
    """
    head, divider, body = record.partition(HEADER_END)
    if not divider:
        raise AnnotationError(f"{source}: no line of three dashes after the header")
    try:
        header = json.loads(head)
    except json.JSONDecodeError as error:
        raise AnnotationError(f"{source}: header is not JSON (line {error.lineno}, column {error.colno})") from None
    if not isinstance(header, dict) or "id" not in header:
        raise AnnotationError(f"{source}: header has no id")
    text, spans = strip_marks(body, source=f"{source} ({header['id']})")
    return AnnotatedNote(str(header["id"]), text, spans, header, source)


def strip_marks(body: str, *, source: str = "note") -> tuple[str, tuple[GoldSpan, ...]]:
    """Take the marks out of a marked text and return the note's own text with the spans in it."""
    pieces: list[str] = []
    spans: list[GoldSpan] = []
    length = last = 0
    for mark in MARK.finditer(body):
        before = body[last : mark.start()]
        pieces += [before, mark[3]]
        start = length + len(before)
        length = start + len(mark[3])
        spans.append(GoldSpan(mark[1], mark[2], start, length))
        last = mark.end()
    pieces.append(body[last:])
    text = "".join(pieces)
    for leftover in ("[[", "]]"):
        if leftover in text:
            line = text.count("\n", 0, text.index(leftover)) + 1
            raise AnnotationError(f"{source}: stray {leftover} at line {line} of the note")
    return text, tuple(spans)


def render(note: AnnotatedNote) -> str:
    """Write a note back in the format that :func:`parse` reads."""
    return json.dumps(note.header, ensure_ascii=False) + HEADER_END + with_marks(note.text, note.spans)


def with_marks(text: str, spans: Sequence[GoldSpan]) -> str:
    """Write a text with its marks, as :func:`strip_marks` reads it; ``spans`` are in order."""
    pieces: list[str] = []
    last = 0
    for span in spans:
        pieces += [text[last : span.start], f"[[{span.label}:{span.attribute}|{text[span.start : span.end]}]]"]
        last = span.end
    return "".join([*pieces, text[last:]])


def read_file(path: Path) -> Iterator[AnnotatedNote]:
    """Yield the annotated notes of one file."""
    content = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    for number, record in enumerate(SEPARATOR.split(content), 1):
        if record.strip():
            yield parse(record, source=f"{path.name} record {number}")


def read_corpus(path: Path) -> Iterator[AnnotatedNote]:
    """Yield the annotated notes of a file, or of every ``.txt`` file below a folder, in name order."""
    for file in sorted(path.rglob("*.txt")) if path.is_dir() else [path]:
        yield from read_file(file)
