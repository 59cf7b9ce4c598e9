"""The assistant who gave the service: the one who signs or heads the note, or of whom it says that he or she treated today.

A mention alone is no treatment: a plan is gone over with an assistant, the next visit is theirs, one holds the walker while the therapist treats.
What the two give together is the therapist's time (SSA 1834(v); APTA's guide to the 10 % rule).
"""

from __future__ import annotations

import re
from typing import Literal

from note_review.encounter import Assertion, Section
from note_review.note import Span
from note_review.reading import titles
from note_review.reading.assertion import assertion_of
from note_review.reading.dates import DATE
from note_review.reading.lines import Lines, clause_at
from note_review.reading.small_letters import has_any
from note_review.reading.titles import any_of, either_way
from note_review.reading.visits import told_of_another_visit

_NAME = r"(?:(?:[A-Z]\.?[ -]?)?(?:[A-Z][\w'’.-]*)(?: [A-Z][\w'’.-]*){0,2})"
_PTA, _OTA = either_way(titles.PHYSICAL_ASSISTANTS), either_way(titles.OCCUPATIONAL_ASSISTANTS)
_ASSISTANT = re.compile(
    rf"(?=[LPpCOo])(?<![\w])(?:(?P<pta>{_PTA}|[Pp]hysical [Tt]herap(?:y|ist) [Aa]ssistant)|(?P<ota>{_OTA}|[Oo]ccupational [Tt]herap(?:y|ist) [Aa]ssistant))(?![\w])"
)
_SOMEONE = re.compile(r"(?<!-)\b(?:the|an?) assistant\b(?! (?:of|to|with|coach|manager|principal|teacher))")
# Words and codes of one discipline; "Timed Up and GO" bills nothing, "RPT" is a repeat.
_OF_OT = re.compile(
    rf"(?<![\w/])(?:{any_of(titles.OCCUPATIONAL_THERAPISTS)}|{_OTA}|(?<![Uu][Pp] [Aa][Nn][Dd] )(?<![Uu][Pp] & )GO|CO|(?i:occupational therap\w+))(?!\w)"
)
_OF_PT = re.compile(rf"(?<![\w/])(?:{any_of(titles.PHYSICAL_THERAPISTS - {'RPT'})}|{_PTA}|GP|CQ|(?i:physical therap\w+))(?!\w)")
_LIFE = r"(?i:occupation|job|works?|profession|career|employment|retired|wife|husband|spouse|mother|father|daughter|son|sister|brother|friend)"
_ASSISTANT_IN_LIFE = re.compile(rf"\b{_LIFE}\b(?:\W+\w+){{0,2}}?\W+an? assistant\b")
# A title is told by the words right round it, however long its line is.
_BEHIND, _AHEAD = 160, 80
# An assistant whom a preposition governs, or one in a list of disciplines, is spoken of; one who stands free signs or heads what follows.
_STANDS_FREE = re.compile(
    rf"(?:^|[.;:,|/()\[\]_•*>–—-]\s*|\s\s|\b(?i:signed|provider|clinician|therapist|author|leader|min|minutes)\s)\(?(?:{_NAME}[ ,(]+)?(?:certified )?$"
)
_SPOKEN_OF = re.compile(
    r"(?:\b(?:with|w/|to|for|from|of|via|and|or|asked|told|informed|notified|supervis\w+)|&|\+)[:\s]+(?:the |an? )?(?:(?:[A-Z]\.?|[A-Z][\w'’-]+)[ ,]+){0,3}$|\b(?:PT|OT|SLP|MD|RN)\s*[,/]\s*$|\b[Cc][Cc]:\s*$"
    rf"|\b{_LIFE}\W*$",
)
_VISIT = r"(?:visit|session|tx|treatment|time|appt)"
_OTHER_VISIT_S = re.compile(
    rf"(?:^|[.;:]\s*)[Nn]ext(?: {_VISIT})?\s*[:–—-]+\s*(?:{_NAME}[ ,]+)?$|\b(?i:last|prior|previous) {_VISIT}\b[^.;:\n]{{0,40}}\bby (?:{_NAME}[ ,]+)?$"
)
_NOBODY = re.compile(r"\b[Nn]o\s+(?:[a-z]+,\s+)*$")
# "PTA: lived alone" is prior to admission.
_BEFORE_ADMISSION = re.compile(
    r"[,:]?\s*(?:(?:the )?(?:pt|patient|he|she)\s+)?(?:was|were|had|lived?s?|used|independent|indep?|mod(?:ified)? ind\w*)\b",
    re.IGNORECASE,
)
_STANDS_OUT = re.compile(
    r"(?:\s*$|:(?!\s*(?:$|_|(?i:no\b|none|n/?a|not\b)))|\s*(?:[.;|)(/\]–—-]|,(?!\s*or\b))|\s\s|\s+(?:under|supervised|with supervision)\b|\s+#?\d{3,}|\s+(?:[A-Z]\.){1,3}|\s+\d{1,3}\s?(?:min(?!\w*\s+late)|')|\s+(?i:visit|note|tx|treatment|session|seen|record|flow|daily|routine|encounter|signature)\b)"
)
_BEHIND_A_NAME = re.compile(rf"{_NAME},\s*$")
# A whole name leads the line, or stands behind the label of a signature; a day with its year and nothing else follows.
_SIGNS = re.compile(
    r"\W{0,8}(?:(?i:e-?signed|signed|signature|by|clinician|therapist|provider|author)\W{1,4}){0,3}(?:[A-Z]\. ?|[A-Z] |[A-Z][\w'’-]+ ){1,3}[A-Z][\w'’-]+,\s*"
)
_DAY = re.compile(rf"\s+(?i:{DATE})(?<=\d\d)(?:\s+\d{{1,2}}:\d{{2}}(?:\s?[ap]m)?)?(?:\W*$|\s*;)", re.IGNORECASE)
_MONTH_AND_DAY = re.compile(r"\s+\d{1,2}[/.-]\d{1,2}\W*$")
_SUPERVISED = re.compile(
    r"[.;,]?\s+(?:(?i:supervised|co-?signed|reviewed) by\b|(?i:supervising (?:[po]t\b|therapist|physical|occupational)))"
)
_TITLE = any_of(titles.PHYSICAL_THERAPISTS | titles.OCCUPATIONAL_THERAPISTS)
_THERAPIST = rf"(?:{_TITLE}|(?i:the therapist|therapist))"
_CREDENTIAL = rf"(?:{_PTA}|{_OTA}|{_TITLE})"
_BOTH_SIGN = re.compile(rf"\W*{_NAME},? {_CREDENTIAL},? (?:and|&|/) {_NAME},? {_CREDENTIAL}[\W\d]*")
_INTRODUCED = re.compile(r"\b[Tt]his is (?:\w+ ){1,4}(?:certified )?$")
_GIVEN = r"(?:treat(?:ed|ment)?|tx|rx|seen|given|provided|rendered|performed|delivered|conducted|led|run|done|completed|carried out|dictated|written|signed|documented|min(?:ute)?s?|97\d{3})"
_GIVEN_BY = re.compile(
    rf"\b(?i:{_GIVEN})\b[^.;\n]{{0,40}}?\b[Bb][Yy]\b(?:(?!\b(?:with|to|under|per|while|as|and)\b|w/|&)(?:[^.;\n]|(?<=\b[A-Z])\.)){{0,45}}$|(?:^\s*|\bmin(?:ute)?s? )[Ww]ith (?:the |an? )?$"
)
_SENTENCE = re.compile(rf"(?:[^.;\n]|(?<=\b[A-Z])\.){{0,{_AHEAD}}}")
_NOT_SO = re.compile(
    r"\b(?:(?:may|can|could|should|to|must) be|ok for|if|when|unless|(?:rest|wait)(?:s|ed|ing)?(?: for)? \d+)\b[^.;\n]*$",
    re.IGNORECASE,
)
ANOTHER_DAY = re.compile(
    r"\s*(?:(?:last|next|prior|previous)\b|yesterday|tomorrow|(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b)",
    re.IGNORECASE,
)
_TREATED = re.compile(
    rf"\s+(?-i:{_NAME} )?(?:(?:who )?(?:treated|saw|performed|provided|delivered|rendered|conducted|led|ran|administered|carried out|worked (?:with|on))\b|(?:gave|completed|did) (?:(?:the |all |part |half |\d|97)|[^.;\n]{{1,40}}?\b\d{{1,3}}\s?min))",
    re.IGNORECASE,
)
_HELPED = re.compile(
    r"(?:(?:'s)? (?:hands?|thumbs?|fingers?|fist)|\s+(?:cued|guarded|blocked|facilitated|tapped|steadied|guided|assisted|graded|resisted|held|gave|reduced|corrected|instructed))\b",
    re.IGNORECASE,
)
_ELSEWHERE = r"(?: (?:was |is )?(?:writ\w+|wrote|document\w+|chart\w+|re-?eval\w*))"
_WITH_THERAPIST = re.compile(
    rf"\b{_THERAPIST}(?:,? (?:and|with|&|\+) ?| ?[/+&] ?)(?:the )?$|\b(?i:together|jointly|co-?treat\w*|alongside)\b|\b(?i:while|as) {_THERAPIST}\b(?!{_ELSEWHERE})"
)


def read_assistant(
    text: str, lines: Lines, sections: tuple[Section, ...], *, signed_by_therapist: bool, discipline: str | None = None
) -> Literal["PTA", "OTA"] | None:
    """Return the assistant who gave the service, or some part of it without the therapist."""
    for match in _ASSISTANT.finditer(text) if has_any(text, ("TA", "T.A", "ssistant")) else ():
        if _signs(text, lines, match) or _treated(text, lines, sections, match, signed_by_therapist=signed_by_therapist):
            return "PTA" if match["pta"] else "OTA"
    if "assistant" not in text:
        return None
    someone = _assistant_of(discipline or _discipline_of(text))
    if someone is None or _ASSISTANT_IN_LIFE.search(text):
        return None
    if any(_treated(text, lines, sections, m, signed_by_therapist=signed_by_therapist) for m in _SOMEONE.finditer(text)):
        return someone
    return None


def _assistant_of(discipline: str | None) -> Literal["PTA", "OTA"] | None:
    return "OTA" if discipline == "OT" else "PTA" if discipline == "PT" else None


def _discipline_of(text: str) -> str | None:
    """Return the one discipline that the note's words and codes speak of."""
    by_ot, by_pt = _OF_OT.search(text) is not None, _OF_PT.search(text) is not None
    return None if by_ot == by_pt else "OT" if by_ot else "PT"


def _signs(text: str, lines: Lines, match: re.Match[str]) -> bool:
    """Whether an assistant's title stands by itself or behind a name: as a signature, a heading or a column does."""
    line = lines.at(match.start())
    before = text[max(line.start, match.start() - _BEHIND) : match.start()]
    after = text[match.end() : min(line.end, match.end() + _AHEAD)]
    if _INTRODUCED.search(before) or _BOTH_SIGN.fullmatch(text, match.start() - len(before), match.end() + len(after)):
        return True
    if _SPOKEN_OF.search(before) or _OTHER_VISIT_S.search(before) or _NOBODY.search(before):
        return False
    if match["pta"] and _BEFORE_ADMISSION.match(after) and not _BEHIND_A_NAME.search(before):
        return False
    if _SIGNS.fullmatch(before) and _DAY.match(after) and not _MONTH_AND_DAY.match(after):
        return True
    if _BEHIND_A_NAME.search(before) and _SUPERVISED.match(after):
        return True
    return _STANDS_FREE.search(before) is not None and _STANDS_OUT.match(after) is not None


def _treated(text: str, lines: Lines, sections: tuple[Section, ...], match: re.Match[str], *, signed_by_therapist: bool) -> bool:
    """Whether the clause says that the assistant treated, today and not beside the therapist; small help counts where no therapist signs."""
    clause = clause_at(text, lines, match.start())
    begin = max(lines.at(match.start()).start, match.start() - _BEHIND)
    given = _GIVEN_BY.search(text[begin : match.start()])
    stretch = _over_initials(text, lines, match, clause, since=begin + given.start() if given else match.start())
    before, after = text[stretch.start : match.start()], text[match.end() : stretch.end]
    acted = _TREATED.match(after) or (not signed_by_therapist and _HELPED.match(after))
    if not (acted or given) or _NOT_SO.search(before):
        return False
    if _WITH_THERAPIST.search(before) or _WITH_THERAPIST.search(after):
        return False
    if told_of_another_visit(text, stretch.start, match.start()) or ANOTHER_DAY.match(after):
        return False
    # What follows is of the treatment: "seen by PTA, held in the gym".
    stands = assertion_of(text, lines, sections, Span(match.start(), clause.end))
    return stands is Assertion.PRESENT or (stands is Assertion.OTHER_VISIT and "today" in before.lower())


def _over_initials(text: str, lines: Lines, match: re.Match[str], clause: Span, *, since: int) -> Span:
    """Return the words of a clause round a title: no initial's full stop ends them (`seen by K. Low, PTA and B. Roe, PT`)."""
    start = min(clause.start, clause_at(text, lines, since).start)
    sentence = _SENTENCE.match(text, match.end())
    end = max(clause.end, sentence.end() if sentence else match.end())
    return Span(max(start, match.start() - _BEHIND), min(end, match.end() + _AHEAD))
