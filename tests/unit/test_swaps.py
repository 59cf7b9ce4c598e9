"""Marked words exchanged between notes keep their labels, and what is not marked stays."""

from __future__ import annotations

from itertools import pairwise

from note_review.evaluation.annotated import parse
from training.notes import examples
from training.swaps import read_terms, swapped

NOTES = [
    '{"id": "x-1", "setting": "s", "style": "soap", "billed": "97112", "reads_as": "97112"}\n---\nPt has [[D:balance|impaired balance]] and [[D:strength|quad weakness]]; no LOB. [[M:97112:15|15 min]]',
    '{"id": "x-2", "setting": "s", "style": "soap", "billed": "97110", "reads_as": "97110"}\n---\n[[D:balance|Unsteady on turns]]. [[T:exercise|SLR]] 3x10 for [[D:strength|weak hips]].',
]


def test_marks_keep_their_label_and_their_words_come_from_the_same_kind() -> None:
    known = examples([parse(note) for note in NOTES])
    phrases = {kind: {t.lower() for t in terms} for kind, terms in read_terms().items()}
    for example in known:
        for span in example.gold.spans:
            phrases.setdefault((span.label, span.attribute), set()).add(example.gold.text[span.start : span.end].lower())
    made = [e.gold for e in swapped(known, count=40, seed=1)]
    texts = {example.gold.header["id"]: example.gold for example in known}
    for note in made:
        assert all(note.text[s.start : s.end].lower() in phrases[s.label, s.attribute] for s in note.spans)
        assert all(a.end <= b.start for a, b in pairwise(note.spans))
        added = [(s.label, s.attribute) for s in note.spans]
        for span in texts[note.header["id"]].spans:
            added.remove((span.label, span.attribute))
        assert all(label == "D" for label, _ in added)
    assert any(note.text not in {n.text for n in texts.values()} for note in made)
