"""An engine with what was fitted for it: its readings mean something only beside its own calibration and risk weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from note_review.calibration import Calibration
from note_review.engines.base import Engine, Readings
from note_review.reading.page import Page
from note_review.risk import RiskModel


@dataclass(frozen=True, slots=True)
class Fitted:
    """An engine with the calibration and the risk weights that were fitted for it."""

    engine: Engine
    calibration: Calibration
    risk: RiskModel

    @property
    def parts(self) -> tuple[Fitted, ...]:
        """The engines that may read a page."""
        return (self,)

    def read(self, pages: Sequence[Page]) -> list[tuple[Readings, Fitted]]:
        """Read pages in order; each comes with what was fitted for the engine that read it."""
        return [(readings, self) for readings in self.engine.read(pages)]
