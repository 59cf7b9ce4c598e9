"""Data augmentation: train notes whose marked words are replaced by other words of the same kind (mention replacement: Dai and Adel 2020).

The replacements are marks of other notes, or the trade's plainest terms, which authors of notes seldom use (``terms.tsv``: the project's lexicon of deficits
and stock phrases of our own). So each deficit is seen in the sentences of many clinicians.

Between the note's own sentences others are inserted. Those of :mod:`training.sentences` say plainly what a patient has or how the patient responded, or use
the same words without meaning that, so that the words alone do not decide. Sentences of other notes, with their marks, keep the kind of paper from deciding.
One note in five consists of such sentences alone.

Only marks are learned from this text: nobody knows its codes, or the answers about its services.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from note_review.evaluation.annotated import AnnotatedNote, GoldSpan, strip_marks, with_marks
from training.notes import Example, examples
from training.sentences import Sentences, is_whole

TERMS = Path(__file__).parent / "terms.tsv"
# How often a mark of each label gives way to another one, and how often a plain term is taken instead of another note's words.
SHARES = {"D": 0.6, "T": 0.2, "R": 0.2}
PLAIN = 0.5
# How many sentences with a mark are put in, and how many without one.
PRESENT, ABSENT = (0, 1, 2, 3, 4, 5), (0, 1, 2, 3)
# One note in so many is made of such sentences alone, so many with a mark and so many without.
PAGE, PAGE_PRESENT, PAGE_ABSENT = 5, (2, 3, 4, 5, 6), (1, 2, 3, 4)
# The longest sentence of another note that is put in, in characters.
LONGEST = 240
# Where a sentence may be put in: after another one, or between lines.
_BREAK = re.compile(r"(?<=[a-z\d)][.;]) (?=[A-Z])|\n")
Phrases = dict[tuple[str, str], list[str]]


def swapped(data: Sequence[Example], *, count: int, seed: int) -> list[Example]:
    """Return as many notes: each with some of its marks exchanged for marks of the same label and attribute, or of drawn sentences alone."""
    rng = random.Random(seed)
    phrases: Phrases = {}
    for example in data:
        for span in example.gold.spans:
            phrases.setdefault((span.label, span.attribute), []).append(example.gold.text[span.start : span.end])
    marked = [e.gold for e in data if any(s.label == "D" for s in e.gold.spans)]
    terms = read_terms()
    deficits = {domain: of_kind for (label, domain), of_kind in terms.items() if label == "D"}
    sentences = Sentences(deficits, [sentence for note in marked for sentence in told_in(note)])
    return examples(
        [
            _swap(rng.choice(marked), phrases, terms, sentences, number, rng) if number % PAGE else _page(sentences, number, rng)
            for number in range(count)
        ]
    )


def told_in(note: AnnotatedNote) -> Iterator[str]:
    """Yield a note's whole sentences, with their marks, that tell deficits and nothing else: what a response is hangs on what stands before it."""
    breaks = [m for m in _BREAK.finditer(note.text) if not any(s.start < m.end() and m.start() < s.end for s in note.spans)]
    starts, ends = [0, *(m.end() for m in breaks)], [*(m.start() for m in breaks), len(note.text)]
    for start, end in zip(starts, ends, strict=True):
        words = note.text[start:end]
        own = tuple(replace(s, start=s.start - start, end=s.end - start) for s in note.spans if start <= s.start < end)
        if own and all(s.label == "D" for s in own) and is_whole(words) and len(words) <= LONGEST:
            yield with_marks(words, own)


def read_terms() -> Phrases:
    """Return the plain terms by label and attribute."""
    terms: Phrases = {}
    for row in TERMS.read_text(encoding="utf-8").splitlines()[1:]:
        label, attribute, phrase = row.split("\t")
        terms.setdefault((label, attribute), []).append(phrase)
    return terms


def _swap(
    note: AnnotatedNote, phrases: Phrases, terms: Phrases, sentences: Sentences, number: int, rng: random.Random
) -> AnnotatedNote:
    text, spans, done = "", [], 0
    for span in sorted(note.spans, key=lambda s: s.start):
        text += note.text[done : span.start]
        kind, own = (span.label, span.attribute), note.text[span.start : span.end]
        other = own
        if rng.random() < SHARES.get(span.label, 0.0):
            other = _like(own, rng.choice(terms[kind] if kind in terms and rng.random() < PLAIN else phrases[kind]))
        spans.append(GoldSpan(*kind, len(text), len(text) + len(other)))
        text += other
        done = span.end
    text += note.text[done:]
    drawn = [sentences.present(rng) for _ in range(rng.choice(PRESENT))]
    drawn += [sentences.absent(rng) for _ in range(rng.choice(ABSENT))]
    rng.shuffle(drawn)
    for where, sentence in drawn:
        text, spans = _put_in(text, spans, sentence, rng if where == "anywhere" else None)
    return AnnotatedNote(f"swapped-{number}", text, tuple(spans), note.header, "swapped")


def _page(sentences: Sentences, number: int, rng: random.Random) -> AnnotatedNote:
    """Return a note of drawn sentences, those that are whole run on in one paragraph or each on its line."""
    drawn = [sentences.present(rng) for _ in range(rng.choice(PAGE_PRESENT))]
    drawn += [sentences.absent(rng) for _ in range(rng.choice(PAGE_ABSENT))]
    rng.shuffle(drawn)
    glue = rng.choice((" ", "\n"))
    whole = glue.join(sentence for where, sentence in drawn if where == "anywhere")
    text, marks = strip_marks("\n".join([whole, *(sentence for where, sentence in drawn if where == "end")]).strip())
    header = {"id": f"swapped-{number}", "billed": None, "reads_as": "undetermined"}
    return AnnotatedNote(f"swapped-{number}", text, marks, header, "swapped")


def _put_in(text: str, spans: Sequence[GoldSpan], sentence: str, rng: random.Random | None) -> tuple[str, list[GoldSpan]]:
    """Return a text with a sentence between two others, or as its last line, and the marks of both."""
    words, marks = strip_marks(sentence)
    breaks = [m for m in _BREAK.finditer(text) if not any(s.start < m.end() and m.start() < s.end for s in spans)]
    if rng is None or not breaks:
        place, added, first = len(text), f"\n{words}", len(text) + 1
    else:
        gap = rng.choice(breaks)
        place, added, first = gap.start(), f"{gap[0]}{words}", gap.end()
    moved = [replace(s, start=s.start + len(added), end=s.end + len(added)) if s.start >= place else s for s in spans]
    own = [replace(s, start=s.start + first, end=s.end + first) for s in marks]
    return text[:place] + added + text[place:], sorted([*moved, *own], key=lambda s: s.start)


def _like(own: str, other: str) -> str:
    """Return the other words with a capital where the own ones have it; abbreviations stay."""
    if own[:1].isupper() == other[:1].isupper() or not other[1:2].islower():
        return other
    return (other[0].upper() if own[:1].isupper() else other[0].lower()) + other[1:]
