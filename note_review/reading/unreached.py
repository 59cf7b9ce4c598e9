"""Results that are wanted, asked for or somebody else's, told in plain verbs: no response of this visit (guide: Response).

"Wants to hold 20 s", "told to hold 20 s", "her husband held 20 s". :mod:`note_review.reading.other_times` knows goals and earlier visits by their names.
"""

from __future__ import annotations

from note_review.encounter import Assertion
from note_review.note import Span
from note_review.reading.lines import Lines, clause_at, on_one_line
from note_review.reading.small_letters import any_case, has_any, small
from note_review.reading.supposed import KIN, WHO, WHOSE

_WANTED = any_case(
    r"\b(?:expected|asked|told|instructed|wants?|wanted|would like|supposed|meant|urged|challenged) (?:(?:him|her|them|pt) )?to $"
    r"|(?<!near )(?<!at )(?<!on )(?<!the )\b(?:targets?|aims?|criterion)(?: (?:was|is|of)|:)? $|\bnext (?:visit|session|time|week)[:,]? $"
)
_FORMERLY = any_case(
    rf"\b(?:plof|prior level(?: of function)?)[:,]? (?:{WHO} )?$|^\W*(?:before|prior to) (?:the|his|her|their) (?:stroke|surgery|fall|injury|accident|illness|hospital\w*),? (?:{WHO} )?$"
)
# The figure that a visit begins with, and nothing of what came of it.
_AT_THE_START = any_case(
    rf"^\W*(?:[a-z]: ?)?(?:before (?:any of (?:it|this|that)|we (?:began|started)|starting|(?:the )?(?:treatment|session|drills?|exercises?|practice))|at the (?:start|outset|beginning)(?: of (?:the )?(?:session|visit|treatment|tx|hour))?|on (?:arrival|entry)|to begin with)[:,]? (?:{WHO} )?$"
)
_CHANGED = any_case(
    r"\b(?:then|after|ended?|now|later|finally|by|vs|improved|up|down|last|today|from|to \d|but|only|at the (?:end|close|finish))\b|->|→|>"
)
_SOMEBODY_ELSE = any_case(rf"(?:^|[,;:.] ?)\W*(?:{WHOSE} {KIN}|(?:the )?(?:next|other|another) (?:patient|resident|client)) $")
_DID = any_case(
    r"(?:held|walked|stood|reached|did|took|went|made|got|kept|sat|ran|climbed|stepped|caught|hit|scored|had|completed|managed)\b"
)
_MET = any_case(r"\b(?:met|and (?:s?he )?did|which (?:s?he )?did|reached|achieved|today)\b")
_SIGNS = ("to ", "target", "aim", "criterion", "next ", "plof", "prior ", "before ", "his ", "her ", "their ", "other ")


def wanted_or_anothers(text: str, lines: Lines, span: Span) -> Assertion:
    """Say whether a measured result's clause tells that it is only wanted, of a former time, or somebody else's."""
    clause = clause_at(text, lines, span.start)
    before = small(on_one_line(text[clause.start : span.start]))
    phrase, after = small(text[span.start : span.end]), small(on_one_line(text[span.end : max(span.end, clause.end)]))
    if _AT_THE_START.search(before) and not _CHANGED.search(phrase + after):
        return Assertion.HISTORICAL
    if not has_any(before, _SIGNS):
        return Assertion.PRESENT
    if _SOMEBODY_ELSE.search(before) and _DID.match(phrase):
        return Assertion.OTHER_PERSON
    if _MET.search(phrase + after):
        return Assertion.PRESENT
    if _WANTED.search(before):
        return Assertion.PLANNED
    return Assertion.HISTORICAL if _FORMERLY.search(before) else Assertion.PRESENT
