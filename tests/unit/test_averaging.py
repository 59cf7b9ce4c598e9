"""The mean of encoders lies between them by their shares, and a share is a number. Wants the extra `train`."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
from safetensors.torch import save_file  # noqa: E402

from training.averaging import mean_of, part_of  # noqa: E402
from training.encoder import load_start  # noqa: E402
from training.network import new_encoder  # noqa: E402

SHIPPED = Path(__file__).parent.parent.parent / "models" / "encoder"


def test_each_weight_lies_between_those_of_the_parts_by_their_shares(tmp_path: Path) -> None:
    one, other = new_encoder(), new_encoder()
    load_start(one, SHIPPED)
    save_file({name: weight.contiguous() for name, weight in other.state_dict().items()}, tmp_path / "other.safetensors")
    mean = dict(mean_of([(SHIPPED, 1), (tmp_path / "other.safetensors", 3)]).named_parameters())
    again = dict(other.named_parameters())
    for name, weight in one.named_parameters():
        assert torch.allclose(mean[name], 0.25 * weight + 0.75 * again[name], atol=1e-5), name


def test_a_part_is_a_path_with_a_share() -> None:
    assert part_of("models/encoder:2") == (Path("models/encoder"), 2.0)
    assert part_of("models/encoder") == (Path("models/encoder"), 1.0)
    for wrong in ("models/encoder:0", "models/encoder:-1", "models/encoder:two", "models/encoder:nan", "models/encoder:inf"):
        with pytest.raises(ArgumentTypeError, match="share"):
            part_of(wrong)
