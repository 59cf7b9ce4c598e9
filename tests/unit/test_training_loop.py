"""The loop that encoder and student share: what it reads, what it returns, and which soft targets belong to which note. Wants the extra `train`."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import partial
from types import SimpleNamespace

import pytest

from note_review.engines.base import JUDGED

torch = pytest.importorskip("torch")
from torch import Tensor, nn  # noqa: E402
from torch.optim.lr_scheduler import ConstantLR  # noqa: E402

from training.encoder import LEAST_RATE, WARM_UP, rate_share  # noqa: E402
from training.items import IGNORE, Item, batches  # noqa: E402
from training.loop import Plan, fit  # noqa: E402
from training.network import POOLED, POOLED_WEIGHTS, Encoder  # noqa: E402
from training.soft_targets import SoftTargets  # noqa: E402
from training.student import train  # noqa: E402

WORDS, WIDTH = 200, 4


class Words(nn.Module):
    """A body of word vectors alone."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(WORDS, WIDTH)

    def forward(self, *, input_ids: Tensor, **_: object) -> SimpleNamespace:
        return SimpleNamespace(last_hidden_state=self.words(input_ids))


def item(*ids: int) -> Item:
    length = len(ids)
    return Item(list(ids), [0] * length, [0] * length, {}, [], [], IGNORE, [0] * length, dict.fromkeys(JUDGED, IGNORE))


def trained(*, epochs: int, averaged: bool = False) -> tuple[Encoder, list[int], list[int]]:
    """Train on two notes, another one in each epoch besides, and return the network, the epochs asked for, and how many notes each batch had."""
    torch.manual_seed(1)
    model, asked, sizes = Encoder(Words(), width=WIDTH), list[int](), list[int]()

    def items_of(epoch: int) -> list[Item]:
        asked.append(epoch)
        return [item(1, 2, 3), item(4, 5), item(10 + epoch)]

    def loss(batch: Sequence[Item], states: Sequence[Tensor]) -> Tensor:
        assert [len(state) for state in states] == [len(one.ids) for one in batch]
        sizes.append(len(batch))
        return torch.cat(list(states)).square().mean()

    plan = Plan(epochs, 100, lambda optimizer, _: ConstantLR(optimizer, 1.0), averaged)
    return fit(model, [{"params": list(model.parameters()), "lr": 0.1}], items_of, loss, plan), asked, sizes


def test_each_epoch_reads_all_its_items_and_makes_them_once() -> None:
    model, asked, sizes = trained(epochs=3)
    assert asked == [0, 1, 2]
    assert sizes == [3, 3, 3]
    assert not model.training


def test_the_same_seed_gives_the_same_weights_and_the_mean_lags_behind_the_last() -> None:
    last, again, mean = (trained(epochs=8, averaged=a)[0].body.words.weight for a in (False, False, True))
    assert torch.equal(last, again)
    assert last[1].norm() < mean[1].norm()


def test_the_encoders_rate_rises_falls_and_keeps_a_least() -> None:
    rates = [rate_share(step, steps=1000) for step in range(1100)]
    top = rates.index(max(rates))
    assert top == pytest.approx(1000 * WARM_UP, abs=2)
    assert max(rates) == pytest.approx(1, abs=0.02)
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert rates[-100:] == [LEAST_RATE] * 100


def test_every_pooled_head_has_a_weight() -> None:
    assert list(POOLED_WEIGHTS) == [*POOLED, *JUDGED]


def test_batches_hold_every_item_and_of_none_there_is_none() -> None:
    cut = partial(batches, pieces=4, rng=random.Random(3))
    items = [item(*range(length)) for length in (1, 2, 3, 4, 9)]
    assert list(cut([])) == []
    assert sorted(len(one.ids) for batch in cut(items) for one in batch) == [1, 2, 3, 4, 9]
    assert all(len(batch) == 1 or sum(len(one.ids) for one in batch) <= 4 for batch in cut(items))


def test_soft_targets_that_are_not_one_a_note_are_refused() -> None:
    soft = SoftTargets(torch.ones(2, 1), {}, {})
    with pytest.raises(ValueError, match="shorter"):
        train([item(1, 2)], [item(3, 4)], [], [soft], epochs=1)
    with pytest.raises(ValueError, match="longer"):
        train([item(1, 2)], [], [item(3, 4)], [soft, soft], epochs=1)
