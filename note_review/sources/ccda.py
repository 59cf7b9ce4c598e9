"""C-CDA documents: the sections' narrative as a person reads it, or the file that an unstructured body carries."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import ParseError, fromstring  # type: ignore[import-untyped]

from note_review.errors import InputError
from note_review.sources.attached import notes_of_attachment
from note_review.sources.dates import parse_stamp
from note_review.sources.document import Entry
from note_review.sources.known import Known, reviewable, shown
from note_review.sources.parcel import Parcel

Element = Any  # defusedxml says no types
V3 = "{urn:hl7-org:v3}"
MAX_DEPTH = 60
CELL_SEPARATOR = " | "
_BLOCKS = frozenset({"paragraph", "list", "item", "table", "tr", "caption", "br", "thead", "tbody", "title", "text", "section"})
_SKIPPED = frozenset({"renderMultiMedia", "entry", "code", "templateId", "id", "author", "informant"})


def notes(data: bytes, parcel: Parcel) -> Iterator[Entry]:
    """Give the note of a document.

    Raises
    ------
    InputError
        It is no C-CDA document, is damaged or hostile, or has no narrative.
    """
    yield from notes_with(data, parcel, None)


def notes_with(data: bytes, parcel: Parcel, carrier: Known | None) -> Iterator[Entry]:
    """Give the note of a document that came in a message or bundle, whose word on people and days counts first."""
    root = _root(data, parcel.source)
    known = _known(root, parcel)
    if carrier is not None:
        kept = {
            n: v
            for n in ("id", "day", "filed", "patient", "clinician", "clinic", "discipline", "claim")
            if (v := getattr(carrier, n))
        }
        known = replace(
            known, **kept, draft=carrier.draft, withdrawn=carrier.withdrawn, warnings=carrier.warnings,
            patient_keys=(*carrier.patient_keys, *known.patient_keys),
            clinician_keys=(*carrier.clinician_keys, *known.clinician_keys),
        )  # fmt: skip
    unstructured = root.find(f"{V3}component/{V3}nonXMLBody/{V3}text")
    if unstructured is not None:
        yield from notes_of_attachment(_carried(unstructured), known, parcel, kind=unstructured.get("mediaType", ""))
        return
    lines: list[str] = []
    for body in root.iter(f"{V3}structuredBody"):
        for section in body.iterfind(f"{V3}component/{V3}section"):
            _section(section, lines, depth=0)
    text = "\n".join(lines)
    if not text.strip():
        raise InputError("has no narrative")
    yield from reviewable(text.encode(), known, parcel, suffix=".txt")


def _root(data: bytes, source: str) -> Element:
    try:
        root = fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise InputError("holds a DTD or entities, which no C-CDA document needs", source=source) from None
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        line = getattr(error, "position", (0, 0))[0]
        raise InputError("is not well-formed XML", source=source, place=f"line {line}" if line else "") from None
    if root.tag != f"{V3}ClinicalDocument":
        raise InputError("is XML, but no C-CDA document", source=source)
    return root


def _carried(text: Element) -> bytes:
    reference = text.find(f"{V3}reference")
    if reference is not None:
        raise InputError("the document lies elsewhere and is not fetched")
    written = "".join(text.itertext())
    if text.get("representation") != "B64":
        return written.encode()
    try:
        return base64.b64decode(re.sub(r"\s+", "", written), validate=True)
    except (binascii.Error, ValueError):
        raise InputError("the document is not base64") from None


def _section(section: Element, lines: list[str], *, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise InputError("is nested too deep")
    title, text = section.find(f"{V3}title"), section.find(f"{V3}text")
    if title is not None and "".join(title.itertext()).strip():
        lines.append("".join(title.itertext()).strip().rstrip(":") + ":")
    if text is not None:
        lines += _narrative(text)
    for inner in section.iterfind(f"{V3}component/{V3}section"):
        _section(inner, lines, depth=depth + 1)


def _narrative(text: Element) -> list[str]:
    written: list[str] = []
    _walk(text, written, depth=0)
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(written).split("\n"))
    return [line.removesuffix(CELL_SEPARATOR.rstrip()).rstrip() for line in lines if line]


def _walk(element: Element, written: list[str], *, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise InputError("is nested too deep")
    written.append(_inline(element.text))
    for child in element:
        name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if name in _BLOCKS:
            written.append("\n")
        if name and name not in _SKIPPED:
            _walk(child, written, depth=depth + 1)
        written.append(CELL_SEPARATOR if name in ("td", "th") else "\n" if name in _BLOCKS else "")
        written.append(_inline(child.tail))


def _inline(text: str | None) -> str:
    return re.sub(r"[\n\r]+[ \t]*", " ", text or "") if (text or "").strip() else " " if text else ""


def _known(root: Element, parcel: Parcel) -> Known:
    patient = root.find(f"{V3}recordTarget/{V3}patientRole")
    author = root.find(f"{V3}author/{V3}assignedAuthor")
    id = root.find(f"{V3}id")
    times = [root.find(f"{V3}{path}") for path in _TIMES]
    days = [None if time is None else parse_stamp(time.get("value")) for time in times]
    patients, clinicians = _person(patient, "patient"), _person(author, "assignedPerson")
    custodian = root.find(f".//{V3}representedCustodianOrganization/{V3}name")
    return Known(
        id=(id.get("extension") or id.get("root") if id is not None else None) or parcel.stem,
        day=next(filter(None, days[:-1]), None),
        filed=days[-1],
        patient=patients[0] if patients else None,
        clinician=shown(clinicians),
        clinic=(custodian.text or "").strip() or None if custodian is not None else None,
        patient_keys=patients,
        clinician_keys=clinicians,
    )


_TIMES = tuple(
    path.replace("/", f"/{V3}")
    for path in (
        "componentOf/encompassingEncounter/effectiveTime/low", "componentOf/encompassingEncounter/effectiveTime",
        "documentationOf/serviceEvent/effectiveTime/low", "documentationOf/serviceEvent/effectiveTime", "effectiveTime",
    )
)  # fmt: skip


def _person(role: Element | None, inner: str) -> tuple[str, ...]:
    """Return the numbers and the name of a role."""
    if role is None:
        return ()
    numbers = [n.get("extension") for n in role.iterfind(f"{V3}id")]
    name = role.find(f"{V3}{inner}/{V3}name")
    parts = [] if name is None else [(p.text or "").strip() for p in name if p.tag in (f"{V3}given", f"{V3}family")]
    whole = " ".join(filter(None, parts)) or ("" if name is None else (name.text or "").strip())
    return tuple(filter(None, (*numbers, whole)))
