"""Marked words exchanged between notes keep their labels, what is not marked stays, and sentences put in bring their own marks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

from note_review.encounter import DOMAINS, FAMILIES
from note_review.evaluation.annotated import AnnotatedNote, parse, strip_marks
from training.notes import Example, examples
from training.sentences import Sentences, is_whole, read_bank
from training.swaps import read_terms, swapped, told_in

KINDS = {"D": DOMAINS, "T": FAMILIES, "R": ("generic", "measured")}
NOTES = [
    '{"id": "x-1", "setting": "s", "style": "soap", "billed": "97112", "reads_as": "97112"}\n---\nPt has [[D:balance|impaired balance]] and [[D:strength|quad weakness]]; no LOB. [[M:97112:15|15 min]]',
    '{"id": "x-2", "setting": "s", "style": "soap", "billed": "97110", "reads_as": "97110"}\n---\n[[D:balance|Unsteady on turns]]. [[T:exercise|SLR]] 3x10 for [[D:strength|weak hips]].',
]


def deficits() -> dict[str, list[str]]:
    return {domain: terms for (label, domain), terms in read_terms().items() if label == "D"}


def made_of(known: Sequence[Example], *, count: int, seed: int) -> list[AnnotatedNote]:
    return [example.gold for example in swapped(known, count=count, seed=seed)]


def test_marks_keep_their_label_and_their_words_come_from_the_same_kind() -> None:
    known = examples([parse(note) for note in NOTES])
    phrases = {kind: {t.lower() for t in terms} for kind, terms in read_terms().items()}
    for example in known:
        for span in example.gold.spans:
            phrases.setdefault((span.label, span.attribute), set()).add(example.gold.text[span.start : span.end].lower())
    texts = {example.gold.header["id"]: example.gold for example in known}
    made = [note for note in made_of(known, count=50, seed=1) if note.header["id"] in texts]
    for note in made:
        assert all(a.end <= b.start for a, b in pairwise(note.spans))
        added = [(s.label, s.attribute) for s in note.spans]
        for span in texts[note.header["id"]].spans:
            added.remove((span.label, span.attribute))
            assert any(
                (s.label, s.attribute) == (span.label, span.attribute)
                and note.text[s.start : s.end].lower() in phrases[span.label, span.attribute]
                for s in note.spans
            )
        assert all(label in "DTR" for label, _ in added)
    assert any(note.text not in {n.text for n in texts.values()} for note in made)


def test_only_whole_sentences_that_tell_deficits_alone_are_taken_from_other_notes() -> None:
    header = '{"id": "x-4", "setting": "s", "style": "soap", "billed": "97112", "reads_as": "97112"}\n---\n'
    told = "Gait is [[D:movement|slow]] and [[D:balance|unsteady on turns]]."
    others = (
        "Sits well. Did [[T:exercise|SLR]] for [[D:strength|weak hips]]. [[R:generic|Tolerated well]]. Strength: [[D:strength|grip is weak]]. "
        f"[[D:strength|Weak {'very ' * 60}hips]]. [[D:strength|Weak grip]]"
    )
    assert list(told_in(parse(f"{header}Seen today. {told} {others}"))) == [told]


def test_sentences_stand_between_others_and_their_marks_move_along() -> None:
    header = '{"id": "x-3", "setting": "s", "style": "soap", "billed": "97112", "reads_as": "97112"}\n---\n'
    told = parse(f"{header}Has [[D:balance|impaired balance]]. Sits well. Took [[M:97112:15|15 min]]. Went home.")
    made = [note for note in made_of(examples([told]), count=75, seed=2) if note.header["id"] == "x-3"]
    between = {n.id for n in made for s in n.spans_of("D") if n.text.index("Sits well.") < s.start < n.text.index("Went home.")}
    assert 0 < len(between) < len(made)
    assert {n.text[s.start : s.end] for n in made for s in n.spans_of("M")} == {"15 min"}


def test_some_notes_are_sentences_alone() -> None:
    known = examples([parse(note) for note in NOTES])
    pages = [note for note in made_of(known, count=50, seed=4) if note.header["id"].startswith("swapped")]
    assert len(pages) == 10
    assert all(note.spans and "{" not in note.text for note in pages)
    assert all(a.end <= b.start for note in pages for a, b in pairwise(sorted(note.spans, key=lambda s: s.start)))


def test_every_line_of_the_bank_has_marks_of_the_guide_and_its_place() -> None:
    rows = read_bank()
    for where, sentence in rows:
        text, marks = strip_marks(sentence)
        assert all(mark.attribute in KINDS[mark.label] for mark in marks)
        assert where == ("anywhere" if is_whole(text) else "end")
        assert "\\n" not in text
    assert {"end", "anywhere"} == {where for where, _ in rows}
    assert not is_whole("weak hips.")
    assert not is_whole("Weak hips")
    assert not is_whole("Gait: slow.")
    assert not is_whole("Slow.\nWeak.")


def test_sentences_come_from_templates_bank_and_other_notes() -> None:
    told = "Gait is [[D:movement|slow]]."
    sentences, rng, bank = Sentences(deficits(), [told]), random.Random(6), {sentence for _, sentence in read_bank()}
    drawn = [sentences.present(rng)[1] for _ in range(200)]
    assert 20 < drawn.count(told) < 80
    assert 70 < sum(sentence in bank for sentence in drawn) < 130


def test_every_sentence_is_filled_and_says_what_its_list_promises() -> None:
    sentences, rng = Sentences(deficits()), random.Random(3)
    for _ in range(600):
        where, present = sentences.present(rng)
        text, marks = strip_marks(present)
        assert where in {"anywhere", "end"}
        assert marks
        assert all(m.attribute in KINDS[m.label] and text[m.start : m.end].strip() for m in marks)
        _, absent = sentences.absent(rng)
        assert strip_marks(absent) == (absent, ())
        assert "{" not in text + absent
