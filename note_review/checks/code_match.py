"""What a service reads as beside what it is billed as, in every direction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from note_review.claims.withheld import was_given
from note_review.encounter import THREE, Encounter, Service
from note_review.findings import Finding, Rule
from note_review.judged import judged_service, reads_as_claimed, techniques_of
from note_review.note import Span
from note_review.policy import Policy

_SOURCE = "Medicare Benefit Policy Manual ch. 15, 220.2-220.3; billing guide 97112, 97112 vs. 97110 vs. 97530; LCD wording as quoted by codingahead.com (2012) and pt-management.com (2016, 2018)"
_PURPOSES = {
    "97112": ("retraining of movement, balance, coordination, kinesthetic sense, posture or proprioception", "NR201"),
    "97110": ("building of strength, endurance, range of motion or flexibility", "NR202"),
    "97530": ("practice of dynamic functional tasks", "NR203"),
    "other": ("another service: manual work, gait, a modality, self-care, an evaluation or a group", "NR204"),
}


def _rule(code: str) -> Rule:
    purpose, number = _PURPOSES[code]
    return Rule(
        code=number, name=f"reads_as_{code}", severity="error", source=_SOURCE,
        summary=f"The words of the service read as {purpose}.",
        why="The documented purpose and technique decide the code, not the heading and not the body part. A line that reads as another code than billed is down-coded or denied; that holds for a dearer code and for a cheaper one.",
        fix="Does the billed code name what was actually done? If the note left out the purpose or the technique, what were they?",
        example={"97110": "97112: straight leg raise 3x10, leg press 3x12.", "97530": "97112: car transfer practice, carrying laundry upstairs.",
                 "97112": "97110: single-leg stance on foam with perturbations for delayed ankle strategy.", "other": "97112: class of five, stations."}[code],
    )  # fmt: skip


RULES_BY_CODE = {code: _rule(code) for code in _PURPOSES}
RULES = tuple(RULES_BY_CODE.values())


def check(encounter: Encounter, policy: Policy) -> Iterable[Finding]:
    """Report the judged service, and any other of the three codes, that reads as something else than billed."""
    judged = judged_service(encounter)
    reads = judged.reads_as(encounter)
    if was_given(encounter, judged) and reads != "undetermined" and not reads_as_claimed(judged.code, reads):
        tell = _without_a_code if judged.assumed else _mismatch
        yield tell(encounter, judged.code, reads, judged.service)
    for service in encounter.services:
        if service is judged.service or service.billed not in THREE or encounter.claim_source == "none":
            continue
        sure = service.probabilities.get(service.reads_as, 0.0) >= 0.8
        if service.reads_as not in {"undetermined", service.billed} and sure and service.reads_as != reads:
            yield _mismatch(encounter, service.billed, service.reads_as, service)


def _mismatch(encounter: Encounter, code: str, reads: str, service: Service | None) -> Finding:
    message = f"{code} reads as {_service_read(reads)}"
    return Finding(RULES_BY_CODE[reads], message, evidence=_evidence(encounter, service), detail={"codes": [code]})


def _without_a_code(encounter: Encounter, assumed: str, reads: str, service: Service | None) -> Finding:
    """Return a mismatch as it is told where nobody wrote a code, which a draft may still lack."""
    return Finding(
        replace(RULES_BY_CODE[reads], absence=True),
        f"No code is billed; judged as {assumed}. It reads as {_service_read(reads)}",
        evidence=_evidence(encounter, service),
        fix="Which code is to be billed for what was done? If the note left out the purpose or the technique, what were they?",
        detail={"codes": [assumed]},
    )


def _evidence(encounter: Encounter, service: Service | None) -> tuple[Span, ...]:
    return tuple(m.span for m in techniques_of(encounter, service)[:6])


def _service_read(reads: str) -> str:
    purpose, _ = _PURPOSES[reads]
    return f"{purpose}." if reads == "other" else f"{reads}: {purpose}."
