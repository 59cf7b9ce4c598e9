"""What a note says, as frozen facts. Readers fill it, checks judge it; no spaCy type comes past here."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from note_review.note import ClaimLine, Note, Span

NEUROMUSCULAR_DOMAINS = frozenset({"movement", "balance", "coordination", "kinesthetic_sense", "posture", "proprioception"})
DOMAINS = (*sorted(NEUROMUSCULAR_DOMAINS), "strength", "endurance", "range_of_motion", "flexibility", "function")
FAMILIES = ("neuromuscular", "exercise", "activities", "gait", "manual", "other")
# The codes that words are told apart for, what a service can be, and what one can be read as.
THREE = ("97112", "97110", "97530")
CODES = (*THREE, "other")
READS_AS = (*CODES, "undetermined")
# The code that each family of techniques stands for.
FAMILY_CODES = dict(zip(FAMILIES, (*CODES, "other", "other"), strict=True))
MentionKind = Literal["deficit", "technique", "response"]


class Assertion(StrEnum):
    """How a therapy phrase stands in the note: one value, not five flags."""

    PRESENT = "present"
    NEGATED = "negated"
    PLANNED = "planned"
    HISTORICAL = "historical"
    HOME_PROGRAM = "home_program"
    OTHER_VISIT = "other_visit"
    OTHER_PERSON = "other_person"


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the note under one heading. Sections tile the text. ``kind`` is e.g. subjective, objective, plan, goals."""

    span: Span
    kind: str
    heading: Span | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A deficit, technique or response. ``attribute`` is its domain, family or kind; ``confidence`` lies in 0..1."""

    kind: MentionKind
    span: Span
    attribute: str
    confidence: float
    assertion: Assertion = Assertion.PRESENT


@dataclass(frozen=True, slots=True)
class Minutes:
    """A stated length of treatment in whole minutes. ``scope`` is a code, total_timed, total_treatment or unspecified."""

    span: Span
    value: int
    scope: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A measured result: ``change`` is better, worse, same or None where no before and after are given."""

    span: Span
    name: str
    before: float | None
    after: float | None
    unit: str | None
    change: Literal["better", "worse", "same"] | None = None
    minimal_detectable_change: float | None = None


Person = Literal["PTA", "OTA", "therapist", "together"]
ASSISTANTS: frozenset[Person] = frozenset({"PTA", "OTA"})


@dataclass(frozen=True, slots=True)
class GivenBy:
    """Who gave a service, or some of its minutes: ``minutes`` is None where all of what ``span`` names is meant; ``title`` is where the person stands.

    ``together`` is the therapist with another at the same time.
    """

    span: Span
    minutes: int | None
    by: Person
    title: Span


@dataclass(frozen=True, slots=True)
class Service:
    """A rendered service. ``probabilities`` are over :data:`CODES` and sum to 1.

    ``parts`` are the stretches of text that belong to it; ``span`` runs from the first to the last.
    ``named`` is the code its heading names, which may differ from ``billed``, the code put on it by note or claim.
    ``given_by`` is what the note tells of who gave it.
    """

    span: Span
    billed: str | None
    minutes: int | None
    reads_as: str = "undetermined"
    probabilities: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    parts: tuple[Span, ...] = ()
    named: str | None = None
    given_by: tuple[GivenBy, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """A fact about how the visit was given: ``group``, ``aide``, ``helper`` or ``relative`` (one who alone treats), ``concurrent``, ``individual`` or ``copied``."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class PlanOfCareFacts:
    """Dates around the plan of care, read from the note or given with it. ``evidence`` is where the note says so.

    ``signed`` is False where the plan is said to be unsigned, or where only its therapist signed; then ``signed_by_therapist``.
    ``renewed`` is True where the note speaks of a certification after the first, or of an end that may be a later one's.
    ``given`` is False where the note's own words are all there is: what they leave out may still be on file.
    """

    start: datetime.date | None = None
    certified_on: datetime.date | None = None
    expires_on: datetime.date | None = None
    ordered_on: datetime.date | None = None
    sent_on: datetime.date | None = None
    signed: bool | None = None
    signed_by_therapist: bool = False
    absent: bool = False
    lapsed: bool = False
    renewed: bool = False
    visits_since_progress_report: int | None = None
    progress_report_overdue: bool = False
    given: bool = False
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed or treated: the credentials as written (PT, DPT, OTR/L, PTA, COTA …) in capitals, and where."""

    credentials: tuple[str, ...]
    spans: tuple[Span, ...]
    assistant: Literal["PTA", "OTA"] | None = None


@dataclass(frozen=True, slots=True)
class Encounter:
    """All that was read from one note.

    ``claim`` is the claim that counts (given, else as written in the note); ``claim_source`` says which: given, note or none.
    ``documented`` are the probabilities of ``note_review.documented.DOCUMENTED`` for the judged service; ``faint_deficits`` are too weak to be
    shown as mentions. ``unread`` names stretches of the note that were not read, with the reason.
    """

    note: Note
    sections: tuple[Section, ...]
    services: tuple[Service, ...]
    mentions: tuple[Mention, ...]
    minutes: tuple[Minutes, ...]
    measures: tuple[Measure, ...]
    claim: tuple[ClaimLine, ...]
    claim_source: Literal["given", "note", "none"]
    claim_spans: tuple[Span, ...]
    written_claim: tuple[ClaimLine, ...]
    plan_of_care: PlanOfCareFacts
    signature: Signature
    flags: tuple[Flag, ...]
    probabilities: Mapping[str, float]
    reads_as: str
    date_of_service: datetime.date | None
    discipline: Literal["PT", "OT"] | None
    faint_deficits: tuple[Mention, ...] = ()
    documented: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    unread: tuple[tuple[Span, str], ...] = ()

    def present(self, kind: MentionKind) -> tuple[Mention, ...]:
        """Return the mentions of one kind that hold for this patient in this visit."""
        return tuple(m for m in self.mentions if m.kind == kind and m.assertion is Assertion.PRESENT)

    def flagged(self, name: str) -> tuple[Span, ...]:
        """Return where a flag is raised."""
        return tuple(flag.span for flag in self.flags if flag.name == name)
