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
_WORD = rf"(?!(?:but|than|only|until|unless|except|though|however|and|or|nor|worse\w*|increase\w*|decrease\w*|difference|more|need|AD|cues?|rail)\b){FREE_WORD}"
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
    r"[^.;]{0,30}?\b(?:after|(?:with|w/|using|wearing|in) (?:[\w-]+ ){0,2}?(?:brace|AFO|orthosis|splint|tape|cane|walker|rail|bars|device|AD|cue\w*|assist\w*|help|support))\b"
)
_NOT_THERE = any_case(r"[^.;,]{0,40}?\b(?:not|none|no longer)\b")
_LONGEST = 160


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
    return _DENIED_BEFORE.search(head) is not None or (
        _OPEN_LIST.search(head) is not None and _CLOSED_BEHIND.match(rest) is not None
    )
