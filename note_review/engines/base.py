"""The interface of every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from note_review.encounter import Mention
from note_review.reading.page import Page

# What is asked of the service that risk is about (guide: missing, reasons); the last answer of each is the one that a reviewer objects to.
JUDGED: dict[str, tuple[str, ...]] = {
    "deficit": ("specific", "vague", "none"), "technique": ("named", "none"), "response": ("measured", "generic", "none"),
    "skill": ("shown", "none"), "exercise": ("purposeful", "plain"), "one_on_one": ("alone", "shared"),
}  # fmt: skip
# The answers where nothing is known: each as likely as another.
UNSURE = {name: dict.fromkeys(classes, 1 / len(classes)) for name, classes in JUDGED.items()}


@dataclass(frozen=True, slots=True)
class Readings:
    """What an engine reads from one page.

    ``service_codes[i]`` and ``note_code`` are probabilities over :data:`READS_AS`, not yet calibrated; ``judged[i]`` those over the answers
    of :data:`JUDGED` if service i is the judged one, ``judged[-1]`` those for the whole note. ``faint`` are deficits too weak to
    be mentions, for the question whether one is missing.
    ``lengths[i]`` are probabilities over ``reading.lengths.LENGTHS`` of the page's i-th candidate for a length; empty where an engine reads none.
    """

    mentions: tuple[Mention, ...]
    service_codes: tuple[dict[str, float], ...]
    note_code: dict[str, float]
    judged: tuple[Mapping[str, Mapping[str, float]], ...]
    faint: tuple[Mention, ...] = ()
    lengths: tuple[dict[str, float], ...] = ()


class Engine(Protocol):
    """Reads mentions and codes; the same pages give the same readings."""

    name: str
    version: str

    def read(self, pages: Sequence[Page]) -> list[Readings]:
        """Read pages in order."""
        ...
