"""FHIR NDJSON, as bulk exports write it: one resource a line, one type a file, references from one file to another.

Each note is given on with the resources that it refers to, so that whoever reads it needs no other file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from note_review.sources.billed import BilledVisit
from note_review.sources.document import UnreadableNote
from note_review.sources.fhir_claims import Resource, billed_visits_of, short
from note_review.sources.folder import files_of
from note_review.sources.formats import MAX_FILE_BYTES
from note_review.sources.parcel import Parcel
from note_review.sources.rows import Table

SUFFIXES = (".ndjson", ".jsonl")
NOTES = frozenset({"DocumentReference", "Composition", "DiagnosticReport", "Bundle"})
LINKED = frozenset({"Binary", "Patient", "Practitioner", "PractitionerRole", "Encounter"})


class _Place(NamedTuple):
    file: Path
    offset: int


class _Index(NamedTuple):
    """Where the resources stand that notes refer to, and which Binaries some note refers to."""

    places: Mapping[str, _Place]
    used: frozenset[str]


def parcels(path: Path, table: Table, folder: Path) -> Iterator[Parcel | UnreadableNote]:
    """Give each note of a file with what it refers to; lines of other types are not notes and are passed over."""
    index = _index_of(folder)
    for number, line in enumerate(_lines(path), 1):
        place = f"line {number}"
        resource = _decoded(line.data)
        if resource is None:
            if line.data.strip():
                yield UnreadableNote("is not a FHIR resource in JSON", source=table.source, place=place)
            continue
        kind = resource.get("resourceType")
        if kind in NOTES or (kind == "Binary" and f"Binary/{resource.get('id')}" not in index.used):
            linked = [r for a in dict.fromkeys(_addresses(resource)) if (r := _fetched(index.places.get(a))) is not None]
            bundle = {"resourceType": "Bundle", "entry": [{"resource": r} for r in (resource, *linked)]}
            data = json.dumps(bundle, ensure_ascii=False).encode("utf-8", "surrogatepass")
            yield Parcel(form="fhir", source=table.source, stem=f"{table.stem}:{number}", place=place, data=data)


def billed_visits(path: Path, source: str) -> Iterator[BilledVisit]:
    """Give what the Claims of a file bill."""
    for number, line in enumerate(_lines(path), 1):
        resource = _decoded(line.data)
        if resource is not None and resource.get("resourceType") == "Claim":
            yield from billed_visits_of(resource, source=source, place=f"line {number}", names={})


class _Line(NamedTuple):
    offset: int
    data: bytes


def _lines(path: Path) -> Iterator[_Line]:
    with path.open("rb") as file:
        offset = 0
        while data := file.readline(MAX_FILE_BYTES):
            yield _Line(offset, data)
            offset += len(data)


def _decoded(line: bytes) -> Resource | None:
    try:
        resource = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return resource if isinstance(resource, dict) and isinstance(resource.get("resourceType"), str) else None


def _index_of(folder: Path) -> _Index:
    files = [folder / file for file in files_of(folder) if file.suffix.lower() in SUFFIXES]
    return _index(tuple((file, file.stat().st_size, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=1)
def _index(files: tuple[tuple[Path, int, int], ...]) -> _Index:
    places: dict[str, _Place] = {}
    used: set[str] = set()
    for file, _, _ in files:
        for line in _lines(file):
            resource = _decoded(line.data)
            if resource is None:
                break  # a table of notes, which is not FHIR at all
            kind = resource["resourceType"]
            if kind in LINKED:
                places[f"{kind}/{resource.get('id')}"] = _Place(file, line.offset)
            elif kind in NOTES:
                used.update(address for address in _addresses(resource) if address.startswith("Binary/"))
    return _Index(places, frozenset(used))


def _fetched(place: _Place | None) -> Resource | None:
    if place is None:
        return None
    with place.file.open("rb") as file:
        file.seek(place.offset)
        return _decoded(file.readline(MAX_FILE_BYTES))


def _addresses(value: Any, depth: int = 0) -> Iterator[str]:
    """Give the addresses of all resources that a resource refers to."""
    if depth > 40:
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in ("reference", "url") and isinstance(inner, str):
                yield short(inner)
            else:
                yield from _addresses(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _addresses(inner, depth + 1)
