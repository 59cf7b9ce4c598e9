"""Calibration of an engine: temperatures that make its probabilities true, and the share below which it does not decide.

Fitted by ``training.calibrate`` on the dev split, whose notes no engine was trained on (temperature scaling, Guo et al. 2017).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from note_review.documented import DOCUMENTED
from note_review.encounter import CODES
from note_review.engines.base import Readings
from note_review.model_file import read_model_file

QUESTIONS = ("service_code", "note_code")


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted on dev.

    ``temperatures`` by question (above 0; 1 changes nothing); ``abstain`` is the least share of the best code that decides (0..1);
    ``bias`` how much readier than its probabilities an engine says a deficit, technique or response (log odds, 0 changes nothing);
    ``shown`` the least confidence at which a mention of a kind is shown at all; ``documented`` the weights of both witnesses of each element (``note_review.documented``);
    ``lengths`` how sure the engine must be to add a length (the ``first`` of a note sooner) or a bare ``figure``, to drop or move one against grammar.
    """

    temperatures: Mapping[str, float]
    abstain: float
    version: str
    bias: Mapping[str, float]
    shown: Mapping[str, float]
    documented: Mapping[str, tuple[float, float, float]]
    lengths: Mapping[str, float]

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """Load the settings of an engine.

        Raises
        ------
        ModelError
            The file is absent or damaged.
        """
        return read_model_file(path, cls._of, what="calibration")

    @classmethod
    def _of(cls, content: Any) -> Calibration:
        return cls(
            {q: float(content["temperatures"][q]) for q in QUESTIONS},
            float(content["abstain"]),
            str(content["version"]),
            {kind: float(bias) for kind, bias in content["bias"].items()},
            {kind: float(least) for kind, least in content["shown"].items()},
            {element: _three(content["documented"][element]) for element in DOCUMENTED},
            {deed: float(least) for deed, least in content["lengths"].items()},
        )

    def apply(self, readings: Readings) -> Readings:
        """Return the readings with calibrated probabilities."""
        return replace(
            readings,
            mentions=tuple(m for m in readings.mentions if m.confidence >= self.shown.get(m.kind, 0.0)),
            service_codes=tuple(tempered(c, self.temperatures["service_code"]) for c in readings.service_codes),
            note_code=tempered(readings.note_code, self.temperatures["note_code"]),
        )


def tempered(chances: Mapping[str, float], temperature: float) -> dict[str, float]:
    """Return probabilities raised to ``1 / temperature`` and made to sum to 1 again."""
    powers = {name: max(p, 1e-9) ** (1 / temperature) for name, p in chances.items()}
    total = sum(powers.values())
    return {name: p / total for name, p in powers.items()}


def code_shares(classes: Mapping[str, float]) -> dict[str, float]:
    """Return the probabilities of the four codes (sum 1) from those of five classes: what is undetermined could be any of them.

    Calibration error of the best code's share, each author of dev left out in turn: 0.020 (``accurate``) and 0.030 (``fast``); 0.027 and 0.047 if the undetermined class were ignored.
    """
    return {code: classes[code] + classes["undetermined"] / len(CODES) for code in CODES}


def _three(weights: Sequence[float]) -> tuple[float, float, float]:
    intercept, engine, words = map(float, weights)
    return intercept, engine, words
