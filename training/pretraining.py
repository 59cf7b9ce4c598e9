"""What the pretrained weights are worth to the encoder: ``python -m training.pretraining``. Two encoders of gold alone, calibrated on dev and scored on test.

Both learn from the same part of the whole notes, for few epochs and in the same order; one begins from the pretrained weights, the other from random ones.
About half an hour each on one core; their figures compare with one another only. Writes README's table of encoders; chooses nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from note_review.evaluation.report import tally_all
from note_review.evaluation.scores import Tally
from training.calibrate import fitted
from training.data_ablation import whole_notes
from training.encoder import train
from training.exporting import exported_engine
from training.items import load_tokenizer, make_item
from training.notes import dev_examples, examples, split_notes
from training.report import accuracy_table, write_between

NAMES = {True: "encoder from pretrained weights", False: "encoder from random weights"}


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--of", type=int, default=4, help="one of so many whole notes")
    options = parser.parse_args()
    splits = split_notes(options.corpus)
    data = examples(whole_notes(splits["train"], of=options.of))
    dev = dev_examples(options.corpus)
    test = [n for n in splits["test"] if n.is_whole]
    tokenizer = load_tokenizer()
    items = [make_item(e, tokenizer) for e in data]
    columns: dict[str, Sequence[Tally]] = {}
    for pretrained, name in NAMES.items():
        model = train(items, epochs=options.epochs, pretrained=pretrained)
        engine = exported_engine(model, name="encoder", notes=len(data))
        columns[f"{name} ({len(data):,})"] = tally_all(test, fitted(engine, dev))
    table = accuracy_table(columns)
    write_between(Path("README.md"), "encoders", table)
    print(table)


if __name__ == "__main__":
    main()
