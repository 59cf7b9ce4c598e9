"""Data augmentation: contrast twins whose one edit is exchanged for the edit of another twin of the same kind.

A twin's edit takes out of a note, or puts in, all that tells one element: the words at that place decide. So another twin's words that tell the element may
stand there with the answers of the note that has it, and words that only look like it with the answers of the note that lacks it. A few thousand edits
written by hand so become as many places times as many words, and neither the words of an edit alone nor the note around it give the answer away.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from note_review.evaluation.annotated import AnnotatedNote, parse, read_file, render
from training.notes import split_of, splits_of

_MARK = re.compile(r"\[\[([A-Z]):([^|]*)\|")
Header = Mapping[str, Any]
# What words of two edits must share to stand in each other's sentences: whether they open one, and the stop that ends them.
Shape = tuple[bool, str]


class Told(Protocol):
    """Words that tell an element, and words like them that do not."""

    @property
    def present(self) -> str:
        """What stands there when the note has the element."""
        ...

    @property
    def absent(self) -> str:
        """What stands there when it lacks it."""
        ...


@dataclass(frozen=True, slots=True)
class Edit:
    """A place of a marked note, by what stands around it, and what stands there when the note has an element and when it lacks it, each with its header."""

    before: str
    after: str
    present: str
    absent: str
    having: Header
    lacking: Header

    @property
    def lack(self) -> tuple[tuple[str, ...], ...]:
        """Return the missing elements and the reasons that the note has only where it lacks the element."""
        return tuple(tuple(sorted(set(self.lacking[name]) - set(self.having[name]))) for name in ("missing", "reasons"))

    @property
    def kind(self) -> tuple[object, ...]:
        """What the words of two edits must have in common to be exchanged: what is lacking, their marks, and how they stand in their sentences."""
        return self.lack, marks_of(self.present), marks_of(self.absent), shape_of(self.present), shape_of(self.absent)


def edits_of(corpus: Path, *, split: str = "train") -> list[Edit]:
    """Return the edits of a split's twins that change one place, and of the answers only which elements are missing."""
    splits, found = splits_of(corpus), []
    for folder in sorted(p for p in (corpus / "notes").iterdir() if p.is_dir() and split_of(p.name, splits) == split):
        notes = {note.id: note for file in sorted(folder.glob("*.txt")) for note in read_file(file)}
        for file in sorted(folder.glob("*.twins")):
            twins = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
            found += [edit for twin in twins for edit in _edit(twin, notes[twin["twin_of"]])]
    return found


def transplanted(edits: Sequence[Edit], *, count: int, seed: int) -> list[AnnotatedNote]:
    """Return as many notes, of which half have an element and half lack it, with another edit's words at the place of their own."""
    rng = random.Random(seed)
    alike: dict[object, list[Edit]] = defaultdict(list)
    for edit in edits:
        alike[edit.kind].append(edit)
    able = [edit for edit in edits if len(alike[edit.kind]) > 1]
    return [
        in_place_of(edit, rng.choice(alike[edit.kind]), f"transplanted-{number}", has=number % 2 == 1)
        for number, edit in enumerate(rng.choices(able, k=count))
    ]


def in_place_of(place: Edit, words: Told, name: str, *, has: bool) -> AnnotatedNote:
    """Return the note of an edit, named anew, with other words in its place that tell the element, or fail to."""
    header = {**(place.having if has else place.lacking), "id": name}
    body = f"{place.before}{words.present if has else words.absent}{place.after}"
    return parse(f"{json.dumps(header, ensure_ascii=False)}\n---\n{body}", source="transplanted")


def _edit(twin: Header, original: AnnotatedNote) -> Iterator[Edit]:
    """Yield the edit of a twin where it changes one place and takes away, or adds, what is missing."""
    (old, new), *others = twin["replace"]
    whole, header = original.header, {**original.header, **{k: v for k, v in twin.items() if k != "replace"}}
    if others or any(whole[name] != header[name] for name in ("reads_as", "services")):
        return
    more, less = (set(a["reasons"]) - set(b["reasons"]) for a, b in ((header, whole), (whole, header)))
    if bool(more) == bool(less):
        return
    before, after = render(original).split("\n---\n", 1)[1].split(old)
    if any(words.count("[[") != words.count("]]") for words in (before, old, new)):
        return
    if more:
        yield Edit(before, after, old, new, whole, header)
    else:
        yield Edit(before, after, new, old, header, whole)


def marks_of(words: str) -> tuple[tuple[str, str], ...]:
    """Return the labels of marked words with their attributes."""
    return tuple(sorted(set(_MARK.findall(words))))


def shape_of(words: str) -> Shape:
    """Return whether words open a sentence, and the stop that ends them."""
    plain = _MARK.sub("", words).replace("]]", "").strip()
    return plain[:1].isupper(), plain[-1:] if plain[-1:] in ".;,:" else ""
