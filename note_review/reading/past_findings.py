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
_PLACE = r"(?:hospital|icu|acute(?: care)?|inpatient rehab|ed|er)"
_PERIOD = rf"(?:in (?:the )?{_PLACE}|(?:before|prior to) (?:{_OWNER} )?(?:[a-z]+ )??{_EVENT}(?: stay)?|(?:back )?(?:in|during|over) the {_SEASON}|last (?:month|year|{_SEASON}))"
_AT_FIRST = any_case(
    rf"^\W*(?:[a-z]+: ?)?{_PERIOD},? (?:{_WHO} ?)?(?P<verb>(?:was|were|had)(?: (?:very|quite|so|an?))? )?(?:(?:often|always|sometimes|regularly) )?"
)
_PAST_VERB = any_case(
    r"(?:(?:R|L|left|right) )?(?:[a-z]+ )?(?!(?:limited|decreased|impaired|reduced|delayed|increased|diminished)\b)(?:[a-z]{3,}ed|tipped|fell|lost|leant|swung|stood|sat|took|went|got|held|ran|kept|could not|couldn't|was|were|did not|had)\b"
)
_THEN = any_case(rf" {_PERIOD}(?= ?[.,;)]|$)")
# The figure of an earlier day: "4-/5 at the March recheck", "was 4/5 in week 2".
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_THEN_ONLY = any_case(
    r" only (?:(?:in|during|on|for) )?(?:the )?(?:first )?(?:week|days?|month|nights?|hours?)\b|,? (?:crossed off|struck out|since (?:gone|resolved)|now gone)\b"
)
_EARLIER_FIGURE = any_case(
    rf"[^,;.]*?\b(?:was|were) [\d/+-]+ (?:in (?:wk|week) \d+|at the (?:{_MONTH}|first|last|initial) (?:re-?check|re-?assessment|re-?eval\w*|visit|eval\w*))\b"
)
_FORMERLY = any_case(
    rf"^\W*(?:previously|formerly|in the past|at one time|years ago|historically),? (?:{_WHO} ?)?(?:(?:was|were|had) (?:an? )?)?$"
)
_AGO = any_case(
    r" (?:as an? (?:child|kid|teen\w*|baby|boy|girl)|last (?:month|year|spring|summer|autumn|winter)|in (?:high school|college|(?:19|20)\d\d)|(?:\d+|some|many|several|two|three|four) (?:months?|years?|mos?|yrs?) ago)(?= ?[.,;)]|$)"
    r"| last week(?=, (?:but )?(?:now |is |are )?(?:steady|fine|none|not|gone|normal|upright|level))"
)
_WAS, _LAST_WEEK = (
    any_case(r"\b(?:was|were|had)(?: an?)? $"),
    any_case(r" (?:last week|yesterday|the (?:other|first) (?:day|week|visit))\W*$"),
)
_GOES_ON = any_case(r"\b(?:still|remain\w*|persist\w*|continu\w*|goes on|and (?!now|is|are)|but (?!not|now|none|fine|is|are))")
_NOT_NOW = any_case(
    r"[^.;,]{0,40}, (?:but |and )?(?:not (?:now|today|since|any ?more)|none (?:now|today|since)|(?:is |are )?now (?:normal|fine|gone|resolved|steady|upright|intact|wnl|well|level|even|clear))\W*$"
    r"|[^.;,]{0,40}, (?:but )?(?:fine|steady|normal|gone|resolved|level|upright) (?:now|today)\W*$"
    r"| (?:was|were) (?:present|seen|noted|there|felt) [^.;,]*\bonly\b"
)
_HAD = any_case(r"\bhad (?:an? )?$")
_UNTIL = any_case(rf" until (?:last \w+|{_OWNER} \w+|(?:mon|tues|wednes|thurs|fri|satur|sun)day)")
_LASTS = any_case(r"\b(?:still|remain\w*|persist\w*|continu\w*|again|does|do|now|today|yet)\b")
_LIMITED = any_case(r"\b(?:until|unless|except|but|only|when|while|if|once|before|with|without|as long as)\b|w/")
_SIGNS = (
    "used to",
    "no longer",
    "not ",
    "n't ",
    "before",
    "prior to",
    "spring",
    "summer",
    "autumn",
    "winter",
    "last ",
    "until",
    "in ",
    "only ",
    "crossed off",
    "struck out",
    "gone",
    "was ",
    "were ",
    "previously",
    "formerly",
    "the past",
    "one time",
    "ago",
    "historically",
    " now",
    "not today",
    "not since",
    "any more",
    "as a",
)


def standing_in_time(before: str, phrase: str, after: str) -> Assertion:
    """Say whether a deficit's clause (in small letters, in three parts) gives it to the past or says that it is shown no longer."""
    if not has_any(f"{before}{phrase}{after}", _SIGNS):
        return Assertion.PRESENT
    if _SHOWN_NO_LONGER.search(before) and not _LIMITED.search(phrase + after):
        is_fault = _FALLS_SHORT.search(phrase) or not _FACULTY_ALONE.match(phrase)
        return Assertion.NEGATED if is_fault else Assertion.PRESENT
    return Assertion.HISTORICAL if _is_past(before, phrase, after) else Assertion.PRESENT


def _is_past(before: str, phrase: str, after: str) -> bool:
    if _NOT_NOW.match(after) and not _GOES_ON.search(after):
        return True
    if _LASTS.search(phrase + after):
        return False
    if _WAS.search(before) and _LAST_WEEK.match(after):
        return True
    if _FORMERLY.search(before) or _AGO.match(after):
        return True
    if _THEN_ONLY.match(after) or _EARLIER_FIGURE.match(phrase + after):
        return True
    if _USED_TO.search(before) or (_HAD.search(before) and _UNTIL.match(after)):
        return True
    clause = before + phrase
    if (period := _AT_FIRST.match(clause)) and period.end() >= len(before):
        return period["verb"] is not None or _PAST_VERB.match(clause, period.end()) is not None
    return _THEN.match(after) is not None and _PAST_VERB.match(phrase) is not None
