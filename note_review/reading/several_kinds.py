"""Several kinds of treatment named in one breath: what length stands with them is no single one's (`50 minutes of neuro re-ed and some exercise`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from note_review.encounter import Section
from note_review.note import Span
from note_review.reading.lines import Lines, clause_at
from note_review.reading.sections import section_at
from note_review.reading.small_letters import any_case, small

# What notes call a kind of treatment, coded or not.
_KINDS = (
    r"(?:neuro[\w-]*\s?(?:re-?\s?ed\w*|muscular re-?\s?ed\w*|work)|nmr|balance (?:training|work|retraining)|97112)",
    r"(?:ther(?:apeutic)?\.?\s?ex\w*|(?:some |plain |light )?exercises?|(?:leg |arm |hip |core )?strengthening(?: work)?|97110)",
    r"(?:ther(?:apeutic)?\.?\s?act\w*|functional (?:training|activities|tasks)|97530)",
    r"(?:gait(?: training| work)?|stair training|97116)",
    r"(?:manual(?: therapy| work| techniques?)?|soft[- ]tissue(?: work| mobili[sz]ation)?|97140)",
    r"(?:(?:adl|self[- ]care)(?: training| retraining)?|97535)",
)
_KIND = "|".join(f"(?P<{{0}}{n}>{kind})" for n, kind in enumerate(_KINDS))
_JOIN = r"(?:\s*[,;]?\s*(?:once|twice|x ?\d))?\s*(?:/|\+|&|,\s?(?:and|then|plus)?|;|and|plus|then|as well as|with)\s*(?:then |in |the |on |a (?:bit|little) of |billed )?"
_JOINED = any_case(
    rf"(?<![\w/])(?=[9a-hl-npst])(?:{_KIND.format('a')}){_JOIN}(?:{_KIND.format('b')})(?![\w])(?!\s*(?:x\s*)?\(?\d+\s?(?:min|m\b|'))"
)
_NOT_TODAY = frozenset({"goals", "history", "prior_visit", "home_program", "plan", "assessment", "precautions"})
_NOT_GIVEN = re.compile(
    r"\b(?:continue|cont|plan(?! of care)\w*|recommend\w*|will|goals?|next|benefit|hep|home|eval\w* and treat|caseload|refer\w*|orders? for|ordered for|to include|held|declined|refused|not|no|poc|denied|appeal\w*)\b",
    re.IGNORECASE,
)


def named_together(text: str) -> Iterator[Span]:
    """Give the stretches that name two different kinds of treatment joined by a sign or a word, the second without a length of its own."""
    for match in _JOINED.finditer(small(text)):
        first, second = (next(n for n in range(len(_KINDS)) if match[f"{side}{n}"]) for side in "ab")
        if first != second:
            yield Span(*match.span())


def gives_several_kinds(text: str, lines: Lines, sections: tuple[Section, ...]) -> bool:
    """Say whether several kinds of treatment are told as given in this visit."""
    for span in named_together(text):
        clause = clause_at(text, lines, span.start)
        if section_at(sections, span.start).kind not in _NOT_TODAY and not _NOT_GIVEN.search(text, clause.start, clause.end):
            return True
    return False
