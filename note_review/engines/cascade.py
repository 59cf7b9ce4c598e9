"""Fast first, accurate where fast is unsure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from note_review.calibration import code_shares
from note_review.engines.base import Readings
from note_review.engines.fitted import Fitted
from note_review.reading.page import Page


@dataclass(frozen=True, slots=True)
class Cascade:
    """Two engines, each with what was fitted for it; a page keeps the readings of ``fast`` where it is sure of every code."""

    fast: Fitted
    accurate: Fitted

    @property
    def parts(self) -> tuple[Fitted, ...]:
        """The engines that may read a page."""
        return self.fast, self.accurate

    def read(self, pages: Sequence[Page]) -> list[tuple[Readings, Fitted]]:
        """Read pages in order; each comes with what was fitted for the engine that read it."""
        read = self.fast.read(pages)
        unsure = [i for i, (readings, _) in enumerate(read) if not is_sure(readings, self.fast)]
        for i, better in zip(unsure, self.accurate.read([pages[i] for i in unsure]), strict=True):
            read[i] = better
        return read


def is_sure(readings: Readings, fitted: Fitted) -> bool:
    """Say whether every code, or that none can be told, reaches the share from which its engine was fitted to decide."""
    calibrated = fitted.calibration.apply(readings)
    return all(_surest(c) >= fitted.calibration.abstain for c in (calibrated.note_code, *calibrated.service_codes))


def _surest(classes: Mapping[str, float]) -> float:
    return max(*code_shares(classes).values(), classes["undetermined"])
