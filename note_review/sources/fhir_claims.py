"""FHIR R4 Claims as billed visits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from note_review.note import ClaimLine
from note_review.sources.billed import BilledVisit
from note_review.sources.dates import parse_stamp

Resource = Mapping[str, Any]


def billed_visits_of(claim: Resource, *, source: str, place: str, names: Mapping[str, tuple[str, ...]]) -> Iterator[BilledVisit]:
    """Give what a Claim bills, by day.

    Parameters
    ----------
    claim
        The resource.
    source, place
        Where it is from.
    names
        Reference of a patient or practitioner to all names and numbers of theirs.
    """
    if claim.get("status") in ("cancelled", "entered-in-error") or claim.get("use", "claim") not in ("claim", "predetermination"):
        return
    patient = reference_of(claim.get("patient"))
    team = [reference_of(member.get("provider")) for member in objects(claim, "careTeam")]
    clinicians = tuple(name for ref in team or [reference_of(claim.get("provider"))] for name in _named(ref, names))
    days: dict[Any, list[ClaimLine]] = {}
    encounters: list[str] = []
    for item in objects(claim, "item"):
        encounters += [reference_of(encounter) for encounter in objects(item, "encounter")]
        period = item.get("servicedPeriod") or claim.get("billablePeriod") or {}
        day = parse_stamp(item.get("servicedDate") or (period.get("start") if isinstance(period, Mapping) else None))
        if day and (line := _line(item)):
            days.setdefault(day, []).append(line)
    for day, lines in days.items():
        yield BilledVisit((*_named(patient, names), *encounters), day, clinicians, tuple(lines), source, place)


def _named(reference: str, names: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(filter(None, (reference, *names.get(reference, ()))))


def _line(item: Resource) -> ClaimLine | None:
    quantity = item.get("quantity")
    value = quantity.get("value") if isinstance(quantity, Mapping) else None
    modifiers = [code for concept in objects(item, "modifier") for code in codes_of(concept)[:1]]
    for code in codes_of(item.get("productOrService")):
        try:
            return ClaimLine(code=code, units=None if value is None else round(float(value)), modifiers=tuple(modifiers))
        except (ValueError, TypeError, OverflowError, ValidationError):
            continue
    return None


def objects(resource: Resource, name: str) -> list[Resource]:
    """Return the objects of a list element, whatever the sender put there."""
    found = resource.get(name)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def reference_of(reference: Any) -> str:
    """Return ``Type/id`` of a reference, without server and version; its identifier where it has no reference."""
    if not isinstance(reference, Mapping):
        return ""
    written = reference.get("reference")
    if isinstance(written, str) and written:
        return short(written)
    identifier = reference.get("identifier")
    return str(identifier.get("value") or "") if isinstance(identifier, Mapping) else ""


def short(url: str) -> str:
    """Return ``Type/id`` of an address of a resource; others (``urn:uuid:…``, ``#id``) as they are."""
    parts = url.partition("/_history/")[0].split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 else url


def codes_of(concept: Any) -> list[str]:
    """Return the codes of a CodeableConcept."""
    codings = objects(concept, "coding") if isinstance(concept, Mapping) else []
    return [str(coding["code"]) for coding in codings if coding.get("code")]
