"""What a sample says of the frame: error rate and amount, each with a two-sided interval whose lower limit is named.

Textbook formulas for finite populations (Cochran, Sampling Techniques, 3rd ed., ch. 2, 3 and 5), the ones that auditors' programs use:
an unstratified rate has exact hypergeometric limits; an unstratified amount has Student's t with n-1 degrees of freedom; strata
add up with Student's t and Satterthwaite's degrees of freedom (Cochran 5.16), which is a little wider than the normal deviate. Where a
stratified rate rests on few errors, or on few units without, its limits are those of Korn and Graubard (1998): binomial limits for as
many units as a simple sample of the same precision would have.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, variance

CONFIDENCE = 0.90
FEW_ERRORS = 8


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum: how many units the frame has in it, and what was found of each sampled unit.

    ``errors`` says of each sampled unit whether it is in error, ``amounts`` what of its payment is not supported (US dollars,
    below 0 where it was paid too little).
    """

    name: str
    units: int
    errors: tuple[bool, ...]
    amounts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A point estimate with its two-sided interval. ``lower`` is the lower limit that a demand is usually made at.

    ``degrees`` are those of Student's t, None where the limits are exact. ``standard_error`` is that of the point.
    """

    point: float
    lower: float
    upper: float
    standard_error: float
    degrees: float | None
    method: str

    @property
    def precision(self) -> float | None:
        """Half of the interval as a share of the point, None where the point is 0."""
        return (self.upper - self.lower) / 2 / abs(self.point) if self.point else None


def error_rate(strata: Sequence[Stratum], *, confidence: float = CONFIDENCE) -> Estimate:
    """Return the share (0..1) of the frame's units that are in error."""
    if len(strata) == 1:
        return _exact_rate(strata[0], confidence)
    total = sum(s.units for s in strata)
    found = _stratified(strata, lambda s: [float(e) for e in s.errors], confidence)
    errors, sampled = sum(sum(s.errors) for s in strata), sum(len(s.errors) for s in strata)
    if min(errors, sampled - errors) < FEW_ERRORS and sampled < total:
        return _rate_of_few(found.point / total, found.standard_error / total, sampled, (1 - confidence) / 2)
    lower, upper = max(0.0, found.lower / total), min(1.0, found.upper / total)
    return Estimate(found.point / total, lower, upper, found.standard_error / total, found.degrees, found.method)


def total_amount(strata: Sequence[Stratum], *, confidence: float = CONFIDENCE) -> Estimate:
    """Return what the whole frame was paid without support, US dollars.

    The interval is the formula's: its lower limit may be below 0, which says that the sample shows no overpayment.
    """
    return _stratified(strata, lambda s: list(s.amounts), confidence)


def _stratified(strata: Sequence[Stratum], values_of: Callable[[Stratum], list[float]], confidence: float) -> Estimate:
    """Estimate a total over strata (or one): Cochran 5.3, 5.13 and 5.16; with one stratum 2.8, 2.22 and n-1 degrees."""
    point, parts = 0.0, list[tuple[float, int]]()
    for stratum in strata:
        values = values_of(stratum)
        point += stratum.units * fmean(values)
        sampled = len(values)
        spread = variance(values) if sampled > 1 else 0.0
        parts.append((stratum.units * (stratum.units - sampled) * spread / sampled, sampled - 1))
    error = math.sqrt(math.fsum(part for part, _ in parts))
    degrees = _degrees(parts)
    half = _t(confidence, degrees) * error
    method = "Student's t with finite-population correction"
    if len(strata) > 1:
        method += ", strata added with Satterthwaite's degrees of freedom"
    return Estimate(point, point - half, point + half, error, degrees, method)


def _degrees(parts: Sequence[tuple[float, int]]) -> float:
    """Return Satterthwaite's degrees of freedom; strata that were taken whole add nothing to the error."""
    below = math.fsum(part * part / degrees for part, degrees in parts if degrees > 0)
    if len(parts) == 1 or below == 0:
        return float(max(1, sum(degrees for _, degrees in parts)))
    return math.fsum(part for part, _ in parts) ** 2 / below


def _t(confidence: float, degrees: float) -> float:
    from scipy.stats import t

    return float(t.ppf((1 + confidence) / 2, degrees))


def _exact_rate(stratum: Stratum, confidence: float) -> Estimate:
    """Return a rate with exact limits: the least and the greatest number of errors in the frame that the sample does not refute."""
    sampled, found, units = len(stratum.errors), sum(stratum.errors), stratum.units
    tail = (1 - confidence) / 2
    rate = found / sampled
    lower, upper = _hypergeometric_limits(units, sampled, found, tail)
    error = math.sqrt((1 - sampled / units) * rate * (1 - rate) / (sampled - 1)) if sampled > 1 else 0.0
    return Estimate(rate, lower / units, upper / units, error, None, "exact hypergeometric limits")


def _rate_of_few(rate: float, error: float, sampled: int, tail: float) -> Estimate:
    """Return a stratified rate with binomial limits for the effective number of units, never more than were sampled."""
    from scipy.stats import beta

    units = min(float(sampled), rate * (1 - rate) / error**2) if error else float(sampled)
    found = rate * units
    lower = float(beta.ppf(tail, found, units - found + 1)) if found else 0.0
    upper = float(beta.ppf(1 - tail, found + 1, units - found)) if found < units else 1.0
    return Estimate(rate, lower, upper, error, None, "binomial limits for the effective sample size (Korn and Graubard)")


def _hypergeometric_limits(units: int, sampled: int, found: int, tail: float) -> tuple[int, int]:
    """Return the least K with P(X >= found) > tail and the greatest K with P(X <= found) > tail, K errors among the units."""
    from scipy.stats import hypergeom

    lowest, highest = found, units - (sampled - found)
    lower = _first(lowest, highest, lambda k: float(hypergeom.sf(found - 1, units, k, sampled)) > tail) if found else 0
    # The chance of so few falls as K grows: the last K that keeps it above the tail.
    upper = _first(lowest, highest + 1, lambda k: k > highest or float(hypergeom.cdf(found, units, k, sampled)) <= tail) - 1
    return lower, upper


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """Return the first number from ``low`` for which a condition holds that then holds for all; ``high`` where none before does."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def cautions(strata: Sequence[Stratum]) -> tuple[str, ...]:
    """Return what weakens the estimates, in words for the report."""
    said = []
    errors = sum(sum(s.errors) for s in strata)
    if 0 < errors < FEW_ERRORS:
        said.append(f"Only {errors} sampled units are in error: the interval of the amount is rough with so few.")
    if errors == 0:
        said.append("No sampled unit is in error: an amount cannot be estimated from this sample.")
    single = [s.name for s in strata if len(s.errors) == 1 and s.units > 1]
    if single:
        said.append(f"Strata with one sampled unit show no spread: {', '.join(single)}.")
    return tuple(said)
