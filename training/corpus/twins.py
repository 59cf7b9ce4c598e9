"""Contrast twins: a note changed in as few words as flip one label.

A twin is written as one JSON line in a ``.twins`` file beside the notes:
``{"id", "twin_of", "flips": what changes, "replace": [[old, new], ...], ...header fields that change}``;
``old`` is text of the marked note that occurs exactly once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from note_review.evaluation.annotated import AnnotatedNote, AnnotationError, parse, render


def expand(line: str, notes: Mapping[str, AnnotatedNote], *, source: str) -> AnnotatedNote:
    """Make the twin that one line describes from the note it is the twin of."""
    try:
        twin = json.loads(line)
    except json.JSONDecodeError as error:
        raise AnnotationError(f"{source}: not JSON (column {error.colno})") from None
    original = notes.get(twin.get("twin_of", ""))
    if original is None or not twin.get("replace") or not twin.get("flips"):
        raise AnnotationError(f"{source}: wants twin_of (a note of this folder), flips and replace")
    body = render(original).split("\n---\n", 1)[1]
    for number, (old, new) in enumerate(twin.pop("replace"), 1):
        if body.count(old) != 1:
            raise AnnotationError(
                f"{source} ({twin.get('id')}): replacement {number} occurs {body.count(old)} times, wanted once"
            )
        body = body.replace(old, new)
    header = {**original.header, **twin}
    return parse(json.dumps(header, ensure_ascii=False) + "\n---\n" + body, source=source)


def read_twins(path: Path, notes: Mapping[str, AnnotatedNote]) -> Iterator[AnnotatedNote]:
    """Yield the twins of one ``.twins`` file."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            yield expand(line, notes, source=f"{path.name} line {number}")
