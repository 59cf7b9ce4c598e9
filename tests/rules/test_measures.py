"""Measured results: the test, before, after and whether the change is for the better."""

from __future__ import annotations

import pytest

from note_review.note import Span
from note_review.reading.measures import read_measure

CASES = [
    ("SLS 6 s -> 11 s", "single-leg stance", 6.0, 11.0, "better"),
    ("TUG 14.2 s, was 18.0 s", "Timed Up and Go", 18.0, 14.2, "better"),
    ("Berg from 41/56 to 45/56", "Berg Balance Scale", 41.0, 45.0, "better"),
    ("CGA to SBA for tandem", "assist level", 4.0, 5.0, "better"),
    ("min A -> CGA", "assist level", 3.0, 4.0, "better"),
    ("Mod A x1 now min A", "assist level", 2.0, 3.0, "better"),
    ("3 LOB down from 7", "loss of balance", 7.0, 3.0, "better"),
    ("DHI 48 to 36", "Dizziness Handicap Inventory", 48.0, 36.0, "better"),
    ("gait speed 0.6 to 0.8 m/s", "gait speed", 0.6, 0.8, "better"),
    ("needed min A", "assist level", None, 3.0, None),
    ("5xSTS 18.4 s (was 22.1 s)", "five times sit to stand", 22.1, 18.4, "better"),
    ("pain 6/10 to 3/10", "pain", 6.0, 3.0, "better"),
    ("FGA 19/30, prev 15/30", "Functional Gait Assessment", 15.0, 19.0, "better"),
    ("errors 5 > 2", "errors", 5.0, 2.0, "better"),
    ("ABC 62% to 71%", "Activities-specific Balance Confidence", 62.0, 71.0, "better"),
    ("freezing x4, was x9", "errors", 9.0, 4.0, "better"),
    ("Berg 90", "Berg Balance Scale", None, None, None),
    ("9HPT 32 s vs 41 s last week", "nine-hole peg", 41.0, 32.0, "better"),
    ("grip 22 lb to 30 lb", "grip", 22.0, 30.0, "better"),
    ("from max A to mod A", "assist level", 1.0, 2.0, "better"),
    ("TUG improved from 20 to 15 seconds", "Timed Up and Go", 20.0, 15.0, "better"),
    ("LOB 3x (6x last visit)", "loss of balance", 6.0, 3.0, "better"),
    ("30 s chair stand 8 -> 11 reps", "30-second chair stand", 8.0, 11.0, "better"),
    ("knee flexion 95 to 110 deg", "range of motion", 95.0, 110.0, "better"),
    ("Dizziness 7/10 to 4/10", "dizziness", 7.0, 4.0, "better"),
    ("transfers min A to S", "assist level", 3.0, 5.0, "better"),
    ("mCTSIB foam EC 12 s to 25 s", "modified CTSIB", 12.0, 25.0, "better"),
]


@pytest.mark.parametrize(("text", "name", "before", "after", "change"), CASES)
def test_a_result_has_name_values_and_direction(
    text: str, name: str, before: float | None, after: float | None, change: str | None
) -> None:
    measure = read_measure(text, Span(0, len(text)))
    assert measure is not None
    assert (measure.name, measure.before, measure.after, measure.change) == (name, before, after, change)


def test_a_phrase_without_test_or_assist_level_has_no_measure() -> None:
    assert read_measure("tolerated well", Span(0, 14)) is None


def test_the_s_of_seconds_is_no_supervision() -> None:
    phrase = "stood in the dark 3 s to 11 s"
    assert read_measure(phrase, Span(0, len(phrase))) is None
