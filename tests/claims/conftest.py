"""Builds encounters from facts, without text to read: what a check is given is what the test says."""

import dataclasses
import datetime
from types import MappingProxyType

import pytest

from note_review.encounter import Encounter, Minutes, PlanOfCareFacts, Service, Signature
from note_review.note import ClaimLine, Note, Span, parse_claim
from note_review.policy import load_policy

NEUTRAL = {
    "claim_source": "given",
    "plan_of_care": PlanOfCareFacts(),
    "signature": Signature(("DPT",), ()),
    "probabilities": MappingProxyType({}),
    "reads_as": "97112",
    "date_of_service": datetime.date(2026, 3, 2),
    "discipline": None,
}


def encounter(claim="", *, minutes=None, totals=None, text="note", note=None, **facts):
    """Return an encounter: ``claim`` as the command line takes it or lines, ``minutes`` and ``totals`` by code or scope."""
    lines = parse_claim(claim) if isinstance(claim, str) else tuple(ClaimLine.model_validate(line) for line in claim)
    services = tuple(Service(Span(0, 1), code or None, value, named=code or None) for code, value in (minutes or {}).items())
    stated = {**{code: value for code, value in (minutes or {}).items() if value is not None}, **(totals or {})}
    given = Note.model_validate({"text": text, **(note or {})})
    known = {
        "note": given,
        "claim": lines,
        "services": services,
        "minutes": tuple(Minutes(Span(0, 1), value, scope) for scope, value in stated.items()),
        **NEUTRAL,
        **facts,
    }
    for field in dataclasses.fields(Encounter):
        if field.name not in known and field.default is dataclasses.MISSING:
            known[field.name] = 0.0 if field.type == "float" else ()
    return Encounter(**known)


@pytest.fixture
def build():
    return encounter


@pytest.fixture(scope="session")
def medicare():
    return load_policy()


@pytest.fixture
def judge():
    """Run a family of checks; return the result of each rule by name, the worst where there are several."""

    def run(check, visit, policy):
        worst = {}
        for finding in check(visit, policy):
            order = ["pass", "unknown", "fail"]
            before = worst.get(finding.rule.name)
            if before is None or order.index(finding.result) > order.index(before.result):
                worst[finding.rule.name] = finding
        return worst

    return run
