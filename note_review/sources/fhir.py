"""FHIR R4 bundles and single resources: DocumentReference, Composition, DiagnosticReport and Binary are notes, Claims what is billed."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from note_review.errors import InputError
from note_review.sources.attached import notes_of_attachment
from note_review.sources.claims import ClaimBook
from note_review.sources.dates import parse_stamp
from note_review.sources.document import Entry, UnreadableNote
from note_review.sources.fhir_claims import Resource, billed_visits_of, codes_of, objects, reference_of, short
from note_review.sources.intake import Intake
from note_review.sources.known import Known
from note_review.sources.parcel import Parcel

PREFERRED = ("text/plain", "text/markdown", "html", "rtf", "wordprocessingml", "pdf", "xml", "")
DISCIPLINES: Mapping[str, Literal["PT", "OT"]] = {
    "11508-9": "PT", "28579-1": "PT", "18735-1": "PT", "11507-1": "OT", "28578-3": "OT", "18734-4": "OT",
}  # fmt: skip
ELSEWHERE = "the document lies elsewhere and is not fetched"
MAX_DEPTH = 20


def notes(data: bytes, parcel: Parcel) -> Iterator[Entry]:
    """Give the notes of a bundle or resource, each with the Claim of its visit where the bundle has it.

    Raises
    ------
    InputError
        It is no FHIR JSON, or holds nothing that is a note.
    """
    try:
        root = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InputError("is not JSON") from None
    if not isinstance(root, dict) or not isinstance(root.get("resourceType"), str):
        raise InputError("is no FHIR resource")
    bundle = _Bundle(root, parcel)
    intake = Intake(book=bundle.book())
    found = False
    for entry in bundle.entries():
        found = True
        yield from intake.entries(entry)
    if not found:
        raise InputError("holds no note (no DocumentReference, Composition, DiagnosticReport or Binary with a document)")


class _Bundle:
    """The resources of a bundle by address, and the notes among them."""

    def __init__(self, root: Resource, parcel: Parcel) -> None:
        self._parcel = parcel
        self._resources: list[Resource] = []
        self._by_address: dict[str, Resource] = {}
        self._take(root, None, depth=0)
        self._names = {address: _names(resource) for address, resource in self._by_address.items() if _is_person(resource)}

    def _take(self, resource: Resource, url: Any, *, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise InputError("is nested too deep")
        kind, id = resource.get("resourceType"), resource.get("id")
        if kind == "Bundle":
            for entry in objects(resource, "entry"):
                if isinstance(entry.get("resource"), Mapping):
                    self._take(entry["resource"], entry.get("fullUrl"), depth=depth + 1)
            return
        self._resources.append(resource)
        for address in (f"{kind}/{id}" if id else None, short(url) if isinstance(url, str) else None):
            if address:
                self._by_address[address] = resource

    def book(self) -> ClaimBook | None:
        claims = [resource for resource in self._resources if resource.get("resourceType") == "Claim"]
        if not claims:
            return None
        book = ClaimBook()
        for claim in claims:
            book.add(billed_visits_of(claim, source=self._parcel.source, place=self._parcel.place, names=self._names))
        return book

    def entries(self) -> Iterator[Entry]:
        """Give the notes in the order of the bundle."""
        used = {short(str(a.get("url"))) for r in self._resources for a in _attachments(r) if a.get("url")}
        number = 0
        for resource in self._resources:
            kind = resource.get("resourceType")
            if kind == "Binary" and f"Binary/{resource.get('id')}" in used:
                continue
            if kind in ("DocumentReference", "DiagnosticReport", "Composition", "Binary"):
                number += 1
                known = self._known(resource, number)
                yield from self._composed(resource, known) if kind == "Composition" else self._attached(resource, known)

    def _attached(self, resource: Resource, known: Known) -> Iterator[Entry]:
        """Give the notes of the first attachment that can be read: a resource's attachments are forms of one document."""
        is_binary = resource.get("resourceType") == "Binary"
        attachments = [resource] if is_binary else sorted(_attachments(resource), key=_preference)
        problem = UnreadableNote("has no attachment", source=self._parcel.source, place=self._parcel.place, id=known.id)
        for attachment in attachments:
            data = self._bytes(attachment)
            if isinstance(data, str):
                problem = UnreadableNote(data, source=self._parcel.source, place=self._parcel.place, id=known.id)
                continue
            entries = list(notes_of_attachment(data, known, self._parcel, kind=str(attachment.get("contentType") or "")))
            refused = [entry for entry in entries if isinstance(entry, UnreadableNote)]
            if len(refused) < len(entries):
                yield from entries
                return
            problem = refused[0] if refused else problem
        if attachments or resource.get("resourceType") == "DocumentReference":
            yield problem

    def _bytes(self, attachment: Resource) -> bytes | str:
        """Return an attachment's bytes, or why there are none."""
        written = attachment.get("data")
        url = attachment.get("url")
        if written is None and isinstance(url, str):
            binary = self._by_address.get(short(url))
            if binary is None:
                return ELSEWHERE
            written = binary.get("data")
        if not isinstance(written, str):
            return "the attachment has no data"
        try:
            return base64.b64decode("".join(written.split()), validate=True)
        except (binascii.Error, ValueError):
            return "the attachment is not base64"

    def _composed(self, resource: Resource, known: Known) -> Iterator[Entry]:
        """Give the note that a Composition's sections are: each title, then its narrative."""
        page = "".join(_sections(resource, depth=0))
        if page:
            html = f"<html><body>{page}</body></html>".encode()
            yield from notes_of_attachment(html, known, self._parcel, kind="text/html")
        else:
            yield UnreadableNote("has no narrative", source=self._parcel.source, place=self._parcel.place, id=known.id)

    def _known(self, resource: Resource, number: int) -> Known:
        context = resource.get("context")
        context = context if isinstance(context, Mapping) else {}
        met = [reference_of(e) for e in objects(context, "encounter")] + [reference_of(resource.get("encounter"))]
        encounter = next((self._by_address[a] for a in met if a in self._by_address), {})
        subject = resource.get("subject") or encounter.get("subject")
        people = (*objects(resource, "author"), *objects(resource, "resultsInterpreter"), *objects(resource, "performer"))
        clinicians = tuple(name for person in people for name in self._persons(person))
        patients = self._persons(subject)
        types = codes_of(resource.get("type")) + codes_of(resource.get("code"))
        status = {_text(resource, "status"), _text(resource, "docStatus")}
        return Known(
            id=str(resource.get("id") or (self._parcel.stem if number == 1 else f"{self._parcel.stem}.{number}")),
            day=_period(context) or _period(resource, "effectiveDateTime") or _event(resource) or _period(encounter),
            filed=parse_stamp(_text(resource, "date") or _text(resource, "issued")),
            patient=patients[0].removeprefix("Patient/") if patients else None,
            clinician=_shown(people, clinicians),
            clinic=_display(resource.get("custodian")) or _display(encounter.get("serviceProvider")),
            discipline=next((DISCIPLINES[code] for code in types if code in DISCIPLINES), None),
            patient_keys=(*patients, *filter(None, met)),
            clinician_keys=clinicians,
            draft="preliminary" in status,
            withdrawn="entered-in-error" in status,
            warnings=("is marked superseded: a later version should exist",) if "superseded" in status else (),
        )

    def _persons(self, reference: Any) -> tuple[str, ...]:
        address = reference_of(reference)
        role = self._by_address.get(address, {})
        if role.get("resourceType") == "PractitionerRole":
            address = reference_of(role.get("practitioner"))
        shown = reference.get("display") if isinstance(reference, Mapping) else None
        return tuple(filter(None, dict.fromkeys((address, *self._names.get(address, ()), shown))))


def _attachments(resource: Resource) -> list[Resource]:
    held = [content.get("attachment") for content in objects(resource, "content")]
    return [a for a in (*held, *objects(resource, "presentedForm")) if isinstance(a, Mapping)]


def _preference(attachment: Resource) -> int:
    kind = str(attachment.get("contentType") or "").lower()
    return next(n for n, word in enumerate(PREFERRED) if word in kind)


def _sections(resource: Resource, *, depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        raise InputError("is nested too deep")
    for section in objects(resource, "section"):
        text = section.get("text")
        div = text.get("div") if isinstance(text, Mapping) else None
        title = section.get("title")
        inner = list(_sections(section, depth=depth + 1))
        if isinstance(title, str) and (div or inner):
            escaped = title.strip().rstrip(":").replace("&", "&amp;").replace("<", "&lt;")
            yield f"<h2>{escaped}:</h2>"
        yield str(div) if isinstance(div, str) else ""
        yield from inner


def _is_person(resource: Resource) -> bool:
    return resource.get("resourceType") in ("Patient", "Practitioner")


def _names(resource: Resource) -> tuple[str, ...]:
    """Return the numbers and names of a patient or practitioner."""
    numbers = [str(n["value"]) for n in objects(resource, "identifier") if n.get("value")]
    names = []
    for name in objects(resource, "name"):
        given = name.get("given")
        parts = [*(given if isinstance(given, list) else []), name.get("family")]
        names.append(" ".join(str(p) for p in parts if p) or str(name.get("text") or ""))
    return tuple(filter(None, (*numbers, *names)))


def _shown(people: tuple[Resource, ...], names: tuple[str, ...]) -> str | None:
    """Return the clinician as a person would name them, else by number, else by address."""
    display = next(filter(None, map(_display, people)), None)
    words = [name for name in names if "/" not in name]
    return display or next((w for w in words if not any(c.isdigit() for c in w)), None) or next(iter((*words, *names)), None)


def _display(reference: Any) -> str | None:
    shown = reference.get("display") if isinstance(reference, Mapping) else None
    return shown if isinstance(shown, str) and shown else None


def _text(resource: Resource, name: str) -> str | None:
    value = resource.get(name)
    return value if isinstance(value, str) else None


def _period(resource: Resource, alone: str = "") -> Any:
    for name in ("period", "effectivePeriod"):
        period = resource.get(name)
        if isinstance(period, Mapping) and (day := parse_stamp(_text(period, "start"))):
            return day
    return parse_stamp(_text(resource, alone)) if alone else None


def _event(resource: Resource) -> Any:
    return next(filter(None, map(_period, objects(resource, "event"))), None)
