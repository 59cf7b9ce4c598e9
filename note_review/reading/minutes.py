"""Minutes of treatment: which written lengths are treatment time, and the code or total they belong to.

A length counts only where the note shows what it is the length of: it stands in a service's head, in a column of
minutes, beside a word for a total, or is the clock span of the visit. Everything else (doses, holds, rests, walk tests,
tolerances, goals, other visits) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from note_review.encounter import Minutes, Section
from note_review.note import ClaimLine, Span
from note_review.reading.anchors import DOSE, Anchor
from note_review.reading.columns import minutes_in_columns, minutes_under_dates, money_rows
from note_review.reading.lines import Lines, clause_at
from note_review.reading.marks import Marks
from note_review.reading.sections import section_at
from note_review.reading.series import in_step
from note_review.reading.service_names import TIMED_CODES, UNTIMED_MODALITIES
from note_review.reading.times import Time, times_within
from note_review.reading.totals import VISIT_CLOCK, bare_totals, total_scope
from note_review.reading.visits import other_visits, told_of_another_visit

_CLOSED_SECTIONS = frozenset({"goals", "history", "prior_visit", "home_program"})
_EVALUATIONS = frozenset("97161 97162 97163 97164 97165 97166 97167 97168".split())
_BESIDE_ANYTHING = frozenset({*_EVALUATIONS, *UNTIMED_MODALITIES, "98940", "98941", "98942", "98943"})
_MANY = 400
_PLAIN_LABEL = re.compile(r"[\s>*#_\-•|]*(?:min(?:ute)?s?|time|duration|units/min)\W*", re.IGNORECASE)
_KINDS = re.compile(
    r"\b(?:manual|e-?stim|gait|neuro|ther(?:apeutic)?\s?ex|ther(?:apeutic)?\s?act|self[- ]care|ultrasound|group)", re.IGNORECASE
)
_STILL_TO_COME = re.compile(
    r"\W*(?:next (?:visit|session|tx|treatment|time|week)|tomorrow|planned|scheduled|(?:each|every|per) (?:visit|session))\b",
    re.IGNORECASE,
)
_BY_MODE = re.compile(r"\bInd(?:iv)?\.?\s*:?\s*$", re.IGNORECASE)
_OF_EVALUATION = re.compile(r"\W*(?:of )?(?:the )?(?:eval(?:uation)?|examination)\b(?!uat)", re.IGNORECASE)
_NOT_CHARGED = re.compile(r"[^\n]{0,30}?\b(?:not (?:charged|billed)|unbilled|offered)", re.IGNORECASE)


def read_minutes(
    text: str,
    lines: Lines,
    sections: tuple[Section, ...],
    anchors: Sequence[Anchor],
    times: Sequence[Time],
    claim: Sequence[ClaimLine] = (),
) -> list[Minutes]:
    """Return the treatment minutes of a note with the scope of each, in text order.

    ``claim`` is the given one; where it and the note speak of one service only, a total is that service's.
    """
    marks = Marks(len(text))
    evaluation = _evaluation_code(anchors, claim)
    found: list[Minutes] = []

    def add(minutes: Sequence[Minutes]) -> None:
        found.extend(m for m in minutes if m.value > 0 and marks.take_if_free(m.span))

    dated, other_cells = minutes_under_dates(text, lines, anchors)
    add(dated)
    for stretch in [*other_cells, *money_rows(text, lines), *other_visits(text, lines)]:
        marks.take(*stretch)
    add(in_step(text, lines, anchors))
    add(_in_heads(text, lines, sections, anchors, evaluation))
    add(minutes_in_columns(text, lines, anchors))
    add(_totals(text, lines, sections, times, marks.free, evaluation))
    add([m for m in bare_totals(text) if section_at(sections, m.span.start).kind not in _CLOSED_SECTIONS])
    found = _under_headings(text, lines, anchors, found)
    add(_block_ends(text, lines, anchors, times, found, marks.free))
    add(_given_twice(text, lines, times, found, marks.free))
    found = _rescoped(text, lines, anchors, sorted(found, key=lambda m: m.span))
    return _of_the_only_service(text, lines, sections, anchors, found, claim)


def _evaluation_code(anchors: Sequence[Anchor], claim: Sequence[ClaimLine]) -> str | None:
    """Return the one evaluation code that claim or note writes out."""
    codes = {line.code for line in claim} | {a.code for a in anchors if a.explicit}
    evaluations = codes & _EVALUATIONS
    return evaluations.pop() if len(evaluations) == 1 else None


def _in_heads(
    text: str, lines: Lines, sections: tuple[Section, ...], anchors: Sequence[Anchor], evaluation: str | None
) -> list[Minutes]:
    """Take the lengths in the heads of services, unless head or section speaks of another visit, a plan or an uncharged modality."""
    found: list[Minutes] = []
    for number, anchor in enumerate(anchors):
        kind = section_at(sections, anchor.span.start).kind
        if not anchor.times or _uncoded_modality(anchors, number) or kind in _CLOSED_SECTIONS:
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
        if _STILL_TO_COME.match(text, anchor.head.end, line.end):
            continue
        if anchor.code in UNTIMED_MODALITIES and _NOT_CHARGED.match(text, anchor.head.end, line.end):
            continue
        scope = anchor.code
        if not anchor.explicit and (anchor.shared or anchor.code in _EVALUATIONS):
            scope = evaluation if evaluation and anchor.code in _EVALUATIONS else "unspecified"
        shares_line = sum(lines.at(a.span.start) == line for a in anchors if a.explicit) > 1
        if any(_BY_MODE.search(text, line.start, t.span.start) for t in anchor.times) or (
            shares_line and any(re.match(r"\s*(?:timed|total)\b", text[t.span.end : line.end]) for t in anchor.times)
        ):
            scope = "total_timed"
        if any(_OF_EVALUATION.match(text, t.span.end) for t in anchor.times):
            scope = evaluation or "unspecified"
        if _closes_a_list(text, anchors, number):
            scope = "total_timed"
        found += [
            Minutes(t.span, t.value, "total_timed" if t in _line_sum(anchors, number, line) else scope) for t in anchor.times
        ]
    return found


def _line_sum(anchors: Sequence[Anchor], number: int, line: Span) -> tuple[Time, ...]:
    """Return the last length of a line where it is the sum of its services' (`NMR 20 + TE 15 = 35 min`)."""
    before = [a for a in anchors[:number] if a.span.start >= line.start and a.times]
    own = anchors[number].times
    summed = len(own) == 2 and before and own[1].value == own[0].value + sum(a.times[0].value for a in before)
    return (own[1],) if summed else ()


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


def _closes_a_list(text: str, anchors: Sequence[Anchor], number: int) -> bool:
    """Whether codes joined by a sign stand before and share this one's length (`97112 + 97110, 35 min`)."""
    anchor, before = anchors[number], anchors[number - 1] if number else None
    if (
        before is None
        or before.times
        or not (before.explicit and anchor.explicit)
        or anchor.times[0].span.start < anchor.span.start
    ):
        return False
    gap = text[before.head.end : anchor.span.start]
    return before.code != anchor.code and re.fullmatch(r"\s*(?:[+&/]|and|,\s?and)\s*", gap) is not None


def _totals(
    text: str, lines: Lines, sections: tuple[Section, ...], times: Sequence[Time], free: Callable[[int, int], bool], evaluation: str | None
) -> list[Minutes]:  # fmt: skip
    found: list[Minutes] = []
    for time in times:
        kind = section_at(sections, time.span.start).kind
        if kind in _CLOSED_SECTIONS or not free(*time.span):
            continue
        line = lines.at(time.span.start)
        clause = clause_at(text, lines, time.span.start)
        scope = total_scope(text, line, kind, time, evaluation=evaluation)
        if scope is not None and not told_of_another_visit(
            text, max(clause.start, line.start, time.span.start - 160), time.span.start
        ):
            found.append(Minutes(time.span, time.value, scope))
    return found


def _under_headings(text: str, lines: Lines, anchors: Sequence[Anchor], found: list[Minutes]) -> list[Minutes]:
    """A line `Minutes: 23` under a service's heading is that service's length."""
    moved: list[Minutes] = []
    for minutes in found:
        line = lines.at(minutes.span.start)
        label = text[line.start : min(minutes.span.start, line.start + 40)]
        plain = minutes.scope == "total_treatment" and _PLAIN_LABEL.fullmatch(label)
        above = [a for a in anchors if (a.leads or a.explicit) and a.span.start < line.start] if plain else []
        if above and not above[-1].times:
            gap = lines.index_at(line.start) - lines.index_at(above[-1].span.start)
            if gap <= 8 and above[-1].code not in {m.scope for m in [*found, *moved]}:
                minutes = replace(minutes, scope=above[-1].code)
        moved.append(minutes)
    return moved


_CLOSING_TAIL = re.compile(r"^(?:[,;|(/-]*\s*(?:x\s?)?\d\s*(?:units?|u)\b|total|timed|1:1|G[PO]\b|\d\s?u\b)+", re.IGNORECASE)
_CLOSING_LEAD = re.compile(
    r"[(\[|–—:/]\s*(?:x\s?|total:?\s*|time:?\s*|=\s*)?$|\s-\s+$|=\s*$|(?:total|time):?\s*$|\s{3,}$", re.IGNORECASE
)


def _block_ends(
    text: str, lines: Lines, anchors: Sequence[Anchor], times: Sequence[Time], found: Sequence[Minutes], free: Callable[[int, int], bool]
) -> list[Minutes]:  # fmt: skip
    """A length in brackets, or behind a dash, that closes a service's own line is the service's where its head gives none."""
    ends: list[Minutes] = []
    scopes = {m.scope for m in found}
    for number, anchor in enumerate(anchors):
        line = lines.at(anchor.span.start)
        alone = (number == 0 or anchors[number - 1].span.start < line.start) and anchor.span.start - line.start < 24
        if anchor.times or anchor.untimed_modality or not (anchor.leads or (alone and anchor.explicit)) or anchor.code in scopes:
            continue
        closing = [t for t in times_within(times, anchor.head.end + 1, line.end)[-3:] if t.span.end <= line.end and free(*t.span)]
        if closing:
            last = closing[-1]
            before = text[max(line.start, last.span.start - 12) : last.span.start]
            rest = _CLOSING_TAIL.sub("", text[last.span.end : line.end].strip(" )].;,|")).strip(" )].;,|")
            rest = "" if rest.startswith(":") else rest
            name = text[anchor.head.end : last.span.start]
            written_on = anchor.explicit and len(name) < 60 and not re.search(r"[\d:;.]|\bx\s*$", name) and not DOSE.search(name)
            if not rest and (_CLOSING_LEAD.search(before) or written_on):
                scopes.add(anchor.code)
                ends.append(Minutes(last.span, last.value, anchor.code))
    return ends


def _given_twice(
    text: str, lines: Lines, times: Sequence[Time], found: Sequence[Minutes], free: Callable[[int, int], bool]
) -> list[Minutes]:
    """A length beside an accepted one of the same value, with only signs or spaces between, is the same length given twice."""
    more: list[Minutes] = []
    near: dict[int, list[Minutes]] = {}
    for minutes in found:
        for value in (minutes.value - 1, minutes.value, minutes.value + 1):
            near.setdefault(value, []).append(minutes)
    for time in times[:_MANY]:
        if time.value and free(*time.span):
            for minutes in near.get(time.value, ()):
                first, second = sorted((time.span, minutes.span))
                gap = text[first.end : second.start] if second.start - first.end <= 12 else "x"
                if abs(minutes.value - time.value) <= 1 and re.fullmatch(r"[\s,;:=()>→–—|/-]*(?:for|total|or|is)?[\s=(]*", gap):
                    more.append(Minutes(time.span, time.value, minutes.scope))
                    break
    return more


def _rescoped(text: str, lines: Lines, anchors: Sequence[Anchor], found: list[Minutes]) -> list[Minutes]:
    """Give a total that repeats a service's length on its own line to the service; a plain total that is the codes' sum is the timed one."""
    result: list[Minutes] = []
    codes = {m.scope: m.value for m in found if not m.scope.startswith("total") and m.scope != "unspecified"}
    timed_sum = sum(m.value for m in found if m.scope in TIMED_CODES)
    by_line: dict[int, set[str]] = {}
    by_anchor: dict[int, list[Anchor]] = {}
    for anchor in anchors:
        by_anchor.setdefault(lines.index_at(anchor.span.start), []).append(anchor)
    for minutes in found:
        if minutes.scope in codes:
            by_line.setdefault(lines.index_at(minutes.span.start), set()).add(minutes.scope)
    for minutes in found:
        if minutes.scope == "total_treatment":
            line = lines.at(minutes.span.start)
            here = by_line.get(lines.index_at(minutes.span.start), set())
            twin = next((c for c in here if abs(codes[c] - minutes.value) <= 1), None)
            label = text[max(line.start, minutes.span.start - 14) : minutes.span.start]
            head = next(
                (
                    a
                    for a in by_anchor.get(lines.index_at(minutes.span.start), ())
                    if a.leads and a.code not in codes and not a.shared
                ),
                None,
            )
            if head and re.search(
                r"(?i)[.)]\s+(?:(?:min(?:ute)?s?|time):?\s*)?$",
                text[max(line.start, minutes.span.start - 14) : minutes.span.start],
            ):
                minutes = replace(minutes, scope=head.code)
            elif twin and len(here) == 1:
                minutes = replace(minutes, scope=twin)
            elif (
                len(codes) > 1
                and timed_sum == minutes.value
                and re.search(r"(?i)(?<!daily )(?:\btot(?:al)?|\bTT|\bsum)[\s:=|]*$", label)
            ):
                minutes = replace(minutes, scope="total_timed")
        result.append(minutes)
    return result


def _of_the_only_service(
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
        and not _BY_MODE.search(text, max(0, m.span.start - 16), m.span.start)
        and m.value not in visit
        and (not own or m.value in own)
        and not _names_several(text, lines, m)
        else m
        for m in found
    ]


def _names_several(text: str, lines: Lines, minutes: Minutes) -> bool:
    """Whether the line of a total lists several kinds of treatment, coded or not (`50 mins incl. ther ex, manual and e-stim`)."""
    line = lines.at(minutes.span.start)
    return len({kind.lower()[:4] for kind in _KINDS.findall(text, line.start, line.end)}) > 1


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
    told = [a for a in anchors if not a.untimed_modality and section_at(sections, a.span.start).kind not in _CLOSED_SECTIONS]
    explicit = [a for a in told if a.explicit] or [a for a in told if a.written or a.times or a.units or a.leads]
    explicit = [a for a in explicit if not a.times or any(t.value for t in a.times)]
    codes = {line.code for line in claim} or {
        c for a in explicit for c in (a.shared if a.shared and not a.explicit else (a.code,))
    }
    timed = codes - _BESIDE_ANYTHING
    if timed:
        return timed.pop() if len(timed) == 1 else None
    code = codes.pop() if len(codes) == 1 else None
    return None if code in _EVALUATIONS and not claim and not any(a.explicit for a in told) else code
