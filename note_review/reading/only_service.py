"""With one service in the note, its total is its own; the visit's arrival and departure stay the visit's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from note_review.encounter import Minutes, Section
from note_review.note import ClaimLine
from note_review.reading.anchor import Anchor
from note_review.reading.head_minutes import BY_MODE, CLOSED_SECTIONS
from note_review.reading.lines import Lines
from note_review.reading.sections import section_at
from note_review.reading.service_names import EVALUATIONS, UNTIMED_MODALITIES
from note_review.reading.totals import VISIT_CLOCK

_BESIDE_ANYTHING = frozenset({*EVALUATIONS, *UNTIMED_MODALITIES, "98940", "98941", "98942", "98943"})
_KINDS = re.compile(
    r"\b(?:manual|e-?stim|gait|neuro|ther(?:apeutic)?\s?ex|ther(?:apeutic)?\s?act|self[- ]care|ultrasound|group)", re.IGNORECASE
)


def of_the_only_service(
    text: str, lines: Lines, sections: tuple[Section, ...], anchors: Sequence[Anchor], found: list[Minutes], claim: Sequence[ClaimLine]
) -> list[Minutes]:  # fmt: skip
    """With one service in the note, its total is its own; the visit's arrival and departure stay the visit's."""
    code = _only_service(sections, anchors, claim)
    if code is None:
        return found
    own = {m.value for m in found if m.scope == code}
    visit = {m.value for m in found if m.scope == "total_treatment" and _is_visit_clock(text, lines, m)}
    return [
        replace(m, scope=code)
        if m.scope.startswith("total")
        and not BY_MODE.search(text, max(0, m.span.start - 16), m.span.start)
        and m.value not in visit
        and (not own or m.value in own)
        and not _names_several(text, lines, m)
        else m
        for m in found
    ]


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
    timed = codes - _BESIDE_ANYTHING
    if timed:
        return timed.pop() if len(timed) == 1 else None
    code = codes.pop() if len(codes) == 1 else None
    return None if code in EVALUATIONS and not claim and not any(a.explicit for a in told) else code
