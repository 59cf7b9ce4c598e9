"""Trains, distils, calibrates and reports, all by one seeded command: ``python -m training.train`` (hours on two cores; of a GPU the encoder alone makes use).

``--from-corrections FOLDER`` goes on from the shipped encoder and student with annotated notes that coders corrected (the workbench exports them in the
guide's form), mixed with notes of the corpus so that nothing is forgotten, and calibrates both engines anew. The test split is never read for it.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
from pathlib import Path

from note_review.engines.loading import networks_of
from note_review.engines.network import Network
from note_review.evaluation.annotated import AnnotationError, read_corpus
from training.encoder import train
from training.exporting import export
from training.items import SEED, load_tokenizer, make_item
from training.lessons import lessons_of, means
from training.notes import examples, notes_of
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
    version = f"corrected-{len(corrected)}"
    gone_on = train(items, epochs=1, rate=ENCODER_RATE, start=encoder)
    export(gone_on, encoder, name="encoder", version=version, notes=len(items))
    heard = means(lessons_of(Network(encoder), items), lessons_of(Network(student), items))
    taught = train_student(items, [], [], heard, epochs=STUDENT_EPOCHS, rate=STUDENT_RATE, start=student)
    export(taught, student, name="student", version=version, notes=len(items), quantize=quantize_layers)


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
