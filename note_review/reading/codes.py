"""What services and notes read as: the engine's chances, and what words settle before them (other codes, charges alone, groups, what was put off)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from note_review.calibration import code_shares
from note_review.encounter import CODES, FAMILY_CODES, THREE, Encounter, Mention, Service
from note_review.engines.base import Readings
from note_review.judged import judged_service, put_off, shares_of, text_of
from note_review.note import Span
from note_review.reading.page import Page
from note_review.reading.service_names import EVALUATIONS, TIMED_CODES
from note_review.reading.services import ServiceText

# How sure a service is whose text stands nowhere by itself but whose kind of technique was done.
_DONE_SOMEWHERE = 0.95
# How sure it is that a service reads as what the words say of a group.
_SAID_SO = 0.9


def service_of(
    page: Page, index: int, readings: Readings, abstain: float, minutes: int | None, techniques: Sequence[Mention]
) -> Service:
    """Return a page's service with its minutes and what it reads as; ``techniques`` are those that were done in this visit."""
    draft = page.services[index]
    code = draft.billed or draft.named
    if code and code not in THREE:
        chances: Mapping[str, float] = MappingProxyType({c: 1.0 if c == "other" else 0.0 for c in CODES})
        return Service(draft.span, draft.billed, minutes, "other", chances, tuple(draft.parts), draft.named, draft.given_by)
    reads, chances = decide(readings.service_codes[index], abstain=abstain)
    if not draft.parts:
        reads = "undetermined"
    if code in _kinds(techniques, draft.parts) and (not draft.parts or reads in _also_there(page, draft, techniques)):
        # A line of charges alone, or a text that several are billed for: it reads as billed where such techniques stand there.
        reads, chances = code, _sure_of(code)
    return Service(draft.span, draft.billed, minutes, reads, chances, tuple(draft.parts), draft.named or None, draft.given_by)


def _also_there(page: Page, draft: ServiceText, techniques: Sequence[Mention]) -> set[str]:
    """Return what the text of a service may read as for telling of other services too: those that have the same text, or none with a technique of their kind."""
    kinds = _kinds(techniques, draft.parts)
    beside = [s for s in page.services if s is not draft]
    told = {_kind_of(s) for s in beside if s.parts == draft.parts}
    told |= {k for s in beside if (k := _kind_of(s)) in kinds and not (s.parts and k in _kinds(techniques, s.parts))}
    return told | {"undetermined"} if told else told


def _kind_of(service: ServiceText) -> str:
    code = service.billed or service.named
    return code if code in THREE else "other"


def _kinds(techniques: Sequence[Mention], parts: Sequence[Span]) -> set[str]:
    """Return the codes of the techniques in a service's text (in the whole note, where it has none)."""
    text = text_of(parts)
    return {FAMILY_CODES[m.attribute] for m in techniques if not parts or text.hold(m.span.start)}


def _sure_of(code: str) -> Mapping[str, float]:
    """Return the chances of a service that reads as what was practised somewhere in the note."""
    return MappingProxyType({c: _DONE_SOMEWHERE if c == code else (1 - _DONE_SOMEWHERE) / 3 for c in CODES})


def unless_put_off(service: Service, mentions: tuple[Mention, ...]) -> Service:
    """Return a service as undetermined where it was held, refused or put off as a whole."""
    return replace(service, reads_as="undetermined") if put_off(service, mentions) else service


def as_group(encounter: Encounter, readings: Readings, abstain: float) -> Encounter:
    """Return the encounter with the judged service reading ``other`` where it was given to a group (guide: Groups and helpers); a helper's part and two at once keep what they read as."""
    judged = judged_service(encounter)
    shares = shares_of(encounter, judged.service)
    if judged.code not in TIMED_CODES or not shares or any(flag.name != "group" for flag in shares):
        return encounter
    grouped = MappingProxyType({c: _SAID_SO if c == "other" else (1 - _SAID_SO) / 3 for c in CODES})
    if judged.service is None:
        return replace(encounter, reads_as="other", probabilities=grouped)
    if put_off(judged.service, encounter.mentions):
        return encounter
    services = tuple(
        replace(s, reads_as="other", probabilities=grouped) if s is judged.service else s for s in encounter.services
    )
    if len(services) == 1:
        return replace(encounter, services=services, reads_as="other", probabilities=grouped)
    reads_as, chances = note_code(services, readings, abstain)
    return replace(encounter, services=services, reads_as=reads_as, probabilities=chances)


def decide(classes: Mapping[str, float], *, abstain: float) -> tuple[str, Mapping[str, float]]:
    """Return the code that probabilities over five classes support, and the probabilities of the four codes (sum 1)."""
    chances = code_shares(classes)
    best = max(CODES, key=lambda c: chances[c])
    undecided = classes["undetermined"] > max(classes[c] for c in CODES) or chances[best] < abstain
    return ("undetermined" if undecided else best), MappingProxyType(chances)


def note_code(services: tuple[Service, ...], readings: Readings, abstain: float) -> tuple[str, Mapping[str, float]]:
    """Return the code that most of the documented therapy supports: by minutes, then by text."""
    treated = [s for s in services if s.named and not _is_evaluation(s)]
    if len(treated) < 2:
        return (
            decide(readings.note_code, abstain=abstain)
            if len(treated) != 1 or treated[0].billed is None
            else (treated[0].reads_as, treated[0].probabilities)
        )
    known = all(s.minutes is not None for s in treated if (s.billed or s.named) in TIMED_CODES)
    timed = [s for s in treated if (s.billed or s.named) in TIMED_CODES] or treated
    weights = [float(s.minutes or 0) if known else float(sum(p.end - p.start for p in s.parts)) for s in timed]
    if not sum(weights):
        return decide(readings.note_code, abstain=abstain)
    totals: dict[str, float] = {}
    for service, weight in zip(timed, weights, strict=True):
        totals[service.reads_as] = totals.get(service.reads_as, 0.0) + weight
    mixed = {c: sum(w * s.probabilities.get(c, 0.0) for s, w in zip(timed, weights, strict=True)) / sum(weights) for c in CODES}
    best = max(totals, key=lambda c: (totals[c], c))
    return best, MappingProxyType(mixed)


def _is_evaluation(service: Service) -> bool:
    return (service.billed or service.named) in EVALUATIONS
