"""A second annotator's marks, written beside a text instead of into it.

One JSON object a line: the note's id, the header fields of the guide, and ``marks``: ``[label, attribute, text, n]``, where ``text``
is marked at its ``n``-th occurrence (1 where left out). The texts are those of the first annotation without its marks.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from note_review.evaluation.annotated import AnnotatedNote, AnnotationError, GoldSpan


def strip(notes: Iterator[AnnotatedNote], out: Path) -> None:
    """Write what a blind annotator may see: id, setting, style, claim and text, one note after the other."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8") as file:
        for note in notes:
            seen = {name: note.header.get(name) for name in ("id", "setting", "style", "claim")}
            file.write(json.dumps(seen, ensure_ascii=False) + "\n---\n" + note.text.rstrip("\n") + "\n=====\n")


def read_marks(path: Path, notes: Mapping[str, AnnotatedNote]) -> Iterator[AnnotatedNote]:
    """Yield the second annotations of one file.

    Raises
    ------
    AnnotationError
        A line is no JSON, names no known note, or marks text that does not stand there.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            yield _annotation(line, notes, source=f"{path.name} line {number}")


def _annotation(line: str, notes: Mapping[str, AnnotatedNote], *, source: str) -> AnnotatedNote:
    try:
        header = json.loads(line)
    except json.JSONDecodeError as error:
        raise AnnotationError(f"{source}: not JSON (column {error.colno})") from None
    note = notes.get(header.get("id", ""))
    if note is None:
        raise AnnotationError(f"{source}: no note of that id")
    spans = []
    for count, mark in enumerate(header.pop("marks", []), 1):
        label, attribute, text, nth = (*mark, 1)[:4]
        start = -1
        for _ in range(int(nth)):
            start = note.text.find(text, start + 1)
        if start < 0 or not text:
            raise AnnotationError(f"{source} ({note.id}): mark {count} does not stand in the text {nth} times")
        spans.append(GoldSpan(label, attribute, start, start + len(text)))
    spans.sort(key=lambda s: s.start)
    for before, after in itertools.pairwise(spans):
        if after.start < before.end:
            raise AnnotationError(f"{source} ({note.id}): marks overlap at character {after.start}")
    seen = {name: note.header.get(name) for name in ("setting", "style", "claim")}
    return AnnotatedNote(note.id, note.text, tuple(spans), {**seen, **header}, source)
