"""Drills under a heading that says that nothing of its list was done: "Not done, put off to Thursday:", "Laid out for next time:", with the drills on its line or below.

Doses in such a list are those that were planned; a word of doing or a result in an item says that this one was done after all.
"""

from __future__ import annotations

import re

from note_review.encounter import Assertion
from note_review.note import Span
from note_review.reading.lines import Lines
from note_review.reading.small_letters import any_case, small
from note_review.reading.undone_words import DAY, DOING, DOSE, HELPED, NOT_DONE, PATIENT, RESULT, TO_A_DAY, TODAY
from note_review.reading.vocabulary import either

_WHAT = r"(?:(?:the )?(?:drills?|items?|tasks?|activities|exercises?|following|these) (?:was |were )?)?"
_UNDONE = rf"(?:{NOT_DONE}|skipped(?! ?,)|(?:held|on hold)(?= (?:today|due|d/t|2/2|because|per|for now)\b)|no time (?:left )?for|ran out of time for|(?:did not|didn't|never) (?:get|got) to|not reached|(?:would not|wouldn't) (?:do|try))"
_FOR_LATER = either(
    rf"(?:(?:laid|set) out|prepared|planned|lined up|ready|kept|saved|left|put aside|intended|meant|moved) {TO_A_DAY}",
    rf"intended|(?:for |at )?(?:the )?next (?:visit|session|time)|still to (?:do|come|start|begin)|yet to (?:do|start|begin)|to (?:do|start|begin|try|add) (?:on )?{DAY}",
)
_FOR_HOME = r"(?:went over|talked (?:through|over)|ran through|discussed|explained|listed|wrote (?:out|down)) (?:what|which|all) (?:[a-z]+ ){1,3}?(?:is|are|was|should|has|have|will)(?: to)? (?:do|practi[cs]e|work on)[^:.;]{0,40}"
_WHY = rf"(?:,? ?\(?(?:{TODAY}|{TO_A_DAY}))*(?:(?:,| [-–—]| \(| (?:due to|d/t|because|2/2|per|as|since))[^:.;\n]{{0,50}})?"
_HEAD = any_case(
    rf"(?P<negated>(?:{PATIENT}|{_WHAT}){_UNDONE}(?:(?:,| and| or|/|,? but) ?(?:then )?(?:{_UNDONE}|{_FOR_LATER}))*{_WHY})[*_ )]*:"
    rf"|(?P<planned>(?:{_FOR_LATER}){_WHY})[*_ )]*:|(?P<home_program>{PATIENT}{_FOR_HOME}):"
)
_NO_HEAD = any_case(
    r"\b(?:with|during|without|w/o|unless|by|then|agreed|agreeable|seen|resumed|cleared|convinced|persuaded|participat\w+|only|since|except|until (?:he|she|cued))\b|w/|(?:(?<!time )\bfor|(?<!get )(?<!got )\bto|\bin)[*_ )]*:$"
    r"|\b(?:pt|patient|client|child|resident|s?he|they) (?:held|skipped)\b"
)
# Deferred to a day that has come.
_DAY_HAS_COME = any_case(rf"\b{TO_A_DAY}\W{{1,3}}(?:i\.?e\.? |that is )?(?:today|now)\b")
# Ticked in a plan; left unticked in a list of what was refused.
_TICKED = re.compile(r"[✓✔☑]|\[x\]")
_UNTICKED = re.compile(r"\[ \]|☐")
_CLOSING = any_case(
    r"\W*(?:(?:then|but|and|pt|patient|he|she|they|did|completed|performed|in the end|later|today),? ){0,4}(?:all|both)\b"
)
_CLOSING_PART = re.compile(r"(?<=[.!?;]) |\n(?!\n)")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_HELD = any_case(r"\b(?:held|on hold)\b")
_AT_HOME = any_case(r"\b(?:home|hep|tonight|evening|weekend|daily|every day|until)\b")
_WORKED = any_case(r"\b(?:worked|only|agreed|agreeable)\b")
_SIGN = re.compile(r"[ \t]*(?:[-–•*>]+|\(?\d{1,2}[.)]|[a-z][.)]|\[[ x]?\])[ \t]+")
_NO_ITEM = re.compile(r"\s*[A-Z][\w /&()-]{0,40}:|.*[.!?] +[A-Z]|.*\b97\d{3}\b")
# An answer to the heading, or the name of a service or section, ends its list.
_NAME = any_case(
    r"\W*(?:(?:no|none|n/?a|nil|0|yes|nmr|performed|done|completed|today|exercises?|activities)\W*$|(?:tx|rx|nr|te|ta|balance|sitting|standing|(?:mat|bed) level|seen for|today.s session|in // bars)\b[\w ]*$|(?:then|sat|eob)\b|(?:neuro|treatment|intervention|therapeutic|ther[- ]?ex|manual|gait training|self[- ]care|objective|assessment|plan\b))"
)
_CAPITALS = re.compile(r"\W*[A-Z][A-Z/&.()\d -]{2,}(?:\(?\d+ ?(?:min\w*|units?)\)?)?\W*$")
_SENTENCE_ENDS = (". ", "! ", "? ")
_DIGIT = re.compile(r"\d")
_DECORATION = "-–•*>#_ \t"
_LONGEST, _MOST = 120, 14


def head_of_list(text: str, lines: Lines, span: Span) -> Assertion:
    """Say how the heading of its list, on its own line or on one above, lets a technique stand; present where there is none or it says nothing of doing."""
    line = lines.at(span.start)
    before = _last_sentence(small(text[max(line.start, span.start - 400) : span.start])).lstrip(_DECORATION)
    item = before + _first_sentence(small(text[span.start : min(line.end, span.end + 400)]))
    if told := _HEAD.match(before):
        items = item[told.end() :]
        if _is_closed_as_done(text, span):
            return Assertion.PRESENT
        return _standing(told, items) if ":" not in items and (";" not in items or not DOSE.search(items)) else Assertion.PRESENT
    told = _HEAD.fullmatch(head_above(text, lines, span.start))
    return _standing(told, item) if told and not _is_closed_as_done(text, span) else Assertion.PRESENT


def _first_sentence(text: str) -> str:
    ends = [end for sign in _SENTENCE_ENDS if (end := text.find(sign)) >= 0]
    return text[: min(ends) + 1] if ends else text


def _last_sentence(text: str) -> str:
    end = max(map(text.rfind, _SENTENCE_ENDS))
    return text[end + 2 :] if end >= 0 else text


def _is_closed_as_done(text: str, span: Span) -> bool:
    """Say whether a sentence or line behind the list tells that all of it was done ("Both with CGA")."""
    behind = small(_PARAGRAPH.split(text[span.end : span.end + 500])[0])
    return any(
        _CLOSING.match(part) and any(words.search(part) for words in (DOING, HELPED, DOSE))
        for part in _CLOSING_PART.split(behind)[1:]
    )


def _standing(told: re.Match[str], item: str) -> Assertion:
    head = told[0]
    if (_TICKED if told.lastgroup == "planned" else _UNTICKED).search(item):
        return Assertion.PRESENT
    if (
        _NO_HEAD.search(head)
        or _DAY_HAS_COME.search(head)
        or DOING.search(head)
        or any(words.search(item) for words in (DOING, HELPED, RESULT, _WORKED))
    ):
        return Assertion.PRESENT
    if (_HELD.search(head) and _DIGIT.search(head + item)) or (told["home_program"] and not _AT_HOME.search(head)):
        return Assertion.PRESENT
    return Assertion(str(told.lastgroup))


def head_above(text: str, lines: Lines, offset: int) -> str:
    """Return the heading over the list in which a line stands, with items alone between."""
    number = lines.index_at(offset)
    signed = _has_sign(text, lines.spans[number])
    for above in range(number - 1, max(-1, number - _MOST), -1) if signed is not None else ():
        line = lines.spans[above]
        written = text[line.start : line.end].rstrip(" \t*_")
        if written.endswith(":") and len(written) < _LONGEST:
            return small(_last_sentence(written).lstrip(_DECORATION))
        # Only the heading itself may be set off by an empty line, and from items with signs.
        is_over = (
            not signed
            or above == 0
            or not text[lines.spans[above - 1].start : lines.spans[above - 1].end].rstrip(" \t*_").endswith(":")
        )
        if is_over if not written else _has_sign(text, line) != signed:
            break
    return ""


def _has_sign(text: str, line: Span) -> bool | None:
    """Say whether a line is an item with a sign before it or a plain one; nothing where it is no item."""
    written = text[line.start : min(line.end, line.start + 300)]
    if _SIGN.match(written):
        return True
    return (
        None
        if len(written) > _LONGEST or any(form.match(written) for form in (_NO_ITEM, _CAPITALS)) or _NAME.match(small(written))
        else False
    )
