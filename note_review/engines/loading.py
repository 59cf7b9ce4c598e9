"""Engines by name with what was fitted for them, each loaded once per process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from note_review.calibration import Calibration
from note_review.engines.cascade import Cascade
from note_review.engines.fitted import Fitted
from note_review.errors import ModelError, SettingsError
from note_review.risk import RiskModel
from note_review.settings import ENGINES, MODELS


def load_fitted(name: str) -> Fitted | Cascade:
    """Load an engine and what belongs to it: ``accurate`` (encoder and student together), ``fast`` (the small student) or ``cascade`` (fast, then accurate where it is unsure).

    Raises
    ------
    SettingsError
        No such engine.
    ModelError
        Its files are absent, damaged or of different versions.
    """
    if name not in ENGINES:
        raise SettingsError(f"no engine {name!r}: there are {', '.join(ENGINES)}")
    return Cascade(_load("fast"), _load("accurate")) if name == "cascade" else _load(name)


@cache
def _load(name: str) -> Fitted:
    from note_review.engines.encoder import EncoderEngine

    folder = folder_of(name)
    engine = EncoderEngine(networks_of(name))
    calibration = Calibration.load(folder / "calibration.json")
    risk = RiskModel.load(folder / "risk.json")
    for file, version in (("calibration.json", calibration.version), ("risk.json", risk.version)):
        if version != engine.version:
            raise ModelError(
                f"{folder.name}/{file} was fitted for version {version} of the networks, which are version {engine.version}: "
                f"run python -m training.calibrate {name}"
            )
    engine.bias = calibration.bias
    return Fitted(engine, calibration, risk)


def networks_of(name: str) -> tuple[Path, ...]:
    """Return the model folders whose networks an engine asks."""
    return {"fast": (MODELS / "student",), "accurate": (MODELS / "encoder", MODELS / "student")}[name]


def folder_of(name: str) -> Path:
    """Return the folder of an engine's calibration and risk weights."""
    return MODELS / {"fast": "student", "accurate": "encoder"}[name]
