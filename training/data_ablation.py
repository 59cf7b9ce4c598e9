"""What more notes bring, and what simpler readers reach: ``python -m training.data_ablation``. Calibrated on dev and scored on test.

Simpler readers of all whole notes with their twins: phrases looked up (:mod:`training.dictionary`), a linear reading of five word pieces, and the student's
convolutions over word vectors from random weights. Then students of a part of the notes: an eighth, a quarter, a half and all of them (drawn by seed), all
without twins, with short entries, and with exchanged marks besides.

Every network reads as many word pieces in all, a small part of the notes more often, so that what differs is the notes and not the length of training. They
read fewer than the shipped student and have no teacher, so their figures compare with one another only. Writes README's table of notes; chooses nothing.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn

from note_review.evaluation.annotated import AnnotatedNote
from note_review.evaluation.report import tally_all
from note_review.evaluation.scores import Tally
from note_review.reviewer import Reviewer
from training.calibrate import fitted
from training.dictionary import Dictionary
from training.exporting import exported_engine
from training.items import SEED, Item, exchanged_items, load_tokenizer, make_item
from training.notes import Example, dev_examples, examples, split_notes
from training.report import accuracy_table, write_between
from training.student import Convolutions, Window, quantize_layers, train

Body = Callable[[Tensor], nn.Module]
Part = Callable[[Sequence[AnnotatedNote]], Sequence[AnnotatedNote]]


def whole_notes(notes: Sequence[AnnotatedNote], *, of: int = 1) -> list[AnnotatedNote]:
    """Return the notes and twins that are no short entries, or one of so many, drawn by seed."""
    whole = [n for n in notes if n.is_whole]
    return random.Random(SEED).sample(whole, len(whole) // of)


PARTS: dict[str, tuple[Part, int]] = {
    "1/8": (partial(whole_notes, of=8), 0),
    "1/4": (partial(whole_notes, of=4), 0),
    "1/2": (partial(whole_notes, of=2), 0),
    "all": (whole_notes, 0),
    "all without twins": (lambda notes: [n for n in whole_notes(notes) if not n.is_twin], 0),
    "all and short entries": (lambda notes: notes, 0),
    "all and exchanged marks": (whole_notes, 2000),
}


def from_random_words(pretrained: Tensor) -> Convolutions:
    """Return the student's body over words that no one has read before."""
    return Convolutions(torch.randn_like(pretrained))


BODIES: dict[str, Body] = {"linear reading": Window, "words from random weights": from_random_words}


def reviewer_of(
    data: Sequence[Example], dev: Sequence[Example], *, exchanged: int = 0, epochs: int, body: Body = Convolutions
) -> Reviewer:
    """Train a student of gold alone and return a reviewer with it, fitted on dev."""
    model = train(*items_of(data, exchanged=exchanged), [], epochs=epochs, body=body)
    return fitted(exported_engine(model, name="student", notes=len(data), quantize=quantize_layers), dev)


def items_of(data: Sequence[Example], *, exchanged: int) -> tuple[list[Item], list[Item], list[Item]]:
    """Return what a student reads: gold, no silver, and gold with exchanged marks."""
    tokenizer = load_tokenizer()
    return [make_item(e, tokenizer) for e in data], [], exchanged_items(data, tokenizer, count=exchanged)


def pieces_of(data: Sequence[Example], *, exchanged: int = 0) -> int:
    """Return the word pieces of an epoch."""
    return sum(len(item.ids) for items in items_of(data, exchanged=exchanged) for item in items)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    parser.add_argument("--epochs", type=int, default=8, help="over all whole notes; a part is read more often")
    options = parser.parse_args()
    splits = split_notes(options.corpus)
    notes, test = splits["train"], [n for n in splits["test"] if n.is_whole]
    dev = dev_examples(options.corpus)
    columns: dict[str, Sequence[Tally]] = {}
    whole = examples(whole_notes(notes))
    pieces = options.epochs * pieces_of(whole)
    readers: dict[str, Callable[[], Reviewer]] = {"phrases looked up": lambda: fitted(Dictionary(whole), dev)}
    readers |= {name: partial(reviewer_of, whole, dev, epochs=options.epochs, body=body) for name, body in BODIES.items()}
    for name, (part, exchanged) in PARTS.items():
        data = examples(part(notes))
        epochs = round(pieces / pieces_of(data, exchanged=exchanged))
        readers[f"{name} ({len(data):,})"] = partial(reviewer_of, data, dev, exchanged=exchanged, epochs=epochs)
    for name, read in readers.items():
        columns[name] = tally_all(test, read())
        table = accuracy_table(columns)
        write_between(Path("README.md"), "notes", table)
        print(table, flush=True)


if __name__ == "__main__":
    main()
