"""Drills that a plain sentence passes over, only considers, or gives to another day, to home or to somebody else (guide: Technique).

"Instead of ball toss we rowed", "would benefit from ball toss", "on Monday he did ball toss", "her husband did ball toss to show her".
"""

from __future__ import annotations

from note_review.encounter import Assertion
from note_review.note import Span
from note_review.reading.lines import Lines, clause_at, on_one_line
from note_review.reading.small_letters import any_case, has_any, small
from note_review.reading.supposed import KIN, WHO, WHOSE

_PASSED_OVER = any_case(
    r"\b(?:(?:did not|didn't|never|could not|couldn't) (?:get|come|make it) (?:around )?to|instead of|in place of|in lieu of|rather than|unable to (?:do|perform|try|attempt|start|begin)|d/c'?d|discontinued|cancel(?:l)?ed) (?:the |any |doing )?$"
)
_CONSIDERED = any_case(
    r"\b(?:considered|thought (?:about|of)|weighed|(?:the )?plan (?:had been|was)(?: for| to do)?) (?:trying |doing )?$"
)
_BUT = any_case(r"[^.;]{0,40}\b(?:but|however|and (?:then )?(?:chose|decided))\b")
_REPLACED = any_case(
    r" (?:was |were )?(?:replaced (?:by|with)|swapped (?:out )?for|traded for|dropped in favou?r of|gave way to|made way for)\b"
)
_ON_HOLD = any_case(r"(?:^|[:.;] ?)\W*hold $")
_PENDING = any_case(r" (?:until|pending|for now|till)\b")
_WANTED = any_case(
    r"\b(?:(?:would|may|might|should|could) benefit from|consider(?:ing)?|aide will (?:do|lead|run)|(?:good |a )?candidate for|(?:hope|intend)s? to (?:do|try|start|add)|thinking of) (?:adding |trying |doing |starting )?$"
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_OTHER_DAY = any_case(
    rf"(?:^|[:.] ?)\W*(?:(?:at|in|during) )?(?:(?:the|our|his|her) )?(?:last|previous|prior) (?:visit|session|time|week|appointment),? (?:{WHO}|we|i) (?:did|tried|practi[cs]ed|worked on|performed|went through|used|had) $"
    rf"|(?:^|[:.] ?)\W*(?:yesterday|on (?:last )?{_DAY}),? (?:{WHO}|we|i) (?:did|tried|practi[cs]ed|worked on|performed|went through|used|had) $"
)
_TO_DO = any_case(
    r"\b(?:instructed|told|asked|reminded|encouraged)(?: (?:him|her|them|pt|patient))? to (?:do|perform|practi[cs]e|continue|try|keep up) $"
)
_AT_HOME = any_case(
    r"[^.;]{0,30}\b(?:at home|before bed|each (?:morning|night|evening)|every (?:morning|night|evening)|on (?:his|her|their) own time|between visits)\b"
)
_FOR_HOME = any_case(r" (?:as|for) (?:an? |his |her |the )?(?:home(?:work)?|hep)\b")
_SOMEBODY_ELSE = any_case(
    rf"\b(?:{WHOSE} {KIN}|(?:the )?(?:next|other|another) (?:patient|resident|client)) (?:did|tried|performed|showed|practi[cs]ed|was doing) $"
)
_TODAY = any_case(r"\b(?:today|again|as well|too|same|repeat\w*)\b")
_SIGNS = ("get", "come", "make it", "instead", "place of", "lieu", "rather", "unable", "d/c", "discontinued", "cancel", "considered", "thought", "weighed", "plan ", "replaced", "swapped", "traded", "dropped", " way ", "hold ", "benefit", "consider", "aide will", "candidate", "hope", "intend", "thinking", "last", "previous", "prior", "yesterday", "day", "instructed", "told", "asked", "reminded", "encouraged", "home", "hep", "his ", "her ", "their ", "next ", "other ")  # fmt: skip


def passed_over(text: str, lines: Lines, span: Span) -> Assertion:
    """Say whether a technique's clause passes it over, only considers it, or gives it to another day, to home or to somebody else."""
    clause = clause_at(text, lines, span.start)
    before = small(on_one_line(text[clause.start : span.start]))
    after = small(on_one_line(text[span.end : max(span.end, clause.end)]))
    if not has_any(before + after, _SIGNS):
        return Assertion.PRESENT
    if (
        _PASSED_OVER.search(before)
        or _REPLACED.match(after)
        or (_CONSIDERED.search(before) and _BUT.match(after))
        or (_ON_HOLD.search(before) and _PENDING.match(after))
    ):
        return Assertion.NEGATED
    if _WANTED.search(before):
        return Assertion.PLANNED
    if (_TO_DO.search(before) and _AT_HOME.match(after)) or _FOR_HOME.match(after):
        return Assertion.HOME_PROGRAM
    if _SOMEBODY_ELSE.search(before):
        return Assertion.OTHER_PERSON
    if _OTHER_DAY.search(before) and not _TODAY.search(after):
        return Assertion.OTHER_VISIT
    return Assertion.PRESENT
