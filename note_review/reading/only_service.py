"""With one service in the note, its total is its own; the visit's arrival and departure stay the visit's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from note_review.encounter import Minutes, Section
from note_review.note import ClaimLine, Span
from note_review.reading.anchor import Anchor
from note_review.reading.head_minutes import BY_MODE, CLOSED_SECTIONS
from note_review.reading.lines import Lines
from note_review.reading.sections import section_at
from note_review.reading.service_names import BESIDE_ANYTHING, EVALUATIONS, names_in
from note_review.reading.small_letters import any_case, small
from note_review.reading.times import is_clock
from note_review.reading.total_words import VISIT_CLOCK

# A physician's or psychologist's visit: its length takes no code that the words do not have (guide, Length of a physician's visit).
_PHYSICIANS = re.compile(r"99|908|93")
_KINDS = re.compile(
    r"\b(?:manual|e-?stim|gait|neuro|ther(?:apeutic)?\s?ex|ther(?:apeutic)?\s?act|self[- ]care|ultrasound|group)", re.IGNORECASE
)


def of_the_only_service(
    text: str, lines: Lines, sections: tuple[Section, ...], anchors: Sequence[Anchor], found: list[Minutes], claim: Sequence[ClaimLine]
) -> list[Minutes]:  # fmt: skip
    """Assign the note's total to its only service (policy 2.2).

    Two totals stay the visit's: a clock span that nothing else in the note repeats, and minutes called "timed" where the service states its
    own. Where it states none, the timed minutes are its own and a longer visit stays the visit's.
    """
    code = _only_service(sections, anchors, claim)
    if code is None or (_PHYSICIANS.match(code) and code not in text):
        return found
    if not claim and not any(a.explicit and a.code == code for a in anchors):
        found, closing = [m for m in found if not _is_a_physicians(text, m)], [m for m in found if _is_a_physicians(text, m)]
    else:
        closing = []
    own = {m.value for m in found if m.scope == code}
    timed = {m.value for m in found if m.scope == "total_timed"}
    lengths = {m.value for m in found if not is_clock(text, m.span)}
    on_lines = {lines.index_at(a.span.start): a for a in anchors if a.code == code}
    clocks = [m for m in found if m.scope == "total_treatment" and m.value not in lengths]
    named = {m.span for m in clocks if _under_a_name(text, lines, m, on_lines) or _is_named(text, _around(lines, m.span), code)}
    visit = {m.value for m in found if m.scope == "total_treatment" and _is_visit_clock(text, lines, m)}
    moved = [
        replace(m, scope=code)
        if _is_group_under(m, anchors, claim)
        or (
            m.scope.startswith("total")
            and not BY_MODE.search(text, max(0, m.span.start - 24), m.span.start)
            and m.value not in visit
            and (m.value in lengths or m.span in named)
            and ((m.value in timed or not timed) if not own else (m.value in own and not _is_called_timed(text, lines, m)))
            and not _names_several(text, lines, m)
        )
        else m
        for m in found
    ]
    return sorted([*moved, *closing], key=lambda m: m.span)


_COUNSEL = re.compile(r"[^.\n]{0,40}\b(?:counsel|coordination of care|face[- ]to[- ]face)", re.IGNORECASE)


def _is_a_physicians(text: str, minutes: Minutes) -> bool:
    """Whether a total closes a physician's paper (`Time spent on the unit 70 minutes, more than half in coordination of care`)."""
    return minutes.scope == "total_treatment" and _COUNSEL.match(text, minutes.span.end) is not None


_NEAR = 80


def _around(lines: Lines, span: Span) -> Span:
    line = lines.at(span.start)
    return Span(max(line.start, span.start - _NEAR), min(line.end, span.end + _NEAR))


def _is_group_under(minutes: Minutes, anchors: Sequence[Anchor], claim: Sequence[ClaimLine]) -> bool:
    """Whether a group's minutes by mode stand under the one code that is billed (`Ind 0 Conc 0 Grp 30`, 97112)."""
    return (
        minutes.scope == "97150" and "97150" not in {line.code for line in claim} and not any(a.code == "97150" for a in anchors)
    )


def _under_a_name(text: str, lines: Lines, minutes: Minutes, on_lines: Mapping[int, Anchor]) -> bool:
    """Whether a service is named on the line of a clock span, or on the one above where the span is a line of its own."""
    number, line = lines.index_at(minutes.span.start), lines.at(minutes.span.start)
    alone = len(text[line.start : line.end].strip()) - (minutes.span.end - minutes.span.start) < 4
    beside = on_lines.get(number)
    between = sorted((*beside.span, *minutes.span))[1:3] if beside is not None else None
    near = between is not None and (between[1] - between[0] < _NEAR or not re.search(r"[.;]\s", text[between[0] : between[1]]))
    return near or (alone and number - 1 in on_lines)


def _is_named(text: str, line: Span, code: str) -> bool:
    """Whether the words around a clock span name the service, be it no heading, or the water that aquatic therapy is given in.

    `NMR in the pool, 0730-0800`.
    """
    words = text[line.start : line.end]
    names = {name for written in (True, False) for _, _, name in names_in(words, written=written)}
    return code in names or (code == "97113" and _WATER.search(words) is not None)


_WATER = re.compile(r"\bin (?:the )?(?:water|pool)\b", re.IGNORECASE)


_TIMED = any_case(r"\b(?:timed|direct|billable)\b")


def _is_called_timed(text: str, lines: Lines, minutes: Minutes) -> bool:
    """Whether a length, but for a clock span, stands beside the word that makes it the timed codes' (guide, Minutes)."""
    line = lines.at(minutes.span.start)
    around = text[max(line.start, minutes.span.start - 40) : min(line.end, minutes.span.end + 12)]
    return minutes.scope == "total_timed" and not is_clock(text, minutes.span) and _TIMED.search(small(around)) is not None


def _names_several(text: str, lines: Lines, minutes: Minutes) -> bool:
    """Whether several kinds of treatment are listed behind a total, coded or not (`50 mins incl. ther ex, manual and e-stim`)."""
    line = lines.at(minutes.span.start)
    return len({kind.lower()[:4] for kind in _KINDS.findall(text, minutes.span.end, line.end)}) > 1


def _is_visit_clock(text: str, lines: Lines, minutes: Minutes) -> bool:
    line = lines.at(minutes.span.start)
    lead = text[max(line.start, minutes.span.start - 16) : minutes.span.start]
    return (
        VISIT_CLOCK.search(lead) is not None
        or re.match(r"(?i)(?:(?:time|session|visit)\s*)?(?:in|arr|start|beg)\w*\b", text[minutes.span.start : minutes.span.end])
        is not None
    )


def _only_service(sections: tuple[Section, ...], anchors: Sequence[Anchor], claim: Sequence[ClaimLine]) -> str | None:
    """Return the one code of claim and note: billed or written out where any code is, else named; untimed ones beside it do not count."""
    told = [a for a in anchors if not a.untimed_modality and section_at(sections, a.span.start).kind not in CLOSED_SECTIONS]
    explicit = [a for a in told if a.explicit] or [a for a in told if a.written or a.times or a.units or a.leads]
    explicit = [a for a in explicit if not a.times or any(t.value for t in a.times)]
    codes = {line.code for line in claim} or {
        c for a in explicit for c in (a.shared if a.shared and not a.explicit else (a.code,))
    }
    timed = codes - BESIDE_ANYTHING
    if timed:
        return timed.pop() if len(timed) == 1 else None
    code = codes.pop() if len(codes) == 1 else None
    return None if code in EVALUATIONS and not claim and not any(a.explicit for a in told) else code
