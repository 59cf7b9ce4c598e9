"""Risk: the calibrated probability that a reviewer would down-code or deny, by monotone weights over inspectable factors.

Two logistic regressions with weights of zero or more (a factor can only raise the risk) give P(high) and P(moderate or high);
``training.risk`` fits them on readings of notes that the readers had not seen. The weights lie in ``models/risk/weights.json``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from note_review.encounter import Encounter
from note_review.errors import ModelError
from note_review.findings import Finding
from note_review.judged import judged_service, reads_as_claimed

FACTORS = (
    "guide_says_high", "guide_says_raised", "reads_otherwise", "reads_undetermined", "deficit_missing", "technique_missing",
    "minutes_missing", "response_missing", "response_not_measured", "skill_doubtful", "not_one_on_one", "nothing_rendered",
)  # fmt: skip
_ELEMENT_RULES = {
    "deficit": {"deficit_missing", "deficit_not_specific"},
    "technique": {"technique_missing"},
    "minutes": {"minutes_missing"},
    "response": {"response_missing", "response_not_measured"},
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
            high, raised = ({name: float(content[part][name]) for name in ("intercept", *FACTORS)} for part in ("high", "raised"))
            return cls(high, raised, str(content["version"]))
        except (OSError, KeyError, ValueError) as error:
            raise ModelError(f"{path.name}: no risk weights of this version ({type(error).__name__})") from None

    def score(self, factors: Mapping[str, float]) -> tuple[float, float]:
        """Return P(high) and P(moderate or high)."""
        high = _logistic(self.high, factors)
        return high, max(high, _logistic(self.raised, factors))

    def judge(self, factors: Mapping[str, float]) -> tuple[float, Level]:
        """Return P(high) and the more likely level."""
        high, raised = self.score(factors)
        return high, "high" if high >= 0.5 else "moderate" if raised >= 0.5 else "low"

    def level(self, factors: Mapping[str, float]) -> Level:
        """Return the more likely level."""
        return self.judge(factors)[1]


def _logistic(weights: Mapping[str, float], factors: Mapping[str, float]) -> float:
    total = weights["intercept"] + sum(weights[name] * factors.get(name, 0.0) for name in FACTORS)
    return 1 / (1 + math.exp(-total))


@dataclass(frozen=True, slots=True)
class Facts:
    """What the risk of a note rests on.

    ``otherwise`` is the probability (0..1) that the judged service reads as another code than claimed, ``reads`` its reading,
    ``rules`` the names of failing rules, ``skill`` the probability that a therapist's skill shows.
    """

    otherwise: float
    as_claimed: bool
    undetermined: bool
    rules: frozenset[str]
    skill: float
    rendered: bool

    @property
    def missing(self) -> list[str]:
        """The missing elements, in the guide's order."""
        return [element for element, rules in _ELEMENT_RULES.items() if self.rules & rules]

    def factors(self) -> dict[str, float]:
        """Return the factors of the risk, each 0..1: the guide's own verdict on what was read, and how sure the readings are."""
        shared = "not_one_on_one" in self.rules
        high = not self.as_claimed or len(self.missing) >= 2 or shared or not self.rendered
        raised = high or bool(self.missing) or "skilled_need_missing" in self.rules
        return {
            "guide_says_high": float(high),
            "guide_says_raised": float(raised),
            "reads_otherwise": self.otherwise,
            "reads_undetermined": float(self.undetermined),
            "deficit_missing": float("deficit" in self.missing),
            "technique_missing": float("technique" in self.missing),
            "minutes_missing": float("minutes" in self.missing),
            "response_missing": float("response_missing" in self.rules),
            "response_not_measured": float("response_not_measured" in self.rules),
            "skill_doubtful": 1.0 - self.skill,
            "not_one_on_one": float(shared),
            "nothing_rendered": float(not self.rendered),
        }


def facts_of(encounter: Encounter, findings: list[Finding]) -> Facts:
    """Return what the risk of a note rests on."""
    judged = judged_service(encounter)
    reads = judged.reads_as(encounter)
    return Facts(
        otherwise=1.0 - judged.probability_as_claimed(encounter),
        as_claimed=reads_as_claimed(judged.code, reads),
        undetermined=reads == "undetermined",
        rules=frozenset(f.rule.name for f in findings if f.result == "fail"),
        skill=encounter.skill,
        rendered=bool(encounter.services),
    )


def what_would_change(model: RiskModel, facts: Facts) -> list[tuple[str, float, Level]]:
    """Return what lowers the risk, strongest first: each missing element found, the skill shown, the code matched."""
    now, _ = model.judge(facts.factors())
    changes: list[tuple[str, Facts]] = []
    for element in facts.missing:
        words = "a measured response" if element == "response" else f"the {element}"
        changes.append((f"with {words} documented", replace(facts, rules=facts.rules - _ELEMENT_RULES[element])))
    if "skilled_need_missing" in facts.rules:
        changes.append(
            ("with the therapist's skill shown", replace(facts, rules=facts.rules - {"skilled_need_missing"}, skill=1.0))
        )
    if not facts.as_claimed and not facts.undetermined:
        changes.append(("billed as what it reads as", replace(facts, as_claimed=True, otherwise=0.0)))
    scored = [(words, *model.judge(changed.factors())) for words, changed in changes]
    return sorted((s for s in scored if s[1] < now - 0.005), key=lambda s: (s[1], s[0]))
