"""Manual work told by its technique: `NMR 25 min. STM UT 15 min.` with 97140 billed.

Content never names a service by itself (guide, Minutes). Where a hands-on code is billed and the note names it nowhere, though, a length beside a
hands-on technique can only be that code's.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence

from note_review.encounter import Minutes, Section
from note_review.note import ClaimLine, Span
from note_review.reading.anchor import Anchor
from note_review.reading.head_minutes import CLOSED_SECTIONS
from note_review.reading.lines import Lines, clause_at
from note_review.reading.sections import section_at
from note_review.reading.small_letters import any_case, small
from note_review.reading.times import Time, times_within
from note_review.reading.visits import told_of_another_visit

_TECHNIQUES = {
    "97140": any_case(
        r"(?<!\w)(?:iastm|stm|soft[- ]tissue (?:mobs?|mobili[sz]ation|work|release|techniques?)|(?:joint|jt\.?) mob(?:s|ili[sz]ations?)?|(?:mfr|myofascial release)"
        r"|trigger[- ]point release|manual (?:traction|lymph(?:atic)? drainage)|mld)(?!\w)"
    ),
    "97124": any_case(r"(?<!\w)massage(?!\w)"),
}
_CLOSED = CLOSED_SECTIONS | {"plan", "subjective", "precautions"}
# The region or grade between a technique and its length: nothing that begins another item or is timed by this one.
_TO_THE_LENGTH = re.compile(
    r":?(?:(?!\b(?:and|then|plus)\s*$|\b(?:before|prior|after|during|while|until|followed|every)\b)[^.,:;|\n\d]){0,40}",
    re.IGNORECASE,
)
_TO_THE_TECHNIQUE = re.compile(r"\s+(?:of\s+)?(?:skilled\s+)?(?:manual\s+)?", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"[.;]\s")
_LONGEST_LIST = 400


def by_technique(
    text: str, lines: Lines, sections: tuple[Section, ...], anchors: Sequence[Anchor], times: Sequence[Time], claim: Sequence[ClaimLine]
) -> Iterator[Minutes]:  # fmt: skip
    """Give the lengths beside hands-on techniques to the billed hands-on code that the note does not name."""
    named = {anchor.code for anchor in anchors}
    starts = [anchor.span.start for anchor in anchors]
    of_heads = {anchor.times[0].span for anchor in anchors if anchor.times}
    for code in sorted({line.code for line in claim} & _TECHNIQUES.keys() - named):
        told: dict[tuple[str, int], Time] = {}
        for match in _TECHNIQUES[code].finditer(small(text)):
            technique = Span(*match.span())
            before = bisect_left(starts, technique.start)
            listed = before > 0 and _is_listed_under(text, anchors[before - 1], technique)
            time = _length_beside(text, technique, times, of_heads)
            if time is not None and not listed and _is_given_now(text, lines, sections, technique):
                told.setdefault((match[0], time.value), time)
        # Whether like lengths of two techniques are two or one told twice, nothing says.
        if len({value for _, value in told}) == len(told):
            yield from (Minutes(time.span, time.value, code) for time in told.values())


def _is_given_now(text: str, lines: Lines, sections: tuple[Section, ...], technique: Span) -> bool:
    clause = clause_at(text, lines, technique.start)
    another = told_of_another_visit(text, clause.start, technique.start)
    return section_at(sections, technique.start).kind not in _CLOSED and not another


def _is_listed_under(text: str, service: Anchor, technique: Span) -> bool:
    """Whether a technique is an item of what was done in a service's own minutes (`97112 25 min: foam 10 min, STM 15 min`)."""
    listed = text[service.head.end : min(technique.start, service.head.end + _LONGEST_LIST)]
    return listed.lstrip(" )").startswith(":") and _SENTENCE_ENDS.search(listed) is None


def _length_beside(text: str, technique: Span, times: Sequence[Time], of_heads: Collection[Span]) -> Time | None:
    """Return the length behind a technique, else the one right before it that is not the first of a service's head."""
    for time in times_within(times, technique.end, technique.end + 60)[:1]:
        if _TO_THE_LENGTH.fullmatch(text, technique.end, time.span.start):
            return time
    for time in times_within(times, technique.start - 60, technique.start)[-1:]:
        if time.span not in of_heads and _TO_THE_TECHNIQUE.fullmatch(text, time.span.end, technique.start):
            return time
    return None
