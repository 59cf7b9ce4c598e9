"""Titles of those who give therapy, as notes write them, by discipline."""

from __future__ import annotations

import re

PHYSICAL_THERAPISTS = frozenset({"PT", "DPT", "MPT", "MSPT", "RPT", "LPT"})
PHYSICAL_ASSISTANTS = frozenset({"PTA", "LPTA"})
PHYSICAL_STUDENTS = frozenset({"SPT", "SPTA"})
OCCUPATIONAL_THERAPISTS = frozenset({"OT", "OTR", "OTR/L", "OTD", "MOT"})
OCCUPATIONAL_ASSISTANTS = frozenset({"OTA", "OTA/L", "COTA", "COTA/L"})
SPEECH_THERAPISTS = frozenset({"SLP", "CCC-SLP"})
# A hand therapist is an occupational therapist, or less often a physical one.
HAND_THERAPISTS = frozenset({"CHT"})
THERAPISTS = PHYSICAL_THERAPISTS | OCCUPATIONAL_THERAPISTS | HAND_THERAPISTS


def any_of(titles: frozenset[str]) -> str:
    """Return a pattern that reads the longest of some titles: ``COTA/L`` before ``COTA``."""
    return "|".join(map(re.escape, sorted(titles, key=lambda title: (-len(title), title))))
