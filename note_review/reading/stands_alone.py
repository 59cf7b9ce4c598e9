"""Lengths that nothing names, and that are the visit's because they stand alone: a sentence, a line, a heading's tail, a sentence about the visit only."""

from __future__ import annotations

import re

from note_review.note import Span
from note_review.reading.small_letters import small
from note_review.reading.times import Time
from note_review.reading.vocabulary import MINUTES, ONE_ON_ONE, either

_LABEL_BEFORE = re.compile(
    rf"(?:^|\n)[\s>*#_\-•|]*(?:tx |treatment |total )?(?:time|tirne|{MINUTES}|duration)\s+$", re.IGNORECASE
)
_DATE_LEAD = re.compile(
    r"(?:^|.*[.;]\s)[\s>*#_\-•|]*(?:(?:visit|session|tx|date|dos|day)\W*(?:#?\d+\W+)?)?"
    r"\d{1,2}/\d{1,2}(?:/\d{2,4})?\s*(?:\([^)\n]*\))?\s*[:,|–-]\s*(?:tx|seen|pt|ot)?\s*$",
    re.IGNORECASE,
)
_BEHIND_A_DATED_LENGTH = re.compile(r"\s*(?:$|[.,;|(]|tx|total|treatment|session)")
_ENDS = re.compile(r"\s*(?:[.!,;)]|$)")
_ENDS_THE_SENTENCE = re.compile(r"\s*[.]|\s*$")
_SO_THAT_IS = (
    r"that(?:'s| was| makes| is)|it was|you(?:'ve| have) had your|(?:i've )?got you (?:down )?for|we(?:'ve| have) done|so"
)
# `Okay, so that makes thirty-eight minutes.`
_SPOKEN_BEFORE = re.compile(
    rf"(?:^|[.!?,;]\s+|\n\s*|:\s+)(?:okay,? |alright,? |and )?(?:so )?(?:{_SO_THAT_IS})\s*$", re.IGNORECASE
)
_HEAD_LINE = re.compile(r"(?:[\W_]*\b(?:[A-Z][A-Z/&]+|[PO]T|note|visit|session|daily|treatment|\d+)\b[\W_]*)+$")
_PLACES = either(
    r"in (?:the )?(?:room|gym|clinic|pool|kitchen|home|classroom|hallway)",
    r"during (?:study|class|recess|lunch|school|PE|art)",
    r"today\b|this (?:am|pm|morning|afternoon|date|visit)\b",
    r"(?:child|patient|pt|resident)'s (?:room|bedroom|home)",
)
_WHERE_AND_WITH = re.compile(rf"(?i)\s*,?\s*(?:individual|1:1|{ONE_ON_ONE}|pull-?out|push-?in|{_PLACES})")

# A sentence made of nothing but these words says how long the visit was; one of the second kind must be among them.
_OF_A_VISIT = frozenset(
    "pt pts patient client child student resident he she they him her them "
    "was were is been has had today this am pm morning afternoon evening date "
    "the a an for x × of in on at from by to via with w and his "
    "bedside room gym clinic home school classroom pool kitchen hallway office facility department dept inpatient outpatient acute snf "
    "telehealth video push pull out individual individually 1:1 direct full whole entire "
    "skilled physical occupational services service one approximately approx about ~ total now".split()
)
_NAMES_A_VISIT = frozenset(
    "seen treated tx tx'd rx rx'd treatment session visit therapy pt ot pta ota cota "
    "received rec'd recd participated attended tolerated completed underwent".split()
)
_SENTENCE_GOES_NO_FURTHER = re.compile(
    r"\s*(?:[.;)]|,(?!\s*(?:was|were|is|are|included|consisted)\b)|$)|\s+(?:per|w/|with|for|bedside)\b"
)
_SENTENCE_BEGINS = re.compile(r"[.;!?:]\s+")
_WORDS = re.compile(r"1:1|[\w×~']+(?:'\w+)?")


def stands_alone(text: str, line: Span, before: str, after: str, time: Time) -> bool:
    """Whether a length is a sentence, a line or a heading's tail of its own, or is told as the session's end."""
    if _LABEL_BEFORE.search(before):
        return True
    if time.form == "quote" and time.value < 15:
        return False
    rest = after.split("\n", maxsplit=1)[0]
    if time.value >= 10 and _DATE_LEAD.match(before) and _BEHIND_A_DATED_LENGTH.match(rest):
        return True
    ends = _ENDS.match(rest) is not None
    if _SPOKEN_BEFORE.search(before) and ends and time.value >= 10:
        return True
    if ends and re.search(r"[.!?]\s+$", before) and _ENDS_THE_SENTENCE.match(rest):
        return True
    if time.value >= 15 and re.search(r"(?:^|[.!?]\s+)$", before) and _WHERE_AND_WITH.match(rest):
        return True
    if (_WHERE_AND_WITH.match(rest) or _SENTENCE_GOES_NO_FURTHER.match(rest)) and _tells_only_of_the_visit(before):
        return True
    first_line = line.start < 200 and not text[: line.start].strip()
    if not before.strip(" \t-–—|*#>(x~.,:"):
        return (
            (not rest.strip(" \t-–—|*.)") and line.end - line.start < 16)
            or bool(re.match(r"\s*\.", rest))
            or (first_line and time.value >= 15)
        )
    return first_line and ends and len(before) < 60 and _HEAD_LINE.fullmatch(before) is not None


def _tells_only_of_the_visit(before: str) -> bool:
    """Whether the words of a length's sentence up to it are the visit's own: who was seen, where, by whom, how (`Pt seen bedside, 25 mins`)."""
    sentence = _SENTENCE_BEGINS.split(before)[-1]
    written = _WORDS.findall(sentence)
    if not all(small(word) in _OF_A_VISIT or small(word) in _NAMES_A_VISIT for word in written):
        return False
    return any(small(word) in _NAMES_A_VISIT and word not in {"Pt", "pt"} for word in written)
