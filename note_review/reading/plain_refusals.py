"""Drills that a clause says were refused in plain verbs, or only shown or handed out.

"Wouldn't do hoops, ramp", "was to sit astride the roll, but screamed and would not", "he watched me do both turns", "got pictures of the turns".
"""

from __future__ import annotations

import re

from note_review.encounter import Assertion
from note_review.note import Span
from note_review.reading.lines import Lines, clause_at, on_one_line
from note_review.reading.small_letters import any_case, has_any, small
from note_review.reading.undone_words import (
    ACTED,
    DO,
    DOING,
    DONE,
    DOSE,
    HELPED,
    LIMIT,
    PATIENT,
    PRESCRIBED,
    RESULT,
    TAIL,
    TO_A_DAY,
    WHO,
)

_START = r"(?:^|[:.,] |- |\band )\W{0,4}"
_AT = rf"{_START}{WHO}"
_PAPER = r"(?:pictures?|photos?|(?:work)?sheets?|videos?|drawings?|hand-?outs?|print-?outs?|leaflets?|booklets?|pages?|diagrams?|clips?)"
_REFUSED = any_case(
    rf"(?:{_START}{PATIENT}(?:put off|postponed|left|moved|saved|kept) {TO_A_DAY}|{_AT}(?:would not|wouldn't|refused to|declined to|was (?:unwilling|not willing) to) (?:even )?{DO}) (?P<list>.*)"
)
_WATCHED = any_case(
    rf"{_AT}(?:(?:only|just|merely) )?(?:(?:watched|saw) (?:me|us|(?:the )?(?:therapist|clinician|pta?|ot)|a peer|(?:another|his|her) \w+) (?:do|doing|demonstrate|demonstrating|perform|performing|go through|show|run through)"
    rf"|(?:watched|was shown|saw) (?:(?:a|the|some) )?{_PAPER} (?:of|with|showing)"
    r"|(?:showed|demonstrated for) (?:him|her|them|pt|the patient)(?: (?:on myself|on my own \w+|on the tablet|on video))?|(?:we |i |and |, )?(?:(?:only|just|merely) )?talked (?:over|through|about)(?: with (?:him|her))?) (?P<list>.*)"
)
_GOT = any_case(
    rf"{_AT}(?:(?:talked over|talked through|went over|discussed|explained) what (?:starts|begins|comes)(?: {TO_A_DAY})?,|(?:got|received|(?:(?:was|were) )?(?:given|handed|sent|emailed)|took home|(?:went|left) (?:home )?with|issued|left (?:him|her|mom|them))(?: home)?(?: with)? (?:(?:the|a|an|some|his|her|new|printed|written|one|two|him|mom|home) )*{_PAPER} (?:for (?:home|the weekend|tonight) )?(?:of|with|showing|for|on)) (?P<list>.*)"
)
_ON_PAPER = any_case(
    rf"(?:(?!\b(?:in|on|at|by|to|with)\b).){{0,160}}? (?:(?:was|were|both|all) ){{0,2}}(?:given|handed|sent|passed|emailed)(?: (?:over|out|home|down))*(?: (?:to|for|with) (?:(?:the|his|her|pt's) )?[a-z]+)? (?:(?:on|as) (?:(?:a|one|the) )?(?:\w+ )?{_PAPER}|on paper|in writing)(?: (?:to|for) (?:(?:the|his|her) )?[a-z]+)?(?P<tail>{TAIL})\W*"
)
_UNBROKEN = r"(?:(?!\b(?:but|after|during|because)\b).)*"
_ASKED_BEFORE = any_case(
    rf"\b(?:(?:was|were) (?:supposed |meant |due |going |asked |invited |told )?to|(?:asked|invited|wanted|told|coaxed|encouraged) [a-z]+ to|offered|suggested|proposed|planned|set up|laid out|prepared) {_UNBROKEN}$"
)
_ASKED_BEHIND = any_case(
    rf"{_UNBROKEN} (?:was|were) (?:offered|suggested|proposed|planned|set up|laid out|prepared|asked for|put to (?:him|her)|wanted|next|on for today|due)\b"
)
_REFUSES = r"(?:(?:would not|wouldn't|refused|declined|begged off|opted out|said no|shook (?:his|her) head|could not be (?:persuaded|coaxed|talked into it))(?: to)?(?: (?:do|try|start|begin|attempt|have))?(?: (?:it|them|both|either|all of it|any of (?:it|them)))?)"
_BUT_NO = any_case(
    rf".*?,? (?:but|yet|and|then) (?:[^.;:\d]{{0,50}}? )?{_REFUSES}(?P<tail>{TAIL})\W*|[^,]*(?:,| [-–—]) (?:but )?(?:not|never|none) {DONE}(?P<why>{TAIL})\W*"
)
# Behind a comma and with a place or manner of its own, a drill may be what was done instead of the refused one.
_LIST_IS_OVER = any_case(r"\b(?:today|due to|d/t|because|2/2|per)\b[^,]*,| [-–—] ")
_INSTEAD = any_case(
    r"\b(?:at|in|along|against) (?:(?:the|a|//) ?)?\w+|\b(?:eo|eob|eyes open|fine|ok|instead|first|prone|supine|seated)\b"
)
_BETWEEN = any_case(r"\b(?:so|but|after|before|which|that|when|during)\b")
_THEN = any_case(r"\bthen\b")
# After a demonstration or with a sheet in hand the patient may have done the drill as well.
_OWN_TURN = any_case(
    r"\b(?:(?:while|as) (?:he|she|they|pt)|and (?:then )?(?:he|she|they|pt|(?!looked|watched)\w+ed|held|went|stood)|then (?:he|she|they|pt|did|\w+ed)|because|so|but|himself|herself|on (?:his|her) own|joined|followed|imitated|tried|return\w*|own turn|(?:his|her) turn|no (?:physical |hands.on )?(?:hands|assist\w*|help))\b"
    r"|\b(?:he|she|they|pt|patient|child|client) (?!(?:look|watch|listen|nodd|verbaliz|stat|report|agre|refus|declin)\w*ed\b)\w+ed\b"
)
# The patient came round or did something in its stead.
_CHANGED = any_case(
    r"\b(?:then|agreed|encourag\w+|persuaded|used|until|at first|on his own|on her own)\b"
    r"|(?:[,;]| - | and )(?:(?! due | because | as ).)*\b(?!(?:begg|scream|cri|refus|declin|tir|scar|fatigu|exhaust|stat|report|complain|opt|need|want|ask)\w*ed\b)\w+ed\b"
    r"|(?:[,;]| and )(?:he|she|they|pt|child) (?!(?:would|was|is|did|could|said|felt)\b)\w+"
)
_ONLY = any_case(r"\b(?:only|just|merely)\b")
_LOOKED_ON = any_case(r"\b(?:looked on|sat and watched|stood and watched|did not (?:try|do|join|want)|no return)\b")
_SEEN = any_case(
    r"\b(?:watched|saw) (?:me|us|(?:the )?\w+|his \w+|her \w+|another \w+|a peer) (?:do|doing|demonstrat|perform|go|show|run)"
)
_SHEET = any_case(r"\b(?:pages?|(?:work)?sheets?|papers?|clips?)\b")
# Taken of the patient at work, or used in the session.
_TAKEN = any_case(r"\b(?:videos?|photos?|(?:pictures?|drawings?|diagrams?)(?! of (?:the )?$)[^,]* (?:for|with|to)) ")
_USED = any_case(r"\bgiven as an?\b")
_OF_TODAY = any_case(
    r"\b(?:photos?|pictures?|videos?|clips?)\b.*\b(?:from today|today's|of today|during|to compare|for the chart|from (?:behind|the (?:side|front)))\b"
)
_AT_HOME = any_case(
    r"\b(?:home|hep|weekend|tonight|teacher|school|mom|mother|dad|father|wife|husband|family|parents?|daughter|caregiver|aide|left (?:him|her))\b"
)
_SENTENCE = re.compile(r"[.;\n]")
_SIGNS = ("not", "n't", "refus", "declin", "said no", "shook", "unwilling", "watch", "saw ", "show", "demonstrated for", "talked", "what ", "begged", "opted", "put off", "postponed", "moved", "saved", "kept", "never", "none", "got ", "receiv", "given", "handed", "home with", "left with", "issued", "sent", "paper", "writing", "sheet", "took", "email", "print")  # fmt: skip


def refused_or_shown(text: str, lines: Lines, span: Span) -> Assertion:
    """Say whether a technique's clause tells that it was refused, only shown, or handed out for home."""
    around = clause_at(text, lines, span.start)
    stop = max(around.end, span.end)
    clause = small(on_one_line(text[around.start : stop]))
    if not has_any(clause, _SIGNS):
        return Assertion.PRESENT
    start, end = span.start - around.start, span.end - around.start
    if _is_refused(clause, start) or _is_asked_and_refused(clause, start, end):
        return Assertion.NEGATED
    line = lines.at(stop - 1)
    following = small(text[stop : min(max(line.end, stop), stop + 140)])
    if _is_only_watched(clause, start, following):
        return Assertion.NEGATED
    told = clause[start:] + _SENTENCE.split(following.lstrip(" .;,"))[0]
    if (
        _is_handed_out(clause, start, end)
        and not _is_done(told)
        and not RESULT.search(told)
        and not HELPED.search(told)
        and (not DOSE.search(clause) or PRESCRIBED.search(clause))
    ):
        return Assertion.HOME_PROGRAM
    return Assertion.PRESENT


def _is_refused(clause: str, start: int) -> bool:
    """Say whether a clause's head refuses the list of which a technique is, and nothing of it was done in another way."""
    head = _REFUSED.search(clause)
    if not head or not _is_headed(_REFUSED, clause, start):
        return False
    listed = clause[head.start("list") : start]
    if _LIST_IS_OVER.search(listed) or RESULT.search(clause, start) or ("," in listed and _INSTEAD.search(clause, start)):
        return False
    return not any(words.search(head["list"]) for words in (DOSE, DOING, LIMIT, HELPED, _CHANGED))


def _is_asked_and_refused(clause: str, start: int, end: int) -> bool:
    """Say whether a clause asks for a technique and tells at its end that the patient would not."""
    refusal = _BUT_NO.fullmatch(clause, end)
    if not refusal or not (_ASKED_BEFORE.search(clause[:start]) or _ASKED_BEHIND.match(clause, end)):
        return False
    return not (
        _CHANGED.search(clause, end)
        or DOING.search(clause)
        or ACTED.search(clause, end)
        or DOSE.search(clause, end)
        or LIMIT.search(refusal["tail"] or refusal["why"] or "")
    )


def _is_only_watched(clause: str, start: int, following: str) -> bool:
    """Say whether a clause shows a technique to the patient and neither it nor the words that follow tell of the patient's own turn."""
    if not _is_headed(_WATCHED, clause, start) or _is_done(clause[start:] + following):
        return False
    if any(words.search(clause + following, start) for words in (DOSE, HELPED, RESULT)):
        return False
    # More may be told of the patient's own turn in other words.
    if _ONLY.search(clause[:start]) or _LOOKED_ON.search(clause + following):
        return True
    return _SEEN.search(clause[:start]) is not None and not following.strip(" .")


def _is_handed_out(clause: str, start: int, end: int) -> bool:
    # A sheet or page of the session's own is worked on there.
    is_worked_on = _SHEET.search(clause) or _TAKEN.search(clause[:start]) or _USED.search(clause)
    if _OF_TODAY.search(clause) or (is_worked_on and not _AT_HOME.search(clause)):
        return False
    if _is_headed(_GOT, clause, start) and not _THEN.search(clause):
        return True
    on_paper = _ON_PAPER.fullmatch(clause, end)
    return on_paper is not None and not LIMIT.search(on_paper["tail"])


def _is_headed(form: re.Pattern[str], clause: str, start: int) -> bool:
    """Say whether a form heads the list of which a technique is."""
    head = form.search(clause)
    return head is not None and head.start("list") <= start and not _BETWEEN.search(clause, head.start("list"), start)


def _is_done(told: str) -> bool:
    return _OWN_TURN.search(told) is not None or DOING.search(told) is not None
