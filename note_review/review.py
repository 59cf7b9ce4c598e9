"""One review per note: the names of the review contract, version 1, as types."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

SCHEMA = "note-review/1"


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class Evidence(_Out):
    """Half-open range of code points into the note's text."""

    start: int
    end: int


class ServiceOut(_Out):
    """A rendered service: what it is billed as, its minutes, and what its words read as."""

    start: int
    end: int
    billed: str | None
    minutes: int | None
    reads_as: str
    probabilities: dict[str, float]
    parts: list[Evidence]
    pulls: dict[str, list[Evidence]]


class Extracted(_Out):
    """A span that is literally in the note."""

    start: int
    end: int
    text: str


class DeficitOut(Extracted):
    """A deficit and its domain."""

    domain: str
    confidence: float


class TechniqueOut(Extracted):
    """A technique and its family."""

    family: str
    confidence: float


class MinutesOut(Extracted):
    """A stated length of treatment in whole minutes and the code it belongs to."""

    value: int
    scope: str


class MeasureOut(_Out):
    """The numbers of a measured response. ``significant`` compares the change with a sourced minimal detectable change."""

    name: str
    before: float | None
    after: float | None
    unit: str | None
    change: Literal["better", "worse", "same"] | None
    minimal_detectable_change: float | None = None
    significant: bool | None = None


class ResponseOut(Extracted):
    """How the patient responded."""

    kind: str
    confidence: float
    measure: MeasureOut | None = None


class ReasonOut(_Out):
    """Why a payer may down-code or deny: the guide's reason, what to do about it, where the note shows it, the rule it rests on."""

    reason: str
    rule: str
    severity: str
    message: str
    fix: str
    evidence: list[Evidence]
    looked_in: list[str]
    source: str
    pending: bool = False


class Raised(_Out):
    """What raised the level of risk and stands in no reason, and the question that would settle it."""

    message: str
    fix: str


class WhatIf(_Out):
    """One change of the note's facts and the risk after it."""

    change: str
    score: float
    level: str


class RiskOut(_Out):
    """The calibrated probability that a reviewer would down-code or deny the judged code, and why.

    Of a draft, level and score are what they would be if the note ended here; ``pending`` is true where all that raises
    a level above low is pending: reasons of the documentation and doubts that what is still to be written can settle. Reasons of the claim raise no level.
    """

    level: Literal["low", "moderate", "high"]
    score: float
    code: str
    assumed: bool
    reasons: list[ReasonOut]
    would_change: list[WhatIf]
    raised_by: list[Raised] = []
    pending: bool = False


class CheckOut(_Out):
    """One check of the claim: pass, fail or unknown, with its arithmetic in ``detail``.

    ``pending`` is true, and the result unknown, where a draft would fail it if the note ended here.
    """

    check: str
    rule: str
    result: Literal["pass", "fail", "unknown"]
    message: str
    severity: str
    source: str
    evidence: list[Evidence]
    detail: dict[str, Any]
    pending: bool = False


class ClaimLineOut(_Out):
    """A claim line as judged, with its share of what the minutes carry of its code.

    ``amount`` is what it pays by the fee schedule, ``at_stake`` how much of that its billed units pay over the supported ones
    (below 0 where units are left unbilled), US dollars; each is null where it is not known.
    """

    code: str
    units: int | None
    modifiers: list[str] | None
    supported_units: int | None = None
    amount: float | None = None
    at_stake: float | None = None


class AmountOut(_Out):
    """What a code's lines pay by the fee schedule, US dollars after the reductions for several procedures and for an assistant; null where no fee is known."""

    code: str
    units: int
    amount: float | None
    reduced_units: int


class DenialOut(_Out):
    """How the note stands with one of the five top denial reasons; ``pending`` where it is unknown because a draft is unfinished."""

    rank: int
    reason: str
    checked: str
    result: Literal["pass", "fail", "unknown"]
    pending: bool = False


class WorkOut(_Out):
    """One thing to mend, in the order in which it pays; then what is ``pending``, still to be written in a draft; last what is for information."""

    order: int
    finding: str
    severity: str
    message: str
    fix: str
    codes: list[str]
    amount: float | None
    pending: bool = False


class ClaimOut(_Out):
    """The claim that was judged, and how it stands.

    ``source`` is given, note or none; ``supported_units`` what the minutes carry; then the checks, what the lines pay, the five
    top denial reasons, and what to mend first.
    """

    lines: list[ClaimLineOut]
    source: Literal["given", "note", "none"]
    supported_units: dict[str, int]
    checks: list[CheckOut]
    amounts: list[AmountOut] = []
    denials: list[DenialOut] = []
    worklist: list[WorkOut] = []


class ModelOut(_Out):
    """Which engine read the note."""

    name: str
    version: str
    engine: str


class PolicyOut(_Out):
    """Which policy judged it."""

    as_of: str
    payer: str
    edits_quarter: str | None


class Unread(_Out):
    """A stretch that was not read, and why."""

    start: int
    end: int
    reason: str


class Review(_Out):
    """One review per note. ``date_of_service`` (YYYY-MM-DD) and ``discipline`` are as given, else as the note says, else null; ``stage`` is as given."""

    id: str
    reads_as: str
    probabilities: dict[str, float]
    skill_shown: float
    services: list[ServiceOut]
    deficits: list[DeficitOut]
    techniques: list[TechniqueOut]
    minutes: list[MinutesOut]
    responses: list[ResponseOut]
    missing: list[str]
    pending: list[str]
    risk: RiskOut
    claim: ClaimOut
    unread: list[Unread]
    model: ModelOut
    policy: PolicyOut
    date_of_service: str | None = None
    discipline: str | None = None
    stage: Literal["final", "draft"] = "final"

    def as_dict(self) -> dict[str, Any]:
        """Return the review as plain JSON types, ``schema`` first."""
        return {"schema": SCHEMA, **self.model_dump(mode="json")}

    def as_json(self, *, indent: int | None = None) -> str:
        """Return the review as JSON: the same characters on every door."""
        if indent is None:
            return f'{{"schema":"{SCHEMA}",{self.model_dump_json()[1:]}'
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=indent)
