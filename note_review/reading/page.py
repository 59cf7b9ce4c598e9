"""The rule-governed reading of one note, made once: what engines and the encounter build on."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal, cast

from note_review.encounter import Flag, Minutes, PlanOfCareFacts, Section, Signature
from note_review.note import ClaimLine, Note, Span
from note_review.reading.anchor import Anchor
from note_review.reading.anchors import find_anchors
from note_review.reading.by_person import parts_of_lengths, with_persons
from note_review.reading.candidates import Candidate, find_candidates
from note_review.reading.co_treatment import own_discipline, parts_of_others
from note_review.reading.lines import Lines, split_lines
from note_review.reading.marks import Marks
from note_review.reading.minutes import read_minutes
from note_review.reading.not_given import lengths_not_given
from note_review.reading.parts import parts_of_a_whole
from note_review.reading.plan_of_care import discipline_of, given_discipline, read_plan_of_care
from note_review.reading.scan import mend_scanned
from note_review.reading.sections import find_sections
from note_review.reading.service_minutes import minutes_of_services
from note_review.reading.services import ServiceText, read_services, written_claim
from note_review.reading.several_kinds import gives_several_kinds
from note_review.reading.signature import read_flags, read_signature
from note_review.reading.threshold import read_threshold
from note_review.reading.times import Time, find_times
from note_review.reading.unfinished import without_unfinished_number
from note_review.reading.visit_date import date_of_service
from note_review.reading.visits import other_visits


@dataclass(frozen=True, slots=True)
class Page:
    """A note with everything that grammar alone reads from it.

    ``candidates`` are all lengths that a model is asked about. ``several_kinds`` is true where a note without any code tells of several kinds of treatment in one breath: a total is then no single service's.
    """

    note: Note
    lines: Lines
    sections: tuple[Section, ...]
    times: tuple[Time, ...]
    anchors: tuple[Anchor, ...]
    minutes: tuple[Minutes, ...]
    candidates: tuple[Candidate, ...]
    services: tuple[ServiceText, ...]
    several_kinds: bool
    claim: tuple[ClaimLine, ...]
    claim_source: Literal["given", "note", "none"]
    claim_spans: tuple[Span, ...]
    written_claim: tuple[ClaimLine, ...]
    signature: Signature
    flags: tuple[Flag, ...]
    plan_of_care: PlanOfCareFacts
    date_of_service: datetime.date | None
    discipline: Literal["PT", "OT"] | None
    unread: tuple[tuple[Span, str], ...] = ()

    @property
    def text(self) -> str:
        """The note's own text."""
        return self.note.text


def read_page(note: Note) -> Page:
    """Read all of a note that needs no model; of a draft, all but a number still being typed."""
    note, unread = without_unfinished_number(note)
    text = note.text
    mended = mend_scanned(text)
    lines = split_lines(text)
    sections = find_sections(text, lines)
    times = find_times(mended)
    signature = read_signature(text, lines, sections, discipline=given_discipline(note))
    discipline = own_discipline(note, signature)
    named = find_anchors(mended, lines, times)
    of_others = parts_of_others(mended, discipline, named)
    if discipline is not None:
        elsewhere = Marks(len(text), of_others)
        named = [a for a in named if not elsewhere.hold(a.span.start)]
    anchors = with_persons(mended, lines, sections, named, times)
    others = [*other_visits(text, lines), *of_others]
    not_given = [*lengths_not_given(mended, lines, times), *parts_of_lengths(anchors), *parts_of_a_whole(mended, anchors, times)]
    minutes = read_minutes(mended, lines, sections, anchors, times, [*others, *not_given], note.claim)
    written, spans = written_claim(text, lines, sections, anchors, others)
    claim = note.claim or tuple(written)
    several = not claim and gives_several_kinds(text, lines, sections)
    services = read_services(text, lines, sections, anchors, minutes, claim)
    for service, own in zip(services, minutes_of_services(mended, services, minutes, several=several), strict=True):
        service.minutes = own
    visit = date_of_service(note, mended, lines, signature)
    return Page(
        note=note,
        lines=lines,
        sections=sections,
        times=tuple(times),
        anchors=tuple(anchors),
        minutes=tuple(minutes),
        candidates=tuple(find_candidates(mended, times, minutes, not_given)),
        services=tuple(services),
        several_kinds=several,
        claim=claim,
        claim_source="given" if note.claim else "note" if written else "none",
        claim_spans=tuple(spans),
        written_claim=tuple(written),
        signature=signature,
        flags=(*read_flags(text, lines, sections), *read_threshold(text)),
        plan_of_care=read_plan_of_care(note, mended, visit),
        date_of_service=visit,
        discipline=cast('Literal["PT", "OT"] | None', discipline_of(note)),
        unread=unread,
    )
