"""Data augmentation: contrast twins with a finding of the bank, faulty or fine, where their own deficit stands or fails.

The bank's files ``fine_*.txt`` tell each finding twice, once as a fault with its deficit marked and once, in words as plain, as done well. Put where a twin's one
deficit comes or goes, a pair decides the answers about the judged service, so that these are learned from what the words mean and not from their being there.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from note_review.encounter import NEUROMUSCULAR_DOMAINS
from note_review.evaluation.annotated import AnnotatedNote
from training.sentences import BANK
from training.transplants import Edit, Shape, in_place_of, marks_of, shape_of

# What a twin lacks whose deficit is gone.
_NO_DEFICIT = (("deficit",), ("deficit_missing",))


@dataclass(frozen=True, slots=True)
class Finding:
    """What an examination found, told as a fault with its marks, and told as fine."""

    present: str
    absent: str


def read_findings() -> list[Finding]:
    """Return the bank's findings; a pair in which both lines tell a deficit, each of another part, is none."""
    found = []
    for file in sorted(BANK.glob("fine_*.txt")):
        lines = file.read_text(encoding="utf-8").splitlines()
        for first, second in zip(lines[::2], lines[1::2], strict=True):
            if ("[[" in first) != ("[[" in second):
                found.append(Finding(first, second) if "[[" in first else Finding(second, first))
    return found


def with_findings(edits: Sequence[Edit], *, count: int, seed: int) -> list[AnnotatedNote]:
    """Return as many notes, of which half have a deficit and half lack it, with a finding of the bank where their own edit stands."""
    rng = random.Random(seed)
    by_shape: dict[Shape, list[Finding]] = defaultdict(list)
    for finding in read_findings():
        if _is_neuromuscular(finding.present):
            by_shape[shape_of(finding.present)].append(finding)
    places = [edit for edit in edits if _tells_a_deficit(edit) and shape_of(edit.present) in by_shape]
    return [
        in_place_of(place, rng.choice(by_shape[shape_of(place.present)]), f"finding-{number}", has=number % 2 == 1)
        for number, place in enumerate(rng.choices(places, k=count) if places else ())
    ]


def _tells_a_deficit(edit: Edit) -> bool:
    """Whether an edit puts a neuromuscular deficit, and nothing else that is marked, into a note that lacks just it."""
    alike = shape_of(edit.present) == shape_of(edit.absent)
    return alike and edit.lack == _NO_DEFICIT and _is_neuromuscular(edit.present) and not marks_of(edit.absent)


def _is_neuromuscular(words: str) -> bool:
    marks = marks_of(words)
    return bool(marks) and all(label == "D" and domain in NEUROMUSCULAR_DOMAINS for label, domain in marks)
