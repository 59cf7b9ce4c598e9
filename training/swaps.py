"""Notes of the train split whose marked words are exchanged for other words of the same kind (mention replacement: Dai and Adel 2020).

The other words are marks of other notes, or the trade's plainest terms (``terms.tsv``: the project's lexicon of deficits and stock phrases of our own),
which authors of notes seldom use. A deficit learned in one clinician's sentence is so seen in many. Most notes also get a line that says plain terms
in a plain sentence, and half a line that names one and is no deficit (denied, resolved, a goal, another's), so that the words alone do not decide. Of
such text only the marks are known: codes and answers about the whole service are not learned from it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

from note_review.evaluation.annotated import AnnotatedNote, GoldSpan
from training.notes import Example, examples

TERMS = Path(__file__).parent / "terms.tsv"
# How often a mark of each label gives way to another one, and how often a plain term is taken instead of another note's words.
SHARES = {"D": 0.6, "T": 0.2, "R": 0.2}
PLAIN = 0.5
# How often a line is added that says what the patient has, and one that names what is none of the patient's deficits now.
PRESENT, ABSENT = 0.8, 0.5
PRESENCES = (
    "Patient presents with {}.", "Pt demonstrates {} and {}.", "The patient has {}.", "Patient continues to present with {} and {}.", "Deficits include {}, {} and {}.", "Limited by {}.", "Pt with {} noted.",
    "Patient exhibits {} secondary to recent surgery.", "Upon observation the patient shows {}.", "Problem list: {}, {}, {}.", "PROBLEMS:\n1. {}\n2. {}\n3. {}", "1. {}.\n2. {}.", "Impairments: {}; {}; {}", "- {}\n- {}",
    "Assessment: {} with {}.", "Pt seen for {}.", "Skilled therapy is needed for {} and {}.", "Noted {}.", "{}", "{}.", "Functional limitations: {}", "Objective: {}, {}.", "However, {} is still present.", "She still has {} due to her stroke.",
)  # fmt: skip
ABSENCES = (
    "Denies {}.", "No {}.", "No {} noted today.", "{} resolved.", "PMH: {} in 2019, resolved.", "STG: decrease {} within 4 weeks.", "Goal: patient will have no {}.",
    "LTG: patient will demonstrate less {}.", "{} not observed.", "Without {} today.", "{}: none.", "Mother has {}.", "Next visit: reassess for {}.", "Plan to address {} next visit.",
)  # fmt: skip
# Terms that are no nouns, and what they can follow.
STATES = re.compile(
    r"(?:unable|limited|dependent|able|non-ambulatory|debilitated|deconditioned|unaware|slow|unsteady)\b", re.IGNORECASE
)
ACTS = re.compile(
    r"(?:cannot|requires|needs|fatigues|falls|drops|loses|leans|looks|lacks|overshoots|touches|avoids|ambulates|trips|holds|favors|pushes|walks|sits|stands)\b"
)
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
    return examples([_swap(dice.choice(marked), phrases, terms, number, dice) for number in range(count)])


def read_terms() -> Phrases:
    """Return the plain terms by label and attribute."""
    terms: Phrases = {}
    for row in TERMS.read_text(encoding="utf-8").splitlines()[1:]:
        label, attribute, phrase = row.split("\t")
        terms.setdefault((label, attribute), []).append(phrase)
    return terms


def _swap(note: AnnotatedNote, phrases: Phrases, terms: Phrases, number: int, dice: random.Random) -> AnnotatedNote:
    text, spans, done = "", [], 0
    for span in sorted(note.spans, key=lambda s: s.start):
        text += note.text[done : span.start]
        kind, own = (span.label, span.attribute), note.text[span.start : span.end]
        other = own
        if dice.random() < SHARES.get(span.label, 0.0):
            other = _like(own, dice.choice(terms[kind] if kind in terms and dice.random() < PLAIN else phrases[kind]))
        spans.append(GoldSpan(*kind, len(text), len(text) + len(other)))
        text += other
        done = span.end
    text += note.text[done:]
    if dice.random() < PRESENT:
        line, marks = _present(terms, dice, start=len(text) + 1)
        text, spans = f"{text}\n{line}", spans + marks
    if dice.random() < ABSENT:
        text += "\n" + dice.choice(ABSENCES).format(_deficit(terms, dice)[1])
    return AnnotatedNote(f"swapped-{number}", text, tuple(spans), note.header, "swapped")


def _like(own: str, other: str) -> str:
    """Return the other words with a capital where the own ones have it; abbreviations stay."""
    if own[:1].isupper() == other[:1].isupper() or not other[1:2].islower():
        return other
    return (other[0].upper() if own[:1].isupper() else other[0].lower()) + other[1:]


def _deficit(terms: Phrases, dice: random.Random) -> tuple[str, str]:
    """Return a domain and one of its terms."""
    domain = dice.choice([attribute for label, attribute in terms if label == "D"])
    return domain, dice.choice(terms["D", domain])


def _present(terms: Phrases, dice: random.Random, *, start: int) -> tuple[str, list[GoldSpan]]:
    """Return a line that says what the patient has, and the marks of its terms where the line begins at ``start``."""
    drawn = [_deficit(terms, dice) for _ in range(3)]
    if STATES.match(drawn[0][1]):
        frame = dice.choice(("Patient is {}.", "{}"))
    elif ACTS.match(drawn[0][1]):
        frame = dice.choice(("Patient {}.", "He {} during the session.", "{}"))
    else:
        frame = dice.choice(PRESENCES)
    pieces = frame.split("{}")
    line, marks = pieces[0], []
    for (domain, term), piece in zip(drawn, pieces[1:], strict=False):
        opens = not line or line.endswith(("\n", ". ", ": ", "- "))
        words = _like("A", term) if opens and dice.random() < 0.7 else term
        marks.append(GoldSpan("D", domain, start + len(line), start + len(line) + len(words)))
        line += words + piece
    return line, marks
