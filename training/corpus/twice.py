"""Notes annotated twice: two blind annotations kept as marks beside the text, and the adjudicated one that is the corpus' gold.

``corpora/annotations/AUTHOR/first.marks`` and ``second.marks`` are what two annotators wrote without seeing each other; the gold of
``corpora/notes/AUTHOR`` is what was settled between them. One JSON object a line: the note's id, the header fields of the guide, and
``marks``: ``[label, attribute, text, n]``, where ``text`` is marked at its ``n``-th occurrence (1 where left out).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from note_review.evaluation.annotated import AnnotatedNote, AnnotationError, GoldSpan, read_corpus

HEADER_ANSWERS = ("reads_as", "services", "risk", "missing", "reasons")


def strip(notes: Iterable[AnnotatedNote], out: Path) -> None:
    """Write what a blind annotator may see: id, setting, style, claim and text, one note after the other."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8") as file:
        for note in notes:
            seen = {name: note.header.get(name) for name in ("id", "setting", "style", "claim")}
            file.write(json.dumps(seen, ensure_ascii=False) + "\n---\n" + note.text.rstrip("\n") + "\n=====\n")


def annotated_twice(corpus: Path, author: str) -> tuple[list[AnnotatedNote], list[AnnotatedNote]]:
    """Return an author's notes as the first and as the second annotator marked them.

    Raises
    ------
    AnnotationError
        A line of marks is no JSON, names no known note, or marks text that does not stand there.
    """
    notes = {note.id: note for note in read_corpus(corpus / "notes" / author)}
    folder = corpus / "annotations" / author
    return list(read_marks(folder / "first.marks", notes)), list(read_marks(folder / "second.marks", notes))


def read_marks(path: Path, notes: Mapping[str, AnnotatedNote]) -> Iterator[AnnotatedNote]:
    """Yield the annotations of one file, each on the text of the note of its id."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            yield _annotation(line, notes, source=f"{path.parent.name}/{path.name} line {number}")


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
        start = _nth_place(note.text, text, int(nth))
        if start < 0:
            raise AnnotationError(f"{source} ({note.id}): mark {count} does not stand in the text {nth} times")
        spans.append(GoldSpan(label, attribute, start, start + len(text)))
    spans.sort(key=lambda s: s.start)
    for before, after in itertools.pairwise(spans):
        if after.start < before.end:
            raise AnnotationError(f"{source} ({note.id}): marks overlap at character {after.start}")
    seen = {name: note.header.get(name) for name in ("setting", "style", "claim")}
    return AnnotatedNote(note.id, note.text, tuple(spans), {**seen, **header}, source)


def _nth_place(text: str, words: str, nth: int) -> int:
    """Return where the words stand for the ``nth`` time (1 is the first), -1 where they do not stand so often."""
    start = -1
    for _ in range(nth if words else 0):
        start = text.find(words, start + 1)
        if start < 0:
            break
    return start


def disagreements(first: Sequence[AnnotatedNote], second: Sequence[AnnotatedNote]) -> Iterator[str]:
    """Yield what two annotators of the same notes said differently, note by note: what an adjudicator has to settle."""
    others = {note.id: note for note in second}
    for one in first:
        other = others.get(one.id)
        if other is not None and (lines := [*_header_lines(one, other), *_span_lines(one, other)]):
            yield f"{one.id}"
            yield from (f"  {line}" for line in lines)


def _header_lines(one: AnnotatedNote, other: AnnotatedNote) -> Iterator[str]:
    for name in HEADER_ANSWERS:
        first, second = one.header[name], other.header[name]
        if first != second and (isinstance(first, str) or sorted(map(str, first)) != sorted(map(str, second))):
            yield f"{name}: first {json.dumps(first)} second {json.dumps(second)}"


def _span_lines(one: AnnotatedNote, other: AnnotatedNote) -> Iterator[str]:
    mine, theirs = set(one.spans), set(other.spans)
    for who, spans in (("first only", mine - theirs), ("second only", theirs - mine)):
        for span in sorted(spans, key=lambda s: s.start):
            yield f"{who}: {span.label}:{span.attribute} {one.text[span.start : span.end]!r}"
