"""Deficits that the words deny, call normal or resolved, name only as a purpose, or tell of another person. They are no deficits (guide: Spans).

"No" before the name of a fault denies it ("no drift"); before the name of a faculty it is the fault itself ("no righting"). So the rules know
the names of faults, and a phrase that says what is lacking is never called normal.
"""

from __future__ import annotations

from note_review.encounter import Assertion
from note_review.note import Span
from note_review.reading.denied_lists import is_denied_in_a_list
from note_review.reading.faults import FACULTY, FAULT, FREE_WORD, LACK
from note_review.reading.lines import Lines, clause_at, on_one_line
from note_review.reading.number_words import NUMBER_WORD
from note_review.reading.past_findings import standing_in_time
from note_review.reading.plain_denials import is_plainly_denied
from note_review.reading.sides import OTHER_SIDE, alike
from note_review.reading.small_letters import any_case, small
from note_review.reading.supposed import supposed_or_anothers
from note_review.reading.verdicts import EVENT, names_a_further_fault, verdict_of_clause

_FAULTS = any_case(rf"\b{FAULT}")
_LACKING = any_case(LACK)
_FIGURE = any_case(rf"\d|\b{NUMBER_WORD}\b")
_MODIFIER = r"(?:(?:further|more|longer|new|residual|obvious|lasting|remaining|any|signs? of|evidence of|complaints? of|c/o|noted|other|significant|overt|appreciable|frank|lateral|medial) ){0,3}"
_NOT_THERE = r"(?:no|without|w/o|free of|neg(?:ative)? for|nor|neither)"
_NO_LONGER = r"(?<!can )(?<!could )no longer(?: (?:is|has|was|feels|reports|c/o|complains of|shows?|walks with))?"
# A fault stands at the head of its phrase, behind a side or a word of its own.
_OF_A_FAULT = rf"{_MODIFIER}(?:(?:R|L|left|right) )?(?:(?!(?:the|she|he|they|it|AFO|brace|splint|cues?|cane|RW|walker|rail|orthosis)\b){FREE_WORD} ){{0,2}}?{FAULT}"
_DENIED_FAULT = any_case(rf"(?:{_NOT_THERE}|{_NO_LONGER}) {_OF_A_FAULT}")
_DENIAL_BEFORE = any_case(rf"(?<!\w)(?:{_NOT_THERE}|{_NO_LONGER}) {_MODIFIER}$")
_HEAD_FAULT = any_case(rf"(?:(?:R|L|left|right) )?(?:{FREE_WORD} )?{FAULT}")
_DENIES = any_case(r"\b(?:denie[sd]|denying) (?:any |further |having |current )?$")
_ANY_MORE = any_case(r"(?:\bnot\b|n't\b|\bno\b|\bnever\b).*\bany ?(?:more|longer)\b")
# "But" that another finding follows leaves the denial as it is: "no LOB but mild dizziness".
_BUT_ANOTHER = any_case(rf"\bbut(?= (?:{FREE_WORD} ){{0,2}}?(?P<other>{FAULT}|pain|nausea|fatigue))")
_KINDS_OF_UNSTEADINESS = any_case(rf"{EVENT}|\b(?:sway|wobbl|unstead|instab|stagger|drift|veer)\w*")
_LIMITED = any_case(
    r"\b(?:until|except|unless|but|only|beyond|past(?![- ]pointing)|once|before|than|partly|near(?:ly)?|almost|mostly)\b"
)
_FAILS = any_case(r"\b(?:cannot|can't|unable|not)\b")
_WITHOUT = any_case(r"\b(?:without|w/o)\b")
# The verdict goes on without a subject of its own: "normal L, impaired R", "WNL at eval, impaired now".
_TURNS = any_case(
    rf"(?: (?:at|on|in|during|L|R|left|right)\b[^.;,]{{0,25}})?,? ?(?:(?:but|and|yet|now|still|then|today|on|the|L|R|left|right) )*(?:{LACK})(?= (?:on|in|at|with|for|L|R|left|right|now|today)\b| ?[.,;)]|$)"
)
_NOT_SO = any_case(r"(?:\b(?:not|never|lacks?|lacking|without|no)|n't)(?: (?:yet|have|has|had|shows?|demonstrates?|a|an|any))* $")
_SIDED = any_case(r"\W{0,2}(?:on|in|at) (?:the |his |her )?(?:left|right|L|R|sound|other|uninvolved)\b|\W{0,2}\d")
_WELL = r"(?:n[o0]rmal|intact|WNL|WFL|within normal limits|within functional limits|unremarkable|symmetric(?:al)?)"
_HOW = r"(?:(?:now|all|both|fully|again|today|entirely|completely|grossly|bilaterally|reported|found|described|as|to be) ){0,3}"
_IS = r"(?:is|are|was|were|tests?|tested|remains?|measures?|looks?|has been|have been|has come|has returned|came|comes|reads|shows?|appears?)"
_EQUAL = r"equal (?=\w+ (?:and|to) )"
_BACK = r"back(?: to normal|(?= ?(?:[.,;]|$)))"
_FACULTY_NAMED = any_case(
    rf"\b(?:{FACULTY}|touch|proprioception|vibration|pinprick|dexterity|ROM|gait|reflexes|gaze|convergence|pursuits?|saccades)\b"
)
_BOTH_WELL = any_case(
    rf"(?: (?:in|on|at|of) (?:(?:the|his|her|R|L|right|left|both) )?[a-z]+)? and [A-Za-z][\w /]{{2,40}}? (?:both )?(?:{_IS} )?{_HOW}(?:{_WELL}|back to normal)(?= ?[.,;(]|$| now| today)"
)
# Help, work or a fault told before it speaks of what is named first: "CGA for standing balance at sink and cognition intact".
_AID = any_case(r"\b(?:CGA|SBA|min|mod|max|cues?|challenge\w*|worked|antalgic|sways)\b")
# A phrase with a verb of its own has its verdict already.
_TELLS = any_case(r"\b(?:is|are|was|were|has|have)\b")
_CALLED_WELL = any_case(
    rf"(?:[ :=-]{{1,3}}|[^.;:,|\n\d]{{0,25}}? ){_IS} {_HOW}(?:{_WELL}|good now|full(?= ?(?:[.,;]|$))|{_EQUAL}|{_BACK})(?!\w)"
    rf"|(?: (?:\w+ ){{0,2}}?{FACULTY})?[ :=-]{{1,3}}{_HOW}(?:{_WELL}|back to normal|{_EQUAL}|(?:stable|steady|good)(?= (?:with|on|in|at)\b| ?[.,;]))(?!\w)"
)
_WELL_AHEAD = any_case(
    rf"(?:{_WELL}|good|full(?! (?:assist|support))|equal|stable|even)[ -](?!for\b|on\b|at\b|but\b|to\b|until\b|with\b)"
)
_WELL_BEFORE = any_case(rf"(?:^|[:,] ?){_WELL} $|\b{_WELL} (?:with|on) $")
_WELL_BEHIND = any_case(
    rf"(?:^|.*\s)(?:{_IS} )?{_HOW}(?<!of )(?:{_WELL}|good|back to normal)(?: (?:today|now|bilaterally|throughout))*$"
)
_OVER = any_case(
    r"[ ,:=-]{1,3}(?:(?:on|in|of|at|to) (?:the )?[\w ]{1,25} )?(?:(?:is|are|has|have|having|was|were|had) )?(?:now |all |fully |completely |since |long |been )?(?:resolved|gone|cleared|denied|ceased|ruled out|looked for,? (?:and |but )?not found|not (?:found|seen|noted|reproduced|present|observed|elicited))(?=[.,;:)]|$| now| since| today| on (?:re-?)?(?:test|exam)| over the| by )|\s?.{0,12}\bno longer (?:present|noted|seen|reported|a problem)"
)
_NOT_NOTED = any_case(r"\bnot noted\b")
# A reaction that is not seen is lacking.
_RECOVERED = any_case(r"\bcleared\b")
_EVENT = any_case(EVENT)
_NOT_SEEN = any_case(r"\bnot\b")
_REACTION = any_case(
    r"\b(?:righting|reactions?|protective|equilibrium|stepping|strateg(?:y|ies)|arm swing|heel strike|push-?off|dissociation)\b"
)
_DONE_WELL = any_case(
    rf".* (?:without|w/o) (?:any )?(?:{FAULT}|spilling|shift(?:ing)?|drops|symptoms?)$"
    r"|(?:rises|gets up|climbs|stands up|walks|dresses|transfers)\b.* without (?:use of |using )?(?:(?:his|her|the|any) )?(?:arms|hands|assistance|help|prompts|support|(?:a )?rail)$"
)
_OVER_BEHIND = any_case(r".*\b(?:has |have |is |are |now )*(?:resolved|denied)$|.*\bnumb\w*.* gone$")
_ALIKE = (
    rf"(?:(?:same as|equal to) {OTHER_SIDE}"
    rf"|(?:every bit |just |quite )?as (?:good|well|strong|steady|quick|fast|long|far|sharp|even|firm|smooth|tall)(?: (?:on|in) {OTHER_SIDE}| {OTHER_SIDE})? as (?:(?:on|in|with) )?{OTHER_SIDE})"
)
_SAME_AS = any_case(
    rf"\W{{0,2}}(?:{_IS} )?(?:now )?{_ALIKE}\b(?! (?:side|one|leg|arm|hand|foot|limb|[UL]E)\b)(?!,? both| with| was| in \d)"
)
_SAME_BEHIND = any_case(rf"\b{_ALIKE}(?: (?:today|now|again))?$")
_AT_NORM = any_case(
    r"(?<![\d.])(\d+)(?![\d.]) ?(?:s|sec|seconds?|deg\w*|in|cm|lb|%)?,? \(?norm(?:al)?:? (?:is |of )?(\d+)(?![\d.])"
)
_SIDES = any_case(
    r"\b(?:R|right)\b(?:(?! in | of )[^\d,;/]){0,12}(\d+(?:\.\d)?)(?![\d+/-])[^\d;/+]{1,12}\b(?:L|left)\b[^\d,;/]{0,12}(\d+(?:\.\d)?)(?![\d+/-])"
)
# A girth beside the other side's is a deficit by its nature.
_GIRTH = any_case(r"\b(?:circumference|girth|figure of (?:eight|8)|calf|thigh)\b")
_PURPOSE = any_case(
    r"\b(?:to|and|for|will) (?:help )?(?:improv\w+|increas\w+|promot\w+|enhanc\w+|challeng\w+|facilitat\w+|train\w*|re-?train\w*|restor\w+|normali[sz]\w+|maximi[sz]\w+|better) (?:(?:his|her|the|pt's) )?$"
)


def standing_of_deficit(text: str, lines: Lines, span: Span) -> Assertion:
    """Say whether a deficit's words name it as present, deny it, or tell of a purpose or another person."""
    clause = clause_at(text, lines, span.start)
    written = [
        on_one_line(text[start:end])
        for start, end in ((span.start, span.end), (clause.start, span.start), (span.end, max(span.end, clause.end)))
    ]
    goes_back = written[0].endswith(" back") and written[-1].startswith(" to normal")
    phrase, before, after = map(small, written)
    if _is_denied(phrase, before, after) or _is_well(phrase, before, after, goes_back=goes_back):
        return Assertion.NEGATED
    if not _LACKING.search(phrase) and not _FAULTS.search(phrase) and not _FIGURE.search(phrase) and _PURPOSE.search(before):
        return Assertion.PLANNED
    verdict = verdict_of_clause(f"{before}{phrase}{after}", len(before), len(before) + len(phrase))
    if verdict is Assertion.PRESENT and is_plainly_denied(before, phrase, after):
        return Assertion.NEGATED
    for assertion in (verdict, standing_in_time(before, phrase, after), supposed_or_anothers(before, phrase)):
        if assertion is not Assertion.PRESENT:
            return assertion
    return Assertion.PRESENT


def _is_denied(phrase: str, before: str, after: str) -> bool:
    """Say whether a fault is denied or over."""
    if _is_limited(phrase + after[:24]):
        return False
    if (over := _OVER.match(after)) or _OVER_BEHIND.fullmatch(phrase):
        if over and _RECOVERED.search(over[0]) and _EVENT.search(phrase):
            return False
        if over and _NOT_NOTED.search(over[0]) and not (_FAULTS.search(phrase) or _LACKING.search(phrase)):
            return False
        return not (over and _NOT_SEEN.search(over[0]) and _REACTION.search(phrase) and not _LACKING.search(phrase))
    if _FIGURE.search(phrase):
        return False
    if _FAILS.search(before[-60:]) and _WITHOUT.search(before[-60:] + phrase[:8]):
        return False
    if _DONE_WELL.fullmatch(phrase) and not (_LACKING.search(phrase) or _HEAD_FAULT.match(phrase)):
        return True
    if _DENIED_FAULT.match(phrase) or (_DENIAL_BEFORE.search(before) and _HEAD_FAULT.match(phrase)):
        return not names_a_further_fault(phrase)
    return bool(
        _DENIES.search(before)
        or is_denied_in_a_list(before, phrase, after)
        or (_ANY_MORE.search(phrase + after[:20]) and _FAULTS.search(phrase))
    )


def _is_limited(told: str) -> bool:
    """Say whether something limits a denial; "but" does not where a finding of another kind follows it."""
    for limit in _LIMITED.finditer(told):
        another = _BUT_ANOTHER.match(told, limit.start())
        denied = told[: limit.start()]
        if another is None or another["other"][:4] in (word[:4] for word in denied.split()):
            return True
        if _KINDS_OF_UNSTEADINESS.search(denied) and _KINDS_OF_UNSTEADINESS.match(another["other"]):
            return True
    return False


def _is_well(phrase: str, before: str, after: str, *, goes_back: bool) -> bool:
    """Say whether a faculty is called normal, and nothing in the phrase says what it lacks."""
    for one, norm in _AT_NORM.findall(phrase):
        return bool(one == norm)
    if (sides := _SIDES.search(phrase)) and not _LACKING.search(phrase) and not _GIRTH.search(phrase):
        return alike((float(sides[1]), float(sides[2])))
    if _LACKING.search(phrase) or _FAULTS.search(phrase) or _LIMITED.search(after[:40]):
        return False
    if _SAME_AS.match(after) or _SAME_BEHIND.search(phrase):
        return True
    if _FIGURE.search(phrase):
        return False
    if _WELL_BEHIND.match(phrase):
        return not (_SIDED.match(after) or _TURNS.match(after) or _LIMITED.search(phrase))
    if _FACULTY_NAMED.search(phrase) and (goes_back or (_are_both_well(before, after) and not _TELLS.search(phrase))):
        return True
    called = _CALLED_WELL.match(after)
    if called:
        rest = after[called.end() :]
        short = _LACKING.search(called[0]) or _FAULTS.search(called[0]) or _LIMITED.fullmatch(phrase.rpartition(" ")[-1])
        return not (short or _SIDED.match(rest) or _TURNS.match(rest))
    if _FAILS.search(after[:40]) or _NOT_SO.search(before):
        return False
    return bool(_WELL_AHEAD.match(phrase) or _WELL_BEFORE.search(before))


def _are_both_well(before: str, after: str) -> bool:
    """Say whether a faculty is called well together with the next one ("balance and sensation intact"); where a place parts them, nothing before it may lack."""
    both = _BOTH_WELL.match(after)
    if both is None:
        return False
    return both[0].startswith(" and ") or not any(words.search(before) for words in (_LACKING, _FAULTS, _AID))
