"""A visit as it was billed."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from note_review.note import ClaimLine


class BilledVisit(NamedTuple):
    """What one clinician billed for one patient on one day.

    ``patients`` and ``clinicians`` are all names and numbers of theirs; ``replaces`` says that an earlier claim for the same visit
    no longer counts.
    """

    patients: tuple[str, ...]
    day: datetime.date
    clinicians: tuple[str, ...]
    lines: tuple[ClaimLine, ...]
    source: str
    place: str
    replaces: bool = False
