"""The readiest bias among equals, and the floor that its own mentions want, judged after the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from note_review.encounter import Mention
from note_review.engines.base import UNSURE, Readings
from note_review.evaluation.annotated import parse
from note_review.note import Span
from note_review.reading.page import Page
from training.notes import examples
from training.readiness import readiness_of

NOTE = (
    '{"id": "x-1", "setting": "s", "style": "soap", "billed": "97112", "reads_as": "97112"}\n---\n'
    "Has [[D:balance|impaired balance]] and [[D:strength|weak hips]]. Flexion 165. Walked the dog. Ate lunch."
)
# From which bias on each phrase is said, and how surely.
SAID = {"impaired balance": (-0.6, 0.9), "weak hips": (0.3, 0.5), "Flexion 165": (-0.6, 0.9), "Walked the dog": (0.0, 0.2), "Ate lunch": (0.9, 0.8)}  # fmt: skip


class Scripted:
    """Says each phrase from its bias on."""

    name, version = "scripted", "1"

    def __init__(self) -> None:
        self.bias: Mapping[str, float] = {}

    def read(self, pages: Sequence[Page]) -> list[Readings]:
        return [self._read(page.text) for page in pages]

    def _read(self, text: str) -> Readings:
        said = [
            Mention("deficit", Span(text.index(phrase), text.index(phrase) + len(phrase)), "balance", sure)
            for phrase, (bias, sure) in SAID.items()
            if self.bias["deficit"] >= bias
        ]
        return Readings(tuple(said), (), {}, (UNSURE,))


def test_the_readiest_of_equal_leans_is_taken_with_its_floor_and_bare_measures_cost_nothing() -> None:
    engine = Scripted()
    bias, shown = readiness_of(engine, examples([parse(NOTE)]))
    assert (bias["deficit"], shown["deficit"]) == (0.6, 0.3)
    assert engine.bias == bias
