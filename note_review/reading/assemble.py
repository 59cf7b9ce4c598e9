"""Page and readings to Encounter: services get their codes, mentions their assertion, responses their measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from note_review.calibration import Calibration
from note_review.documented import documented
from note_review.encounter import Assertion, Encounter
from note_review.engines.base import Readings
from note_review.judged import judged_service, put_off
from note_review.reading.codes import as_group, note_code, service_of, unless_put_off
from note_review.reading.examinations import of_a_visit
from note_review.reading.lengths import settle
from note_review.reading.measures import read_measure
from note_review.reading.page import Page
from note_review.reading.service_minutes import minutes_of_services
from note_review.reading.standing import counted, is_bare_word
from note_review.reading.stock_phrases import stock_responses


def assemble(page: Page, raw: Readings, calibration: Calibration) -> Encounter:
    """Put together what grammar and engine read, with calibrated probabilities."""
    text = page.text
    readings = of_a_visit(page, calibration.apply(raw))
    added = stock_responses(text, page.lines, page.sections, readings.mentions)
    firm = [m for m in counted(page, readings.mentions) if not is_bare_word(text, m)]
    mentions = tuple(sorted((*firm, *added), key=lambda m: m.span))
    minutes = settle(page, readings.lengths, calibration.lengths)
    own = minutes_of_services(text, page.services, minutes, several=page.several_kinds)
    techniques = [m for m in mentions if m.kind == "technique" and m.assertion is Assertion.PRESENT]
    services = tuple(
        unless_put_off(service_of(page, i, readings, calibration.abstain, own[i], techniques), mentions)
        for i in range(len(page.services))
    )
    measures = [
        read_measure(text, m.span)
        for m in mentions
        if m.kind == "response" and m.attribute == "measured" and m.assertion is Assertion.PRESENT
    ]
    done = tuple(s for s in services if not put_off(s, mentions)) or services
    reads_as, chances = note_code(done, readings, calibration.abstain)
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
        faint_deficits=counted(page, readings.faint),
        date_of_service=page.date_of_service,
        discipline=page.discipline,
        unread=page.unread,
    )
    encounter = as_group(encounter, readings, calibration.abstain)
    return replace(encounter, documented=documented(encounter, answers_about(encounter, readings), calibration.documented))


def answers_about(encounter: Encounter, readings: Readings) -> Mapping[str, Mapping[str, float]]:
    """Return what the engine says of the judged service (of the note as a whole where no service stands for it)."""
    service = judged_service(encounter).service
    places = [i for i, s in enumerate(encounter.services) if s is service]
    return readings.judged[places[0] if places else -1]
