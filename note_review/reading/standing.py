"""How the mentions of a page stand: whether their words deny them, put them off, or give them to another time or person."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from note_review.encounter import Assertion, Mention
from note_review.note import Span
from note_review.reading.bare_measures import falls_short_of_nothing
from note_review.reading.denials import standing_of_deficit
from note_review.reading.lines import Lines
from note_review.reading.list_heads import head_of_list
from note_review.reading.other_drills import passed_over
from note_review.reading.other_times import time_of_result
from note_review.reading.page import Page
from note_review.reading.plain_refusals import refused_or_shown
from note_review.reading.pointed_back import verdict_behind
from note_review.reading.put_off import standing_of_technique
from note_review.reading.unreached import wanted_or_anothers

# A section's letter alone ("O -") is no mention.
_WORD = re.compile(r"\w\w|\d")


def counted(page: Page, found: Iterable[Mention]) -> tuple[Mention, ...]:
    """Return mentions with the assertion that their words give them, without measures that show no deficit; denied mentions stay, as evidence of absence."""
    standing = (_standing(page, m) for m in found if _WORD.search(page.text, *m.span))
    return tuple(m for m in standing if m.assertion is not Assertion.PRESENT or not _is_no_deficit(page.text, m))


def _standing(page: Page, mention: Mention) -> Mention:
    """Return a mention as its words let it stand: a deficit denied, a technique not given, a measured response of a goal or another visit."""
    if mention.kind == "deficit":
        assertion = standing_of_deficit(page.text, page.lines, mention.span)
    elif mention.kind == "technique":
        assertion = standing_of_drill(page.text, page.lines, mention.span)
    elif mention.attribute == "measured":
        assertion = time_of_result(page.text, page.lines, mention.span)
        if assertion is Assertion.PRESENT:
            assertion = wanted_or_anothers(page.text, page.lines, mention.span)
    else:
        return mention
    return mention if assertion is mention.assertion else replace(mention, assertion=assertion)


def standing_of_drill(text: str, lines: Lines, span: Span) -> Assertion:
    """Say whether a technique was done: told by its own row, line or clause, or else by what is said of the list to which it belongs."""
    for told_by in (standing_of_technique, head_of_list, verdict_behind, refused_or_shown, passed_over):
        assertion = told_by(text, lines, span)
        if assertion is not Assertion.PRESENT:
            return assertion
    return Assertion.PRESENT


def is_bare_word(text: str, mention: Mention) -> bool:
    """Say whether a measured response is one word without a figure or level ("Result", "STG"): the head of a column, no response."""
    phrase = text[mention.span.start : mention.span.end]
    return mention.attribute == "measured" and len(phrase.split()) == 1 and not any(c.isdigit() for c in phrase)


def _is_no_deficit(text: str, mention: Mention) -> bool:
    return mention.kind == "deficit" and falls_short_of_nothing(text, mention.span)
