"""How engines read styles and settings that they never saw: ``python -m training.left_out``.

The styles of the corpus (and, apart from them, its settings) are put into families, and the families into ``FOLDS`` folds of about as many notes. For each fold a student
of gold alone is trained without any note of its families, calibrated on the dev notes of the others, and scored on the fold's test notes; beside it
stands a student that saw them, trained and scored the same way. Both read whole notes only, for few epochs, so their figures compare with one another only.
Writes README's table of what is out of style; chooses nothing.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from note_review.evaluation.annotated import AnnotatedNote
from note_review.evaluation.report import tally_all
from note_review.evaluation.scores import Tally, by_group, scores
from training.data_ablation import reviewer_of
from training.notes import Example, dev_examples, examples, split_notes
from training.report import HEADLINES, ROWS, write_between

FOLDS = 4
# Families by the words of a style or setting, the first that fits.
STYLES = {
    "dictated": r"dictat|transcript|asr", "grid and log": r"table|grid|flowsheet|log|code_headed", "phrase bank and form": r"emr|phrase|template|default|form|copied|boilerplate|ai_scribe|printout",
    "SOAP and DAP": r"soap|dap\b", "telegraphic": r"telegraph|abbrev|one_liner|fragment|caps|bullet", "damaged or bilingual": r"ocr|biling",
    "evaluation, report, letter": r"eval|report|discharge|letter|consult|summary|rounds", "prose": r"narrative|prose",
}  # fmt: skip
SETTINGS = {
    "no therapist's": r"physician|nursing|chiro|imaging", "SNF": r"\bsnf\b|skilled", "home health": r"home", "children and school": r"p(?:a)?ediatric|school|early",
    "hospital": r"acute|inpatient|hospital", "hand and OT": r"hand|\bOT\b", "pelvic, oncology, amputee": r"pelvic|oncolog|amputee|lymph", "sport and work": r"sports|industrial|work",
    "neuro, vestibular, falls": r"neuro|vestib|stroke|geriatric|fall|concussion|parkinson", "outpatient ortho": r"ortho|spine|joint|surgical|outpatient|jaw",
}  # fmt: skip
Family = Callable[[AnnotatedNote], str]


def family_of(key: str, families: Mapping[str, str]) -> Family:
    """Return what tells a note's family by its style or setting; what fits none is "other"."""
    patterns = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in families.items()}
    return lambda note: next((name for name, pattern in patterns.items() if pattern.search(str(note.header[key]))), "other")


def folds_of(notes: Sequence[AnnotatedNote], family: Family) -> list[set[str]]:
    """Put the families into folds of about as many notes, the greatest first, each into the fold with the fewest."""
    sizes = Counter(family(note) for note in notes)
    folds: list[set[str]] = [set() for _ in range(FOLDS)]
    for name, _ in sizes.most_common():
        min(folds, key=lambda fold: sum(sizes[n] for n in fold)).add(name)
    return [fold for fold in folds if fold]


def out_of(
    train: Sequence[AnnotatedNote], dev: Sequence[Example], test: Sequence[AnnotatedNote], family: Family, *, epochs: int
) -> dict[str, list[Tally]]:
    """Return, for each family, the tallies of its test notes by a student that saw none of the family."""
    found: dict[str, list[Tally]] = {}
    for fold in folds_of(train, family):
        kept = [n for n in train if family(n) not in fold]
        reviewer = reviewer_of(examples(kept), [e for e in dev if family(e.gold) not in fold], epochs=epochs)
        own = [n for n in test if family(n) in fold]
        found |= by_group(own, tally_all(own, reviewer), family)
        print(f"without {', '.join(sorted(fold))}: {len(kept)} notes", flush=True)
    return found


def table(seen: Mapping[str, Sequence[Tally]], unseen: Mapping[str, Sequence[Tally]]) -> list[str]:
    """Return a row a family: each score by a student that never saw it, and how far that is from one that did, in points."""
    rows = []
    for name, own in sorted(unseen.items(), key=lambda group: -len(group[1])):
        there, here = scores(own), scores(seen[name])
        cells = [f"{there[key]:.2f} ({100 * (there[key] - here[key]):+.0f})" for key in HEADLINES]
        rows.append(f"| {name} | {len(own)} | " + " | ".join(cells) + " |")
    return rows


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    parser.add_argument("--epochs", type=int, default=5)
    options = parser.parse_args()
    splits = split_notes(options.corpus)
    train, test = ([n for n in splits[name] if n.is_whole] for name in ("train", "test"))
    dev = dev_examples(options.corpus)
    knowing = tally_all(test, reviewer_of(examples(train), dev, epochs=options.epochs))
    rows = [
        f"| family | test records | {' | '.join(ROWS[key] for key in HEADLINES)} |",
        "| --- |" + " --- |" * (1 + len(HEADLINES)),
    ]
    for title, family in (("style", family_of("style", STYLES)), ("setting", family_of("setting", SETTINGS))):
        unseen = out_of(train, dev, test, family, epochs=options.epochs)
        seen = by_group(test, knowing, family)
        rows += [row.replace("| ", f"| {title}: ", 1) for row in table(seen, unseen)]
        rows.append(table({f"all {title}s": knowing}, {f"all {title}s": [t for own in unseen.values() for t in own]})[0])
    print("\n".join(rows))
    write_between(Path("README.md"), "left-out", "\n".join(rows))


if __name__ == "__main__":
    main()
