"""The assistant who gave the service: the one who signs or heads the note, or of whom it says that he or she treated today.

A mention alone is no treatment: a plan is gone over with an assistant, the next visit is theirs, one holds the walker while the therapist treats.
What the two give together is the therapist's time (SSA 1834(v); APTA's guide to the 10 % rule).
"""

from __future__ import annotations

import re
from typing import Literal

from note_review.encounter import Assertion, Section
from note_review.note import Span
from note_review.reading.assertion import assertion_of
from note_review.reading.lines import Lines, clause_at
from note_review.reading.visits import told_of_another_visit

_NAME = r"(?:(?:[A-Z]\.?[ -]?)?(?:[A-Z][\w'’.-]*)(?: [A-Z][\w'’.-]*){0,2})"
_ASSISTANT = re.compile(
    r"(?=[LPpCOo])(?<![\w])(?:(?P<pta>L?PTA|physical therap(?:y|ist) assistant)|(?P<ota>COTA(?:/L)?|OTA(?:/L)?|occupational therapy assistant))(?![\w])"
)
_SOMEONE = re.compile(r"(?<!-)\b(?:the|an?) assistant\b(?! (?:of|to|with|coach|manager|principal|teacher))")
# An assistant whom a preposition governs, or one in a list of disciplines, is spoken of; one who stands free signs or heads what follows.
_STANDS_FREE = re.compile(
    rf"(?:^|[.;:,|/()\[\]_•*>–—-]\s*|\s\s|\b(?i:signed|provider|clinician|therapist|author|leader|min|minutes)\s)\(?(?:{_NAME}[ ,(]+)?(?:certified )?$"
)
_SPOKEN_OF = re.compile(
    r"(?:\b(?:with|w/|to|for|from|of|via|and|or|asked|told|informed|notified|supervis\w+)|&|\+)[:\s]+(?:the |an? )?(?:(?:[A-Z]\.?|[A-Z][\w'’-]+)[ ,]+){0,3}$|\b(?:PT|OT|SLP|MD|RN)\s*[,/]\s*$|\b[Cc][Cc]:\s*$"
    r"|\b(?i:occupation|job|works?|profession|career|employment|retired|wife|husband|spouse|mother|father|daughter|son|sister|brother|friend)\W*$",
)
_STANDS_OUT = re.compile(
    r"(?:\s*$|:(?!\s*(?:$|_|(?i:no\b|none|n/?a|not\b)))|\s*[.,;|)(/\]–—-]|\s\s|\s+#?\d{3,}|\s+(?:[A-Z]\.){1,3}|\s+(?i:visit|note|tx|treatment|session|seen|record|flow|daily|routine|encounter|signature)\b)"
)
_INTRODUCED = re.compile(r"\b[Tt]his is (?:\w+ ){1,4}(?:certified )?$")
_GIVEN = r"(?:treat(?:ed|ment)?|tx|rx|seen|given|provided|rendered|performed|delivered|conducted|led|run|done|completed|carried out|dictated|written|signed|documented|min(?:ute)?s?|97\d{3})"
_GIVEN_BY = re.compile(
    rf"\b(?i:{_GIVEN})\b[^.;\n]{{0,40}}?\b[Bb][Yy]\b(?:(?!\b(?:with|to|under|per|while|as|and)\b|w/|&)[^.;\n]){{0,45}}$|(?:^\s*|\bmin(?:ute)?s? )[Ww]ith (?:the |an? )?$"
)
_NOT_SO = re.compile(r"\b(?:(?:may|can|could|should|to|must) be|ok for|if|when|unless)\b[^.;\n]*$", re.IGNORECASE)
_ANOTHER_DAY = re.compile(
    r"\s*(?:(?:last|next|prior|previous)\b|yesterday|tomorrow|(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b)",
    re.IGNORECASE,
)
_TREATED = re.compile(
    r"\s+(?:(?:who )?(?:treated|saw|performed|provided|delivered|rendered|conducted|led|ran|administered|carried out|worked (?:with|on))\b|(?:gave|completed|did) (?:the |all |part |half |\d|97))",
    re.IGNORECASE,
)
_HELPED = re.compile(
    r"(?:(?:'s)? (?:hands?|thumbs?|fingers?|fist)|\s+(?:cued|guarded|blocked|facilitated|tapped|steadied|guided|assisted|graded|resisted|held|gave|reduced|corrected|instructed))\b",
    re.IGNORECASE,
)
_THERAPIST = r"(?:PT|OT|OTR(?:/L)?|DPT|(?i:the therapist|therapist))"
_WITH_THERAPIST = re.compile(
    rf"\b{_THERAPIST}(?:,? (?:and|with|&|\+) ?| ?[/+&] ?)(?:the )?$|\b(?i:together|jointly|co-?treat\w*|alongside)\b|\b(?i:while|as) {_THERAPIST}\b"
)


def read_assistant(
    text: str, lines: Lines, sections: tuple[Section, ...], *, signed_by_therapist: bool
) -> Literal["PTA", "OTA"] | None:
    """Return the assistant who gave the service, or some part of it without the therapist."""
    for match in _ASSISTANT.finditer(text):
        if _signs(text, lines, match) or _treated(text, lines, sections, match, signed_by_therapist=signed_by_therapist):
            return "PTA" if match["pta"] else "OTA"
    for match in _SOMEONE.finditer(text):
        if _treated(text, lines, sections, match, signed_by_therapist=signed_by_therapist):
            return "OTA" if re.search(r"\bOTR?\b", text) else "PTA"
    return None


def _signs(text: str, lines: Lines, match: re.Match[str]) -> bool:
    """Whether an assistant's title stands by itself or behind a name: as a signature, a heading or a column does."""
    line = lines.at(match.start())
    before, after = text[line.start : match.start()], text[match.end() : line.end]
    if _INTRODUCED.search(before):
        return True
    return _STANDS_FREE.search(before) is not None and _SPOKEN_OF.search(before) is None and _STANDS_OUT.match(after) is not None


def _treated(text: str, lines: Lines, sections: tuple[Section, ...], match: re.Match[str], *, signed_by_therapist: bool) -> bool:
    """Whether the clause says that the assistant treated, today and not beside the therapist; small help counts where no therapist signs."""
    clause = clause_at(text, lines, match.start())
    before, after = text[clause.start : match.start()], text[match.end() : clause.end]
    acted = _TREATED.match(after) or (not signed_by_therapist and _HELPED.match(after))
    if not (acted or _GIVEN_BY.search(before)) or _NOT_SO.search(before):
        return False
    if _WITH_THERAPIST.search(before) or _WITH_THERAPIST.search(after):
        return False
    if told_of_another_visit(text, clause.start, match.start()) or _ANOTHER_DAY.match(after):
        return False
    # What follows is of the treatment: "seen by PTA, held in the gym".
    stands = assertion_of(text, lines, sections, Span(match.start(), clause.end))
    return stands is Assertion.PRESENT or (stands is Assertion.OTHER_VISIT and "today" in before.lower())
