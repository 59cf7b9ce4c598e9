"""Who treated and signed: credentials, the assistant who gave the service, and how the visit was given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from note_review.encounter import Flag, Section, Signature
from note_review.note import Span
from note_review.reading import titles
from note_review.reading.assistant import read_assistant
from note_review.reading.lines import Lines
from note_review.reading.shared_visits import read_shares
from note_review.reading.small_letters import any_case, has_any, small
from note_review.reading.titles import any_of, dotted

# A signature is told by the words right before it, however long its line is.
_BEHIND = 160
_NO_THERAPIST = frozenset({"MD", "DO", "DC", "RN", "LPN", "NP", "PA-C"})
_SIGNING_TITLES = (
    titles.THERAPISTS | titles.PHYSICAL_ASSISTANTS | titles.PHYSICAL_STUDENTS | titles.OCCUPATIONAL_ASSISTANTS | titles.SPEECH_THERAPISTS
    | _NO_THERAPIST | {"ATC", "LAT", "OCS", "NCS", "SCS", "GCS"}
)  # fmt: skip
_DOTTED_TITLES = titles.THERAPISTS | titles.PHYSICAL_ASSISTANTS | titles.OCCUPATIONAL_ASSISTANTS
_LICENSED = r"(?:(?:licensed|registered|certified|staff|treating|lic\.?)\s+)?"
_CREDENTIAL = re.compile(
    rf"(?=[A-Z])(?<![\w/])(?P<c>{dotted(_DOTTED_TITLES)}|{any_of(_SIGNING_TITLES)})(?![\w/]|\s*(?:gym|eval|session|tx|visit|order|goals?|POC|poc|plan|notes?|clinic|dept)|[ \t]+(?:Notes?|Visit|Plan|Session)\b(?!\s*[:#]))"
)
# In words a title signs behind a name's comma, where nothing is told of it.
_IN_WORDS = re.compile(
    rf"(?i:{_LICENSED}\b(?P<c>{any_of(frozenset(titles.IN_WORDS))}))(?=\s*(?:$|[.;|()/\n]|,?\s*(?:#?\d|(?i:on)\s+\d|[A-Z]{{2}}|(?i:lic\b|license|date|e-?signed|signed|electronically|digitally))))"
)
# One of them is in every title in words.
_PARTS_OF_WORDS = ("therap", "patholog")
# Up to a credential in the same sentence: an initial's or a doctor's full stop ends none.
_TO_NAME = r"(?:[^.;\n]|(?<=\b[a-z])\.|(?<=_[a-z])\.|(?<=\bdr)\.)"
_SIGNING = any_case(
    rf"(?:signed|signature|e-?sign\w*|electronically|treat(?:ed|ing|ment)\s*(?:provided |given |rendered |done )?(?:by|therapist|clinician|session by)|therapist|clinician|provider|rendered by|performed by|completed by|seen by|by:?|/s/|--|—){_TO_NAME}{{0,60}}$"
)
# Initials, or a name that is no sentence of its own; who is no therapist stands behind a comma.
_NAMED = re.compile(
    rf"(?<![\w.])(?P<name>(?:[A-Z]\.[ -]?)+|[A-Z][A-Za-z'’-]*|[A-Z][\w'’-]*\d[\w'’-]*)\.?(?:(?P<comma>,)\s*{_LICENSED})?\s*$"
)
# A closing line of nothing but a name and its title: `Jane Doe (OT)`, `DPT: J. Doe`. "PT:" may be the patient, and a heading has its discipline in brackets too.
_ONLY_NAME = r"(?:[A-Z][\w'’-]*\.? )?(?:[A-Z]\. ?|[A-Z][\w'’-]+ )[A-Z][\w'’-]+"
_UNMISTAKABLE = any_of(_SIGNING_TITLES - _NO_THERAPIST - {"PT", "OT"})
_NAME_AND_TITLE = re.compile(
    rf"[ \t]*(?:{_ONLY_NAME} ?\((?:{any_of(_SIGNING_TITLES - _NO_THERAPIST)})(?:, ?[A-Z]+)*\)|(?:{_UNMISTAKABLE}): {_ONLY_NAME})[\s.]*"
)
_OF_A_HEADING = re.compile(
    r"\b(?:therapy|health|notes?|reports?|name|sign\w*|pending|plan|visit|session|summary|evaluation|training|care|continue)\b",
    re.IGNORECASE,
)
_CLOSING_LINES = 2
_NAME_LEADS_LINE = re.compile(rf"\W*(?:[A-Z][\w.'’-]* ){{0,3}}[A-Z][\w'’-]*,\s*(?i:{_LICENSED})")
_NO_NAME = frozenset(
    "continue continued cont resume start begin stop hold skilled outpatient inpatient acute home school student daily further more supervising without "
    "needs recommend refer referral eval ask call see sees next recheck hh op opd pm snf zoom by to for the no help plan per".split()
)
_CLOSINGS = frozenset("sincerely respectfully regards yours truly thanks".split())
# Where a header row goes on to another cell, or to who signs.
_NEW_CELL = r"\s\s|\t|\||\b(?:signed|signature|e-?sign\w*|therapist|clinician|treat(?:ing|ed)|seen|on file|received|reviewed)\b"
_REFERRED = any_case(
    rf"\b(?:ref(?:erred|erring|erral|\.)?(?: by| from| provider| physician)?|pcp|primary care(?: \w+)?|cc|copy to|(?:attending |ordering )?physician|surgeon|cardiologist|neurologist|ordered by|(?<!\bin )order(?:ing)?(?: (?!on\b|received|reviewed)\w+)?|signature (?:\w+ ){{0,3}}from|sent to|fax(?:ed)? to|follow[- ]?up with|f/u (?:with|w/))\s?[:=|]?\s?"
    rf"(?:(?!{_NEW_CELL}){_TO_NAME}){{0,40}}$"
)
_BLANK = re.compile(r"_{3,}\W*$")
_FILLED_BLANK = re.compile(r"_[^\W_](?:[^_\n:]*[^\W_])?_{3,}\W*$")
_TO_SIGN = re.compile(r"\s+(?:needs )?to (?:be )?(?:co-?)?sign(?! ?off)", re.IGNORECASE)
_NOT_SIGNED = (
    r"(?:unsigned|not (?:yet )?(?:been )?(?:e-?|electronically |digitally )?signed(?! (?:up|in|out|off)\b)"
    r"|(?:awaiting|pending|missing|lacks|without|needs) (?:(?:a|my|the|pt|ot|therapist|final|electronic|clinician)(?:'s)? )*signature"
    r"|(?<!co-)(?<!co)signature (?:is )?(?:pending|missing|blank|needed|required|outstanding))\b"
)
_NOTE = r"\b(?:note|draft|entry|documentation|dictat\w+)\b"
_OF_ANOTHER = r"(?! (?:yet )?(?:by|from) (?!(?:me|the|pt|ot|therapist|clinician)\b))"
_NAME_BEHIND = r"[\s,:–—-]+(?:by |from )?(?:(?:[a-z]\.\s?)?[a-z'’-]+,?\s)?(?:the therapist|therapist|clinician|[dm]?pt|pta|otr?(?:/l)?|cota|ota|me)\b"
# Plans, orders, forms want signatures too: the words are of the note where they stand beside its name, or alone in their clause.
_NOTE_UNSIGNED = any_case(rf"{_NOTE}[ ,-]+(?:\w+ ){{0,3}}{_NOT_SIGNED}{_OF_ANOTHER}|\b{_NOT_SIGNED} (?:\w+ ){{0,2}}?{_NOTE}")
_ONLY_UNSIGNED = any_case(
    rf"(?<![^\n.;])\W*(?:(?:still|yet|currently|this is) )*{_NOT_SIGNED}(?: (?:yet|at this time))?(?={_NAME_BEHIND}|[ \t]*(?:[.;\n(]|$))"
)
_SIGNED = any_case(r"\b(?:electronically|digitally|e-?)\s?(?:signed|signature)\b|/s/")
_COPIED = any_case(
    r"(?:copied (?:from|forward)|copy forward|carried (?:forward|over) from|pulled forward|imported from (?:previous|prior|last|\d)|see \d{1,2}/\d{1,2} note, all same|same as yesterday\b(?=\W*$)|(?:same|unchanged) as (?:last|previous|prior) (?:note|visit|entry)|cloned|duplicated from|note copied|<<? ?copied|\[copied|"
    r"text (?:from|of) (?:previous|prior|last) (?:note|visit|encounter)|auto-?populated from (?:last|previous|prior)|see (?:last|previous|prior) note,? (?:no change|unchanged)|pasted from|brought forward|cf from|c/f from)"
)
_SAYS_COPIED = (
    "copied", "forward", "carried over", "imported", "all same", "same as", "unchanged as", "cloned", "duplicated", "text from", "text of",
    "populated", "see last", "see previous", "see prior", "pasted", "f from",
)  # fmt: skip


def read_signature(text: str, lines: Lines, sections: tuple[Section, ...], *, discipline: str | None = None) -> Signature:
    """Return the credentials that sign or treat, and the assistant where one gave the service.

    A blank to sign on is no signature, and a note that calls itself unsigned has none (Benefit Policy Manual ch. 15, 220.3.E: signature and
    professional identification of who furnished or supervised the service).
    """
    signing = list(_signing(text, lines))
    found = [] if _is_unsigned(text, lines) else signing
    credentials = tuple(dict.fromkeys(titles.standard(match["c"]) for match in found))
    by_therapist = bool(titles.THERAPISTS & {titles.standard(match["c"]) for match in signing})
    return Signature(
        credentials,
        tuple(Span(match.start("c"), match.end("c")) for match in found),
        read_assistant(text, lines, sections, signed_by_therapist=by_therapist, discipline=discipline),
    )


def _signing(text: str, lines: Lines) -> Iterator[re.Match[str]]:
    tail = max(0, len(text) - 350)
    written = [line for line in lines.spans if text[line.start : line.end].strip()]
    closing = [line for line in written[-_CLOSING_LINES:] if _is_name_and_title(text, line)]
    in_words = _IN_WORDS.finditer(text) if has_any(small(text), _PARTS_OF_WORDS) else ()
    for match in sorted((*_CREDENTIAL.finditer(text), *in_words), key=lambda match: match.start("c")):
        before = text[max(lines.at(match.start()).start, match.start() - _BEHIND) : match.start()]
        if _is_blank(before) or _REFERRED.search(small(before)) or _TO_SIGN.match(text, match.end()):
            continue
        is_in_words = match.re is _IN_WORDS
        if is_in_words and not _is_behind_name(before):
            continue
        named = match.start() >= tail and (_is_named(before, match["c"]) or lines.at(match.start()) in closing)
        # `with his wife Ann, occupational therapist` tells what she is.
        told_of = is_in_words and match["c"][0].islower() and _NAME_LEADS_LINE.fullmatch(before) is None
        if (named and not told_of) or _SIGNING.search(small(before)):
            yield match


def _is_name_and_title(text: str, line: Span) -> bool:
    """Whether a line is a name with its title, and no heading."""
    return _NAME_AND_TITLE.fullmatch(text, *line) is not None and _OF_A_HEADING.search(text, *line) is None


def _is_behind_name(before: str) -> bool:
    """Whether a name and its comma stand before a title, and no letter's closing."""
    named = _NAMED.search(before)
    return named is not None and named["comma"] is not None and named["name"].lower() not in _NO_NAME | _CLOSINGS


def _is_blank(before: str) -> bool:
    """Whether a line to sign on stands before a credential, and nobody's name on it."""
    return _BLANK.search(before) is not None and _FILLED_BLANK.search(before) is None


def _is_named(before: str, credential: str) -> bool:
    """Whether a name stands before a credential."""
    match = _NAMED.search(before)
    if match is None:
        return False
    name = match["name"]
    if match["comma"]:
        return True
    # Behind another's title a sentence begins (`Dr. Hale, MD. PT to continue`).
    return (
        credential not in _NO_THERAPIST
        and name.lower() not in _NO_NAME
        and not (name in _NO_THERAPIST and before.rstrip().endswith("."))
    )


def _is_unsigned(text: str, lines: Lines) -> bool:
    """Whether the note says of itself that nobody has signed it, and no electronic signature stands against that."""
    words = small(text)
    if "sign" not in words or _SIGNED.search(words):
        return False
    return _NOTE_UNSIGNED.search(words) is not None or any(
        not _goes_on(text, lines, match.start()) for match in _ONLY_UNSIGNED.finditer(words)
    )


def _goes_on(text: str, lines: Lines, offset: int) -> bool:
    """Whether a clause at the start of a line goes on from the line above it."""
    number = lines.index_at(offset)
    above = text[lines.spans[number - 1].start : lines.spans[number - 1].end].rstrip() if number else ""
    return lines.spans[number].start == offset and (above.endswith(",") or (number > 0 and lines.runs_on(text, number - 1)))


def read_flags(text: str, lines: Lines, sections: tuple[Section, ...]) -> tuple[Flag, ...]:
    """Return facts about how the visit was given: group, concurrent, aide, helper, copied."""
    words = small(text)
    copied = (Flag("copied", Span(*m.span())) for m in _COPIED.finditer(words)) if has_any(words, _SAYS_COPIED) else ()
    return (*read_shares(text, lines, sections), *copied)
