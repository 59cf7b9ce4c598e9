"""The corpus by split. Splits are by author: ``corpora/splits.json`` names the authors of dev, of test and of the lookalikes that are measured beside it; all others train."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from note_review.evaluation.annotated import AnnotatedNote, read_file
from note_review.note import Note
from note_review.reading.page import Page, read_page
from training.corpus.twins import read_twins

HELD_OUT = ("dev", "test", "lookalikes")
SPLITS = ("train", *HELD_OUT)
KIND_OF_LABEL = {"D": "deficit", "T": "technique", "R": "response"}


@dataclass(frozen=True, slots=True)
class Example:
    """A gold note with the page the rules read from it; ``unseen`` where nobody who writes rules has looked at how it is read."""

    gold: AnnotatedNote
    page: Page
    unseen: bool = False


def examples(notes: Sequence[AnnotatedNote]) -> list[Example]:
    """Read the pages of gold notes with the claims of their headers."""
    return [Example(n, read_page(Note(id=n.id, text=n.text, claim=n.header.get("claim", ())))) for n in notes]


def author_of(note: AnnotatedNote) -> str:
    """Return the author, whose name begins every id."""
    return note.id.split("-")[0]


def all_notes(corpus: Path) -> list[AnnotatedNote]:
    """Return every whole note, twin and short entry of the corpus, twins behind their originals."""
    found: list[AnnotatedNote] = []
    for folder in sorted(p for p in [*(corpus / "notes").iterdir(), *(corpus / "entries").iterdir()] if p.is_dir()):
        own = [note for file in sorted(folder.glob("*.txt")) for note in read_file(file)]
        by_id = {note.id: note for note in own}
        found += own
        for file in sorted(folder.glob("*.twins")):
            found += read_twins(file, by_id)
    return found


def splits_of(corpus: Path) -> dict[str, list[str]]:
    """Return the authors of each split that is held out, and those of dev that are unseen."""
    found: dict[str, list[str]] = json.loads((corpus / "splits.json").read_text(encoding="utf-8"))
    return found


def split_of(author: str, splits: Mapping[str, Sequence[str]]) -> str:
    """Return the split of an author by what :func:`splits_of` says: one of :data:`HELD_OUT`, or else train."""
    return next((name for name in HELD_OUT if author in splits.get(name, ())), "train")


def notes_of(split: str, corpus: Path) -> list[AnnotatedNote]:
    """Return the notes of one split; :func:`split_notes` reads the corpus once for several."""
    return split_notes(corpus)[split]


def split_notes(corpus: Path) -> dict[str, list[AnnotatedNote]]:
    """Return the notes of each of :data:`SPLITS`."""
    splits = splits_of(corpus)
    found: dict[str, list[AnnotatedNote]] = {name: [] for name in SPLITS}
    for note in all_notes(corpus):
        found[split_of(author_of(note), splits)].append(note)
    return found


def dev_examples(corpus: Path) -> list[Example]:
    """Return the dev notes and twins with their pages, those of unseen authors marked."""
    unseen = splits_of(corpus).get("unseen", ())
    whole = [note for note in notes_of("dev", corpus) if note.is_whole]
    return [replace(example, unseen=author_of(example.gold) in unseen) for example in examples(whole)]
