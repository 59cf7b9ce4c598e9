"""Drawing a sample that anybody can draw again: a unit's random number is the SHA-256 of ``SEED:UNIT``, the smallest are taken.

Since the numbers depend on the seed and on the unit's own number alone, the sample does not depend on the order of the frame, the
machine or a program's version; ``sha256sum`` checks it.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from note_review.errors import SettingsError

Allocation = Literal["proportional", "equal", "neyman"]
ALLOCATIONS: tuple[Allocation, ...] = get_args(Allocation)
LEAST = 2
PROBE = 30


@dataclass(frozen=True, slots=True)
class StratumFrame:
    """What the frame has in a stratum: units, and the standard deviation of their amounts (US dollars)."""

    name: str
    units: int
    deviation: float = 0.0


def random_number(seed: str, unit: str) -> str:
    """Return a unit's random number: 64 hexadecimal digits."""
    return hashlib.sha256(f"{seed}:{unit}".encode()).hexdigest()


def allocate(strata: Mapping[str, StratumFrame], size: int, how: Allocation) -> dict[str, int]:
    """Return how many units each stratum gives: at least two each, no more than it has, ``size`` together.

    ``proportional`` to the units, ``equal``, or ``neyman``: to units times the deviation of their amounts (Cochran 5.26).

    Raises
    ------
    SettingsError
        The size is too small for two units of each stratum.
    """
    least = {name: min(LEAST, s.units) for name, s in strata.items()}
    size = min(size, sum(s.units for s in strata.values()))
    if sum(least.values()) > size:
        raise SettingsError(f"{len(strata)} strata need a sample of at least {sum(least.values())}: two units each")
    weights = {name: _weight(s, how) for name, s in strata.items()}
    if not any(weights.values()):
        weights = {name: float(s.units) for name, s in strata.items()}
    given = dict(least)
    while (left := size - sum(given.values())) > 0:
        open_ones = {name: weights[name] for name, s in strata.items() if given[name] < s.units}
        if not any(open_ones.values()):
            open_ones = dict.fromkeys(open_ones, 1.0)
        _hand_out(given, open_ones, left, {name: s.units for name, s in strata.items()}, size)
    return given


def _weight(stratum: StratumFrame, how: Allocation) -> float:
    if how == "equal":
        return 1.0
    return stratum.units * (stratum.deviation if how == "neyman" else 1.0)


def _hand_out(given: dict[str, int], weights: Mapping[str, float], left: int, most: Mapping[str, int], size: int) -> None:
    """Give each open stratum what it lacks of its share of the whole, at least one unit to the one that lacks most."""
    whole = math.fsum(weights.values())
    target = {name: size * weight / whole for name, weight in weights.items()}
    order = sorted(weights, key=lambda name: (given[name] - target[name], name))
    for place, name in enumerate(order):
        lacking = max(int(place == 0), math.floor(target[name] - given[name]))
        step = min(lacking, most[name] - given[name], left)
        given[name] += step
        left -= step
