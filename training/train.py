"""Trains, distils, calibrates and reports, all by one seeded command: ``python -m training.train`` (hours on two cores, minutes on a GPU).

``--from-corrections FOLDER`` goes on from the shipped encoder with annotated notes that coders corrected (the workbench exports them in the
guide's form), mixed with notes of the corpus so that nothing is forgotten, and calibrates anew. The test split is never read for it.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
from pathlib import Path

from note_review.engines.loading import folder_of
from note_review.evaluation.annotated import AnnotationError, read_corpus
from training.encoder import SEED, export, load_tokenizer, make_item, train
from training.notes import examples, notes_of

# Notes of the corpus beside each correction.
BESIDE = 6


def go_on(corrections: Path, corpus: Path, *, rate: float = 4e-5) -> None:
    """Continue the shipped encoder from corrected notes and write it back.

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
    folder = folder_of("accurate")
    model = train([make_item(e, tokenizer) for e in [*corrected, *beside]], epochs=1, rate=rate, start=folder)
    export(model, folder, name="encoder", version=f"corrected-{len(corrected)}", notes=len(corrected) + len(beside))


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
        run("training.calibrate", "accurate", "--corpus", corpus)
        return
    run("training.encoder", "--corpus", corpus)
    # A student taught by encoder and first student together reads better than one taught by the encoder alone.
    run("training.student", "--corpus", corpus, "--teachers", "models/encoder")
    run("training.student", "--corpus", corpus, "--teachers", "models/encoder", "models/student")
    for engine in ("accurate", "fast"):
        run("training.calibrate", engine, "--corpus", corpus)
    run("training.reliability", "--corpus", corpus)
    run("training.report", "--corpus", corpus)


if __name__ == "__main__":
    main()
