"""Faults that a clause gives to the past, or says are shown no longer: no deficits of this visit (guide: Spans, "present in this patient now").

"Used to tip backward", "no longer shows a late step", "before the stroke he leaned left". What persists, or is told of the evaluation, is left as it is.
"""

from __future__ import annotations

from note_review.encounter import Assertion
from note_review.reading.faults import FACULTY, FACULTY_LACKED, FAULT, LACK
from note_review.reading.small_letters import any_case, has_any

_SHOW = r"(?:show|display|demonstrate|exhibit|have|present with|walk with|move with|stand with|sit with|suffer from|complain of)"
_SHOWS = r"(?:shows|displays|demonstrates|exhibits|has|presents with|walks with|moves with|stands with|sits with|suffers from|complains of)"
_ARTICLE = r"(?:(?:an?|any|the|his|her|their|that|such|much) ){0,2}"
_SHOWN_NO_LONGER = any_case(
    rf"(?:(?<!can )(?<!could )no longer {_SHOWS}|(?:\b(?:do|does|did) not|\b(?:do|does|did)n't) {_SHOW}) {_ARTICLE}$"
)
# What is shown no longer is a fault unless it is a faculty, and nothing says that the faculty falls short.
_FALLS_SHORT = any_case(rf"{LACK}|\b{FAULT}")
_FACULTY_ALONE = any_case(
    rf"(?:(?:R|L|B|left|right|both|bilateral|full|good|normal|adequate|active|timely|automatic|consistent|spontaneous|heel|toe|foot|ankle|knee|hip|trunk|head|neck|arm|hand|shoulder|scapular|pelvic) ){{0,3}}{FACULTY_LACKED}|(?:full|good|normal|adequate|intact|equal)\b|.*\b{FACULTY}\b"
)
_USED_TO = any_case(
    r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!get )(?<!gets )(?<!got )(?<!getting )\bused to (?:(?:often|always|sometimes|frequently|regularly|have|get|an?) ){0,2}$"
)
_OWNER = r"(?:the|his|her|their|this|that|my)"
_WHO = rf"(?:s?he|they|pt|the (?:patient|resident|client|child)|(?:mr|mrs|ms)\.? [a-z]+|{_OWNER}(?: [a-z]+){{0,2}}?)"
_EVENT = r"(?:hospital\w*|surger(?:y|ies)|operation|stroke|cva|fall|accident|admission|illness|injury|onset|fracture|replacement|fusion|repair)"
_SEASON = r"(?:spring|summer|autumn|winter)"
_PERIOD = rf"(?:(?:before|prior to) (?:{_OWNER} )?(?:[a-z]+ )??{_EVENT}(?: stay)?|(?:back )?(?:in|during|over) the {_SEASON}|last (?:month|year|{_SEASON}))"
_BEFORE_IT = any_case(
    rf"^\W*(?:s: ?|hx: ?)?{_PERIOD},? {_WHO} ?(?P<verb>(?:was|were|had)(?: (?:very|quite|so|an?))? )?(?:(?:often|always|sometimes|regularly) )?$"
)
_PAST_VERB = any_case(
    r"(?:(?:R|L|left|right) )?(?:[a-z]+ )?(?!(?:limited|decreased|impaired|reduced|delayed|increased|diminished)\b)(?:[a-z]{3,}ed|tipped|fell|lost|leant|swung|stood|sat|took|went|got|held|ran|kept|could not|couldn't|was|were|did not|had)\b"
)
_THEN = any_case(rf" {_PERIOD}(?= ?[.,;)]|$)")
_HAD = any_case(r"\bhad (?:an? )?$")
_UNTIL = any_case(rf" until (?:last \w+|{_OWNER} \w+|(?:mon|tues|wednes|thurs|fri|satur|sun)day)")
_LASTS = any_case(r"\b(?:still|remain\w*|persist\w*|continu\w*|again|does|do|now|today|yet)\b")
_LIMITED = any_case(r"\b(?:until|unless|except|but|only|when|while|if|once|before|with|without|as long as)\b|w/")
_SIGNS = ("used to", "no longer", "not ", "n't ", "before", "prior to", "spring", "summer", "autumn", "winter", "last ", "until")


def standing_in_time(before: str, phrase: str, after: str) -> Assertion:
    """Say whether a deficit's clause (in small letters, in three parts) gives it to the past or says that it is shown no longer."""
    if not has_any(before, _SIGNS) and not has_any(after, _SIGNS):
        return Assertion.PRESENT
    if _SHOWN_NO_LONGER.search(before) and not _LIMITED.search(phrase + after):
        is_fault = _FALLS_SHORT.search(phrase) or not _FACULTY_ALONE.match(phrase)
        return Assertion.NEGATED if is_fault else Assertion.PRESENT
    return Assertion.HISTORICAL if _is_past(before, phrase, after) else Assertion.PRESENT


def _is_past(before: str, phrase: str, after: str) -> bool:
    if _LASTS.search(phrase + after):
        return False
    if _USED_TO.search(before) or (_HAD.search(before) and _UNTIL.match(after)):
        return True
    if period := _BEFORE_IT.search(before):
        return period["verb"] is not None or _PAST_VERB.match(phrase) is not None
    return _THEN.match(after) is not None and _PAST_VERB.match(phrase) is not None
