"""The mean of the last weights of a training."""

import random

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from training.trailing import WINDOW, TrailingMean  # noqa: E402


def trained(values: list[float], *, steps: int | None = None) -> float:
    """Put one weight through a training and return its mean at the end."""
    model = nn.Linear(1, 1, bias=False)
    mean = TrailingMean(model, steps=steps or len(values))
    for value in values:
        with torch.no_grad():
            model.weight.fill_(value)
        mean.step()
    return mean.model.weight.item()


def test_of_one_step_it_is_what_that_step_made() -> None:
    assert trained([3.0]) == 3.0


def test_a_short_training_is_not_held_at_its_beginning() -> None:
    assert trained([0.0] * 10 + [1.0] * 10) > 0.6


def test_what_swings_comes_to_its_middle() -> None:
    swings = [float(random.Random(step).random() < 0.5) for step in range(4000)]
    assert trained(swings) == pytest.approx(0.5, abs=0.15)


def test_it_forgets_what_lies_further_back_than_its_window() -> None:
    assert trained([5.0] * 500 + [1.0] * 6 * WINDOW) == pytest.approx(1.0, abs=0.02)
    assert trained([5.0] * 500 + [1.0] * WINDOW, steps=500 + WINDOW) > 2.0
