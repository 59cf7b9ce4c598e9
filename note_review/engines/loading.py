"""Engines and their calibration by name, each loaded once per process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from note_review.calibration import Calibration
from note_review.engines.base import Engine
from note_review.errors import SettingsError
from note_review.risk import RiskModel
from note_review.settings import ENGINES, MODELS


@dataclass(frozen=True, slots=True)
class Fitted:
    """An engine with the calibration and the risk weights that were fitted for it."""

    engine: Engine
    calibration: Calibration
    risk: RiskModel


def load_fitted(name: str) -> Fitted:
    """Load an engine and what belongs to it.

    Raises
    ------
    SettingsError
        No such engine.
    ModelError
        Its files are absent or damaged.
    """
    return Fitted(load_engine(name), load_calibration(name), RiskModel.load(folder_of(name) / "risk.json"))


@cache
def load_engine(name: str) -> Engine:
    """Load an engine once per process: ``accurate`` (encoder and student together), ``fast`` (the small student) or ``cascade`` (fast, then accurate where it is unsure).

    Raises
    ------
    SettingsError
        No such engine.
    ModelError
        Its files are absent or damaged.
    """
    if name not in ENGINES:
        raise SettingsError(f"no engine {name!r}: there are {', '.join(ENGINES)}")
    if name == "cascade":
        from note_review.engines.cascade import CascadeEngine

        return CascadeEngine(load_engine("fast"), load_engine("accurate"))
    from note_review.engines.encoder import EncoderEngine

    encoder = EncoderEngine(networks_of(name))
    encoder.lean = load_calibration(name).lean
    return encoder


@cache
def load_calibration(name: str) -> Calibration:
    """Load the calibration that belongs to an engine (the cascade's is the accurate engine's)."""
    return Calibration.load(folder_of(name) / "calibration.json")


def networks_of(name: str) -> tuple[Path, ...]:
    """Return the model folders whose networks an engine asks."""
    return {"fast": (MODELS / "student",), "accurate": (MODELS / "encoder", MODELS / "student")}[name]


def folder_of(name: str) -> Path:
    """Return the folder of an engine's calibration and risk weights."""
    return MODELS / {"fast": "student", "accurate": "encoder", "cascade": "encoder"}[name]
