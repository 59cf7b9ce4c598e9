"""Which service risk and missing elements are judged for (guide: Settled cases, Risk and No claim)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from note_review.encounter import NEUROMUSCULAR_DOMAINS, THREE, Assertion, Encounter, Flag, Mention, Service
from note_review.note import ClaimLine, Span
from note_review.reading.marks import Marks
from note_review.reading.service_names import EVALUATIONS

ASSUMED = "97112"
_MINUTES_OF_A_UNIT = 15
# Flags of a visit in which others had a share.
SHARED = frozenset({"group", "concurrent", "aide", "helper"})
# Flags of one who gives the hands and cues while the therapist gives none.
UNSKILLED = frozenset({"helper", "relative"})


@dataclass(frozen=True, slots=True)
class Judged:
    """The code that risk is about and the service that stands for it.

    ``assumed`` is true where neither claim nor note names a code; ``wants_neuromuscular`` where only the neuromuscular
    six count as a deficit.
    """

    code: str
    assumed: bool
    service: Service | None
    wants_neuromuscular: bool

    @property
    def called(self) -> str:
        """What messages call it: the code that is billed, or the treatment where nobody wrote one."""
        return "the treatment" if self.assumed else self.code

    def reads_as(self, encounter: Encounter) -> str:
        """Return what the judged service reads as (the note as a whole where no service stands for it)."""
        if self.assumed and (self.service is None or self.service.named != ASSUMED):
            return encounter.reads_as
        return self.service.reads_as if self.service else "undetermined"

    def probability_as_claimed(self, encounter: Encounter) -> float:
        """Return the probability (0..1) that the judged service reads as the judged code."""
        if self.assumed and (self.service is None or self.service.named != ASSUMED):
            chances = encounter.probabilities
        else:
            chances = self.service.probabilities if self.service else {}
        return float(chances.get(self.code if self.code in THREE else "other", 0.0))


def reads_as_claimed(code: str, reads: str) -> bool:
    """Say whether a reading stands behind a code: the same, or ``other`` for any code that is none of the three."""
    return reads == code or (code not in THREE and reads == "other")


def judged_service(encounter: Encounter) -> Judged:
    """Pick the judged service: 97112 where claimed; else the claimed service of most minutes; with no code an assumed 97112."""
    services = encounter.services
    if encounter.claim:
        codes = [line.code for line in encounter.claim]
        code = ASSUMED if ASSUMED in codes else _main_code(services, encounter.claim)
        service = next((s for s in services if s.billed == code), None)
        return Judged(code, False, service, code == ASSUMED)
    named = next((s for s in services if s.named == ASSUMED), None)
    if named is not None:
        return Judged(ASSUMED, True, named, True)
    return Judged(ASSUMED, True, _longest(services), False)


def techniques_of(encounter: Encounter, service: Service | None) -> tuple[Mention, ...]:
    """Return the techniques in a service's text; where its text names none, those that stand in no service's text."""
    techniques = encounter.present("technique")
    if service is None:
        return techniques
    own = text_of(service.parts)
    inside = tuple(m for m in techniques if own.hold(m.span.start))
    if inside:
        return inside
    everybodys = text_of(p for s in encounter.services for p in s.parts)
    return tuple(m for m in techniques if not everybodys.hold(m.span.start))


def put_off(service: Service, mentions: tuple[Mention, ...]) -> bool:
    """Say whether a service's text names techniques, none of which was done in this visit."""
    own = text_of(service.parts)
    techniques = [m for m in mentions if m.kind == "technique" and own.hold(m.span.start)]
    return bool(techniques) and all(m.assertion is not Assertion.PRESENT for m in techniques)


def deficits_of(encounter: Encounter, judged: Judged) -> tuple[Mention, ...]:
    """Return the deficits that count for the judged service: anywhere in the note, of the domains its code wants; where there are none, faint ones."""
    return wanted(encounter.present("deficit"), judged) or wanted(
        tuple(m for m in encounter.faint_deficits if m.assertion is Assertion.PRESENT), judged
    )


def responses_of(encounter: Encounter, judged: Judged) -> tuple[Mention, ...]:
    """Return the responses that do not stand in another service's text (guide: Judged line)."""
    elsewhere = others_text(encounter, judged)
    return tuple(m for m in encounter.present("response") if not elsewhere.hold(m.span.start))


def others_text(encounter: Encounter, judged: Judged) -> Marks:
    """Return the text of the other services alone (two may share theirs)."""
    own = judged.service.parts if judged.service else ()
    return text_of(p for s in encounter.services if s is not judged.service for p in s.parts if p not in own)


def shares_of(encounter: Encounter, service: Service | None, names: frozenset[str] = SHARED) -> tuple[Flag, ...]:
    """Return the flags that say that others had a share in a service.

    A warm-up with a technician leaves a one-on-one service what it is: words in a line that another service heads are that one's, and where
    the service itself is called individual, only words beside that count.
    """
    shares = tuple(flag for flag in encounter.flags if flag.name in names)
    if service is None or not service.parts:
        return shares
    text = text_of(service.parts)
    own = tuple(f for f in shares if text.hold(f.span.start))
    if any(f.name == "individual" and text.hold(f.span.start) for f in encounter.flags):
        return own
    return tuple(f for f in shares if f in own or not _heads_its_line(encounter, f, service))


def is_alone(encounter: Encounter) -> bool:
    """Say whether the note calls its treatment individual and nothing in it shared."""
    names = {flag.name for flag in encounter.flags}
    return "individual" in names and not names & SHARED


def _heads_its_line(encounter: Encounter, flag: Flag, service: Service) -> bool:
    text = encounter.note.text
    start = text.rfind("\n", 0, flag.span.start) + 1
    heads = [s for s in encounter.services if start <= s.span.start <= flag.span.start]
    return service not in heads and any(text_of(head.parts).hold(flag.span.start) for head in heads)


def wanted(deficits: tuple[Mention, ...], judged: Judged) -> tuple[Mention, ...]:
    """Return the deficits of the domains that the judged code wants."""
    if judged.wants_neuromuscular:
        return tuple(m for m in deficits if m.attribute in NEUROMUSCULAR_DOMAINS)
    return deficits


def text_of(parts: Iterable[Span]) -> Marks:
    """Return which characters are in the stretches of a service's text."""
    stretches = tuple(parts)
    return Marks(max((p.end for p in stretches), default=0), stretches)


def _main_code(services: tuple[Service, ...], claim: tuple[ClaimLine, ...]) -> str:
    """Return the code billed for most minutes.

    Of services that tell none, one of the three codes is as long as its units say, and others count for nothing (guide: Two services). An evaluation is no therapy: it is main only where nothing else is billed.
    """
    told = {s.billed: s.minutes for s in services if s.minutes is not None}
    longest = max(
        claim,
        key=lambda line: (
            line.code not in EVALUATIONS,
            told.get(line.code, _MINUTES_OF_A_UNIT * (line.units or 1) if line.code in THREE else 0),
        ),
    )
    return longest.code


def _longest(services: tuple[Service, ...]) -> Service | None:
    return max(services, key=lambda s: s.minutes or 0) if services else None
