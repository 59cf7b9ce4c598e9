"""Page and readings to Encounter: services get their codes, mentions their assertion, responses their measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from types import MappingProxyType

from note_review.calibration import Calibration, code_shares
from note_review.documented import documented
from note_review.encounter import CODES, FAMILY_CODES, Assertion, Encounter, Mention, Service
from note_review.engines.base import Readings
from note_review.judged import judged_service, put_off, shares_of
from note_review.reading.bare_measures import falls_short_of_nothing
from note_review.reading.denials import standing_of_deficit
from note_review.reading.lengths import settle
from note_review.reading.measures import read_measure
from note_review.reading.other_times import time_of_result
from note_review.reading.page import Page
from note_review.reading.put_off import standing_of_technique
from note_review.reading.service_names import TIMED_CODES
from note_review.reading.services import minutes_of_services
from note_review.reading.stock_phrases import stock_responses


def assemble(page: Page, raw: Readings, calibration: Calibration) -> Encounter:
    """Put together what grammar and engine read, with calibrated probabilities."""
    text = page.text
    readings = calibration.apply(raw)
    added = stock_responses(text, page.lines, page.sections, readings.mentions)
    firm = [m for m in _counted(page, readings.mentions) if not _is_bare_word(text, m)]
    mentions = tuple(sorted((*firm, *added), key=lambda m: m.span))
    minutes = settle(page, readings.lengths, calibration.lengths)
    own = minutes_of_services(page.services, minutes, several=page.several_kinds)
    practised = {FAMILY_CODES[m.attribute] for m in mentions if m.kind == "technique" and m.assertion is Assertion.PRESENT}
    services = tuple(
        _unless_put_off(_service(page, i, readings, calibration.abstain, own[i], practised), mentions)
        for i in range(len(page.services))
    )
    measures = [
        read_measure(text, m.span)
        for m in mentions
        if m.kind == "response" and m.attribute == "measured" and m.assertion is Assertion.PRESENT
    ]
    done = tuple(s for s in services if not put_off(s, mentions)) or services
    reads_as, chances = _note_code(done, readings, calibration.abstain)
    encounter = Encounter(
        note=page.note,
        sections=page.sections,
        services=services,
        mentions=mentions,
        minutes=minutes,
        measures=tuple(m for m in measures if m is not None),
        claim=page.claim,
        claim_source=page.claim_source,
        claim_spans=page.claim_spans,
        written_claim=page.written_claim,
        plan_of_care=page.plan_of_care,
        signature=page.signature,
        flags=page.flags,
        probabilities=chances,
        reads_as=reads_as,
        faint_deficits=_counted(page, readings.faint),
        date_of_service=page.date_of_service,
        discipline=page.discipline,
    )
    encounter = _as_group(encounter, readings, calibration.abstain)
    return replace(encounter, documented=documented(encounter, answers_about(encounter, readings), calibration.documented))


def answers_about(encounter: Encounter, readings: Readings) -> Mapping[str, Mapping[str, float]]:
    """Return what the engine says of the judged service (of the note as a whole where no service stands for it)."""
    service = judged_service(encounter).service
    places = [i for i, s in enumerate(encounter.services) if s is service]
    return readings.judged[places[0] if places else -1]


def _counted(page: Page, found: Iterable[Mention]) -> tuple[Mention, ...]:
    """Return mentions as they stand, without measures that fall short of nothing; what is denied stays, for it says that none is there."""
    standing = (_standing(page, m) for m in found)
    return tuple(m for m in standing if m.assertion is not Assertion.PRESENT or not _is_no_deficit(page.text, m))


def _standing(page: Page, mention: Mention) -> Mention:
    """Return a mention as its words let it stand: a deficit denied, a technique not given, a measured response of a goal or another visit."""
    if mention.kind == "deficit":
        assertion = standing_of_deficit(page.text, page.lines, mention.span)
    elif mention.kind == "technique":
        assertion = standing_of_technique(page.text, page.lines, mention.span)
    elif mention.attribute == "measured":
        assertion = time_of_result(page.text, page.lines, mention.span)
    else:
        return mention
    return mention if assertion is mention.assertion else replace(mention, assertion=assertion)


def _is_bare_word(text: str, mention: Mention) -> bool:
    """Say whether a measured response is one word without a figure or level ("Result", "STG"): the head of a column, no response."""
    phrase = text[mention.span.start : mention.span.end]
    return mention.attribute == "measured" and len(phrase.split()) == 1 and not any(c.isdigit() for c in phrase)


def _is_no_deficit(text: str, mention: Mention) -> bool:
    return mention.kind == "deficit" and falls_short_of_nothing(text, mention.span)


# How sure a service is whose text stands nowhere by itself but whose kind of technique was done.
_DONE_SOMEWHERE = 0.95
# How sure it is that a service reads as what the words say of a group.
_SAID_SO = 0.9


def _service(
    page: Page, index: int, readings: Readings, abstain: float, minutes: int | None, practised: AbstractSet[str]
) -> Service:
    draft = page.services[index]
    code = draft.billed or draft.named
    if code and code not in {"97112", "97110", "97530"}:
        chances: Mapping[str, float] = MappingProxyType({c: 1.0 if c == "other" else 0.0 for c in CODES})
        return Service(draft.span, draft.billed, minutes, "other", chances, tuple(draft.parts), draft.named)
    reads, chances = decide(readings.service_codes[index], abstain=abstain)
    if not draft.parts:
        # A line of charges alone: it reads as billed where such techniques stand anywhere in the note, else as nothing.
        reads = code if code in practised else "undetermined"
        if reads != "undetermined":
            chances = MappingProxyType({c: _DONE_SOMEWHERE if c == code else (1 - _DONE_SOMEWHERE) / 3 for c in CODES})
    return Service(draft.span, draft.billed, minutes, reads, chances, tuple(draft.parts), draft.named or None)


def _unless_put_off(service: Service, mentions: tuple[Mention, ...]) -> Service:
    """Return a service as undetermined where it was held, refused or put off as a whole."""
    return replace(service, reads_as="undetermined") if put_off(service, mentions) else service


def _as_group(encounter: Encounter, readings: Readings, abstain: float) -> Encounter:
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
    reads_as, chances = _note_code(services, readings, abstain)
    return replace(encounter, services=services, reads_as=reads_as, probabilities=chances)


def decide(classes: Mapping[str, float], *, abstain: float) -> tuple[str, Mapping[str, float]]:
    """Return the code that probabilities over five classes support, and the probabilities of the four codes (sum 1)."""
    chances = code_shares(classes)
    best = max(CODES, key=lambda c: chances[c])
    undecided = classes["undetermined"] > max(classes[c] for c in CODES) or chances[best] < abstain
    return ("undetermined" if undecided else best), MappingProxyType(chances)


def _note_code(services: tuple[Service, ...], readings: Readings, abstain: float) -> tuple[str, Mapping[str, float]]:
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
    return (service.billed or service.named or "").startswith("9716")
