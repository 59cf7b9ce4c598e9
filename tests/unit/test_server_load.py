"""The figures of the server under load."""

from __future__ import annotations

from math import inf

import pytest

from training.load import Answered
from training.server_load import percentile


def answered(seconds: float) -> Answered:
    return Answered(status=200, seconds=seconds, is_draft=False)


@pytest.mark.parametrize(
    ("count", "share", "wanted"),
    [(100, 0.99, 99), (100, 1.0, 100), (100, 0.5, 50), (101, 0.99, 100), (3, 0.5, 2), (1, 0.99, 1), (2, 0.0, 1)],
)
def test_a_percentile_is_the_nearest_rank(count: int, share: float, wanted: float) -> None:
    assert percentile([answered(second) for second in range(count, 0, -1)], share) == wanted


def test_of_no_answer_it_is_infinite() -> None:
    assert percentile([], 0.99) == inf
