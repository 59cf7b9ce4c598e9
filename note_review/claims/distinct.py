"""Whether two services are marked, and shown, to be distinct: separate time, region or purpose.

Source: NCCI Policy Manual 2026 ch. I E.1.d(3), ch. XI P.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from note_review.claims.clocks import blocks_of, shared_minutes
from note_review.encounter import Encounter, Service
from note_review.note import ClaimLine, Span
from note_review.reading.small_letters import any_case, small

_REGIONS = {
    "neck": r"neck|cervical|c[- ]?spine",
    "back": r"low(?:er)? back|lumbar|l[- ]?spine|thoracic|t[- ]?spine",
    "shoulder": r"shoulder|scapul\w+|glenohumeral|rotator cuff",
    "arm": r"elbow|wrist|hand|finger|thumb|forearm",
    "hip": r"hip|pelvis|pelvic|gluteal",
    "knee": r"knee|patell\w+|quad\w*",
    "ankle": r"ankle|foot|calf|gastroc\w*|plantar",
}
_REGION = any_case("|".join(rf"(?P<{name}>\b(?:{words})\b)" for name, words in _REGIONS.items()))


@dataclass(frozen=True, slots=True)
class Distinct:
    """What the note shows. ``by`` names the grounds (clock, minutes, region); ``overlap`` is true where clock times overlap."""

    shown: bool
    by: tuple[Literal["clock", "minutes", "region"], ...]
    overlap: bool
    evidence: tuple[Span, ...]


def marked_distinct(lines: Iterable[ClaimLine], modifiers: frozenset[str]) -> str | None:
    """Return the distinct-service modifier on any of some lines, an empty string where none has one, None where nobody says."""
    found = [line.modifiers for line in lines]
    for carried in found:
        for modifier in carried or ():
            if modifier in modifiers:
                return modifier
    return None if any(carried is None for carried in found) else ""


def shown_distinct(encounter: Encounter, one: str, other: str) -> Distinct:
    """Say whether the note shows two codes' services as distinct.

    Clock times that do not overlap show it best; each service with minutes of its own shows separate time; different
    regions of the body in the two services' words show a separate structure. Overlapping clock times speak against it.
    """
    pairs = [[s for s in encounter.services if code in (s.billed, s.named)] for code in (one, other)]
    blocks = blocks_of(encounter, (one, other))
    clocks = [[block for block in blocks if block.code == code] for code in (one, other)]
    by: list[Literal["clock", "minutes", "region"]] = []
    overlap = any(shared.one != shared.other for shared in shared_minutes(blocks))
    if clocks[0] and clocks[1] and not overlap:
        by.append("clock")
    if all(found and all(s.minutes for s in found) for found in pairs):
        by.append("minutes")
    regions = [_regions(encounter, found) for found in pairs]
    if regions[0] and regions[1] and not regions[0] & regions[1]:
        by.append("region")
    spans = tuple(block.span for found in clocks for block in found) or tuple(
        m.span for m in encounter.minutes if m.scope in (one, other)
    )
    return Distinct(bool(by) and not overlap, tuple(by), overlap, spans)


def _regions(encounter: Encounter, services: Sequence[Service]) -> set[str]:
    text = encounter.note.text
    parts = [text[part.start : part.end] for service in services for part in service.parts or (service.span,)]
    return {match.lastgroup for part in parts for match in _REGION.finditer(small(part)) if match.lastgroup}
