"""Notes of the train split whose marked words are exchanged for other marked words of the same kind (mention replacement: Dai and Adel 2020).

A deficit learned in one clinician's sentence is so seen in many. Of such text only the marks are known: codes and answers about the whole service
are not learned from it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from note_review.evaluation.annotated import AnnotatedNote, GoldSpan
from training.notes import Example, examples

# How often a mark of each label gives way to another one.
SHARES = {"D": 0.6, "T": 0.2, "R": 0.2}


def swapped(data: Sequence[Example], *, count: int, seed: int) -> list[Example]:
    """Return as many notes, each with some of its marks exchanged for marks of the same label and attribute."""
    dice = random.Random(seed)
    phrases: dict[tuple[str, str], list[str]] = {}
    for example in data:
        for span in example.gold.spans:
            phrases.setdefault((span.label, span.attribute), []).append(example.gold.text[span.start : span.end])
    marked = [e.gold for e in data if any(s.label == "D" for s in e.gold.spans)]
    return examples([_swap(dice.choice(marked), phrases, number, dice) for number in range(count)])


def _swap(note: AnnotatedNote, phrases: dict[tuple[str, str], list[str]], number: int, dice: random.Random) -> AnnotatedNote:
    text, spans, done = "", [], 0
    for span in sorted(note.spans, key=lambda s: s.start):
        text += note.text[done : span.start]
        own = note.text[span.start : span.end]
        other = dice.choice(phrases[span.label, span.attribute]) if dice.random() < SHARES.get(span.label, 0.0) else own
        if own[:1].isupper() != other[:1].isupper() and other[1:2].islower():
            other = (other[0].upper() if own[:1].isupper() else other[0].lower()) + other[1:]
        spans.append(GoldSpan(span.label, span.attribute, len(text), len(text) + len(other)))
        text += other
        done = span.end
    return AnnotatedNote(f"swapped-{number}", text + note.text[done:], tuple(spans), note.header, "swapped")
