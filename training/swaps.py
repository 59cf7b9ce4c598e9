"""Notes of the train split whose marked words are exchanged for other words of the same kind (mention replacement: Dai and Adel 2020).

The other words are marks of other notes, or the trade's plainest terms (``terms.tsv``: the project's lexicon of deficits and stock phrases of our own),
which authors of notes seldom use. A deficit learned in one clinician's sentence is so seen in many. Half of the notes also get a line that names a term and is no deficit (denied, resolved, a goal, another's), so that the words alone do not decide. Of such text only the marks are known: codes and answers about the whole service
are not learned from it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from note_review.evaluation.annotated import AnnotatedNote, GoldSpan
from training.notes import Example, examples

TERMS = Path(__file__).parent / "terms.tsv"
# How often a plain term is taken instead of another note's words.
PLAIN = 0.5
# How often a mark of each label gives way to another one.
SHARES = {"D": 0.6, "T": 0.2, "R": 0.2}
# How often a line is added that names a term without its being one of this patient's deficits now.
ABSENT = 0.5
ABSENCES = (
    "Denies {}.", "No {}.", "No {} noted today.", "{} resolved.", "PMH: {} in 2019, resolved.", "STG: decrease {} within 4 weeks.", "Goal: patient will have no {}.",
    "LTG: patient will demonstrate less {}.", "{} not observed.", "Without {} today.", "{}: none.", "Mother has {}.", "Next visit: reassess for {}.", "Plan to address {} next visit.",
)  # fmt: skip
Phrases = dict[tuple[str, str], list[str]]


def swapped(data: Sequence[Example], *, count: int, seed: int) -> list[Example]:
    """Return as many notes, each with some of its marks exchanged for marks of the same label and attribute."""
    dice = random.Random(seed)
    phrases: Phrases = {}
    for example in data:
        for span in example.gold.spans:
            phrases.setdefault((span.label, span.attribute), []).append(example.gold.text[span.start : span.end])
    marked = [e.gold for e in data if any(s.label == "D" for s in e.gold.spans)]
    terms = read_terms()
    return examples([_swap(dice.choice(marked), (phrases, terms), number, dice) for number in range(count)])


def read_terms() -> Phrases:
    """Return the plain terms by label and attribute."""
    terms: Phrases = {}
    for row in TERMS.read_text(encoding="utf-8").splitlines()[1:]:
        label, attribute, phrase = row.split("\t")
        terms.setdefault((label, attribute), []).append(phrase)
    return terms


def _other(kind: tuple[str, str], pools: tuple[Phrases, Phrases], dice: random.Random) -> str:
    phrases, terms = pools
    return dice.choice(terms[kind] if kind in terms and dice.random() < PLAIN else phrases[kind])


def _swap(note: AnnotatedNote, pools: tuple[Phrases, Phrases], number: int, dice: random.Random) -> AnnotatedNote:
    text, spans, done = "", [], 0
    for span in sorted(note.spans, key=lambda s: s.start):
        text += note.text[done : span.start]
        own = note.text[span.start : span.end]
        other = _other((span.label, span.attribute), pools, dice) if dice.random() < SHARES.get(span.label, 0.0) else own
        if own[:1].isupper() != other[:1].isupper() and other[1:2].islower():
            other = (other[0].upper() if own[:1].isupper() else other[0].lower()) + other[1:]
        spans.append(GoldSpan(span.label, span.attribute, len(text), len(text) + len(other)))
        text += other
        done = span.end
    text += note.text[done:]
    if dice.random() < ABSENT:
        text += "\n" + dice.choice(ABSENCES).format(
            dice.choice(dice.choice([t for (label, _), t in pools[1].items() if label == "D"]))
        )
    return AnnotatedNote(f"swapped-{number}", text, tuple(spans), note.header, "swapped")
