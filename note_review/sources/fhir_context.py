"""What stands round a FHIR note: the resources of a bundle or search, charges as claim lines, a CarePlan as plan of care."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError

from note_review.note import ClaimLine, PlanOfCare
from note_review.policy import load_policy
from note_review.sources.dates import parse_stamp
from note_review.sources.document import Entry
from note_review.sources.fhir_claims import Resource, billed_visits_of, codes_of, objects
from note_review.sources.intake import Intake
from note_review.sources.parcel import Parcel

NOTE_TYPES = frozenset({"DocumentReference", "Composition", "DiagnosticReport", "Binary"})
MAX_DEPTH = 5
# SNOMED CT's physical therapy and occupational therapy.
THERAPY_CODES = frozenset({"91251008", "84478008"})
_ORDERED = r"(?:eval(?:uat\w+)?|consult\w*|treat\w*|ref(?:er\w*)?)"
# PT/INR is a laboratory's; cardiac and pulmonary rehabilitation is no physical therapy.
THERAPY_WORDS = re.compile(
    r"physical therap|physiotherap|occupational therap|rehabilitation therap"
    rf"|\b{_ORDERED}\b[^.;]{{0,20}}\b(?:PT|OT)\b(?!/?\s?(?:INR|PTT))|\b(?:PT|OT)\b(?!/?\s?(?:INR|PTT))[^.;]{{0,20}}\b{_ORDERED}\b"
    r"|(?<!cardiac )(?<!pulmonary )\brehab(?:ilitation)?\b[^.;]{0,10}\beval\w*\W+(?:and )?treat",
    re.IGNORECASE,
)
# An order that is only drafted, or was taken back, orders nothing.
STANDING_ORDERS = frozenset({"active", "completed"})


def resources_of(value: Any, depth: int = 0) -> Iterator[Resource]:
    """Give a resource, or those of a bundle; nothing for what is neither."""
    if not isinstance(value, Mapping) or depth > MAX_DEPTH:
        return
    if value.get("resourceType") == "Bundle":
        for entry in objects(value, "entry"):
            yield from resources_of(entry.get("resource"), depth + 1)
    elif isinstance(value.get("resourceType"), str):
        yield value


def notes_of_resources(resources: Iterable[Resource], *, claim: tuple[ClaimLine, ...] = ()) -> list[Entry]:
    """Return the notes among resources, read as a bundle's; ``claim`` is what is billed for one that finds no claim there."""
    bundle = {"resourceType": "Bundle", "entry": [{"resource": resource} for resource in resources]}
    parcel = Parcel(form="fhir", source="", stem="note", data=json.dumps(bundle).encode())
    return list(Intake(claim).entries(parcel))


def lines_of_charges(charges: Iterable[Any]) -> tuple[ClaimLine, ...]:
    """Return the claim lines of ChargeItems, Claims, or objects with the contract's names; what is none of them gives none."""
    return tuple(line for charge in charges if isinstance(charge, Mapping) for line in _lines(charge))


def _lines(charge: Resource) -> Iterator[ClaimLine]:
    if charge.get("resourceType") == "Claim":
        for visit in billed_visits_of(charge, source="", place="", names={}):
            yield from visit.lines
    elif charge.get("resourceType") == "ChargeItem":
        if charge.get("status") in ("entered-in-error", "aborted", "not-billable"):
            return
        quantity = charge.get("quantity")
        value = quantity.get("value") if isinstance(quantity, Mapping) else None
        units = round(value) if isinstance(value, int | float) and 0 <= value <= 999 else None
        # R4 has no place for modifiers in a ChargeItem: nobody says which there are.
        offered = (_line({"code": code, "units": units}) for code in codes_of(charge.get("code")))
        yield from [line for line in offered if line][:1]
    elif line := _line(charge):
        yield line


def _line(fields: Mapping[str, Any]) -> ClaimLine | None:
    try:
        return ClaimLine.model_validate(dict(fields))
    except ValidationError:
        return None


def plan_of(resources: Iterable[Resource]) -> PlanOfCare | None:
    """Return the dates of the latest CarePlan that is in force, with the day of the latest standing therapy order where one is there."""
    plan: dict[str, Any] = {}
    for resource in resources:
        if resource.get("resourceType") == "CarePlan" and resource.get("status") not in ("entered-in-error", "revoked", "draft"):
            period = resource.get("period")
            period = period if isinstance(period, Mapping) else {}
            start = _day(period.get("start"))
            if start and (plan.get("start") is None or start > plan["start"]):
                plan |= {"start": start, "expires_on": _day(period.get("end"))}
        elif is_therapy(resource) and resource.get("status") in STANDING_ORDERS and (ordered := _day(resource.get("authoredOn"))):
            plan["ordered_on"] = max(ordered, plan.get("ordered_on") or ordered)
    return PlanOfCare.model_validate(plan) if plan else None


def is_therapy(order: Resource) -> bool:
    """Say whether a resource orders physical or occupational therapy, by its code or in words."""
    if order.get("resourceType") != "ServiceRequest":
        return False
    code = order.get("code")
    words = [code.get("text")] if isinstance(code, Mapping) else []
    words += [coding.get("display") for coding in objects(code, "coding")] if isinstance(code, Mapping) else []
    said = "; ".join(word for word in words if isinstance(word, str))
    return any(c in _therapy_codes() for c in codes_of(code)) or THERAPY_WORDS.search(said) is not None


@cache
def _therapy_codes() -> frozenset[str]:
    """Return SNOMED CT's and CPT's codes of therapy (policy: a discipline modifier on every therapy line)."""
    return THERAPY_CODES | load_policy().codes("therapy_codes")


def _day(written: Any) -> Any:
    return parse_stamp(written) if isinstance(written, str) else None
