"""The JSON beside a model's weights: read whole, or refused as no file of this version."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from note_review.errors import ModelError

T = TypeVar("T")


def read_model_file(path: Path, build: Callable[[Any], T], *, what: str) -> T:
    """Build from a model file's content what it holds.

    Raises
    ------
    ModelError
        The file is absent or damaged.
    """
    try:
        return build(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, LookupError, TypeError, AttributeError, ValueError) as error:
        raise ModelError(f"{path.name}: no {what} of this version ({type(error).__name__})") from None
