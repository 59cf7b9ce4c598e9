"""The corpus in pictures: one SVG of bars for each thing that is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from note_review.evaluation.annotated import REASONS, AnnotatedNote
from note_review.reports.audit.svg import BLUE, SOFT, Drawing, clip
from training.notes import author_of, split_of, splits_of

WIDTH, LEFT, STEP = 640.0, 200.0, 20.0
LENGTHS = (0, 50, 100, 150, 200, 300, 400, 600, 900)


def draw(notes: Sequence[AnnotatedNote], corpus: Path, out: Path) -> list[Path]:
    """Write the pictures to a folder and return their files."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, counts in counted(notes, corpus).items():
        path = out / f"{name}.svg"
        path.write_text(bars(name.replace("_", " "), counts), encoding="utf-8")
        written.append(path)
    return written


def counted(notes: Sequence[AnnotatedNote], corpus: Path) -> dict[str, list[tuple[str, int]]]:
    """Return what is shown: for each picture its bars, whole notes only unless the name says otherwise."""
    splits = splits_of(corpus)
    whole = [n for n in notes if n.is_whole]
    own = [n for n in whole if not n.is_twin]
    reasons = Counter(r for n in whole for r in n.header["reasons"])
    long = Counter(max(x for x in LENGTHS if len(n.text.split()) >= x) for n in own)
    return {
        "split": Counter(split_of(author_of(n), splits) for n in own).most_common(),
        "reads_as": Counter(n.header["reads_as"] for n in own).most_common(),
        "risk": Counter(n.header["risk"] for n in own).most_common(),
        "reasons_with_twins": sorted(((r, reasons[r]) for r in REASONS), key=lambda row: -row[1]),
        "style": Counter(n.header["style"] for n in own).most_common(40),
        "setting": Counter(n.header["setting"] for n in own).most_common(40),
        "words_in_a_note": [(f"{x} or more", long[x]) for x in LENGTHS],
        "services_in_a_visit": sorted(Counter(str(len(n.header["services"])) for n in own).items()),
    }


def bars(title: str, counts: Sequence[tuple[str, int]]) -> str:
    """Return horizontal bars with their numbers, as one SVG."""
    most = max((count for _, count in counts), default=1) or 1
    drawing = Drawing(WIDTH, 34 + STEP * len(counts), f"{title}: " + ", ".join(f"{name} {count}" for name, count in counts))
    drawing.rect(0, 0, WIDTH, 34 + STEP * len(counts), "#ffffff")
    drawing.text(0, 15, title, size=14, bold=True)
    for number, (name, count) in enumerate(counts):
        y = 28 + STEP * number
        drawing.text(LEFT - 8, y + 11, clip(name, 30), size=12, anchor="end")
        drawing.rect(LEFT, y, (WIDTH - LEFT - 60) * count / most, 14, BLUE, radius=2)
        drawing.text(LEFT + (WIDTH - LEFT - 60) * count / most + 6, y + 11, count, size=12, colour=SOFT)
    return str(drawing.done()) + "\n"
