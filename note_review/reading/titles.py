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


# Titles in words are professional identification as much as their letters (Benefit Policy Manual ch. 15, 220.3.E).
IN_WORDS = {
    "physical therapist assistant": "PTA",
    "physical therapy assistant": "PTA",
    "occupational therapy assistant": "OTA",
    "occupational therapist assistant": "OTA",
    "physical therapist": "PT",
    "occupational therapist": "OT",
    "speech-language pathologist": "SLP",
}


def any_of(titles: frozenset[str]) -> str:
    """Return a pattern that reads the longest of some titles: ``COTA/L`` before ``COTA``."""
    return "|".join(map(re.escape, sorted(titles, key=lambda title: (-len(title), title))))


def dotted(titles: frozenset[str]) -> str:
    """Return a pattern that reads some titles with a full stop behind each letter (``P.T.``), but for the last one's."""
    return "|".join(
        re.sub(r"\w(?=\w)", r"\g<0>\\.", title).replace("/", r"\.?/") + r"(?:\.|(?![\w.]))"
        for title in sorted(titles, key=lambda title: (-len(title), title))
    )


def either_way(titles: frozenset[str]) -> str:
    """Return a pattern that reads some titles with or without full stops."""
    return f"{dotted(titles)}|{any_of(titles)}"


def standard(written: str) -> str:
    """Return the letters of a title however it is written: ``P.T.`` and ``Physical Therapist`` are ``PT``."""
    return IN_WORDS.get(written.lower()) or written.upper().replace(".", "")
