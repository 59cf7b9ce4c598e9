"""What a file is, told from its first bytes, where the name alone does not say it."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path

from note_review.errors import InputError

HEAD = 65_536
_RESOURCE = re.compile(rb'"resourceType"\s*:\s*"')
_MESSAGE = re.compile(rb"\s*\x0b?\s*(?:(?:FHS|BHS)[^\w\s][^\r\n]*[\r\n]+\s*){0,2}MSH[^\w\s]")
_LINES = frozenset({".jsonl", ".ndjson"})
_MESSAGE_SUFFIXES = frozenset({".hl7", ".mdm", ".oru"})
_CLAIM_SUFFIXES = frozenset({".837", ".837p", ".edi", ".x12"})


class Kind(Enum):
    """What has to be told apart before a file is read."""

    FHIR = "a FHIR resource or bundle"
    FHIR_LINES = "FHIR resources, one a line"
    HL7 = "HL7 v2 messages"
    CCDA = "a C-CDA document"
    CLAIMS = "837P claims"
    OTHER = "a table or a document"


def kind_of(path: Path) -> Kind:
    """Return what a file is.

    Raises
    ------
    InputError
        Its name says claims or messages and its content is something else.
    """
    with path.open("rb") as file:
        head = file.read(HEAD).removeprefix(b"\xef\xbb\xbf")
    suffix = path.suffix.lower()
    if head.lstrip().startswith(b"ISA") and len(head.lstrip()) > 105:
        return Kind.CLAIMS
    if _MESSAGE.match(head):
        return Kind.HL7
    if suffix in _MESSAGE_SUFFIXES | _CLAIM_SUFFIXES and head.strip():
        wanted = "HL7 v2: it does not begin with MSH" if suffix in _MESSAGE_SUFFIXES else "X12: it does not begin with ISA"
        raise InputError(f"is not {wanted}")
    if suffix in _LINES and _RESOURCE.search(head.lstrip().partition(b"\n")[0]):
        return Kind.FHIR_LINES
    if suffix == ".json" and _RESOURCE.search(head):
        return Kind.FHIR
    return Kind.CCDA if suffix == ".xml" or b"<ClinicalDocument" in head[:4096] else Kind.OTHER
