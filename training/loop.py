"""The training loop that encoder and student share: batches of notes of like length, AdamW with clipped gradients, the schedule a step at a time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from training.items import SEED, Item, batches
from training.network import Encoder, all_states
from training.trailing import TrailingMean

# Little, since trainings are short and dropout and hidden word pieces already keep the networks from learning notes by heart.
WEIGHT_DECAY = 0.02
# No single batch of odd notes may move the weights far.
LARGEST_GRADIENT = 1.0
STEPS_A_REPORT = 100

Loss = Callable[[Sequence[Item], Sequence[Tensor]], Tensor]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast a network learns.

    Parameters
    ----------
    epochs
        How often it reads all items.
    pieces
        About how many word pieces a batch has.
    schedule
        Makes the schedule of the learning rates from the optimizer and the expected number of steps (an epoch's batches are drawn anew, so their number varies a little).
    averaged
        Whether the result has the mean weights of the last steps (:class:`TrailingMean`), or those of the last step.
    """

    epochs: int
    pieces: int
    schedule: Callable[[Optimizer, int], LRScheduler]
    averaged: bool = False


def fit(
    model: Encoder, groups: Sequence[dict[str, Any]], items_of: Callable[[int], Sequence[Item]], loss: Loss, plan: Plan
) -> Encoder:
    """Train a network by a plan and return it, ready to read.

    Parameters
    ----------
    model
        The network, on the device where it is to be trained.
    groups
        Its learned parameters with their learning rates, as torch's optimizers take them.
    items_of
        Returns the items of an epoch (0 is the first).
    loss
        Returns the loss of a batch, given the states of each item's word pieces.
    plan
        How long and how fast.
    """
    optimizer = torch.optim.AdamW(groups, weight_decay=WEIGHT_DECAY, fused=True)
    rng = random.Random(SEED)
    items = items_of(0)
    steps = plan.epochs * sum(1 for _ in batches(items, pieces=plan.pieces, rng=random.Random(0)))
    schedule = plan.schedule(optimizer, steps)
    trailing = TrailingMean(model, steps=steps) if plan.averaged else None
    model.train()
    began = time.monotonic()
    for epoch in range(plan.epochs):
        losses: list[float] = []
        for batch in batches(items_of(epoch) if epoch else items, pieces=plan.pieces, rng=rng):
            losses.append(_step(optimizer, loss(batch, _states(model, batch, rng))))
            schedule.step()
            if trailing is not None:
                trailing.step()
            if len(losses) % STEPS_A_REPORT == 0:
                _report(f"  {len(losses)} steps", losses[-STEPS_A_REPORT:], began)
        _report(f"epoch {epoch + 1}/{plan.epochs}", losses, began)
    return (model if trailing is None else trailing.model).eval()


def has_bfloat16(device: torch.device) -> bool:
    """Say whether products of bfloat16 are quicker there than those of fp32 (a quarter of an epoch's time on AVX-512 processors)."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def _states(model: Encoder, batch: Sequence[Item], rng: random.Random) -> list[Tensor]:
    """Return the states of a batch in fp32; the body alone computes in bfloat16."""
    device = next(model.parameters()).device
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=has_bfloat16(device)):
        states = all_states(model, batch, device=device, rng=rng)
    return [state.float() for state in states]


def _step(optimizer: Optimizer, loss: Tensor) -> float:
    """Take one step down the gradient and return the loss."""
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_([p for group in optimizer.param_groups for p in group["params"]], LARGEST_GRADIENT)
    optimizer.step()
    return float(loss.detach())


def _report(done: str, losses: Sequence[float], began: float) -> None:
    print(f"{done} loss {np.mean(losses):.3f} {time.monotonic() - began:.0f} s", flush=True)
