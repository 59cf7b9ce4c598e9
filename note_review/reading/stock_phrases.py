"""Stock phrases of response ("tolerated well", "progressing toward goals"): few, fixed, and easily overlooked by a model.

They add to what an engine reads, never replace it: a phrase that an engine's mention touches is left to the engine.
"""

from __future__ import annotations

from collections.abc import Sequence

from note_review.encounter import Assertion, Mention, Section
from note_review.note import Span
from note_review.reading.assertion import assertion_of
from note_review.reading.lines import Lines
from note_review.reading.marks import Marks
from note_review.reading.sections import section_at
from note_review.reading.small_letters import any_case, has_any, small

CONFIDENCE = 0.6
_PHRASE = any_case(
    # Half of the places where a word may begin are where one ends.
    r"\b(?=[c-imnprstw])(?:(?:pt|patient|he|she|client|resident|child)\s+)?"
    r"(?:tol(?:erated|erates|'d|d)?\.?\s+(?:(?:tx|treatment|session|therapy|all|ex(?:ercises?|s)?|activit(?:y|ies)|it|today'?s?|the|interventions?|rx|visit|program|procedure|everything|with)\s+){0,4}"
    r"(?:very\s+|fairly\s+|quite\s+)?(?:well|good|fair(?:ly)?|fine|ok(?:ay)?|without (?:issue|difficulty|problems?|complaints?|incident|adverse (?:effects?|reactions?|response)))"
    r"|(?:good|fair|excellent|great)\s+(?:tolerance|response|tol)(?:\s+to\s+(?:tx|treatment|session|therapy|ex\w*|activity|all|today's \w+))?"
    r"|(?:is\s+|continues?\s+to\s+(?:be\s+)?)?(?:progressing|progress|making\s+(?:good\s+|steady\s+|slow\s+|great\s+|some\s+)?(?:progress|gains))\s*(?:well|nicely|slowly|steadily|as expected|appropriately|(?:toward|towards|to)\s+(?:all\s+|his\s+|her\s+|stated\s+|established\s+)?goals)"
    r"|did (?:really |very |so )?(?:well|great|good)(?:\s+(?:today|with (?:everything|all|tx|session|therapy|exercises?)))?"
    r"|no adverse (?:reactions?|effects?|response)(?:\s+to\s+(?:tx|treatment))?"
    r"|(?:participated|worked) (?:well|hard)(?:\s+(?:today|in session|during session|throughout))?)"
    r"(?!\w)"
)
_IN_PHRASES = ("tol", "response", "progress", "gains", "did ", "adverse", "participated ", "worked ")
_CLOSED = frozenset({"goals", "plan", "history", "home_program", "prior_visit"})


def stock_responses(text: str, lines: Lines, sections: tuple[Section, ...], mentions: Sequence[Mention]) -> list[Mention]:
    """Return generic responses that stand in a stock phrase and in no mention yet."""
    found = []
    marks = Marks(len(text), (m.span for m in mentions))
    words = small(text)
    for match in _PHRASE.finditer(words) if has_any(words, _IN_PHRASES) else ():
        span = Span(match.start(), match.end())
        if section_at(sections, span.start).kind in _CLOSED or not marks.free(*span):
            continue
        assertion = assertion_of(text, lines, sections, span)
        if assertion in {Assertion.PRESENT, Assertion.NEGATED}:
            found.append(Mention("response", span, "generic", CONFIDENCE))
    return found
