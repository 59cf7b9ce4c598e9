"""What the corpus holds: counts by split, code, risk, reason, style, setting, length and spans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from note_review.evaluation.annotated import REASONS, AnnotatedNote
from training.notes import author_of, split_of, splits_of


def report(notes: Sequence[AnnotatedNote], corpus: Path) -> Iterator[str]:
    """Yield the lines of the statistics, as Markdown."""
    splits = splits_of(corpus)
    whole = [n for n in notes if n.is_whole]
    own = [n for n in whole if not n.is_twin]
    yield f"{len(own)} whole notes, {len(whole) - len(own)} twins, {len(notes) - len(whole)} short entries by {len({author_of(n) for n in notes})} authors"
    lengths = sorted(len(n.text.split()) for n in own)
    yield f"words a note: {lengths[0]}-{lengths[-1]}, median {lengths[len(lengths) // 2]}; over 400: {sum(x > 400 for x in lengths)}"
    several = sum(len(n.header["services"]) > 1 for n in own)
    yield f"visits with two or more services: {several}; without a rendered service or therapy: {sum(n.header['reads_as'] in {'other', 'undetermined'} for n in own)}"
    claimed = [n for n in own if n.header["claim"]]
    mismatched = sum(
        any(s["billed"] and s["reads_as"] not in {s["billed"], "other"} for s in n.header["services"]) for n in claimed
    )
    yield f"claimed: {len(claimed)}; with a service that reads as another code than billed: {mismatched}"
    for name in ("reads_as", "risk"):
        yield from _table(name, Counter(n.header[name] for n in own))
    yield from _table("split", Counter(split_of(author_of(n), splits) for n in own))
    reasons = Counter(r for n in whole for r in n.header["reasons"])
    yield from _table("reason (twins counted)", Counter({name: reasons[name] for name in REASONS}))
    yield from _table("style", Counter(n.header["style"] for n in own), most=60)
    yield from _table("setting", Counter(n.header["setting"] for n in own), most=60)
    for label in "DTRM":
        kinds = Counter(s.attribute.split(":")[0] for n in notes for s in n.spans_of(label))
        yield from _table(f"{label} marks", kinds, most=20)


def _table(title: str, counts: Counter[str], *, most: int = 30) -> Iterator[str]:
    yield ""
    yield f"| {title} | count |"
    yield "| --- | --- |"
    for name, count in counts.most_common(most):
        yield f"| {name} | {count} |"
