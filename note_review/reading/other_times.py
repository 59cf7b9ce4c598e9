"""Results of another time: what a goal wants, what the evaluation or an earlier visit found. They are no response to this visit (guide: Response).

A result that sets today beside then ("6 s, was 3 at eval") is this visit's. So a result is another time's only where the head of its clause says so and
nothing in it speaks of today, or where every figure of its phrase is dated.
"""

from __future__ import annotations

import re

from note_review.encounter import Assertion
from note_review.note import Span
from note_review.reading.lines import Lines, clause_at
from note_review.reading.number_words import NUMBER_WORD
from note_review.reading.outcome_measures import assist_levels_in
from note_review.reading.small_letters import any_case, small

# What happened at the weekend happened outside the clinic: progress that the patient tells of.
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri)(?:day)?"
_THEN = (
    rf"(?:(?:(?:at|on|from|in|since) )?(?:(?:(?:the|his|her) )?(?<!this )last|(?:the )?prev(?:ious|\.)?|prior) (?:visit|session|time|tx|treatment|week|wk|month|note|appointment|appt|{_DAY})(?:'s)?"
    rf"|(?:at|from|on the day of) (?:the |his |her )?(?:initial )?(?:eval(?:uation)?|assessment|IE|SOC|start of care|admission|intake|baseline|re-?eval)|(?:on|as of) (?:last )?{_DAY}"
    rf"|(?:a|one|two|three|four|five|\d+) (?:visits?|sessions?|days?|weeks?|wks?|months?) (?:ago|back|earlier)|the (?:day|week|month|visit|session) (?:before|prior)(?= ?(?:[.,;)]|$))|yesterday|previously|(?:at |on )?visit (?:#|no\.? ?)?\d+(?!\d*:\d)"
    rf"|(?:at|in|on|from) (?:our|the|his|her) (?:first|opening|last|previous) (?:meeting|session|visit|appointment|treatment))\b"
)
_HEAD = r"[\s\-*•>()\[\]\"“]*"
_THEN_HEAD = re.compile(
    rf"{_HEAD}(?:[A-Za-z /]{{1,24}}[:|]\s*)?(?:{_THEN}|(?:baseline|previous|prev|intake|admission|start of care|SOC|IE|(?:initial )?eval(?:uation)?)\b(?: (?:on )?\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?)?(?=:| (?:was|were|is)))",
    re.IGNORECASE,
)
_THEN_LINE = re.compile(rf"{_HEAD}(?:(?:in|on|at) the [a-z-]+ )?{_THEN}\s*[:|]", re.IGNORECASE)
_THEN_PIECE = any_case(rf"\b{_THEN}|(?<!the )\bbaseline\b")
_BY = r"\bby (?:the )?(?:\d{1,2}(?:st|nd|rd|th)\b|next|end of (?:the )?(?:week|month|episode)|january|february|march|april|may|june|july|august|september|october|november|december|visit \d|week \d|(?:second|third|fourth|fifth|sixth|eighth|tenth|twelfth) (?:visit|week)|d/?c\b|discharge)"
_GOAL = any_case(
    r"\b(?:[SL]TGs?|(?:short|long)[- ]term goals?|(?:the )?(?:goals?|targets?|aims?)(?=\s*:|\s+(?:is|are|of|for)\b)|goals?,? (?=\w)|(?:is|are) expected|(?:we are |we're )?(?:aiming|hoping) (?:for|at|to)|hoped for|hopes? (?:for|to)|ought to|(?:s?he|pt|patient) is to (?=\w)|should (?:be|reach|come|fall|drop|decrease|increase|improve|rise|hold|go)|to be (?:reduced|raised|increased|decreased|improved|reached))"
    rf"|{_BY}"
)
# "Pt to hold 20 s" is wanted; "pt to CGA from min A" has been reached.
_IS_TO = any_case(
    r"(?:^|[:.] )(?:pt|patient|s?he) to (?=[a-z])(?!(?:cga|sba|(?:min|mod|max)(?:imal|erate|imum)?|midline|neutral|upright)\b)(?!.*\b(?:from|improved|was|vs)\b)"
)
# What others reach, a test asks for or somebody expects, told before any result of the patient's.
_NORM = any_case(
    r"\b(?:expects?|anticipates?|(?:age )?norms?(?: values?| range)?|normative (?:values?|data)|cut-?offs?|mcid|mdc)\b|\bcriteri(?:on|a)(?=:| (?:for|is|are|of)\b)"
)
_IMPROVED = re.compile(r"\b(?:improved|met|reached|exceeded)\b", re.IGNORECASE)
_CONDITION = any_case(
    r"\W*(?:[a-z ]{1,16}: ?)?(?P<told>if\b.{3,60}\b(?:progress|advance|add|move|upgrade|discharge|d/?c)\b|(?:progress|advance|upgrade|move on|discharge|d/?c) (?:[\w-]+ ){0,4}?(?:once|when|if|after)\b[^;]*)"
)
# What tells of a change has been seen already.
_SEEN = any_case(r":|\b(?:fewer|less|only|vs|increased|decreased|improved)\b")
_DATED_BEHIND = re.compile(
    rf"[^()]*\((?:(?:at|on|from) )?(?:{_THEN}|(?:initial )?(?:eval(?:uation)?|IE|SOC|baseline|intake))\)", re.IGNORECASE
)
_DUE = re.compile(rf",? {_BY}", re.IGNORECASE)
_GOAL_HEAD = re.compile(rf"{_HEAD}(?:[SL]TGs?|(?:(?:short|long)[- ]term )?goals?|targets?)\b[^:.\n]{{0,20}}:", re.IGNORECASE)
# A goal that says where the patient stands is a response.
_STANDS = re.compile(
    r"\b(?:now|current(?:ly)?|today|start(?:ed)?|was|progress\w*|toward\w*|met|hit|achieved|exceeded|reached(?! for)|(?:s?he|they|pt) (?:got|made|managed) \d+)\b",
    re.IGNORECASE,
)
_VERDICT = re.compile(
    r"\W*(?:goal )?(?:(?:not|part\w*|nearly) )?(?:met|achieved|ongoing|progressing|on track|exceeded|continue|start|now|current(?:ly)?|baseline|today)\b",
    re.IGNORECASE,
)
_NO_LONGER_COUNTED = any_case(r"\b(?:not?|nothing|none)\b[^.;,]{0,30}\b(?:today|now|this (?:visit|session|time))\b")
_TODAY = r"\b(?:today'?s?|now|this (?:visit|session|date|time|week|am|pm|morning|afternoon|set)|current(?:ly)?|tonight)\b"
_BESIDE = any_case(
    rf"{_TODAY}|\b(?:(?:up|down) (?:\S+ ){{0,3}}from|than|where(?:as)?|improv\w*|compared|vs\.?|versus|prev|resolved|since|better|longer|less|more|fewer|gone|increased|decreased|reduced)\b|->|→|=>|>"
)
# What comes after a treatment's means, beside a result before it, is today's.
_AFTER = any_case(r"\bafter (?:\w+ )?(?:facilitat|cue|cuing|train|treatment|tx\b|practice|mobili|stretch|tap|instruct|weight)")
_RESULT = any_case(
    rf"\d+(?:\.\d+)?(?:\s?(?:/|of|out of)\s?\d+)?|\b{NUMBER_WORD}(?: (?:of|out of) {NUMBER_WORD})?\b|\b(?:none|zero|minimal|moderate|maximal)\b"
)
# Figures that name a test.
_NAMES = any_case(
    r"\b(?:\d+|nine|five)[- ]?(?:hole|x ?sts|times sit|meters? walk|m ?wt|(?:s|sec\w*) (?:chair|sts))|turn(?:ing)? 360"
)
_PIECES = re.compile(r"[,;()]|\band\b")
_REACH = 24


def time_of_result(text: str, lines: Lines, span: Span) -> Assertion:
    """Say whether a measured response is a goal's (planned), another visit's, or this visit's (present)."""
    clause, line = clause_at(text, lines, span.start), lines.at(span.start)
    end = max(clause.end, span.end)
    if _is_wanted(text, clause, line, span):
        return Assertion.PLANNED
    told = _NO_LONGER_COUNTED.sub(" ", small(text[clause.start : line.end]))
    head = _THEN_HEAD.match(text, clause.start)
    beside = _BESIDE.search(told[: end - clause.start], head.end() - clause.start if head else 0)
    beside = beside or (_AFTER.search(told) if _results(told) > 1 else None)
    if not beside and (head or (_is_of_then(text, line, span.start) and not _BESIDE.search(told))):
        return Assertion.OTHER_VISIT
    if not beside and _DATED_BEHIND.match(text, span.start, min(clause.end, span.end + _REACH)):
        return Assertion.OTHER_VISIT
    if not beside and _all_dated(text[span.start : min(clause.end, span.end + _REACH)], span.end - span.start):
        return Assertion.OTHER_VISIT
    return Assertion.PRESENT


def _is_of_then(text: str, line: Span, offset: int) -> bool:
    """Say whether a line or a sentence begins with another time and a colon."""
    return any(_THEN_LINE.match(text, start) for start in (line.start, _sentence_start(text, line, offset)))


def _is_wanted(text: str, clause: Span, line: Span, span: Span) -> bool:
    """Say whether a goal is spoken of before any result, and not how far the patient has come."""
    told = text[clause.start : span.end]
    words = small(told)
    if _is_a_condition(text, clause, span):
        return True
    if not (_is_a_norm(words) and not _IMPROVED.search(text, clause.start, max(clause.end, span.end))):
        goal = _GOAL.search(words) or _IS_TO.search(small(text[clause.start : max(clause.end, span.end)]))
        headed = _GOAL_HEAD.match(text, _sentence_start(text, line, span.start)) or _DUE.match(text, span.end)
        if not headed and (goal is None or _results(told[: goal.start()])):
            return False
    return not (_STANDS.search(text, clause.start, max(clause.end, span.end)) or _VERDICT.match(text, clause.end, line.end))


def _is_a_norm(told: str) -> bool:
    """Say whether a norm or a criterion is named, with no result before it and at most its own figure behind."""
    norm = _NORM.search(told)
    return norm is not None and not _results(told[: norm.start()]) and _results(told[norm.end() :]) <= 1


def _is_a_condition(text: str, clause: Span, span: Span) -> bool:
    """Say whether a phrase is the one figure that something is to follow on (`If tandem reaches 20 s, progress to foam`)."""
    condition = _CONDITION.match(small(text[clause.start : clause.end]))
    if condition is None or _SEEN.search(condition["told"]):
        return False
    return span.start < clause.start + condition.end() and _results(condition[0]) <= 1


def _sentence_start(text: str, line: Span, offset: int) -> int:
    before = text.rfind(". ", line.start, offset)
    return line.start if before < 0 else before + 2


def _all_dated(phrase: str, own: int) -> bool:
    """Say whether each piece of a phrase that holds a result names another time or a goal; what stands beyond its ``own`` letters only dates its last piece."""
    dated = False
    at = 0
    for piece in _PIECES.split(phrase):
        start = phrase.find(piece, at)
        at = start + len(piece)
        words = small(piece)
        then = _THEN_PIECE.search(words)
        if start > own and not then:
            break
        named = then is not None or _GOAL.search(words) is not None
        bare = _without(_NAMES, _without(_THEN_PIECE, piece))
        if start <= own and _results(bare):
            if not named or _results(bare.partition(" with ")[0]) > 1:
                return False
            dated = True
    return dated


def _without(pattern: re.Pattern[str], phrase: str) -> str:
    """Return a phrase with a blank for each match of a pattern that is blind to capitals."""
    kept, end = [], 0
    for match in pattern.finditer(small(phrase)):
        kept.append(phrase[end : match.start()])
        end = match.end()
    return " ".join([*kept, phrase[end:]])


def _results(phrase: str) -> int:
    """Return how many figures and assist levels a phrase holds."""
    # A lone "s" is seconds here, not supervision.
    levels = {match.start() for _, match in assist_levels_in(phrase) if len(match[0]) > 1}
    return len(_RESULT.findall(small(phrase))) + len(levels)
