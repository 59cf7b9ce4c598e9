"""Risk: the calibrated probability that a reviewer would down-code or deny, by monotone weights over inspectable factors.

Two logistic regressions with weights of zero or more (a factor can only raise the risk) give P(high) and P(moderate or high);
``training.risk`` fits them on readings of notes that the readers had not seen. The weights lie in ``models/risk/weights.json``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from note_review.encounter import Encounter
from note_review.errors import ModelError
from note_review.findings import Finding
from note_review.judged import Judged, judged_service

FACTORS = (
    "reads_otherwise", "reads_undetermined", "deficit_missing", "deficit_not_specific", "technique_missing", "minutes_missing",
    "response_missing", "response_not_measured", "two_or_more_missing", "skill_doubtful", "not_one_on_one", "nothing_rendered",
)  # fmt: skip
_ELEMENT_FACTORS = {
    "deficit": ("deficit_missing", "deficit_not_specific"),
    "technique": ("technique_missing",),
    "minutes": ("minutes_missing",),
    "response": ("response_missing", "response_not_measured"),
}
Level = Literal["low", "moderate", "high"]


@dataclass(frozen=True, slots=True)
class RiskModel:
    """Weights (0 or more) and intercepts of P(high) and P(moderate or high)."""

    high: Mapping[str, float]
    raised: Mapping[str, float]
    version: str

    @classmethod
    def load(cls, path: Path) -> RiskModel:
        """Load the weights.

        Raises
        ------
        ModelError
            The file is absent or damaged.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls(content["high"], content["raised"], content["version"])
        except (OSError, KeyError, ValueError) as error:
            raise ModelError(f"{path.name}: no risk weights of this version ({type(error).__name__})") from None

    def score(self, factors: Mapping[str, float]) -> tuple[float, float]:
        """Return P(high) and P(moderate or high)."""
        high = _logistic(self.high, factors)
        return high, max(high, _logistic(self.raised, factors))

    def level(self, factors: Mapping[str, float]) -> Level:
        """Return the more likely level."""
        high, raised = self.score(factors)
        return "high" if high >= 0.5 else "moderate" if raised >= 0.5 else "low"


def _logistic(weights: Mapping[str, float], factors: Mapping[str, float]) -> float:
    total = weights["intercept"] + sum(weights[name] * factors.get(name, 0.0) for name in FACTORS)
    return 1 / (1 + math.exp(-total))


def missing_elements(findings: list[Finding]) -> list[str]:
    """Return the elements that findings call missing, in the guide's order."""
    names = {f.rule.name for f in findings if f.result == "fail"}
    return [element for element, rules in _ELEMENT_FACTORS.items() if names & set(rules)]


def factors_of(encounter: Encounter, findings: list[Finding]) -> dict[str, float]:
    """Return the factors of a note, each 0..1."""
    judged = judged_service(encounter)
    names = {f.rule.name for f in findings if f.result == "fail"}
    reads = judged.reads_as(encounter)
    factors = {name: float(name in names) for name in FACTORS}
    factors["reads_otherwise"] = _reads_otherwise(encounter, judged)
    factors["reads_undetermined"] = float(reads == "undetermined")
    factors["two_or_more_missing"] = float(len(missing_elements(findings)) >= 2)
    factors["skill_doubtful"] = 1.0 - encounter.skill
    factors["nothing_rendered"] = float(not encounter.services)
    return factors


def _reads_otherwise(encounter: Encounter, judged: Judged) -> float:
    return 1.0 - judged.probability_as_claimed(encounter)


def what_would_change(model: RiskModel, factors: Mapping[str, float], missing: list[str]) -> list[tuple[str, float, Level]]:
    """Return what lowers the risk, strongest first: each missing element found, the skill shown, the code matched."""
    now, _ = model.score(factors)
    changes: list[tuple[str, dict[str, float]]] = []
    for element in missing:
        names = _ELEMENT_FACTORS[element]
        left = len(missing) - 1
        changed = {**factors, **dict.fromkeys(names, 0.0), "two_or_more_missing": float(left >= 2)}
        words = "a measured response" if element == "response" else f"the {element}"
        changes.append((f"with {words} documented", changed))
    if factors["skill_doubtful"] >= 0.5:
        changes.append(("with the therapist's skill shown", {**factors, "skill_doubtful": 0.0}))
    if factors["reads_otherwise"] >= 0.5:
        changes.append(("billed as what it reads as", {**factors, "reads_otherwise": 0.0, "reads_undetermined": 0.0}))
    scored = [(words, model.score(changed)[0], model.level(changed)) for words, changed in changes]
    return sorted((s for s in scored if s[1] < now - 0.005), key=lambda s: (s[1], s[0]))
