"""Days that cannot be: more one-on-one minutes than the clinic is open, and times that overlap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from note_review.across.finding import AcrossFinding
from note_review.across.rules import IMPOSSIBLE_DAY, OVERLAPPING_TIMES, PATIENT_TWICE
from note_review.across.visit import Times, Visit

HOURS = 10.0
GROUP = "97150"


@dataclass(frozen=True, slots=True)
class Hours:
    """How many hours a day a clinic is open: ``usual``, and those of single clinics by name."""

    usual: float = HOURS
    clinics: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, clinic: str | None) -> float:
        """Return a clinic's hours."""
        return self.clinics.get(clinic or "", self.usual)


def day_findings(day: Sequence[Visit], hours: Hours) -> Iterator[AcrossFinding]:
    """Say what is wrong with the notes of one clinician on one day."""
    yield from _too_long(day, hours)
    stated = sorted(_one_on_one(day), key=lambda item: (item[0].begin, item[0].end, item[1].n))
    for place, (times, visit) in enumerate(stated):
        for later, other in stated[place + 1 :]:
            if later.begin >= times.end:
                break
            if other.n != visit.n and (other.patient != visit.patient or visit.patient is None):
                yield _overlap((times, visit), (later, other))


def patient_findings(day: Sequence[Visit]) -> Iterator[AcrossFinding]:
    """Say which times of two clinicians with one patient overlap on one day."""
    stated = sorted(_one_on_one(day), key=lambda item: (item[0].begin, item[0].end, item[1].n))
    for place, (times, visit) in enumerate(stated):
        for later, other in stated[place + 1 :]:
            if later.begin >= times.end:
                break
            if visit.clinician and other.clinician and visit.clinician != other.clinician:
                yield _twice((times, visit), (later, other))


def _too_long(day: Sequence[Visit], hours: Hours) -> Iterator[AcrossFinding]:
    minutes, last = sum(v.one_on_one for v in day), day[-1]
    # Who works in two clinics on one day is given the longer hours.
    opened = max(hours.of(v.clinic) for v in day)
    if minutes > opened * 60:
        yield AcrossFinding(
            IMPOSSIBLE_DAY,
            f"{minutes} timed one-on-one minutes in {len(day)} note{'s' * (len(day) != 1)} on {last.date}; the clinic is open {opened:g} hours ({opened * 60:g} minutes).",
            n=last.n, others=tuple(v.n for v in day[:-1]), clinician=last.clinician, clinic=last.clinic, date=last.date,
            count=len(day), value=float(minutes), usual=opened * 60,
        )  # fmt: skip


def _one_on_one(day: Sequence[Visit]) -> Iterator[tuple[Times, Visit]]:
    """Give the times of notes that bill one-on-one time; a note that bills group therapy may share its time."""
    for visit in day:
        if GROUP not in visit.codes:
            for times in _outermost(visit.times):
                yield times, visit


def _outermost(times: Sequence[Times]) -> Iterator[Times]:
    """Give times that lie in no other, each once: a session's span rather than each service in it."""
    by_stretch = {(one.begin, one.end): one for one in reversed(times)}
    for (begin, end), one in by_stretch.items():
        if not any((b, e) != (begin, end) and b <= begin and end <= e for b, e in by_stretch):
            yield one


def _overlap(first: tuple[Times, Visit], second: tuple[Times, Visit]) -> AcrossFinding:
    (one, visit), (two, other) = first, second
    shared = min(one.end, two.end) - two.begin
    return AcrossFinding(
        OVERLAPPING_TIMES, f"{_clock(one)} and {_clock(two)} on {other.date} overlap by {shared} minutes.", n=other.n, others=(visit.n,),
        patient=other.patient, clinician=other.clinician, clinic=other.clinic, date=other.date, place=two.span, value=float(shared),
    )  # fmt: skip


def _twice(first: tuple[Times, Visit], second: tuple[Times, Visit]) -> AcrossFinding:
    (one, visit), (two, other) = first, second
    shared = min(one.end, two.end) - two.begin
    return AcrossFinding(
        PATIENT_TWICE,
        f"{_clock(one)} with {visit.clinician} and {_clock(two)} with {other.clinician} on {other.date} overlap by {shared} minutes.",
        n=other.n, others=(visit.n,), patient=other.patient, clinician=other.clinician, clinic=other.clinic, date=other.date,
        place=two.span, value=float(shared),
    )  # fmt: skip


def _clock(times: Times) -> str:
    return f"{times.begin // 60}:{times.begin % 60:02d}-{times.end // 60}:{times.end % 60:02d}"
