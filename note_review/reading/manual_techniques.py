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
# Between a technique and its length nothing but where and how it was given: side, region, grade.
_SIDE = r"[rlb]|ue|le|[rlb][ul]e|bil\w*|left|right|both|sides?|upper|lower|mid|medial|lateral|anterior|posterior|prox\w*|distal|inf\w*|sup\w*|deep|superficial"
_REGION = (
    r"[cltsu]t?(?:[ /-]?spine)?|[clts]-?\d{1,2}(?:-[clts]?\d{1,2})?|[ap]c|gh|si|tfl|itb?|scm|qls?|spine|spinal|neck|cerv\w*|thor\w*|lumb\w*|sacr\w*|sub-?occ\w*|paraspinals?|back|trunk|chest|ribs?|shoulders?|scap\w*|trap\w*|levator|rhomboids?|pec(?:s|toral\w*)?|delt\w*"
    r"|rotator cuff|rtc|infraspin\w*|supraspin\w*|lats?|biceps?|triceps|arms?|elbows?|forearms?|flexors?|extensors?|rotators?|wrists?|hands?|thumbs?|digits?|fingers?|hips?|pelvi[cs]|glut\w*|piriformis|psoas|iliopsoas|groin|adductors?|abductors?|it band|quad\w*|ham\w*"
    r"|thighs?|knees?|patell\w*|shins?|calf|calves|gastroc\w*|soleus|achilles|ankles?|heels?|foot|feet|toes?|plantar|fascia|scars?|incision\w*|muscles?|tissues?|tendons?|joints?|jaw|face|head|abdom\w*|tmj|regions?|areas?|in (?:prone|supine|side-?lying|hook-?lying|sitting|seated)"
)
_TO_THE_LENGTH = re.compile(
    rf":?(?:[\s–=(-]|(?:and|[/&+])(?=\s*[a-z])|(?:{_SIDE}|{_REGION}|to|of|on|over|at|the|for|x|grades?|gr\.?|[iv]{{1,3}}|w/|with|performed|given|completed|provided|total|about)(?![a-z]))*",
    re.IGNORECASE,
)
# What is not done, done by the patient, or part of what was told before.
_NOT_GIVEN = any_case(
    r"\b(?:held|hold(?:ing)?|defer\w*|declin\w*|refus\w*|omit\w*|skip\w*|no|not|without|w/o|incl(?:\.|ud\w*)?|of which|(?:pt|patient|client|s?he|they) (?:did|does|do)|self)[ -](?:the |any |a |on )?$"
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
        told_of: dict[Span, str] = {}
        for match in _TECHNIQUES[code].finditer(small(text)):
            technique = Span(*match.span())
            before = bisect_left(starts, technique.start)
            item = before > 0 and _is_item_of(text, anchors[before - 1], technique)
            time = _length_beside(text, technique, times, of_heads)
            if time is not None and not item and _is_given_now(text, lines, sections, technique):
                # One length of two techniques (`STM/IASTM 15 min`) is one.
                named_first = told_of.setdefault(time.span, match[0])
                told.setdefault((named_first, time.value), time)
        # Whether like lengths of two techniques are two or one told twice, nothing says.
        if len({value for _, value in told}) == len(told):
            yield from (Minutes(time.span, time.value, code) for time in told.values())


def _is_given_now(text: str, lines: Lines, sections: tuple[Section, ...], technique: Span) -> bool:
    clause = clause_at(text, lines, technique.start)
    another = told_of_another_visit(text, clause.start, technique.start)
    undone = _NOT_GIVEN.search(small(text[max(0, technique.start - 24) : technique.start])) is not None
    return section_at(sections, technique.start).kind not in _CLOSED and not another and not undone


def _is_item_of(text: str, service: Anchor, technique: Span) -> bool:
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
