"""Findings that a whole clause denies, calls normal, over or another person's, however much of the clause a mention covers.

A clause says so at its head ("Did not show any drift on turns", "Intact position sense at the ankle") or at its end ("Past-pointing of the right arm:
none", "Tandem stance within normal limits"). What limits the verdict ("no drift until the third lap") leaves the finding as it is, and only a fault can be
absent: a faculty that is absent is the deficit itself.
"""

from __future__ import annotations

from note_review.encounter import Assertion
from note_review.reading.faults import FAULT, LACK
from note_review.reading.small_letters import any_case
from note_review.reading.vocabulary import either

_LEAD = r"\W*(?:[a-z][a-z /&]{0,18}: ?)??(?:(?:the )?(?:pt|patient|client|resident|child|s?he|exam|screen)[:,]? )?(?:(?:also|now|today) )?"
_SHOWS = r"(?:shows?|showed|has|have|had|(?:demonstrate|exhibit|display|report|experience)(?:s|d|ed)?|present(?:s|ed)(?: with)?)"
_NOT_SHOWN = r"(?:seen|noted|observed|present|found|evident|reproduced|elicited|demonstrated|reported)"
_NO = either(
    rf"(?:there (?:is|are|was|were) |{_SHOWS} )?(?:no(?: longer(?: {_SHOWS})?)?|zero|0|free of|neg(?:ative)?(?: for)?|\(-\))",
    rf"{_SHOWS} (?:without|w/o)|never (?:{_SHOWS})|denie[sd]|denying|unable to (?:elicit|reproduce|provoke)",
    rf"(?:(?:did|does|is|was|has) not|didn't|doesn't|isn't|hasn't|not) (?:{_SHOWS}|show|have|showing|demonstrating|exhibiting|reporting)",
    rf"(?:not {_NOT_SHOWN}|absent|resolved|denied|ruled out|none|negative)(?: today)?:",
)
_ANY = r"(?:(?:any|further|more|(?:signs?|evidence|complaints?|reports?|episodes?) of|c/o|new|obvious|overt|current|significant) ){0,3}"
# A fault heads its phrase: "recovery from a stumble" is no fault.
_A_FAULT = (
    rf"(?:(?!(?:of|in|on|with|at|to|from|for|during|against|by|when|without|w/o|no|not|and|but|or)\b)[\w/'-]+ ){{0,4}}?{FAULT}"
)
_TROUBLE = r"(?:impairments?|deficits?|trouble|problems?|difficult(?:y|ies)|limitations?|concerns?|issues?|abnormalit(?:y|ies))"
_REST = r"(?P<rest>(?:(?! and )[^,;:(])*)"
_NO_FAULT_AT_FIRST = any_case(rf"{_LEAD}(?:{_NO}) {_ANY}(?P<rest>{_A_FAULT}(?:(?! and )[^,;:(])*)")
_NO_TROUBLE_AT_FIRST = any_case(rf"{_LEAD}(?:{_NO}) {_ANY}{_TROUBLE} (?:of|in|with) {_REST}")

_NORMAL = r"normal|intact|wnl|wfl|within (?:normal|functional) limits|unremarkable|unimpaired|unaffected|preserved|spared|symmetric(?:al)?|excellent|full|good|adequate|satisfactory"
_WELL_AT_FIRST = any_case(rf"{_LEAD}(?:(?:{_SHOWS}|with) )?(?:(?:grossly|fully|clinically) )?(?:{_NORMAL}):? {_REST}")

_GAP = r"[\s,:=(–-]{1,4}"
_IS = r"(?:(?:is|are|was|were|has been|have been|had been|tests?|remains?|appears?|looks?|feels?) )?"
_HOW = r"(?:(?:now|all|both|fully|again|entirely|completely|grossly|clinically|bilaterally|judged|found|described|screened|tested|and|to be|strong|good|equal),? ){0,3}"
_AT_LAST = r"\)?(?: (?:now|today|at (?:this time|present|any (?:point|time))|on (?:exam|testing|re-?test|both sides)|bilaterally|since (?:then|last (?:visit|week|session))|any ?(?:more|longer)|r and l))?\W*"
# What stands between a comma, an "and" or a cell's end and the verdict is another finding's.
_SUBJECT = rf"(?P<subject>(?:(?! and |\. | [-–] )[^,;|?!\"”]){{3,90}}?)(?<! of)(?<! to)(?<! than)(?<! from){_GAP}"
_OVER_AT_LAST = any_case(
    rf"{_SUBJECT}(?:(?:is|are|has|have|was|were|had|all|now|fully|completely|since|long) ){{0,3}}(?:resolved|cleared(?: up)?|ruled out|normali[sz]ed|(?:fully|completely) recovered|recovered (?:fully|completely)|returned to normal|none (?:now|since)){_AT_LAST}"
)
_NONE_AT_LAST = any_case(
    rf"{_SUBJECT}{_IS}(?:(?:not|never|no longer)(?: been)? (?:{_NOT_SHOWN}|an issue|a problem|a concern)|absent|none(?: {_NOT_SHOWN})?|no|nil|neg(?:ative)?|\(-\)|denied|(?:did|does) not (?:occur|recur|appear)"
    rf"|(?:has |have |all |now )*(?:gone(?: away)?|ceased|disappeared|vanished)|(?:x ?)?0(?: (?:times|episodes))?(?: ?(?:in|of|out of|/) ?\d+)?){_AT_LAST}"
)
_WELL_AT_LAST = any_case(
    rf"{_SUBJECT}{_IS}{_HOW}(?:{_NORMAL}|functional|fine|ok(?:ay)?|perfect|age[- ]appropriate|appropriate for (?:his |her )?age|not (?:impaired|affected|limited|a concern)|no longer (?:impaired|limited|affected)"
    rf"|(?:shows? |has )?(?:no|without|w/o) {_TROUBLE}|(?:back to|is at|remains at) (?:baseline|normal|plof|(?:the )?prior level(?: of function)?)|equal(?: bilaterally)?|= bilat\w*){_AT_LAST}"
)

_LIMITED = any_case(
    r"\b(?:until|except|unless|but|only|beyond|past(?![- ]pointing)|once|before|after|than|partly|near(?:ly)?|almost|mostly|approach\w*|close|toward|moment|as soon as|each time|whenever|if|when|while|then|though|although|yet|still|because|due|d/t|despite)\b|%"
)
_HELPED = any_case(r"\bwith\b|w/")
_FALLS_SHORT = any_case(rf"{LACK}|\b{FAULT}|\d|\b(?:barely|hardly|scarcely|half|third|quarter)\b")
_HEADED_BY_A_FAULT = any_case(_A_FAULT)
_WANTED = any_case(r"\b(?:goals?|[sl]tg|until|if|when|once|will|expect\w*|not|never|cannot|unable|to be)\b|n't\b")

_KIN = r"(?:wife|husband|mother|father|mom|dad|daughter|son|sister|brother|spouse|roommate|neighbou?r|aunt|uncle|cousin|grandmother|grandfather)"
_OF_THE_PATIENT = (
    r"(?:how|that|s?he|him|her|his|pt|patient|child|where|when|what|to|been|noticed|seen|noted|observed|reported|watched|helped)"
)
_WHOSE = r"(?:his|her|their|pt's|patient's|the)"
_OF_KIN = any_case(
    rf"(?:^{_LEAD}(?:(?:{_WHOSE}|a) )?{_KIN} (?:(?:also )?(?:has|had)|with)|^{_LEAD}family (?:history|hx)(?: of)?:?|\b{_WHOSE} {_KIN} (?:also )?(?:has|had)) (?:(?!{_OF_THE_PATIENT}\b)[\w'-]+ ){{0,2}}$"
)


def verdict_of_clause(clause: str, at: int) -> Assertion:
    """Say how a clause (in small letters, on one line) lets the finding stand that it names at an offset."""
    if _OF_KIN.search(clause[:at]):
        return Assertion.OTHER_PERSON
    if _is_denied_at_first(clause, at) or _is_denied_at_last(clause, at):
        return Assertion.NEGATED
    return Assertion.PRESENT


def _is_denied_at_first(clause: str, at: int) -> bool:
    """Say whether the head of a clause denies a fault, trouble with a faculty, or calls the faculty well."""
    if (denied := _NO_FAULT_AT_FIRST.match(clause)) and at < denied.end():
        return not _LIMITED.search(denied["rest"])
    well = _NO_TROUBLE_AT_FIRST.match(clause) or _WELL_AT_FIRST.match(clause)
    if not well or not well.start("rest") <= at < well.end():
        return False
    return not (_LIMITED.search(well["rest"]) or _HELPED.search(well["rest"]) or _FALLS_SHORT.search(well["rest"]))


def _is_denied_at_last(clause: str, at: int) -> bool:
    """Say whether a clause ends by calling its finding over, its fault absent, or its faculty well."""
    told = clause[at:]
    if _WANTED.search(clause[:at]):
        return False
    none = _NONE_AT_LAST.fullmatch(told)
    over = none if none and _HEADED_BY_A_FAULT.match(none["subject"]) else _OVER_AT_LAST.fullmatch(told)
    if over:
        return not (_LIMITED.search(over["subject"]) or _WANTED.search(over["subject"]))
    well = _WELL_AT_LAST.fullmatch(told)
    return well is not None and not (_LIMITED.search(well["subject"]) or _FALLS_SHORT.search(well["subject"]))
