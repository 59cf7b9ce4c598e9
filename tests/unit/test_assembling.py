"""What an engine says is put together with grammar: measures that are full are no deficits, heads of columns no responses."""

from __future__ import annotations

import pytest

from note_review.calibration import QUESTIONS, Calibration
from note_review.encounter import Mention
from note_review.engines.base import CODE_CLASSES, Readings
from note_review.note import Note, Span
from note_review.reading.assemble import assemble
from note_review.reading.page import read_page

PLAIN = Calibration(dict.fromkeys(QUESTIONS, 1.0), 0.0, "test", {}, {}, {}, {"add": 1.1, "drop": 1.1, "move": 1.1})
EVEN = dict.fromkeys(CODE_CLASSES, 0.2)


def kept(text: str, *mentions: Mention) -> list[str]:
    page = read_page(Note(text=text))
    readings = Readings(mentions, tuple(EVEN for _ in page.services), EVEN, 0.5, 0.1, 0.1)
    return [text[m.span.start : m.span.end] for m in assemble(page, readings, PLAIN).mentions]


@pytest.mark.parametrize("phrase", ["Knee extension 5/5", "motor strength +5/5", "Flexion 60/60", "reflexes +2/2 and 2/2"])
def test_a_full_measure_is_no_deficit(phrase: str) -> None:
    assert kept(phrase, Mention("deficit", Span(0, len(phrase)), "strength", 0.9)) == []


@pytest.mark.parametrize(
    "phrase", ["hip abd 4-/5 R, 5/5 L", "90/90 HS lacks 35", "Flexion 45/60", "weak grip", "shoulder abductors 4/4"]
)
def test_a_measure_that_falls_short_stays(phrase: str) -> None:
    assert kept(phrase, Mention("deficit", Span(0, len(phrase)), "strength", 0.9)) == [phrase]


def test_the_head_of_a_column_is_no_measured_response() -> None:
    text = "Result | held 30 s"
    said = (Mention("response", Span(0, 6), "measured", 0.9), Mention("response", Span(9, 18), "measured", 0.9))
    assert kept(text, *said) == ["held 30 s"]
