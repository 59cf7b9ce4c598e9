"""A shipped network goes on in training from all of its weights, or not at all. Wants the extra `train`."""

from __future__ import annotations

from pathlib import Path

import pytest

from note_review.settings import MODELS

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
from safetensors.torch import load_file, save_file  # noqa: E402

from training.network import Encoder  # noqa: E402
from training.shipped import load_shipped  # noqa: E402
from training.student import WIDTH, Convolutions  # noqa: E402

STUDENT = MODELS / "student"
WORDS = 30522, 384


def test_a_folder_that_lacks_a_head_is_refused(tmp_path: Path) -> None:
    model = Encoder(Convolutions(torch.zeros(WORDS)), width=WIDTH)
    load_shipped(model, STUDENT)
    (tmp_path / "encoder.onnx").symlink_to((STUDENT / "encoder.onnx").resolve())
    heads = load_file(STUDENT / "heads.safetensors")
    for head in ("looks.", "judged.skill.", "pooled.note_code."):
        save_file({name: w for name, w in heads.items() if not name.startswith(head)}, tmp_path / "heads.safetensors")
        with pytest.raises(ValueError, match=f"no weights for {head}"):
            load_shipped(model, tmp_path)
