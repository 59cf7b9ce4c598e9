"""Encounter and findings to Review: the contract's shape, nothing judged here but what the risk weights say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from note_review import risk
from note_review.advice import raised_by, what_would_change
from note_review.claims import code_amounts, denial_view, line_amounts, schedule_of, stakes, supported_lines, worklist
from note_review.encounter import CODES, FAMILY_CODES, Encounter, Measure, Mention, Service
from note_review.engines.base import Engine
from note_review.findings import Finding
from note_review.judged import judged_service, text_of
from note_review.note import Span
from note_review.policy import Policy
from note_review.review import (
    AmountOut,
    CheckOut,
    ClaimLineOut,
    ClaimOut,
    DeficitOut,
    DenialOut,
    Evidence,
    MeasureOut,
    MinutesOut,
    ModelOut,
    PolicyOut,
    Raised,
    ReasonOut,
    ResponseOut,
    Review,
    RiskOut,
    ServiceOut,
    TechniqueOut,
    Unread,
    WhatIf,
    WorkOut,
)

# The rules from this code on judge the claim, those before it the documentation.
_CLAIM = "NR3"
_STRENGTH = frozenset({"strength", "endurance", "range_of_motion", "flexibility"})


def present(
    encounter: Encounter, findings: list[Finding], *, model: risk.RiskModel, policy: Policy, engine: Engine, asked: str
) -> Review:
    """Write the review of one note."""
    text = encounter.note.text
    draft = encounter.note.stage == "draft"
    facts = risk.facts_of(encounter, findings)
    missing = facts.missing
    return Review(
        id=encounter.note.id,
        reads_as=encounter.reads_as,
        probabilities=_rounded(encounter.probabilities),
        skill_shown=round(encounter.documented["skill"], 4),
        services=[_service(encounter, s) for s in encounter.services],
        deficits=[DeficitOut(**_extract(text, m), domain=m.attribute) for m in encounter.present("deficit")],
        techniques=[TechniqueOut(**_extract(text, m), family=m.attribute) for m in encounter.present("technique")],
        minutes=[
            MinutesOut(start=m.span.start, end=m.span.end, text=text[m.span.start : m.span.end], value=m.value, scope=m.scope)
            for m in encounter.minutes
        ],
        responses=[
            ResponseOut(**_extract(text, m), kind=m.attribute, measure=_measure(encounter, m))
            for m in encounter.present("response")
        ],
        missing=[] if draft else missing,
        pending=missing if draft else [],
        risk=_risk(encounter, findings, facts, model),
        claim=_claim(encounter, findings, policy),
        unread=[Unread(start=span.start, end=span.end, reason=reason) for span, reason in encounter.unread],
        model=ModelOut(name=engine.name, version=engine.version, engine=asked),
        policy=PolicyOut(as_of=str(policy.as_of), payer=policy.payer, edits_quarter=policy.edits_quarter),
        date_of_service=None if encounter.date_of_service is None else str(encounter.date_of_service),
        discipline=encounter.discipline,
        stage=encounter.note.stage,
    )


def _extract(text: str, mention: Mention) -> dict[str, Any]:
    start, end = mention.span
    return {"start": start, "end": end, "text": text[start:end], "confidence": round(mention.confidence, 4)}


def _rounded(chances: Mapping[str, float]) -> dict[str, float]:
    """Round probabilities so that they still sum to 1."""
    values = {c: round(float(chances.get(c, 0.0)), 4) for c in CODES}
    best = max(values, key=lambda c: values[c])
    values[best] = round(values[best] + 1.0 - sum(values.values()), 4)
    return values


def _evidence(spans: Iterable[Span]) -> list[Evidence]:
    return [Evidence(start=s.start, end=s.end) for s in spans]


def _service(encounter: Encounter, service: Service) -> ServiceOut:
    return ServiceOut(
        start=service.span.start,
        end=service.span.end,
        billed=service.billed,
        minutes=service.minutes,
        reads_as=service.reads_as,
        probabilities=_rounded(service.probabilities),
        parts=_evidence(service.parts),
        pulls=_pulls(encounter, service),
    )


def _pulls(encounter: Encounter, service: Service) -> dict[str, list[Evidence]]:
    """Return the mentions in a service that speak for each code."""
    pulls: dict[str, list[Evidence]] = {}
    own = text_of(service.parts)
    for mention in (*encounter.present("technique"), *encounter.present("deficit")):
        if own.hold(mention.span.start):
            code = FAMILY_CODES.get(mention.attribute) or (
                "97110" if mention.attribute in _STRENGTH else "97530" if mention.attribute == "function" else "97112"
            )
            pulls.setdefault(code, []).append(Evidence(start=mention.span.start, end=mention.span.end))
    return pulls


def _measure(encounter: Encounter, mention: Mention) -> MeasureOut | None:
    measure: Measure | None = next((m for m in encounter.measures if m.span == mention.span), None)
    if measure is None:
        return None
    significant = None
    if measure.before is not None and measure.after is not None and measure.minimal_detectable_change is not None:
        significant = abs(measure.after - measure.before) >= measure.minimal_detectable_change
    return MeasureOut(
        name=measure.name,
        before=measure.before,
        after=measure.after,
        unit=measure.unit,
        change=measure.change,
        minimal_detectable_change=measure.minimal_detectable_change,
        significant=significant,
    )


def _risk(encounter: Encounter, findings: list[Finding], facts: risk.Facts, model: risk.RiskModel) -> RiskOut:
    judged = judged_service(encounter)
    score, level = model.judge(facts.factors())
    reasons = [_reason(f) for f in findings if f.counts and f.rule.reason]
    documentation = [reason for reason in reasons if reason.rule < _CLAIM]
    raised = raised_by(model, facts)
    # Nothing still to be written settles that a service was not given.
    awaited = encounter.note.stage == "draft" and facts.given and all(reason.pending for reason in documentation)
    return RiskOut(
        level=level,
        score=round(score, 4),
        code=judged.code,
        assumed=judged.assumed,
        pending=level != "low" and awaited and bool(documentation or raised),
        reasons=reasons,
        raised_by=[Raised(message=message, fix=fix) for message, fix in raised],
        would_change=[
            WhatIf(change=words, score=round(s, 4), level=level) for words, s, level in what_would_change(model, facts)
        ],
    )


def _reason(finding: Finding) -> ReasonOut:
    rule = finding.rule
    return ReasonOut(
        reason=rule.name,
        rule=rule.code,
        severity=rule.severity,
        message=finding.message,
        fix=finding.fix or rule.fix,
        evidence=_evidence(finding.evidence),
        looked_in=list(finding.looked_in),
        source=rule.source,
        pending=finding.pending,
    )


def _claim(encounter: Encounter, findings: list[Finding], policy: Policy) -> ClaimOut:
    supported: dict[str, int] = next(
        (f.detail["supported_units"] for f in findings if f.detail and "supported_units" in f.detail), {}
    )
    schedule, lines = schedule_of(policy), encounter.claim
    paid = line_amounts(lines, schedule)
    amounts = code_amounts(paid)
    work = worklist(findings, amounts={code.code: code.amount for code in amounts})
    shares = zip(lines, supported_lines(lines, supported), paid, stakes(lines, supported, schedule), strict=True)
    return ClaimOut(
        lines=[
            ClaimLineOut(
                code=line.code,
                units=line.units,
                modifiers=None if line.modifiers is None else list(line.modifiers),
                supported_units=share.units,
                amount=_dollars(amount.amount if amount else None),
                at_stake=_dollars(stake),
            )
            for line, share, amount, stake in shares
        ],
        source=encounter.claim_source,
        supported_units=dict(supported),
        # A reason is told with the risk.
        checks=[_check(f) for f in findings if f.rule.code >= _CLAIM and not f.rule.reason],
        amounts=[
            AmountOut(code=a.code, units=a.units, amount=_dollars(a.amount), reduced_units=a.reduced_units) for a in amounts
        ],
        denials=[
            DenialOut(rank=v.denial.rank, reason=v.denial.title, checked=v.denial.checked, result=v.result, pending=v.pending)
            for v in denial_view(findings)
        ],
        worklist=[
            WorkOut(
                order=w.order,
                finding=w.name,
                severity=w.severity,
                message=w.message,
                fix=w.fix,
                codes=list(w.codes),
                amount=_dollars(w.amount),
                pending=w.pending,
            )
            for w in work
        ],
    )


def _dollars(amount: Decimal | None) -> float | None:
    return None if amount is None else float(round(amount, 2))


def _check(finding: Finding) -> CheckOut:
    return CheckOut(
        check=finding.rule.name,
        rule=finding.rule.code,
        result=finding.result,
        message=finding.message,
        severity=finding.rule.severity,
        source=finding.rule.source,
        evidence=_evidence(finding.evidence),
        detail=finding.detail or {},
        pending=finding.pending,
    )
