"""``note-review evaluate``: reviews every annotated note of a corpus and prints the scores."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from note_review.errors import InputError
from note_review.evaluation.annotated import AnnotatedNote, AnnotationError, as_note, read_corpus
from note_review.evaluation.scores import Tally, by_group, intervals, scores, tally
from note_review.reviewer import Reviewer

HEADLINES = (
    "code_macro_f1_three", "service_code_accuracy", "risk_macro_f1", "missing_f1", "deficits_token_f1", "techniques_token_f1", "responses_token_f1", "minutes_scope_recall",
)  # fmt: skip


def evaluate(corpus: Path, reviewer: Reviewer, *, errors: bool = False, groups: Sequence[str] = ("setting",)) -> Iterator[str]:
    """Yield the lines of the report.

    Raises
    ------
    InputError
        The corpus holds no whole annotated note, or one that cannot be read.
    """
    try:
        notes = [note for note in read_corpus(corpus) if note.is_whole]
    except (AnnotationError, OSError) as error:
        raise InputError(str(error) if isinstance(error, AnnotationError) else "cannot be read", source=str(corpus)) from None
    if not notes:
        raise InputError("no annotated note with a full header", source=str(corpus))
    tallies = tally_all(notes, reviewer)
    if errors:
        for note, one in zip(notes, tallies, strict=True):
            yield f"{note.id}: code {'/'.join(one.code)} risk {'/'.join(one.level)}"
            yield from (f"  {fault}" for fault in one.faults)
    spread = intervals(tallies)
    for name, value in scores(tallies).items():
        low, high = spread.get(name, (value, value))
        yield f"{name} {int(value)}" if name == "notes" else f"{name} {value:.4f} [{low:.4f}, {high:.4f}]"
    for group in groups:
        yield ""
        yield f"by {group}: notes {' '.join(HEADLINES)}"
        for key, members in by_group(notes, tallies, lambda n, g=group: str(n.header.get(g, "?"))).items():  # type: ignore[misc]
            part = scores(members)
            yield f"{key}: {len(members)} " + " ".join(f"{part[name]:.2f}" for name in HEADLINES)


def tally_all(notes: Sequence[AnnotatedNote], reviewer: Reviewer) -> list[Tally]:
    """Review annotated notes with the claims of their headers and compare."""
    reviews = reviewer.pipe(map(as_note, notes))
    return [tally(note, json.loads(review.as_json())) for note, review in zip(notes, reviews, strict=True)]
