"""How large a sample must be, from a probe sample or from an expected error rate.

Cochran, Sampling Techniques, 3rd ed., 4.1 (rates) and 4.6 (means): n0 without, n with the finite-population correction.
"""

from __future__ import annotations

import math
from statistics import NormalDist

PRECISIONS = (0.05, 0.10, 0.15, 0.25)
CONFIDENCES = (0.80, 0.90, 0.95, 0.99)


def size_for_rate(units: int, *, rate: float, half_width: float, confidence: float = 0.90) -> int:
    """Return the units to sample so that a rate's interval is at most ``half_width`` (0..1) to either side.

    Parameters
    ----------
    units
        How many the frame has.
    rate
        What is expected, 0..1; 0.5 where nobody knows.
    """
    first = _z(confidence) ** 2 * rate * (1 - rate) / half_width**2
    return _corrected(first, units)


def size_for_amount(units: int, *, mean: float, deviation: float, precision: float, confidence: float = 0.90) -> int:
    """Return the units to sample so that the amount's interval is at most ``precision`` (0..1) of the amount to either side.

    Parameters
    ----------
    mean, deviation
        Of the unsupported amount per unit in the probe, US dollars; a mean of 0 gives the whole frame.
    """
    if not mean:
        return units
    return _corrected((_z(confidence) * deviation / (precision * mean)) ** 2, units)


def _corrected(first: float, units: int) -> int:
    return min(units, math.ceil(first / (1 + first / units) - 1e-9))


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)
