"""Lists of findings under one denial: "No pain, dizziness, or {drift}" and "Denies pain, {drift}" deny all, "No pain, {drift} x2" only the first.

"Or" and "nor" hold a list together; after "denies" a comma does as well. "No" and "without" may tell of a lack of help ("no cane or limp"), so what
they deny first must be a fault or a symptom. What is counted, or said to be seen, is there.
"""

from __future__ import annotations

from note_review.reading.faults import FAULT, FREE_WORD
from note_review.reading.small_letters import any_case

_STEM = r"(?:(?:(?:any|further|new|other|obvious|overt|signs? of|evidence of|complaints? of|reports? of|c/o) ){0,3})"
_DENIES = r"(?:denie[sd]|denying)"
_NO = r"(?:no(?: longer (?:shows?|has|reports?|c/o))?|without|w/o|neither|zero|0|(?<!not )(?<!yet )(?<!fully )(?<!completely )(?:neg(?:ative)? for|free of))"
# A word of a list: no gain ("no change in"), no faculty ("no righting or"), and nothing that turns the sentence.
_WORD = rf"(?!(?:but|than|only|until|unless|except|though|however|and|or|nor|worse\w*|increase\w*|decrease\w*|difference|more|need|AD|cues?|rail|AFO|brace|RW|walker|cane|splint|treatment|therapy|tx|less|better|stretch\w*)\b){FREE_WORD}"
_ITEM = rf"{_WORD}(?: {_WORD}){{0,4}}"
_ITEMS = rf"(?:{_ITEM}(?:, |/| (?:and|or|nor) ))*?"
_NO_LINK = r"(?!(?:of|in|into|on|with|w/|at|to|from|for|during|by|when)\b)"
_SYMPTOM = rf"(?:{_NO_LINK}{_WORD} ){{0,2}}?(?:loss(?:es)? of balance|{FAULT}|(?:pain|soreness|discomfort|nausea|vomiting|headaches?|light-?headed\w*|fatigue|swelling|edema|redness|cramp\w*|SOB|dyspnea|shortness of breath|symptoms?)\b)"
_SYMPTOMS = rf"(?:{_SYMPTOM}(?:, |/| (?:or|nor) ))*?"
_SIDE = r"(?:(?:any|R|L|left|right|bilateral) )?"
_DENIED_BEFORE = any_case(
    rf"(?<![\w-])(?:{_NO} {_STEM}{_SYMPTOMS}{_SYMPTOM}(?:,? (?:or|nor)(?: no)? |/)|{_DENIES} {_STEM}{_ITEMS}{_ITEM}(?:/|(?:,|,? (?:and|or|nor)) ))(?:any )?{_SIDE}$"
)
# "Or" that stands further on closes a list that a comma goes on with.
_OPEN_LIST = any_case(rf"(?<![\w-]){_NO} {_STEM}{_SYMPTOMS}{_SYMPTOM}, {_SIDE}$")
# One without a comma may join circumstances: "no pain, limps on stairs or hills".
_CLOSED_BEHIND = any_case(rf"(?:, {_ITEM})*, (?:or|nor) {_WORD}")
_FAULT_FIRST = any_case(rf"{_SIDE}(?:{_WORD} ){{0,2}}{FAULT}")
_IS_THERE = any_case(
    r"[^.;,]{0,40}?(?:\d|\b(?:present|noted|seen|observed|persists?|continues?|remains?|still|evident|reported|worse)\b)"
)
# What help keeps away is there without it.
_HELPED = any_case(
    r"[^.;]{0,30}?\b(?:after|following|post|due to|d/t|secondary to|thanks to|(?:while|when|if) (?:[\w-]+ ){0,2}?(?:hold\w*|slow\w*|moves?)|(?:with|w/|using|wearing|in) (?:[\w-]+ ){0,2}?(?:brace|AFO|orthosis|splint|tape|cane|walker|rail|bars|device|AD|cue\w*|assist\w*|help|support))\b"
)
_NOT_THERE = any_case(r"[^.;,]{0,40}?\b(?:not|none|no longer)\b")
_LONGEST = 160
# "Needs CGA to walk without sway or drift": what is not achieved is not denied.
_UNACHIEVED = any_case(
    r"(?:\b(?:never|rarely|seldom|hardly|struggl\w+|fail\w*|difficulty|yet|needs?|requir\w+|goals?|[sl]tg|cannot|unable|not)\b|n't\b)[^.;,]{0,50}$"
)
# What tells of the patient is no item of an open list.
_TELLING = any_case(
    r"(?:R |L )?(?:unsteady|(?:limp|drift|sway|veer|drag|lean|stagger|wobble|stumble|shake)s|stumbling|\w+ hyperextends|hyperextends)\b"
)


def is_denied_in_a_list(before: str, phrase: str, after: str) -> bool:
    """Say whether a fault (in small letters, with what stands before and behind it in its clause) is one of several that are denied together."""
    fault = _FAULT_FIRST.match(phrase)
    if fault is None:
        return False
    head, rest = before[-_LONGEST:], phrase[fault.end() :] + after
    if _IS_THERE.match(rest) and not _NOT_THERE.match(rest) and "neither " not in head:
        return False
    if _HELPED.match(rest):
        return False
    if listed := _DENIED_BEFORE.search(head):
        return not (listed[0].startswith(("without", "w/o", "free")) and _UNACHIEVED.search(head[: listed.start()]))
    return bool(_OPEN_LIST.search(head) and _CLOSED_BEHIND.match(rest) and not _TELLING.match(phrase))
