"""What each part adds: ``python -m training.ablation``. Every variant is calibrated on dev like the shipped engines, scored on test, and chooses nothing.

The variants leave out a network, the network's own answers about the judged service (the words found decide alone), or its say on written lengths.
Writes README's ablation table.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from note_review.engines.base import UNSURE, Readings
from note_review.engines.encoder import EncoderEngine
from note_review.engines.loading import networks_of
from note_review.evaluation.report import tally_all
from note_review.evaluation.scores import Tally
from note_review.reading.page import Page
from training.calibrate import fitted
from training.notes import dev_examples, notes_of
from training.report import accuracy_table, write_between

Change = Callable[[Readings], Readings]
ENCODER, STUDENT = networks_of("accurate")


class Changed(EncoderEngine):
    """An engine whose readings are changed before anything is fitted to them."""

    def __init__(self, folders: Sequence[Path], change: Change) -> None:
        super().__init__(folders)
        self._change = change

    def read(self, pages: Sequence[Page]) -> list[Readings]:
        """Read pages in order."""
        return [self._change(readings) for readings in super().read(pages)]


def words_alone(readings: Readings) -> Readings:
    """Take away the answers about the judged service."""
    return replace(readings, judged=tuple(UNSURE for _ in readings.judged))


def without_lengths(readings: Readings) -> Readings:
    """Take away what the network says of written lengths."""
    return replace(readings, lengths=())


def as_read(readings: Readings) -> Readings:
    """Change nothing."""
    return readings


VARIANTS: dict[str, tuple[tuple[Path, ...], Change]] = {
    "student, words alone": ((STUDENT,), words_alone),
    "student (`fast`)": ((STUDENT,), as_read),
    "encoder, words alone": ((ENCODER,), words_alone),
    "both, words alone": ((ENCODER, STUDENT), words_alone),
    "both, grammar's lengths alone": ((ENCODER, STUDENT), without_lengths),
    "both (`accurate`)": ((ENCODER, STUDENT), as_read),
}


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    options = parser.parse_args()
    dev = dev_examples(options.corpus)
    test = [n for n in notes_of("test", options.corpus) if n.is_whole]
    columns: dict[str, Sequence[Tally]] = {}
    for name, (folders, change) in VARIANTS.items():
        columns[name] = tally_all(test, fitted(Changed(folders, change), dev))
        print(name, flush=True)
    table = accuracy_table(columns)
    write_between(Path("README.md"), "ablation", table)
    print(table)


if __name__ == "__main__":
    main()
