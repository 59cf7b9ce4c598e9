"""The interface of every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from note_review.encounter import Mention
from note_review.reading.page import Page

CODE_CLASSES = ("97112", "97110", "97530", "other", "undetermined")


@dataclass(frozen=True, slots=True)
class Readings:
    """What an engine reads from one page.

    ``service_codes[i]`` and ``note_code`` are probabilities over :data:`CODE_CLASSES`, not yet calibrated; ``skill``,
    ``generic_exercise`` and ``vague_deficit`` those that a therapist's skill shows, that the exercise is plain sets and repetitions,
    and that the deficit could be anyone's. ``faint`` are deficits too weak to be mentions, for the question whether one is missing.
    ``lengths[i]`` are probabilities over ``reading.lengths.LENGTHS`` of the page's i-th written length; empty where an engine reads none.
    """

    mentions: tuple[Mention, ...]
    service_codes: tuple[dict[str, float], ...]
    note_code: dict[str, float]
    skill: float
    generic_exercise: float
    vague_deficit: float
    faint: tuple[Mention, ...] = ()
    lengths: tuple[dict[str, float], ...] = ()


class Engine(Protocol):
    """Reads mentions and codes; the same pages give the same readings."""

    name: str
    version: str

    def read(self, pages: Sequence[Page]) -> list[Readings]:
        """Read pages in order."""
        ...
