"""Fast first, accurate where fast is unsure."""

from __future__ import annotations

from collections.abc import Sequence

from note_review.engines.base import Engine, Readings
from note_review.reading.page import Page

SURE = 0.9


class CascadeEngine:
    """Keeps the fast engine's readings where every code is read with a share of at least :data:`SURE`."""

    name = "cascade"

    def __init__(self, fast: Engine, accurate: Engine) -> None:
        self._fast = fast
        self._accurate = accurate
        self.version = f"{fast.version}+{accurate.version}"

    def read(self, pages: Sequence[Page]) -> list[Readings]:
        """Read pages in order."""
        readings = self._fast.read(pages)
        unsure = [i for i, r in enumerate(readings) if not _is_sure(r)]
        for i, better in zip(unsure, self._accurate.read([pages[i] for i in unsure]), strict=True):
            readings[i] = better
        return readings


def _is_sure(readings: Readings) -> bool:
    chances = [readings.note_code, *readings.service_codes]
    return all(max(c.values()) >= SURE for c in chances)
