"""Risk: the calibrated probability that a reviewer would down-code or deny, by monotone weights over inspectable factors.

Two logistic regressions with weights of zero or more (a factor can only raise the risk) give P(high) and P(moderate or high);
``training.calibrate`` fits them on readings of notes that the readers had not seen. The weights lie in ``risk.json`` beside the engine's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from note_review.claims.withheld import was_given
from note_review.encounter import Encounter
from note_review.findings import Finding
from note_review.judged import Judged, judged_service, reads_as_claimed
from note_review.model_file import read_model_file
from note_review.reading.service_names import TIMED_CODES

FACTORS = (
    "guide_says_high", "guide_says_raised", "chance_of_high", "chance_of_raised", "reads_otherwise", "reads_undetermined",
    "deficit_doubtful", "technique_doubtful", "minutes_missing", "response_doubtful", "skill_doubtful", "shared", "nothing_rendered",
)  # fmt: skip
# A wrong low costs a denial, a wrong moderate a second look; on dev this calls a high note low a third as often as one half would.
RAISED_FROM = 0.3
# High is said where it is likelier than not.
HIGH_FROM = 0.5
# What the guide calls high outright (another code, two elements missing, a service shared, nothing given) has at least this probability, because dev has
# too few notes of some causes to fit them. Of the 18 that dev and its twins have below one half, author by author left out, 13 are high.
OUTRIGHT = HIGH_FROM
# How much of the fitted probability is added there: enough to keep their order, and a quarter stays below those 13 of 18.
OUTRIGHT_SHARE = 0.25
# The four elements of a documented service in the guide's order, each with the reasons that say it is missing.
REASONS_OF_ELEMENT = {
    "deficit": ("deficit_missing", "deficit_not_specific"),
    "technique": ("technique_missing",),
    "minutes": ("minutes_missing",),
    "response": ("response_missing", "response_not_measured"),
}
ELEMENTS = tuple(REASONS_OF_ELEMENT)
Level = Literal["low", "moderate", "high"]
LEVELS: tuple[Level, ...] = get_args(Level)


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
        return read_model_file(path, cls._of, what="risk weights")

    @classmethod
    def _of(cls, content: Any) -> RiskModel:
        high, raised = ({name: float(content[part][name]) for name in ("intercept", *FACTORS)} for part in ("high", "raised"))
        return cls(high, raised, str(content["version"]))

    def score(self, factors: Mapping[str, float]) -> tuple[float, float]:
        """Return P(high), at least :data:`OUTRIGHT` and in the weights' order where the guide calls high what was read, and P(moderate or high)."""
        high = _logistic(self.high, factors)
        if factors["guide_says_high"]:
            high = max(high, OUTRIGHT + OUTRIGHT_SHARE * high)
        return high, max(high, _logistic(self.raised, factors))

    def judge(self, factors: Mapping[str, float]) -> tuple[float, Level]:
        """Return P(high) and the level: high where that is likelier than not, low where less than :data:`RAISED_FROM` speaks against it."""
        high, raised = self.score(factors)
        return high, "high" if high >= HIGH_FROM else "moderate" if raised >= RAISED_FROM else "low"


def _logistic(weights: Mapping[str, float], factors: Mapping[str, float]) -> float:
    total = weights["intercept"] + sum([weights[name] * factors[name] for name in FACTORS])
    return 1 / (1 + math.exp(-total))


@dataclass(frozen=True, slots=True)
class Facts:
    """What the risk of a note rests on.

    ``judged`` is the service that risk is about, ``given`` False where the note says that it was not given; ``otherwise`` is the probability (0..1) that the judged service reads as another code than claimed, ``lacking`` those that an element is
    missing (``deficit``, ``technique``, ``minutes``, ``response``), that no ``skill`` shows and that it was ``shared`` with others; ``rules``
    the names of rules that fail, or would if a draft ended here.
    """

    judged: Judged
    otherwise: float
    as_claimed: bool
    undetermined: bool
    lacking: Mapping[str, float]
    rules: frozenset[str]
    rendered: bool
    given: bool

    @property
    def missing(self) -> list[str]:
        """The missing elements, in the guide's order."""
        return [element for element, names in REASONS_OF_ELEMENT.items() if not self.rules.isdisjoint(names)]

    @property
    def guide_level(self) -> Level:
        """The guide's level for what was read, however sure the reading is (guide: risk)."""
        if not self.as_claimed or len(self.missing) >= 2 or "not_one_on_one" in self.rules or not self.rendered:
            return "high"
        return "moderate" if self.missing or "skilled_need_missing" in self.rules else "low"

    def factors(self) -> dict[str, float]:
        """Return the factors of the risk, each 0..1: the guide's verdict on what was read, how likely it is given how sure the readings are, and these."""
        guide = self.guide_level
        likely_high, likely_raised = self._chances()
        return {
            "guide_says_high": float(guide == "high"),
            "guide_says_raised": float(guide != "low"),
            "chance_of_high": likely_high,
            "chance_of_raised": likely_raised,
            "reads_otherwise": self.otherwise,
            "reads_undetermined": float(self.undetermined),
            **{f"{element}_doubtful": self.lacking[element] for element in ("deficit", "technique", "response", "skill")},
            "minutes_missing": self.lacking["minutes"],
            "shared": self.lacking["shared"],
            "nothing_rendered": float(not self.rendered),
        }

    def _chances(self) -> tuple[float, float]:
        """Return how likely the guide's verdict is high, and moderate or high, were the readings independent."""
        as_claimed = 0.0 if self.undetermined or not self.rendered else 1.0 - self.otherwise
        there = [1.0 - self.lacking[element] for element in ELEMENTS]
        all_there = math.prod(there)
        one_missing = sum((1.0 - p) * math.prod(there[:i] + there[i + 1 :]) for i, p in enumerate(there))
        alone = as_claimed * (1.0 - self.lacking["shared"])
        return 1.0 - alone * (all_there + one_missing), 1.0 - alone * all_there * (1.0 - self.lacking["skill"])


def facts_of(encounter: Encounter, findings: list[Finding]) -> Facts:
    """Return what the risk of a note rests on."""
    judged = judged_service(encounter)
    reads = judged.reads_as(encounter)
    sure = encounter.documented
    rules = frozenset(f.rule.name for f in findings if f.counts)
    return Facts(
        judged=judged,
        otherwise=1.0 - judged.probability_as_claimed(encounter),
        as_claimed=reads_as_claimed(judged.code, reads),
        undetermined=reads == "undetermined",
        lacking={
            "deficit": 1.0 - sure["deficit"] * sure["specific"],
            "technique": 1.0 - sure["technique"],
            "minutes": float("minutes_missing" in rules),
            "response": 1.0 - sure["response"] * sure["measured"],
            "skill": 1.0 - sure["skill"],
            "shared": 1.0 - sure["alone"] if judged.code in TIMED_CODES else 0.0,
        },
        rules=rules,
        rendered=bool(encounter.services),
        given=was_given(encounter, judged),
    )
