"""What trains faster gives the same sums: attention, windows read in groups; dropout drops its share and keeps the mean. Wants the extra `train`."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.nn.functional import scaled_dot_product_attention  # noqa: E402

from training.items import Item  # noqa: E402
from training.network import all_states, new_encoder  # noqa: E402
from training.quick import Dropout, plain_attention, with_quick_dropout  # noqa: E402

CPU = torch.device("cpu")


def item(length: int) -> Item:
    """Return an item of so many word pieces without marks."""
    rng = np.random.default_rng(length)
    return Item([int(i) for i in rng.integers(1000, 20000, length)], [0] * length, [0] * length, {}, [], [], 0, [1] * length, {})


def test_plain_attention_is_attention() -> None:
    query, key, value = torch.randn(3, 2, 4, 9, 8)
    mask = torch.zeros(2, 1, 9, 9).masked_fill(torch.arange(9) > 5, -1e9)
    wanted = scaled_dot_product_attention(query, key, value, attn_mask=mask)
    found, _ = plain_attention(nn.Identity(), query, key, value, mask, scaling=8**-0.5)
    assert torch.allclose(found, wanted.transpose(1, 2), atol=1e-5)


def test_a_note_has_the_states_it_has_alone_whatever_is_read_beside_it() -> None:
    model = new_encoder().eval()
    notes = [item(length) for length in (5, 700, 40, 45, 510)]
    with torch.no_grad():
        together = all_states(model, notes, device=CPU)
        for note, states in zip(notes, together, strict=True):
            (alone,) = all_states(model, [note], device=CPU)
            assert states.shape == (len(note.ids), 384)
            assert torch.allclose(states, alone, atol=1e-4)


def test_dropout_drops_its_share_and_keeps_the_mean() -> None:
    dropout = Dropout(0.25, np.random.default_rng(0))
    states = torch.ones(400, 500)
    dropped = dropout(states)
    assert float((dropped == 0).float().mean()) == pytest.approx(0.25, abs=0.005)
    assert float(dropped.mean()) == pytest.approx(1, abs=0.01)
    assert torch.equal(dropout.eval()(states), states)


def test_every_dropout_that_drops_is_exchanged_and_no_other() -> None:
    model = nn.Sequential(nn.Dropout(0.1), nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.0)), nn.Dropout(0.5))
    with_quick_dropout(model, seed=1)
    kinds = [type(part) for part in model.modules() if isinstance(part, nn.Dropout | Dropout)]
    assert kinds == [Dropout, nn.Dropout, Dropout]
