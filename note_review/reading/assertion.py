"""How a therapy phrase stands: done or present, denied, planned, past, home programme, another visit, another person.

ConText's idea (trigger, direction, scope, terminator; Harkema et al. 2009) with rules of our own for therapy text: ``held``, ``not
performed`` and ``refused`` deny an activity, ``next visit`` and goals plan it, and a scope stops where a clinician's sentence does:
at ``but``, a semicolon, a full stop, a new label, or a comma before a new finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from note_review.encounter import Assertion, Section
from note_review.note import Span
from note_review.reading.lines import Lines, clause_at
from note_review.reading.sections import section_at

_SECTION_ASSERTIONS = {
    "goals": Assertion.PLANNED,
    "plan": Assertion.PLANNED,
    "history": Assertion.HISTORICAL,
    "home_program": Assertion.HOME_PROGRAM,
    "prior_visit": Assertion.OTHER_VISIT,
}


@dataclass(frozen=True, slots=True)
class _Trigger:
    pattern: re.Pattern[str]
    assertion: Assertion
    forward: bool
    reach: int


def _triggers(assertion: Assertion, forward: str = "", backward: str = "", reach: int = 60) -> list[_Trigger]:
    found = []
    for written, ahead in ((forward, True), (backward, False)):
        if written:
            found.append(_Trigger(re.compile(rf"(?<!\w)(?:{written})(?!\w)", re.IGNORECASE), assertion, ahead, reach))
    return found


_TRIGGERS: tuple[_Trigger, ...] = (
    *_triggers(
        Assertion.NEGATED,
        forward=r"no|neither|not(?: (?:performed|done|attempted|tested|addressed|appropriate|indicated|given|seen))?|denie[sd]|denying|without|w/o|s̄|neg(?:ative)? for|absent|absence of|free of|never|none of|no evidence of|no sign(?:s)? of|no longer|did not|didn't|doesn't|does not|unable to (?:perform|attempt|complete)|"
        r"refused|declined|deferred|held|skipped|omitted|d/c'?d|discontinued|not (?:performed|done|attempted|required|needed|tolerated|appropriate|indicated|addressed|tested|today)(?!\s*[,.])|too (?:tired|fatigued|painful) for|no need for|nor",
        backward=r"(?:was |were |is |are )?(?:not (?:performed|done|attempted|required|needed|tolerated|addressed|tested|given|billed|today|seen|noted|observed|present|appropriate|indicated|assessed|initiated|started)|d/c'?d|discontinued|held(?: today)?|deferred|declined|refused|omitted|skipped|"
        r"denied|absent|negative|resolved|intact|normal|WNL|WFL|unremarkable|(?<!once )(?<!when )(?<!until )cleared|on hold|n/a|nt|none)",
        reach=70,
    ),
    *_triggers(
        Assertion.PLANNED,
        forward=r"plan(?:s|ned|ning)? (?:to|is|for)|will|next (?:visit|session|tx|time|week|appt|appointment)|nv|continue(?: with| to)?|cont\.?(?: w/)?|progress to|advance to|add|consider|recommend(?:ed|s)?|would benefit from|"
        r"may benefit|goal(?: is| of)?|to (?:begin|start|initiate|include|trial)|ready (?:to|for)|in order to (?:return|be able)|pt will|patient will|anticipate|initiate next|trial next|schedule[d]? for|if (?:tolerated|she|he|pain)",
        backward=r"next (?:visit|session|tx|time|week)|nv|at next|when (?:cleared|ready|able)|once (?:cleared|wb|able|ready)|tomorrow|goal(?: met| not met)?(?! of \d)",
        reach=120,
    ),
    *_triggers(
        Assertion.OTHER_VISIT,
        forward=r"(?<!this )last (?:visit|session|time|tx|week|mon\w*|tue\w*|wed\w*|thu\w*|fri\w*)|previous(?:ly)?(?: visit| session| tx)?|prior (?:visit|session|tx)|yesterday|at (?:eval|IE|SOC|start of care|initial eval(?:uation)?)",
        backward=r"(?<!this )last (?:visit|session|time|tx)|yesterday|at (?:(?:initial )?eval(?:uation)?|IE|SOC|last visit)|previous (?:visit|session)|two visits ago",
        reach=50,
    ),
    *_triggers(
        Assertion.HOME_PROGRAM,
        forward=r"hep|home (?:exercise )?program|at home|homework|issued|handout|written instructions?|instructed (?:pt |patient |in )?(?:to (?:do|perform|continue) )?(?:at home|for home)|given (?:a )?(?:written|printed)",
        backward=r"at home|for home|for hep|as hep|added to hep|hep|daily at home|x/day|(?:times|x) (?:a|per) day|per day",
        reach=80,
    ),
    *_triggers(
        Assertion.OTHER_PERSON,
        forward=r"(?:his|her|pt's|patient's) (?:wife|husband|mother|father|mom|dad|daughter|son|sister|brother|spouse|caregiver) (?:has|had|is)|family (?:history|hx)|roommate",
        reach=50,
    ),
    *_triggers(
        Assertion.HISTORICAL,
        forward=r"h/o|hx(?: of)?|history of|pmh|s/p|status post|previous|past|prior|former(?:ly)?|years? ago|months? ago|before (?:surgery|the stroke|the fall|injury)|used to|plof",
        backward=r"(?:\d+ )?(?:years?|months?|weeks?|wks?|yrs?|mos?) ago|in (?:19|20)\d\d|as a child|prior to (?:admission|surgery|injury)|pre-?op",
        reach=50,
    ),
)  # fmt: skip
_TERMINATOR = re.compile(
    r"[.;:!?\n|]|\bbut\b|\bhowever\b|\balthough\b|\bthough\b|\bexcept\b|\byet\b|\bwhile\b|\bwhereas\b|,\s*(?=(?:then|now|still|did|pt|he|she|able|mild|mod\w*|severe|LOB|required|needed|needs|with|\+)\b)|"
    r",\s*(?=[A-Z]{2,}\s*(?:x|\d))|\s[-–—]{1,2}\s|\bperformed\b|\bbut\b|\bnow\b|\btoday\b",
    re.IGNORECASE,
)
_NOT_A_DENIAL = re.compile(
    r"held (?:breath|onto|on to|rail|hands?|for|x|her|his|the|a|position|up)\b|(?:no|not|without)\s+(?:more than|only|just|UE support|hands?|rail|shoes?|AD|device|support|cues?|cueing|assist\w*|looking|vision|brace|walker|cane|arms?|upper extremity|wt|weight|resistance|shirt|pause|stopping)\b|no\.?\s*\d|not (?:only|yet)",
    re.IGNORECASE,
)


def assertion_of(text: str, lines: Lines, sections: tuple[Section, ...], span: Span) -> Assertion:
    """Say how the phrase at a span stands in its clause and section."""
    clause = clause_at(text, lines, span.start)
    for trigger in _TRIGGERS:
        if _reaches(text, trigger, clause, span):
            return trigger.assertion
    return _SECTION_ASSERTIONS.get(section_at(sections, span.start).kind, Assertion.PRESENT)


def _reaches(text: str, trigger: _Trigger, clause: Span, span: Span) -> bool:
    if trigger.forward:
        for match in trigger.pattern.finditer(text, max(clause.start, span.start - trigger.reach), span.start):
            if _NOT_A_DENIAL.match(text, match.start()):
                continue
            if not _stops(text, match.end(), span.start, min(span.end + 6, len(text))):
                return True
        return False
    match_after = trigger.pattern.search(text, span.end, min(clause.end, span.end + 40))
    if match_after is None or match_after.start() - span.end >= 18:
        return False
    between = text[span.end : match_after.start()]
    return not _TERMINATOR.search(between) or (_MARKED_BEHIND.fullmatch(between) is not None and match_after[0].lower() in _MARKS)


_MARKED_BEHIND = re.compile(r"\s*(?:[:|]|[-–—]+)\s*")
_MARKS = frozenset(
    {
        "nt",
        "n/a",
        "held",
        "held today",
        "deferred",
        "declined",
        "refused",
        "none",
        "not done",
        "not performed",
        "skipped",
        "absent",
        "intact",
        "normal",
        "wnl",
        "wfl",
        "denied",
        "omitted",
    }
)


_COLON = re.compile(r"\s?[:–-]\s+")


def _stops(text: str, start: int, end: int, horizon: int) -> bool:
    """Whether a clinician's sentence ends between a trigger and the phrase (the phrase itself may show it: `, LOB x3`)."""
    colon = _COLON.match(text, start, end)
    match = _TERMINATOR.search(text, colon.end() if colon else start, horizon)
    return match is not None and match.start() < end
