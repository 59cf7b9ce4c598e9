"""Entry point of ``python -m training.corpus``."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from note_review.evaluation.annotated import SEPARATOR, AnnotatedNote, AnnotationError, parse
from training.corpus.consistency import problems
from training.corpus.twins import expand


def check(paths: list[Path]) -> int:
    """Print every fault in the given files or folders; return how many."""
    faults: list[str] = []
    notes: dict[str, AnnotatedNote] = {}
    files = [f for p in paths for f in (sorted([*p.rglob("*.txt"), *p.rglob("*.twins")]) if p.is_dir() else [p])]
    for file in sorted(files, key=lambda f: f.suffix == ".twins"):
        content = file.read_text(encoding="utf-8")
        twins = file.suffix == ".twins"
        records = content.splitlines() if twins else SEPARATOR.split(content)
        for number, record in enumerate(records, 1):
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
    full = [n for n in notes.values() if "risk" in n.header]
    print(f"{len(notes)} records, {len(full)} whole notes, {len(faults)} faults")
    if full:
        for name in ("reads_as", "risk", "style"):
            print(name, dict(Counter(n.header[name] for n in full).most_common(25)))
        print("words", sorted(len(n.text.split()) for n in full))
        print("reasons", dict(Counter(r for n in full for r in n.header["reasons"])))
    return len(faults)


def main(arguments: list[str] | None = None) -> int:
    """Run the tool; the exit status is 1 where a fault was found."""
    parser = argparse.ArgumentParser(prog="python -m training.corpus", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    checker = commands.add_parser("check", help="find faults of markup and contradictions between header and marks")
    checker.add_argument("paths", nargs="+", type=Path)
    options = parser.parse_args(arguments)
    return 1 if check(options.paths) else 0


if __name__ == "__main__":
    sys.exit(main())
