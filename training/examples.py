"""Writes into README what the main job prints for the shipped example: ``python -m training.examples``."""

from __future__ import annotations

from pathlib import Path

from note_review.note import Note, parse_claim
from note_review.reports import render
from note_review.reviewer import Reviewer
from training.report import write_between

EXAMPLE = Path("note_review/examples/balance-visit.txt")


def main() -> None:
    """Review the example and write its text report between README's markers."""
    note = Note(id=EXAMPLE.stem, text=EXAMPLE.read_text(encoding="utf-8"), claim=parse_claim("97112:2:GP,97110:1:GP"))
    printed = render(Reviewer().review(note), note, format="text")
    write_between(Path("README.md"), "example", f"```text\n{printed.strip()}\n```")


if __name__ == "__main__":
    main()
