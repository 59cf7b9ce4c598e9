"""The corpus for other tools: JSONL, BIO columns, spaCy DocBin, one file a note for ``score.py``."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from note_review.evaluation.annotated import AnnotatedNote, render

# Words, and signs one by one, as ``score.py`` counts them.
TOKEN = re.compile(r"\w+|[^\w\s]")


def to_jsonl(notes: Sequence[AnnotatedNote], out: Path) -> None:
    """Write one object a line: header, text and spans."""
    with out.open("w", encoding="utf-8") as file:
        for note in notes:
            spans = [{"label": s.label, "attribute": s.attribute, "start": s.start, "end": s.end} for s in note.spans]
            file.write(json.dumps({**note.header, "text": note.text, "spans": spans}, ensure_ascii=False) + "\n")


def to_bio(notes: Sequence[AnnotatedNote], out: Path) -> None:
    """Write one token and its tag a line, an empty line between notes."""
    with out.open("w", encoding="utf-8") as file:
        for note in notes:
            file.write(f"# id = {note.id}\n")
            for token in TOKEN.finditer(note.text):
                span = next((s for s in note.spans if s.start <= token.start() < s.end), None)
                tag = "O" if span is None else f"{'B' if token.start() == span.start else 'I'}-{span.label}:{span.attribute}"
                file.write(f"{token[0]}\t{tag}\n")
            file.write("\n")


def to_docbin(notes: Sequence[AnnotatedNote], out: Path) -> None:
    """Write spaCy Docs with a span group ``therapy``; marks inside a token grow to its edges."""
    import spacy
    from spacy.tokens import DocBin

    nlp = spacy.blank("en")
    bin_ = DocBin(store_user_data=False)
    for note in notes:
        doc = nlp.make_doc(note.text)
        spans = [doc.char_span(s.start, s.end, label=f"{s.label}:{s.attribute}", alignment_mode="expand") for s in note.spans]
        doc.spans["therapy"] = [s for s in spans if s is not None]
        bin_.add(doc)
    bin_.to_disk(out)


def to_files(notes: Sequence[AnnotatedNote], out: Path) -> None:
    """Write each whole note to a file of its own, as ``score.py`` reads them."""
    out.mkdir(parents=True, exist_ok=True)
    for note in notes:
        if note.is_whole:
            (out / f"{note.id}.txt").write_text(render(note), encoding="utf-8")
