"""Everything in a note that could be a length of treatment, for a model to say what it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from note_review.encounter import Minutes
from note_review.note import Span
from note_review.reading.figures import bare_figures
from note_review.reading.marks import Marks
from note_review.reading.times import Time


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """What could be a length of treatment: where, how many minutes, and whether it is a bare figure that grammar did not take for one."""

    span: Span
    value: int
    bare: bool


def find_candidates(
    text: str, times: Iterable[Time], minutes: Sequence[Minutes], not_given: Iterable[Span] = ()
) -> list[Candidate]:
    """Return every written length of a note, what grammar took for one, and the bare figures beside them, in text order.

    What the words beside it say was ``not_given`` (planned, rested, late) is none: grammar has settled it.
    """
    closed = set(not_given)
    known = {m.span: m.value for m in minutes}
    marks = Marks(len(text), known)
    known |= {t.span: t.value for t in times if t.value and t.span not in closed and marks.free(*t.span)}
    for span in (*known, *closed):
        marks.take(*span)
    bare = [Candidate(span, value, bare=True) for span, value in bare_figures(text) if marks.take_if_free(span)]
    return sorted([*(Candidate(span, value, bare=False) for span, value in known.items()), *bare])
