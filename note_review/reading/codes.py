"""What services and notes read as: the engine's chances, and what words settle before them (other codes, charges alone, groups, what was put off)."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from types import MappingProxyType

from note_review.calibration import code_shares
from note_review.encounter import CODES, THREE, Encounter, Mention, Service
from note_review.engines.base import Readings
from note_review.judged import judged_service, put_off, shares_of
from note_review.reading.page import Page
from note_review.reading.service_names import EVALUATIONS, TIMED_CODES

# How sure a service is whose text stands nowhere by itself but whose kind of technique was done.
_DONE_SOMEWHERE = 0.95
# How sure it is that a service reads as what the words say of a group.
_SAID_SO = 0.9


def service_of(
    page: Page, index: int, readings: Readings, abstain: float, minutes: int | None, practised: AbstractSet[str]
) -> Service:
    """Return a page's service with its minutes and what it reads as; ``practised`` are the codes of the techniques that were done anywhere."""
    draft = page.services[index]
    code = draft.billed or draft.named
    if code and code not in THREE:
        chances: Mapping[str, float] = MappingProxyType({c: 1.0 if c == "other" else 0.0 for c in CODES})
        return Service(draft.span, draft.billed, minutes, "other", chances, tuple(draft.parts), draft.named, draft.given_by)
    reads, chances = decide(readings.service_codes[index], abstain=abstain)
    shared = any(s is not draft and s.parts == draft.parts for s in page.services)
    if code in practised and (shared or not draft.parts):
        # A line of charges alone, or one text that several are billed for: it reads as billed where such techniques stand anywhere in the note.
        reads, chances = code, _sure_of(code)
    elif not draft.parts:
        reads = "undetermined"
    return Service(draft.span, draft.billed, minutes, reads, chances, tuple(draft.parts), draft.named or None, draft.given_by)


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
