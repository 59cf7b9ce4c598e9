"""Who treated and signed: credentials, assistants, aides, groups and concurrent treatment."""

from __future__ import annotations

import re
from typing import Literal

from note_review.encounter import Flag, Signature
from note_review.note import Span
from note_review.reading.shared_visits import read_shares
from note_review.reading.small_letters import any_case, small

_CREDENTIAL = re.compile(
    r"(?=[A-Z])(?<![\w/])(?P<c>SPTA|SPT|PTA|COTA(?:/L)?|OTA(?:/L)?|DPT|MPT|MSPT|RPT|LPTA|LPT|OTR(?:/L)?|OTD|MOT|CHT|DC|PT|OT|CCC-SLP|SLP|MD|DO|RN|LPN|NP|PA-C|ATC|LAT|OCS|NCS|SCS|GCS)(?![\w/]|\s*(?:gym|eval|session|tx|visit|order|goals?|POC|poc|plan|notes?|clinic|dept))"
)
_SIGNING = any_case(
    r"(?:signed|signature|e-?sign\w*|electronically|treat(?:ed|ing|ment)\s*(?:provided |given |rendered |done )?(?:by|therapist|clinician|session by)|therapist|clinician|provider|rendered by|performed by|completed by|seen by|by:?|/s/|--|—)[^\n]{0,60}$"
)
_NAMED = re.compile(r"[A-Z][\w.'-]*,?\s*$")
_ASSISTANT = re.compile(
    r"(?=[LPpCOo])(?<![\w/])(?:(?P<pta>L?PTA|physical therap(?:y|ist) assistant)|(?P<ota>COTA(?:/L)?|OTA(?:/L)?|occupational therapy assistant))(?![\w])"
)
_ASSISTANT_NOT_TREATING = any_case(
    r"(?:discussed with|consult(?:ed)? with|d/w|supervis\w+ (?:of )?(?:the )?|will (?:see|be seen)|to see|next (?:visit|session|tx) (?:with|by)|hand(?:ed)? off to|report(?:ed)? to|instructed|asked|no|not|informed|c[oc]:?|schedule[d]? with|visit \d+ by)\s*(?:the\s+)?$"
)
_TREATMENT_BY_ASSISTANT = any_case(
    r"\b(?:treatment|session|services?|tx|visit|therapy) (?:was |were )?(?:performed|provided|given|rendered|delivered|completed|carried out|done|conducted|led)\s+(?:in (?:whole|part) )?by (?:the |an |a )?(?:assistant|pta|ota|cota)\b"
)
_COPIED = any_case(
    r"(?:copied (?:from|forward)|copy forward|carried (?:forward|over) from|pulled forward|imported from (?:previous|prior|last|\d)|see \d{1,2}/\d{1,2} note, all same|same as yesterday\b(?=\W*$)|(?:same|unchanged) as (?:last|previous|prior) (?:note|visit|entry)|cloned|duplicated from|note copied|<<? ?copied|\[copied|"
    r"text (?:from|of) (?:previous|prior|last) (?:note|visit|encounter)|auto-?populated from (?:last|previous|prior)|see (?:last|previous|prior) note,? (?:no change|unchanged)|pasted from|brought forward|cf from|c/f from)"
)


def read_signature(text: str) -> Signature:
    """Return the credentials that sign or treat, and the assistant where one gave the service."""
    tail = max(0, len(text) - 350)
    credentials: list[str] = []
    spans: list[Span] = []
    for match in _CREDENTIAL.finditer(text):
        line_start = text.rfind("\n", 0, match.start()) + 1
        before = text[line_start : match.start()]
        if (match.start() >= tail and _NAMED.search(before)) or _SIGNING.search(small(before)):
            credentials.append(match["c"].upper())
            spans.append(Span(match.start("c"), match.end("c")))
    return Signature(tuple(dict.fromkeys(credentials)), tuple(spans), _assistant(text, credentials))


def _assistant(text: str, credentials: list[str]) -> Literal["PTA", "OTA"] | None:
    for match in _ASSISTANT.finditer(text):
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if not _ASSISTANT_NOT_TREATING.search(small(before[-60:])):
            return "PTA" if match["pta"] else "OTA"
    if _TREATMENT_BY_ASSISTANT.search(small(text)):
        return "OTA" if any(c.startswith(("OT", "COTA")) for c in credentials) else "PTA"
    return None


def read_flags(text: str) -> tuple[Flag, ...]:
    """Return facts about how the visit was given: group, concurrent, aide, copied."""
    copied = (Flag("copied", Span(m.start(), m.end())) for m in _COPIED.finditer(small(text)))
    return (*read_shares(text), *copied)
