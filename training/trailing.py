"""The running mean of a network's weights over the last steps of its training, which reads better than the last weights alone."""

from __future__ import annotations

from typing import Generic, TypeVar, cast

from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

# How many steps back the mean reaches, and how often at most the weights enter it.
WINDOW, ENTRIES = 700, 70

Model = TypeVar("Model", bound=nn.Module)


class TrailingMean(Generic[Model]):
    """Weights averaged with shares that fall back in time (Polyak and Juditsky 1992; torch's own exponential mean).

    Parameters
    ----------
    model
        The network in training.
    steps
        Steps of the whole training; the mean reaches over half of them at most, so that a short training is not held back.
    """

    def __init__(self, model: Model, *, steps: int) -> None:
        window = max(1, min(WINDOW, steps // 2))
        self._every = max(1, window // ENTRIES)
        self._model, self._taken = model, 0
        self._mean = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(1 - self._every / window))  # type: ignore[no-untyped-call]

    def step(self) -> None:
        """Take note of the weights behind a step."""
        self._taken += 1
        if self._taken % self._every == 0:
            self._mean.update_parameters(self._model)

    @property
    def model(self) -> Model:
        """The network with the mean weights."""
        return cast(Model, self._mean.module)
