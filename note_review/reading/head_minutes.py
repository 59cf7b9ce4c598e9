"""Minutes in the heads of services: the lengths beside a name, unless head or section speaks of another visit, a plan or an uncharged modality."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate

from note_review.encounter import Minutes, Section
from note_review.note import ClaimLine, Span
from note_review.reading.anchor import Anchor
from note_review.reading.lines import Lines, clause_at
from note_review.reading.no_treatment import PER
from note_review.reading.sections import section_at
from note_review.reading.service_names import EVALUATIONS, UNTIMED_MODALITIES
from note_review.reading.several_kinds import named_together
from note_review.reading.times import Time
from note_review.reading.visits import told_of_another_visit

CLOSED_SECTIONS = frozenset({"goals", "history", "prior_visit", "home_program"})
_STILL_TO_COME = re.compile(
    rf"{PER}|\s*(?:daily|(?:a|per|each|every) day|/\s?d(?:ay)?\b|nightly|bid\b|tid\b)"
    r"|\s*[,(-]?\s*per iep\b|[^\w.;!?\n]*(?:next (?:visit|session|tx|treatment|time|week)|tomorrow|planned|scheduled)\b",
    re.IGNORECASE,
)
_TOLD_TIMED = re.compile(r"[ \t]*(?:timed|total)\b(?!(?:[ \t]+(?:timed|total|min\w*|time))*[ \t]*[:=]?[ \t]*\d)", re.IGNORECASE)
_NO_USUAL_HEADING = frozenset({"20560", "20561"})
BY_MODE = re.compile(r"\bInd(?:(?:iv)?\.?(?: min(?:ute)?s?)?|ividual min(?:ute)?s?)\s*:?\s*$", re.IGNORECASE)
_LONGEST_MODE = 60
_OF_EVALUATION = re.compile(r"[^\w.;:\n]*(?:of )?(?:the )?(?:eval(?:uation)?|examination)\b(?!uat)", re.IGNORECASE)
_NOT_CHARGED = re.compile(r"[^\n]{0,30}?\b(?:not (?:charged|billed)|unbilled|offered)", re.IGNORECASE)


def evaluation_code(anchors: Sequence[Anchor], claim: Sequence[ClaimLine]) -> str | None:
    """Return the one evaluation code that claim or note writes out."""
    codes = {line.code for line in claim} | {a.code for a in anchors if a.explicit}
    evaluations = codes & EVALUATIONS
    return evaluations.pop() if len(evaluations) == 1 else None


def in_heads(
    text: str, lines: Lines, sections: tuple[Section, ...], anchors: Sequence[Anchor], claim: Sequence[ClaimLine]
) -> list[Minutes]:
    """Take the lengths in the heads of services, unless head or section speaks of another visit, a plan or an uncharged modality."""
    found: list[Minutes] = []
    evaluation = evaluation_code(anchors, claim)
    billed = {line.code for line in claim}
    # They matter to a length that stands before its service's name.
    breaths = list(named_together(text)) if any(_is_led_by_a_length(a) for a in anchors) else []
    owners = Counter(time.span for anchor in anchors for time in anchor.times)
    codes_on = Counter(lines.at(a.span.start) for a in anchors if a.explicit)
    totals_on = Counter(lines.at(a.span.start) for a in anchors if any(_TOLD_TIMED.match(text, t.span.end) for t in a.times))
    sums = _line_sums(lines, anchors)
    for number, anchor in enumerate(anchors):
        kind = section_at(sections, anchor.span.start).kind
        modality = _billed_as(anchor.code, billed) if _uncoded_modality(anchors, number) else anchor.code
        if not anchor.times or modality is None or (kind in CLOSED_SECTIONS and not _opens_anew(text, anchor, kind)):
            continue
        if kind == "plan" and re.search(
            r"(?i)\b(?:increase|progress|add|cont\w*|advance|begin|start|next|try)\b",
            text[max(line_start(lines, anchor), anchor.span.start - 60) : anchor.span.start],
        ):
            continue
        line = lines.at(anchor.head.start)
        clause = clause_at(text, lines, anchor.head.start)
        if told_of_another_visit(
            text, max(line.start, clause.start, anchor.span.start - 60), max(anchor.head.start, anchor.span.start)
        ):
            continue
        if any(
            _STILL_TO_COME.match(text, end, lines.at(end).end) for end in (anchor.head.end, *(t.span.end for t in anchor.times))
        ):
            continue
        if anchor.code in UNTIMED_MODALITIES and _NOT_CHARGED.match(text, anchor.head.end, line.end):
            continue
        named = modality
        if not anchor.explicit and (anchor.shared or anchor.code in EVALUATIONS or anchor.code in _NO_USUAL_HEADING):
            named = evaluation if evaluation and anchor.code in EVALUATIONS else "unspecified"
        elif anchor.explicit and _is_the_last_of_a_pair(text, anchors, number):
            named = "unspecified"
        # Where several services have totals (`97140, 23 min total; 97112, 8 min total`), none is the line's.
        shares_line = codes_on[line] > 1 and totals_on[line] == 1
        breath = _around(breaths, anchor.span.start)
        for time in anchor.times:
            shared = breath is not None and time.span.end <= breath.start
            scope = "total_treatment" if shared and owners[time.span] == 1 else named
            if (
                BY_MODE.search(text, max(line.start, time.span.start - _LONGEST_MODE), time.span.start)
                or time in sums.get(anchor.span, ())
                or (shares_line and _TOLD_TIMED.match(text, time.span.end))
            ):
                scope = "total_timed"
            elif _OF_EVALUATION.match(text, time.span.end):
                scope = evaluation or "unspecified"
            elif anchor.code in EVALUATIONS and not anchor.explicit and time.form == "clock":
                # The clock on the line that names the paper is the visit's.
                scope = "total_treatment"
            found.append(Minutes(time.span, time.value, scope))
    return found


def _is_led_by_a_length(anchor: Anchor) -> bool:
    return any(time.span.end <= anchor.span.start for time in anchor.times)


def _opens_anew(text: str, anchor: Anchor, kind: str) -> bool:
    """Whether a service of this visit begins under another heading than its own: with its code where a line or sentence begins, or an evaluation on a line."""
    if kind in {"goals", "home_program"} and anchor.leads and anchor.code in EVALUATIONS:
        return True
    begins = (anchor.leads and kind != "history") or _SENTENCE_BEFORE.search(
        text, max(0, anchor.span.start - 3), anchor.span.start
    ) is not None
    return kind != "prior_visit" and anchor.explicit and begins


_SENTENCE_BEFORE = re.compile(r"[.;]\s+$")
_STIMULATION = frozenset({"97014", "G0283"})


def _billed_as(code: str, billed: set[str]) -> str | None:
    """Return the code that the claim has for heat, cold or stimulation named without one."""
    return next((c for c in sorted(billed & (_STIMULATION if code in _STIMULATION else {code}))), None)


def _around(stretches: Sequence[Span], offset: int) -> Span | None:
    """Return the stretch that holds an offset (``stretches`` in text order, without overlap)."""
    number = bisect_right(stretches, offset, key=lambda s: s.start)
    return stretches[number - 1] if number and offset < stretches[number - 1].end else None


def _line_sums(lines: Lines, anchors: Sequence[Anchor]) -> Mapping[Span, tuple[Time]]:
    """Return the last length of a line where it is the sum of its services' (`NMR 20 + TE 15 = 35 min`), by the last service's name."""
    timed = [a for a in anchors if a.times]
    starts = [a.span.start for a in timed]
    up_to = list(accumulate((a.times[0].value for a in timed), initial=0))
    sums: dict[Span, tuple[Time]] = {}
    for number, anchor in enumerate(timed):
        if len(anchor.times) == 2:
            first = bisect_left(starts, lines.at(anchor.head.start).start, hi=number)
            if first < number and anchor.times[1].value == anchor.times[0].value + up_to[number] - up_to[first]:
                sums[anchor.span] = (anchor.times[1],)
    return sums


def line_start(lines: Lines, anchor: Anchor) -> int:
    """Return where the line of an anchor begins."""
    return lines.at(anchor.span.start).start


def _uncoded_modality(anchors: Sequence[Anchor], number: int) -> bool:
    """Whether the name is heat, cold or stimulation with no code of its own behind it."""
    following = anchors[number + 1] if number + 1 < len(anchors) else None
    coded = (
        following is not None
        and following.explicit
        and following.code == anchors[number].code
        and following.span.start - anchors[number].head.end < 12
    )
    return anchors[number].untimed_modality and not coded


def _is_the_last_of_a_pair(text: str, anchors: Sequence[Anchor], number: int) -> bool:
    """Whether two codes joined by a stroke have one length between them (`97110/97112 x 30 min`)."""
    before = anchors[number - 1] if number else None
    return (
        before is not None
        and before.explicit
        and not before.times
        and before.code != anchors[number].code
        and re.fullmatch(r"\s*/\s*", text[before.head.end : anchors[number].span.start]) is not None
    )
