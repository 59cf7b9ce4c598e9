"""Who treated and signed: credentials, the assistant who gave the service, and how the visit was given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from note_review.encounter import Flag, Section, Signature
from note_review.note import Span
from note_review.reading.assistant import read_assistant
from note_review.reading.lines import Lines
from note_review.reading.shared_visits import read_shares
from note_review.reading.small_letters import any_case, small

_CREDENTIAL = re.compile(
    r"(?=[A-Z])(?<![\w/])(?P<c>SPTA|SPT|PTA|COTA(?:/L)?|OTA(?:/L)?|DPT|MPT|MSPT|RPT|LPTA|LPT|OTR(?:/L)?|OTD|MOT|CHT|DC|PT|OT|CCC-SLP|SLP|MD|DO|RN|LPN|NP|PA-C|ATC|LAT|OCS|NCS|SCS|GCS)(?![\w/]|\s*(?:gym|eval|session|tx|visit|order|goals?|POC|poc|plan|notes?|clinic|dept))"
)
# Up to a credential in the same sentence: an initial's or a doctor's full stop ends none.
_TO_NAME = r"(?:[^.;\n]|(?<=\b[a-z])\.|(?<=\bdr)\.)"
_SIGNING = any_case(
    rf"(?:signed|signature|e-?sign\w*|electronically|treat(?:ed|ing|ment)\s*(?:provided |given |rendered |done )?(?:by|therapist|clinician|session by)|therapist|clinician|provider|rendered by|performed by|completed by|seen by|by:?|/s/|--|—){_TO_NAME}{{0,60}}$"
)
_THERAPISTS = frozenset({"PT", "DPT", "MPT", "MSPT", "RPT", "LPT", "OT", "OTR", "OTR/L", "OTD", "MOT", "CHT"})
# Initials, or a name that is no sentence of its own; who is no therapist stands behind a comma.
_NAMED = re.compile(r"(?<![\w.])(?P<name>(?:[A-Z]\.[ -]?)+|[A-Z][A-Za-z'’-]*|[A-Z][\w'’-]*\d[\w'’-]*)\.?(?P<comma>,?)\s*$")
_NO_NAME = frozenset(
    "continue continued cont resume start begin stop hold skilled outpatient inpatient acute home school student daily further more supervising without "
    "needs recommend refer referral eval ask call see sees next recheck hh op opd pm snf zoom by to for the no help plan per".split()
)
_NO_THERAPIST = frozenset({"MD", "DO", "DC", "RN", "LPN", "NP", "PA-C"})
_REFERRED = any_case(
    rf"\b(?:ref(?:erred|erring|erral|\.)?(?: by| from| provider| physician)?|pcp|primary care(?: \w+)?|cc|copy to|(?:attending |ordering )?physician|surgeon|cardiologist|neurologist|ordered by|order(?:ing)?(?: \w+)?|sent to|fax(?:ed)? to|follow[- ]?up with|f/u (?:with|w/))\s*[:=]?{_TO_NAME}*$"
)
_BLANK = re.compile(r"_{3,}\W*$")
_TO_SIGN = re.compile(r"\s+(?:needs )?to (?:be )?(?:co-?)?sign", re.IGNORECASE)
# Said of the note itself, not of a plan or an order that somebody else has to sign.
_UNSIGNED = any_case(
    r"(?<![^\n.;])(?:(?!\b(?:poc|plan|cert\w*|recert\w*|orders?|scripts?|rx|referral|prescription|forms?|consents?|letters?|waiver|abn|release|md|dr|physician|doctor|surgeon|goals?|contract|hep)\b)[^\n.;])*?"
    r"\b(?:unsigned|not (?:yet )?(?:been )?(?:e-?|electronically |digitally )?signed(?! (?:up|in|out|off)\b)|(?:awaiting|pending|missing|lacks|without|needs) (?:(?:a|my|the|pt|ot|therapist|final|electronic|clinician)(?:'s)? )*signature|(?<!co-)(?<!co)signature (?:is )?(?:pending|missing|blank|needed|required|outstanding))\b"
)
_SIGNED = any_case(r"\b(?:electronically|digitally|e-?)\s?(?:signed|signature)\b|/s/")
_COPIED = any_case(
    r"(?:copied (?:from|forward)|copy forward|carried (?:forward|over) from|pulled forward|imported from (?:previous|prior|last|\d)|see \d{1,2}/\d{1,2} note, all same|same as yesterday\b(?=\W*$)|(?:same|unchanged) as (?:last|previous|prior) (?:note|visit|entry)|cloned|duplicated from|note copied|<<? ?copied|\[copied|"
    r"text (?:from|of) (?:previous|prior|last) (?:note|visit|encounter)|auto-?populated from (?:last|previous|prior)|see (?:last|previous|prior) note,? (?:no change|unchanged)|pasted from|brought forward|cf from|c/f from)"
)


def read_signature(text: str, lines: Lines, sections: tuple[Section, ...]) -> Signature:
    """Return the credentials that sign or treat, and the assistant where one gave the service.

    A blank to sign on is no signature, and a note that calls itself unsigned has none (Benefit Policy Manual ch. 15, 220.3.E: signature and
    professional identification of who furnished or supervised the service).
    """
    found = [] if _is_unsigned(text) else list(_signing(text, lines))
    credentials = tuple(dict.fromkeys(match["c"].upper() for match in found))
    by_therapist = bool(_THERAPISTS & {match["c"].upper() for match in _signing(text, lines)})
    return Signature(
        credentials,
        tuple(Span(match.start("c"), match.end("c")) for match in found),
        read_assistant(text, lines, sections, signed_by_therapist=by_therapist),
    )


def _signing(text: str, lines: Lines) -> Iterator[re.Match[str]]:
    tail = max(0, len(text) - 350)
    for match in _CREDENTIAL.finditer(text):
        before = text[lines.at(match.start()).start : match.start()]
        if _BLANK.search(before) or _REFERRED.search(small(before)) or _TO_SIGN.match(text, match.end()):
            continue
        if (match.start() >= tail and _is_named(before, match["c"])) or _SIGNING.search(small(before)):
            yield match


def _is_named(before: str, credential: str) -> bool:
    """Whether a name stands before a credential."""
    match = _NAMED.search(before)
    if match is None:
        return False
    return bool(match["comma"]) or (credential not in _NO_THERAPIST and match["name"].lower() not in _NO_NAME)


def _is_unsigned(text: str) -> bool:
    """Whether the note says of itself that nobody has signed it, and no electronic signature stands against that."""
    words = small(text)
    return "sign" in words and _UNSIGNED.search(words) is not None and _SIGNED.search(words) is None


def read_flags(text: str) -> tuple[Flag, ...]:
    """Return facts about how the visit was given: group, concurrent, aide, copied."""
    copied = (Flag("copied", Span(m.start(), m.end())) for m in _COPIED.finditer(small(text)))
    return (*read_shares(text), *copied)
