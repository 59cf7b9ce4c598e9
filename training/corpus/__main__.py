"""Entry point of ``python -m training.corpus``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from note_review.evaluation.annotated import SEPARATOR, AnnotatedNote, AnnotationError, parse, read_corpus
from note_review.evaluation.consistency import problems
from training.corpus import agreement, exports, frozen, pictures, statistics, twice
from training.corpus.duplicates import near_duplicates, shared_sentences
from training.corpus.twins import expand
from training.notes import all_notes, author_of, split_of, splits_of

EXPORTS: dict[str, Callable[[Sequence[AnnotatedNote], Path], None]] = {
    "jsonl": exports.to_jsonl,
    "bio": exports.to_bio,
    "docbin": exports.to_docbin,
    "files": exports.to_files,
}


def check(paths: Sequence[Path]) -> int:
    """Print every fault in the given files or folders; return how many."""
    faults: list[str] = []
    notes: dict[str, AnnotatedNote] = {}
    files = [f for p in paths for f in (sorted([*p.rglob("*.txt"), *p.rglob("*.twins")]) if p.is_dir() else [p])]
    for file in sorted(files, key=lambda f: f.suffix == ".twins"):
        content = file.read_text(encoding="utf-8")
        twins = file.suffix == ".twins"
        for number, record in enumerate(content.splitlines() if twins else SEPARATOR.split(content), 1):
            if not record.strip():
                continue
            source = f"{file.name} {'line' if twins else 'record'} {number}"
            try:
                note = expand(record, notes, source=source) if twins else parse(record, source=source)
            except AnnotationError as error:
                faults.append(str(error))
                continue
            if note.id in notes:
                faults.append(f"{source}: id {note.id} is used twice")
            notes[note.id] = note
            faults += [f"{source} ({note.id}): {message}" for message in problems(note)]
    for fault in faults:
        print(fault)
    print(f"{len(notes)} records, {sum(n.is_whole for n in notes.values())} whole notes, {len(faults)} faults")
    return len(faults)


def leaks(corpus: Path) -> int:
    """Print near-duplicates across splits and sentences that unrelated notes share; return how many stand across splits."""
    notes, splits = all_notes(corpus), splits_of(corpus)
    across = 0
    for one, other, share in near_duplicates(notes):
        parted = split_of(author_of(one), splits) != split_of(author_of(other), splits)
        across += parted
        print(f"{one.id} and {other.id} share {share:.0%} of their word runs{' ACROSS SPLITS' if parted else ''}")
    shared = list(shared_sentences(notes))
    for mark, ids in shared:
        print(f"sentence {mark} stands in {', '.join(ids)}")
    print(
        f"{len(notes)} records: {across} near-duplicates across splits, {len(shared)} sentences of nine words or more in unrelated notes"
    )
    return across


def compare(corpus: Path, authors: Sequence[str], *, listed: bool) -> int:
    """Print the agreement of two blind annotations, or what they disagree on, and their faults; return 1 where there are any."""
    both: tuple[list[AnnotatedNote], list[AnnotatedNote]] = ([], [])
    faults: list[str] = []
    for author in authors or sorted(f.name for f in (corpus / "annotations").iterdir()):
        try:
            first, second = twice.annotated_twice(corpus, author)
        except AnnotationError as error:
            faults.append(str(error))
            continue
        if not listed:
            print("\n".join([author, *(f"  {line}" for line in agreement.report(first, second))]))
        both[0].extend(first)
        both[1].extend(second)
    print("\n".join(twice.disagreements(*both) if listed else ["all", *(f"  {line}" for line in agreement.report(*both))]))
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


def main(arguments: list[str] | None = None) -> int:
    """Run the tool; the exit status is 1 where a fault was found."""
    parser = argparse.ArgumentParser(prog="python -m training.corpus", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    checker = commands.add_parser(
        "check", help="faults of markup, contradictions of header and marks, near-duplicates across splits"
    )
    checker.add_argument("paths", nargs="+", type=Path)
    counter = commands.add_parser("stats", help="what the corpus holds")
    counter.add_argument("corpus", type=Path)
    counter.add_argument("--pictures", type=Path, default=None, help="also draw it, as SVG files in this folder")
    for name, help_text in (
        ("agreement", "how far two blind annotators agree"),
        ("disagreements", "what two blind annotators said differently"),
    ):
        double = commands.add_parser(name, help=help_text)
        double.add_argument("corpus", type=Path)
        double.add_argument("authors", nargs="*", help="all that were annotated twice, where left out")
    commands.add_parser("freeze", help="write the test split's hash anew").add_argument("corpus", type=Path)
    blind = commands.add_parser("strip", help="the notes of a folder as a blind annotator may see them")
    blind.add_argument("folder", type=Path)
    blind.add_argument("out", type=Path)
    exporter = commands.add_parser("export", help="the corpus for other tools")
    exporter.add_argument("format", choices=sorted(EXPORTS))
    exporter.add_argument("corpus", type=Path)
    exporter.add_argument("out", type=Path)
    options = parser.parse_args(arguments)
    if options.command == "check":
        whole = [p for p in options.paths if (p / "splits.json").exists()]
        return 1 if check(options.paths) + sum(leaks(p) + frozen.thawed(p) for p in whole) else 0
    if options.command == "stats":
        notes = all_notes(options.corpus)
        print("\n".join(statistics.report(notes, options.corpus)))
        if options.pictures:
            pictures.draw(notes, options.corpus, options.pictures)
    elif options.command in {"agreement", "disagreements"}:
        return compare(options.corpus, options.authors, listed=options.command == "disagreements")
    elif options.command == "freeze":
        frozen.freeze(options.corpus)
    elif options.command == "strip":
        twice.strip(read_corpus(options.folder), options.out)
    else:
        EXPORTS[options.format](all_notes(options.corpus), options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
