"""Measures of two sides: what differs by so little is no difference between them."""

from __future__ import annotations

from collections.abc import Iterable

_ALIKE = 0.95


def alike(values: Iterable[float]) -> bool:
    """Say whether measures differ by no more than a twentieth of the greatest."""
    known = list(values)
    return min(known) >= _ALIKE * max(known)
