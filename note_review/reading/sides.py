"""Measures of two sides: what differs by so little is no difference between them."""

from __future__ import annotations

from collections.abc import Iterable

_ALIKE = 0.95
# What a finding is set beside.
OTHER_SIDE = r"(?:the |his |her |its )?(?:R|L|right|left|other|uninvolved|unaffected|opposite|sound|good)\b(?: (?:side|one|leg|arm|hand|foot|limb|[UL]E))?"


def alike(values: Iterable[float]) -> bool:
    """Say whether measures differ by no more than a twentieth of the greatest."""
    known = list(values)
    return min(known) >= _ALIKE * max(known)
