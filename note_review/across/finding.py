"""What a rule finds across notes: facts and places, never the note's words."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from note_review.findings import Rule
from note_review.note import Span


@dataclass(frozen=True, slots=True)
class AcrossFinding:
    """One finding over several notes.

    Parameters
    ----------
    rule, message
        Which rule, and its facts in words that hold nothing of any note but figures.
    n
        The note it is about (its number in the batch), None for a finding about a clinician.
    others
        The notes it was compared with.
    place, against
        Where in note ``n`` the carried sentence stands, and where what contradicts it stands.
    count, value, usual
        The counts and shares behind it: of how many, how much, and what is usual.
    """

    rule: Rule
    message: str
    n: int | None = None
    others: tuple[int, ...] = ()
    patient: str | None = None
    clinician: str | None = None
    clinic: str | None = None
    date: datetime.date | None = None
    section: str | None = None
    place: Span | None = None
    against: Span | None = None
    count: int | None = None
    value: float | None = None
    usual: float | None = None
    direction: Literal["above", "below"] | None = None
