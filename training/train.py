"""Trains, distils, calibrates and reports, all by one seeded command: ``python -m training.train`` (hours on two cores; of a GPU the encoder alone makes use).

``--from-corrections FOLDER`` goes on from the shipped encoder and student with annotated notes that coders corrected (the workbench exports them in the
guide's form), mixed with notes of the corpus so that nothing is forgotten, and calibrates both engines anew. The test split is never read for it.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from note_review.engines.loading import networks_of
from note_review.engines.network import Network
from note_review.evaluation.annotated import AnnotatedNote, AnnotationError, read_corpus, render
from training.encoder import train
from training.exporting import export, version_in
from training.items import SEED, load_tokenizer, make_item
from training.notes import examples, notes_of
from training.soft_targets import means, soft_targets_of
from training.student import quantize_layers
from training.student import train as train_student

# Notes of the corpus beside each correction, and how far the networks go on.
BESIDE = 6
ENCODER_RATE, STUDENT_RATE, STUDENT_EPOCHS = 4e-5, 5e-4, 2


def go_on(corrections: Path, corpus: Path) -> None:
    """Continue the shipped networks from corrected notes and write them back: the encoder, then the student, taught by both as they stand then.

    Raises
    ------
    SystemExit
        No annotated note can be read there.
    """
    try:
        corrected = examples(list(read_corpus(corrections)))
    except (AnnotationError, OSError) as error:
        raise SystemExit(f"{corrections.name}: {error if isinstance(error, AnnotationError) else 'cannot be read'}") from None
    if not corrected:
        raise SystemExit(f"{corrections.name}: no annotated note")
    known = examples(notes_of("train", corpus))
    beside = random.Random(SEED).sample(known, min(len(known), BESIDE * len(corrected)))
    tokenizer = load_tokenizer()
    items = [make_item(e, tokenizer) for e in [*corrected, *beside]]
    encoder, student = networks_of("accurate")
    notes = [example.gold for example in corrected]
    gone_on = train(items, epochs=1, rate=ENCODER_RATE, start=encoder)
    export(gone_on, encoder, name="encoder", version=corrected_version(encoder, notes), notes=len(items))
    soft_targets = means(soft_targets_of(Network(encoder), items), soft_targets_of(Network(student), items))
    taught = train_student(items, [], [], soft_targets, epochs=STUDENT_EPOCHS, rate=STUDENT_RATE, start=student)
    export(taught, student, name="student", version=corrected_version(student, notes), notes=len(items), quantize=quantize_layers)


def corrected_version(folder: Path, corrections: Sequence[AnnotatedNote]) -> str:
    """Return the version of a network that went on from corrections: its number, and a digest of the version it went on from and of their ids, texts and marks.

    Other corrections, and the same ones a second time, so give another version.
    """
    standing = version_in(folder)
    records = "\n".join([standing, *sorted(map(render, corrections))])
    return f"{standing.split('-')[0]}-corrected-{sha256(records.encode()).hexdigest()[:12]}"


def calibrate(corpus: str) -> None:
    """Calibrate both engines."""
    for engine in ("accurate", "fast"):
        run("training.calibrate", engine, "--corpus", corpus)


def run(*command: str) -> None:
    """Run another step of the training as its own process."""
    subprocess.run([sys.executable, "-m", *command], check=True)


def main() -> None:
    """Run the whole chain."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    parser.add_argument("--from-corrections", type=Path, default=None, metavar="FOLDER")
    options = parser.parse_args()
    corpus = str(options.corpus)
    if options.from_corrections:
        go_on(options.from_corrections, options.corpus)
        calibrate(corpus)
        return
    run("training.encoder", "--corpus", corpus)
    run("training.student", "--corpus", corpus)
    calibrate(corpus)
    run("training.reliability", "--corpus", corpus)
    run("training.report", "--corpus", corpus)


if __name__ == "__main__":
    main()
