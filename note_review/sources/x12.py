"""837P professional claims (X12 005010X222A1): who was treated by whom on which day, and the lines billed.

Own reader of segments: the published libraries validate whole implementation guides at a fraction of a second a claim, and
nothing of that is wanted here.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from note_review.errors import InputError
from note_review.note import ClaimLine
from note_review.sources.billed import BilledVisit
from note_review.sources.dates import parse_stamp
from note_review.sources.document import UnreadableNote

MAX_BYTES = 256 * 1024 * 1024
REPLACEMENT, VOID = "7", "8"
Segment = list[str]


@dataclass(slots=True)
class _Line:
    """One service line as its segments come."""

    billed: ClaimLine | None
    day: datetime.date | None = None
    clinicians: tuple[str, ...] = ()


@dataclass(slots=True)
class _Claim:
    """One CLM loop."""

    number: int
    frequency: str
    patients: tuple[str, ...]
    clinicians: tuple[str, ...] = ()
    lines: list[_Line] = field(default_factory=list)


def read(path: Path, *, source: str) -> tuple[list[BilledVisit], list[UnreadableNote]]:
    """Read the claims of a file.

    Returns
    -------
    tuple
        The visits, and each claim that gives none with the reason.

    Raises
    ------
    InputError
        The file is too large, is no interchange of claims, or is cut off.
    """
    if path.stat().st_size > MAX_BYTES:
        raise InputError(f"is larger than {MAX_BYTES // 1024**2} MB", source=source)
    segments, component = _segments(path.read_bytes().decode("latin-1"), source)
    if not any(s[0] == "ST" and s[1:2] == ["837"] for s in segments):
        raise InputError("is X12, but no 837", source=source)
    visits: list[BilledVisit] = []
    problems: list[UnreadableNote] = []
    for claim in _claims(segments, component):
        found = list(_visits(claim, source))
        visits += found
        if not found:
            problems.append(
                UnreadableNote("has no line with a procedure code and a day", source=source, place=f"claim {claim.number}")
            )
    if segments[-1][0] != "IEA":
        problems.append(UnreadableNote("the file is cut off: the interchange has no end", source=source))
    return visits, problems


def _segments(text: str, source: str) -> tuple[list[Segment], str]:
    """Take the separators from their fixed places in ISA, and the segments apart."""
    text = text.lstrip("\ufeff\u00ef\u00bb\u00bf \r\n\t")
    if not text.startswith("ISA") or len(text) < 106:
        raise InputError("is not X12: it does not begin with ISA", source=source)
    element, component, terminator = text[3], text[104], text[105]
    segments = [part.strip("\r\n ").split(element) for part in text.split(terminator)]
    return [s for s in segments if s[0]], component


def _claims(segments: list[Segment], component: str) -> Iterator[_Claim]:
    claim: _Claim | None = None
    patients: tuple[str, ...] = ()
    number = 0
    for segment in segments:
        name = segment[0]
        if name in ("HL", "SE", "CLM") and claim is not None:
            yield claim
            claim = None
        if name == "HL":
            # A patient's own level replaces the subscriber's names.
            patients = ()
        elif name == "CLM":
            number += 1
            frequency = _at(_at(segment, 5).split(component), 2)
            claim = _Claim(number, frequency, (*patients, _at(segment, 1)))
        elif claim is not None:
            _within(claim, segment, component)
        elif name == "NM1" and _at(segment, 1) in ("IL", "QC"):
            patients = (*patients, *_names(segment))
    if claim is not None:
        yield claim


def _within(claim: _Claim, segment: Segment, component: str) -> None:
    """Take a segment of a claim: of its last line where it has one."""
    line = claim.lines[-1] if claim.lines else None
    match segment:
        case ["SV1", procedure, *_]:
            claim.lines.append(_Line(_billed(procedure.split(component), segment)))
        case ["DTP", "472", _, when, *_] if line is not None:
            line.day = parse_stamp(when.partition("-")[0])
        case ["NM1", "82", *_] if line is not None:
            line.clinicians = _names(segment)
        case ["NM1", "82", *_]:
            claim.clinicians = _names(segment)
        case ["REF", "EA", number, *_]:
            claim.patients = (*claim.patients, number)


def _billed(procedure: Segment, segment: Segment) -> ClaimLine | None:
    if procedure[0] != "HC":
        return None
    modifiers = tuple(filter(None, procedure[2:6]))
    try:
        # MJ counts minutes, which are no units.
        units = round(float(_at(segment, 4))) if _at(segment, 3) == "UN" else None
        return ClaimLine(code=_at(procedure, 1), units=units, modifiers=modifiers)
    except (ValueError, OverflowError, ValidationError):
        return None


def _visits(claim: _Claim, source: str) -> Iterator[BilledVisit]:
    visits: dict[tuple[datetime.date, tuple[str, ...]], list[ClaimLine]] = {}
    for line in claim.lines:
        if line.billed is not None and line.day is not None:
            visits.setdefault((line.day, line.clinicians or claim.clinicians), []).append(line.billed)
    replaces = claim.frequency in (REPLACEMENT, VOID)
    for (day, clinicians), lines in visits.items():
        kept = () if claim.frequency == VOID else tuple(lines)
        yield BilledVisit(claim.patients, day, clinicians, kept, source, f"claim {claim.number}", replaces)


def _names(segment: Segment) -> tuple[str, ...]:
    """Return the name and the number of an NM1."""
    name = " ".join(filter(None, (_at(segment, 4), _at(segment, 3))))
    return tuple(filter(None, (_at(segment, 9), name)))


def _at(parts: Segment, place: int) -> str:
    return parts[place].strip() if place < len(parts) else ""
