"""Findings that a whole clause denies, calls normal, over or another person's, however much of the clause a mention covers.

A clause says so at its head ("Did not show any drift on turns", "Intact position sense at the ankle") or at its end ("Past-pointing of the right arm:
none", "Tandem stance within normal limits"). What limits the verdict ("no drift until the third lap") leaves the finding as it is, and only a fault can be
absent: a faculty that is absent is the deficit itself.
"""

from __future__ import annotations

from note_review.encounter import Assertion
from note_review.reading.faults import FACULTY, FACULTY_LACKED, FAULT, FREE_WORD, LACK, TROUBLE
from note_review.reading.sides import OTHER_SIDE
from note_review.reading.small_letters import any_case, has_any
from note_review.reading.vocabulary import either

_LEAD = r"\W*(?:[a-z][a-z /&]{0,18}: ?)??(?:(?:the )?(?:pt|patient|client|resident|child|s?he|exam|screen)[:,]? )?(?:(?:also|now|today) )?"
_SHOWS = r"(?:shows?|showed|has|have|had|(?:demonstrate|exhibit|display|report|experience)(?:s|d|ed)?|present(?:s|ed)(?: with)?)"
_NOT_SHOWN = r"(?:seen|noted|observed|present|found|evident|reproduced|elicited|demonstrated|reported)"
_NO = either(
    rf"(?:there (?:is|are|was|were) |{_SHOWS} )?(?:no(?: longer(?: {_SHOWS})?)?|zero|0|free of|neg(?:ative)?(?: for)?|\(-\))",
    rf"{_SHOWS} (?:without|w/o)|never (?:{_SHOWS})|denie[sd](?: that s?he (?:has|had))?|denying|unable to (?:elicit|reproduce|provoke)",
    rf"(?:(?:did|does|is|was|has) not|didn't|doesn't|isn't|hasn't|not) (?:{_SHOWS}|show|have|showing|demonstrating|exhibiting|reporting)",
    rf"(?:not {_NOT_SHOWN}|absent|resolved|denied|ruled out|none|negative)(?: today)?:",
)
_ANY = r"(?:(?:any|further|more|(?:signs?|evidence|complaints?|reports?|episodes?) of|c/o|new|obvious|overt|current|significant) ){0,3}"
# A fault heads its phrase: "recovery from a stumble" is no fault.
_NO_LINK = r"(?!(?:of|in|on|with|at|to|from|for|during|against|by|when|without|w/o|no|not|and|but|or|reports?|however)\b)"
_A_FAULT = rf"(?:{_NO_LINK}[\w/'-]+ ){{0,4}}?{FAULT}"
_FAULT_OF_NO = rf"(?:(?:R|L|B|left|right|bilateral) )?(?:{_NO_LINK}{FREE_WORD} ){{0,2}}?{FAULT}"
# What "no" denies is the first fault and those that "or" joins to it; a "with" or a slash may name a fault that is there.
_FAULTS_OF_NO = (
    rf"(?:{TROUBLE} (?:of|in|with|w/) )?{_FAULT_OF_NO}"
    rf"(?:/{FAULT}|(?: (?!(?:with|w/o|without|reports?|however|has|had|shows?|is)\b)[\w-]+){{0,4}}? (?:or|nor|no) (?:{_ANY}{_FAULT_OF_NO}|(?:slow|lag|weak)\w*))*"
)
_REST = r"(?P<rest>(?:(?! and )[^,;:(])*)"
_NO_FAULT_AT_FIRST = any_case(rf"{_LEAD}(?:{_NO}) {_ANY}(?P<faults>{_FAULTS_OF_NO})(?P<rest>(?:(?! and )[^,;:(])*)")
_DENIED_AND_MORE = any_case(rf"(?:(?:{_NO}|without|w/o) )?{_ANY}{_FAULTS_OF_NO}")
_NO_TROUBLE_AT_FIRST = any_case(rf"{_LEAD}(?:{_NO}) {_ANY}{TROUBLE} (?:of|in|with) {_REST}")

_NORMAL = r"normal|intact|wnl|wfl|within (?:normal|functional) limits|unremarkable|unimpaired|unaffected|preserved|spared|symmetric(?:al)?|excellent|full|good|adequate|satisfactory"
_BAD = r"(?:impaired|affected|limited|abnormal)"
_WELL_AT_FIRST = any_case(
    rf"{_LEAD}(?:(?:{_SHOWS}|with) )?(?:(?:grossly|fully|clinically) )?(?:(?:not|no longer) {_BAD}(?=:)|(?!full\b(?! (?:[\w-]+ )?(?:[ap]?rom|range|motion|strength|extension|flexion|sensation)\b))(?:{_NORMAL})):? {_REST}"
)

_GAP = r"[\s,:=(–-]{1,4}"
_IS = r"(?:(?:is|are|was|were|has been|have been|had been|tests?|remains?|appears?|looks?|feels?) )?"
_HOW = r"(?:(?:now|all|both|fully|again|entirely|completely|grossly|clinically|bilaterally|judged|found|described|screened|tested|and|to be|strong|good|equal),? ){0,3}"
_AT_LAST = r"\)?(?: (?:now|today|at (?:this time|present|any (?:point|time))|on (?:exam|testing|re-?test|both sides)|bilaterally|since (?:then|last (?:visit|week|session))|any ?(?:more|longer)|r and l)){0,2}\W*"
# What stands between a comma, an "and" or a cell's end and the verdict is another finding's.
_SUBJECT = rf"(?P<subject>(?:(?! and |\. | [-–] )[^,;|?!\"”]){{3,90}}?)(?<! of)(?<! to)(?<! than)(?<! from){_GAP}"
_OVER_AT_LAST = any_case(
    rf"{_SUBJECT}(?:(?:is|are|has|have|was|were|had|all|now|fully|completely|since|long) ){{0,3}}(?:resolved|(?P<recovered>cleared(?: up)?|(?:fully|completely) recovered|recovered (?:fully|completely))|ruled out|normali[sz]ed|returned to normal|none (?:now|since)){_AT_LAST}"
)
_NONE_AT_LAST = any_case(
    rf"{_SUBJECT}{_IS}(?:(?:not|never|no longer)(?: been)? (?:{_NOT_SHOWN}|an issue|a problem|a concern)|absent|none(?: {_NOT_SHOWN})?|no|nil|neg(?:ative)?|\(-\)|denied|(?:did|does) not (?:occur|recur|appear)"
    rf"|(?:has |have |all |now )*(?:gone(?: away)?|ceased|disappeared|vanished)|(?:x ?|(?<=[:=])|(?<=[:=] ))0|(?P<bare>0)|0 (?:times|episodes|trials|reps)(?: (?:in|of|out of) \d+)?|0 ?(?:in|of|out of|/) ?\d+ (?:times|trials|reps))(?:(?:(?<=noted)|(?<=seen)|(?<=observed)) during (?:the |his |her )?(?:gait|stairs|ambulation|walking|session|treatment|therapy|exercises?))?{_AT_LAST}"
)
_WELL_AT_LAST = any_case(
    rf"{_SUBJECT}{_IS}{_HOW}(?:{_NORMAL}|functional|fine|ok(?:ay)?|perfect|age[- ]appropriate|appropriate for (?:his |her )?age|not a concern|(?:not|no longer) {_BAD}|(?:(?:not|no longer) (?:below|less than|worse than|different (?:from|than)|short of)|no (?:different|worse) (?:from|than)|(?:the )?same as|equal to) (?:normal|{OTHER_SIDE})"
    rf"|(?:shows? |has )?(?:no|without|w/o) {TROUBLE}|back to baseline|(?:back to|is at|remains at) (?:normal|plof|(?:the )?prior level(?: of function)?)|equal(?: bilaterally)?|= bilat\w*){_AT_LAST}"
)
_SAYS_OVER = ("resolved", "cleared", "recovered", "ruled out", "normali", "returned to normal", "none ")
_THEN = r"\b(?:was|were|at (?:the )?(?:initial )?(?:eval\w*|ie|soc|start of care)|initially|previously|last (?:visit|week|session|time))\b"
# Where the next finding begins: ", strength impaired", " but gait speed reduced".
_ANOTHER = any_case(
    rf"(?:,| but| and) (?:(?:the|his|her|with) )?(?:[\w-]+ ){{0,2}}?(?P<faculty>{FACULTY}|ROM|gait|speed|endurance|pain|reflexes)\b"
    rf"|, (?:[\w'/-]+ ){{1,3}}?(?:(?:is|are|was|were|also) )*(?:denied|absent|none|not {_NOT_SHOWN})\b"
)
# The finding's own verdict, with a place at most: "on foam intact", "has resolved".
_OWN_VERDICT = any_case(
    r"\W*(?:[\w/-]+ (?=(?:on|in|at|of)\b))?(?:(?:on|of|in|at|with|to|during) (?:the |his |her )?(?:[\w/-]+ )?)?(?:(?:is|are|was|were|now|has|have|not|no longer|the|within|functional|normal) ){0,3}(?:[\w()/-]+(?: limits)?)?\W*"
)
_ONE_SIDE_OR_DEGREE = any_case(r"\b(?:R|L|right|left|mild|min|slight|mod|moderate|marked|severe)\b")
_NOW_WELL = any_case(
    rf"(?P<subject>(?!.{{0,90}}?\b(?:persist|remain|continu|though|although|while|since|when|after|despite|due|because)\w*)(?:(?! and | but )[^.;,|?!:]){{3,90}}?{_THEN}[^.;,|?!]{{0,30}}?),? (?:but |and )?(?:(?:is|are) )?now {_HOW}(?:{_NORMAL}|resolved|gone|back to (?:normal|baseline)|not {_BAD}){_AT_LAST}"
)

_LIMITED = any_case(
    r"\b(?:until|except|unless|but|only|beyond|past(?![- ]pointing)|once|before|after|than|partly|near(?:ly)?|almost|mostly|approach\w*|close|toward|moment|as soon as|each time|whenever|if|when|while|then|though|although|yet|still|because|due|d/t|despite)\b|%"
)
_HELPED = any_case(r"\bwith\b|w/")
_FALLS_SHORT = any_case(
    rf"{LACK}|\b{FAULT}|\d|/|\b(?:min|mod|max)(?:imal|erate|imum)?\b|\b(?:cga|sba|contact guard|stand-?by|clumsy)\b|\b(?:assist|support|supervis)|\b(?:barely|hardly|scarcely|half|third|quarter)\b"
)
_FURTHER_FAULT = any_case(rf"{LACK}|\b{FAULT}")
# What is absent at the end of such a subject may be the last thing it names, and the fault is there.
_NAMES_ANOTHER = any_case(
    rf"(?<!difficulty )(?<!trouble )(?<!problems )\bwith\b|w/|\b{FACULTY_LACKED}|\b(?:pain|AD|(?:assistive )?devices?|assist\w*|aids?|braces?|AFO|cues?|MMT|hits|support)\b"
)
# An event has happened, however well one recovers from it.
EVENT = r"\b(?:LOB|loss(?:es)? of balance|stumbl\w*|trip\w*|slip\w*|falls?|freez\w*|buckl\w*)\b"
_EVENT = any_case(EVENT)
_HEADED_BY_A_FAULT = any_case(_A_FAULT)
_WANTED = any_case(r"\b(?:goals?|[sl]tg|until|if|when|once|will|expect\w*|not|never|cannot|unable|to be)\b|n't\b")

_KIN = r"(?:wife|husband|mother|father|mom|dad|daughter|son|sister|brother|spouse|roommate|neighbou?r|aunt|uncle|cousin|grandmother|grandfather)"
_OF_THE_PATIENT = r"(?:how|that|s?he|him|her|his|pt|patient|child|where|when|what|to|been|noticed|seen|noted|observed|reported|watched|helped|witness\w*|described|documented|concern\w*|worr\w*|about|for|of|regarding)"
_WHOSE = r"(?:his|her|their|pt's|patient's|the)"
_OF_KIN = any_case(
    rf"(?:^{_LEAD}(?:(?:{_WHOSE}|a) )?{_KIN} (?:(?:also )?(?:has|had)|with)|^{_LEAD}family (?:history|hx)(?: of)?:?|\b{_WHOSE} {_KIN} (?:also )?(?:has|had)) (?:(?:an? )?(?:history|hx|diagnosis|dx) of )?(?:(?!{_OF_THE_PATIENT}\b)[\w'-]+ ){{0,2}}$"
)


def verdict_of_clause(clause: str, at: int, end: int) -> Assertion:
    """Say how a clause (in small letters, on one line) lets the finding stand that it names between two offsets."""
    if _OF_KIN.search(clause[:at]):
        return Assertion.OTHER_PERSON
    if _is_denied_at_first(clause, at, end) or _is_denied_at_last(clause, at, end):
        return Assertion.NEGATED
    return Assertion.PRESENT


def names_a_further_fault(phrase: str) -> bool:
    """Say whether a phrase that begins with "no" or with the fault denied tells of another fault behind it."""
    denied = _DENIED_AND_MORE.match(phrase)
    return denied is not None and _FURTHER_FAULT.search(phrase, denied.end()) is not None


def _is_denied_at_first(clause: str, at: int, end: int) -> bool:
    """Say whether the head of a clause denies a fault, trouble with a faculty, or calls the faculty well."""
    if (denied := _NO_FAULT_AT_FIRST.match(clause)) and at < denied.end("faults"):
        return not (
            _LIMITED.search(denied["faults"] + denied["rest"]) or _FURTHER_FAULT.search(clause[denied.end("faults") : end])
        )
    well = _NO_TROUBLE_AT_FIRST.match(clause) or _WELL_AT_FIRST.match(clause)
    if not well or not well.start("rest") <= at < well.end():
        return False
    return not (_LIMITED.search(well["rest"]) or _HELPED.search(well["rest"]) or _FALLS_SHORT.search(well["rest"]))


def _is_denied_at_last(clause: str, at: int, end: int) -> bool:
    """Say whether a finding's clause, or its part up to the next finding, ends by calling it over, its fault absent, or its faculty well."""
    if _WANTED.search(clause[:at]):
        return False
    parts = [clause[at:]]
    another = _ANOTHER.search(clause, end)
    if another:
        own = clause[end : another.start()]
        if _OWN_VERDICT.fullmatch(own) and not _goes_on(clause[at:end], own, another["faculty"]):
            parts.append(clause[at : another.start()])
    return any(map(_ends_in_denial, parts))


def _goes_on(mention: str, verdict: str, faculty: str | None) -> bool:
    """Say whether what follows a verdict is still of the same finding: of its other side, or of the faculty that it names."""
    if _ONE_SIDE_OR_DEGREE.search(verdict):
        return True
    return faculty is not None and faculty[:4] in (word[:4] for word in mention.split())


def _ends_in_denial(told: str) -> bool:
    none = _NONE_AT_LAST.fullmatch(told)
    if none and none["bare"] and not _HEADED_BY_A_FAULT.fullmatch(none["subject"]):
        return False
    if none and _HEADED_BY_A_FAULT.match(none["subject"]):
        return not (_LIMITED.search(none["subject"]) or _WANTED.search(none["subject"]) or _NAMES_ANOTHER.search(none["subject"]))
    if "now " in told and _NOW_WELL.fullmatch(told):
        return True
    over = _OVER_AT_LAST.fullmatch(told) if has_any(told, _SAYS_OVER) else None
    if over:
        if over["recovered"] and _EVENT.search(over["subject"]):
            return False
        return not (_LIMITED.search(over["subject"]) or _WANTED.search(over["subject"]))
    well = _WELL_AT_LAST.fullmatch(told)
    return well is not None and not (
        _LIMITED.search(well["subject"]) or _HELPED.search(well["subject"]) or _FALLS_SHORT.search(well["subject"])
    )
