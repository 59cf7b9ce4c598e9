"""Minutes of treatment: which written lengths are treatment time, and the code or total they belong to.

A length counts only where the note shows what it is the length of: it stands in a service's head, in a column of
minutes, beside a word for a total, or is the clock span of the visit. Everything else (doses, holds, rests, walk tests,
tolerances, goals, other visits) is left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import groupby

from note_review.encounter import Minutes, Section
from note_review.note import ClaimLine, Span
from note_review.reading.anchor import Anchor, last_before
from note_review.reading.bare_totals import bare_totals
from note_review.reading.bracketed_codes import before_brackets
from note_review.reading.columns import clocks_in_columns, minutes_in_columns, minutes_under_dates, money_rows, rows_of, subtotals
from note_review.reading.head_minutes import CLOSED_SECTIONS, evaluation_code, in_heads
from note_review.reading.lines import Lines, clause_at
from note_review.reading.manual_techniques import by_technique
from note_review.reading.marks import Marks
from note_review.reading.named_rows import under_names
from note_review.reading.only_service import of_the_only_service
from note_review.reading.parts import in_parts, parts_of_services
from note_review.reading.reach import DOSE
from note_review.reading.sections import section_at
from note_review.reading.series import in_step
from note_review.reading.service_names import EVALUATIONS
from note_review.reading.several_kinds import gives_several_kinds
from note_review.reading.shares import of_the_planned, shares
from note_review.reading.sums import sums_told, timed_sums
from note_review.reading.times import Time, first_times, is_clock, last_times, times_within
from note_review.reading.totals import total_scope
from note_review.reading.visits import told_of_another_visit

_MANY = 400
_PLAIN_LABEL = re.compile(r"[\s>*#_\-•|]*(?:min(?:ute)?s?|time|duration|units/min)\W*", re.IGNORECASE)


def read_minutes(
    text: str,
    lines: Lines,
    sections: tuple[Section, ...],
    anchors: Sequence[Anchor],
    times: Sequence[Time],
    others: Sequence[Span],
    claim: Sequence[ClaimLine] = (),
) -> list[Minutes]:
    """Return the treatment minutes of a note with the scope of each, in text order.

    ``others`` are the stretches of other visits and the lengths that were not given; ``claim`` is the given one; where it and the note speak of one service only, a total is that service's.
    """
    marks = Marks(len(text))
    evaluation = evaluation_code(anchors, claim)
    found: list[Minutes] = []

    def add(minutes: Sequence[Minutes]) -> None:
        # Several services can have one written length each (`15 min each`).
        for span, told in groupby(minutes, key=lambda m: m.span):
            given = [m for m in dict.fromkeys(told) if m.value > 0]
            found.extend(given if given and marks.take_if_free(span) else ())

    rows = rows_of(text, lines)
    dated, other_cells = minutes_under_dates(text, rows, anchors)
    add(subtotals(text, lines, anchors))
    add(dated)
    for stretch in [*other_cells, *money_rows(text, rows), *others]:
        marks.take(*stretch)
    attended, planned = of_the_planned(text, anchors)
    add(attended)
    for stretch in planned:
        marks.take(*stretch)
    listed = list(parts_of_services(text, anchors, times))
    add([Minutes(told.whole.span, told.whole.value, told.code) for told in listed if told.whole is not None])
    add(in_step(text, lines, anchors))
    add(list(before_brackets(text, lines, sections)))
    add(list(under_names(text, lines, anchors)))
    add(shares(text, anchors))
    add(list(by_technique(text, lines, sections, anchors, times, claim)))
    add(in_heads(text, lines, sections, anchors, claim))
    add(clocks_in_columns(text, rows, anchors))
    add(minutes_in_columns(text, rows, anchors))
    add(_totals(text, lines, sections, times, marks.free, evaluation))
    add([m for m in bare_totals(text) if section_at(sections, m.span.start).kind not in CLOSED_SECTIONS])
    found = _under_headings(text, lines, anchors, found)
    add(_block_ends(text, lines, anchors, times, found, marks.free))
    for told in listed:
        add(in_parts(told, found, anchors))
    add(_given_twice(text, lines, times, found, marks.free))
    add(_before_the_name(text, anchors, times, found, marks.free))
    add(list(sums_told(text, sections, times, found, marks.free)))
    found = _rescoped(text, lines, anchors, sorted(found, key=lambda m: m.span))
    coded = claim or any(a.explicit for a in anchors)
    if coded or not gives_several_kinds(text, lines, sections):
        found = of_the_only_service(text, lines, sections, anchors, found, claim)
    coded_here = {line.code for line in claim} | {a.code for a in anchors if a.explicit}
    return [_evaluated(m, coded_here, evaluation) for m in found]


def _evaluated(minutes: Minutes, coded: AbstractSet[str], evaluation: str | None) -> Minutes:
    """Give an evaluation's length the code that note or claim has for it; without one it is no code's."""
    if minutes.scope not in EVALUATIONS or minutes.scope in coded:
        return minutes
    return replace(minutes, scope=evaluation or "unspecified")


def _totals(
    text: str, lines: Lines, sections: tuple[Section, ...], times: Sequence[Time], free: Callable[[int, int], bool], evaluation: str | None
) -> list[Minutes]:  # fmt: skip
    found: list[Minutes] = []
    for time in times:
        kind = section_at(sections, time.span.start).kind
        if kind in CLOSED_SECTIONS or not free(*time.span):
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
    """A line `Minutes: 23` under a service's heading is that service's length, and so is each start and stop where several headings have theirs below."""
    found = _clocks_under_headings(text, lines, anchors, found)
    leading = [a for a in anchors if a.leads or a.explicit]
    scopes = {m.scope for m in found}
    moved: list[Minutes] = []
    for minutes in found:
        line = lines.at(minutes.span.start)
        label = text[line.start : min(minutes.span.start, line.start + 40)]
        plain = minutes.scope == "total_treatment" and _PLAIN_LABEL.fullmatch(label)
        above = last_before(leading, line.start) if plain else None
        if above and not above.times:
            gap = lines.index_at(line.start) - lines.index_at(above.span.start)
            if gap <= 8 and above.code not in scopes:
                minutes = replace(minutes, scope=above.code)
                scopes.add(above.code)
        moved.append(minutes)
    return moved


def _clocks_under_headings(text: str, lines: Lines, anchors: Sequence[Anchor], found: list[Minutes]) -> list[Minutes]:
    heads = {lines.index_at(a.span.start): a for a in anchors if (a.leads or a.explicit) and not a.times}
    owners: dict[Span, str] = {}
    for minutes in found:
        number = lines.index_at(minutes.span.start)
        opens = not text[lines.spans[number].start : minutes.span.start].strip(" \t*-•>")
        above = next((heads[n] for n in (number - 1, number - 2) if n in heads), None)
        if minutes.scope == "total_treatment" and opens and above is not None and is_clock(text, minutes.span):
            owners[minutes.span] = above.code
    return [replace(m, scope=owners[m.span]) if m.span in owners and len(owners) > 1 else m for m in found]


_CLOSING_TAIL = re.compile(r"^(?:[,;|(/-]*\s*(?:x\s?)?\d\s*(?:units?|u)\b|total|timed|1:1|G[PO]\b|\d\s?u\b)+", re.IGNORECASE)
_CLOSING_LEAD = re.compile(
    r"[(\[|–—:/]\s*(?:x\s?|total:?\s*|time:?\s*|=\s*)?$|\s-{1,3}>?\s*(?:x\s?)?$|(?:\.{2,}|…)\s*(?:x\s?)?$|[=;]\s*$|(?:total|time):?\s*$|\s{3,}$",
    re.IGNORECASE,
)


def _block_ends(
    text: str, lines: Lines, anchors: Sequence[Anchor], times: Sequence[Time], found: Sequence[Minutes], free: Callable[[int, int], bool]
) -> list[Minutes]:  # fmt: skip
    """A length in brackets, or behind a dash, that closes a service's own line (or its part of a list) is the service's where its head gives none."""
    ends: list[Minutes] = []
    scopes = {m.scope for m in found}
    untaken = [t for t in times if free(*t.span)]
    for number, anchor in enumerate(anchors):
        if anchor.times or anchor.untimed_modality or anchor.code in scopes:
            continue
        line = _own_part(text, lines, anchors, number)
        apart = re.search(r"[.;]\s$", text[max(0, anchor.span.start - 2) : anchor.span.start]) is not None
        alone = (number == 0 or anchors[number - 1].span.start < line.start) and anchor.span.start - line.start < 24
        if not (anchor.leads or apart or (alone and anchor.explicit)):
            continue
        last_three = last_times(times, 3, before=line.end)
        closing = [t for t in last_three if t.span.start > anchor.head.end and t.span.end <= line.end and free(*t.span)]
        told = _in_prose(text, anchor, line, untaken)
        if told is not None:
            scopes.add(anchor.code)
            ends.append(Minutes(told.span, told.value, anchor.code))
        elif closing:
            last = closing[-1]
            before = text[max(line.start, last.span.start - 12) : last.span.start]
            rest = _CLOSING_TAIL.sub("", text[last.span.end : line.end].strip(" )].;,|")).strip(" )].;,|")
            rest = "" if rest.startswith(":") else rest
            name = text[anchor.head.end : last.span.start].rstrip(" :(–—-")
            written_on = anchor.explicit and len(name) < 60 and not re.search(r"[\d:;.]|\bx\s*$", name) and not DOSE.search(name)
            if (
                not rest
                and not _itemised(text, closing)
                and (_CLOSING_LEAD.search(before) or written_on or _ends_a_list(name, last, len(closing)))
            ):
                scopes.add(anchor.code)
                ends.append(Minutes(last.span, last.value, anchor.code))
    return ends


_DOSE_BEHIND = re.compile(
    r"\s*(?:each|ea\b|every|holds?\b|rest|walk|x\s?\d|@|at\b|on\b|of\b|bouts?|rounds?|sets?|intervals?"
    r"|apart|before|after|later|late\b|early|ago|per\b|/|and\b|then\b|warm|ride|on/|toler|to\b|in\b|over\b|prior|post)",
    re.IGNORECASE,
)
_SET_OFF = re.compile(r"[,(;–—-]\s*(?:x\s?|for\s|total:?\s)?$", re.IGNORECASE)
_GOES_ON = re.compile(r"\s*(?:[.,;:)\]]|$|\s?[-–—]\s|(?:due|for|with|w/|because|2/2|secondary|d/t|as|since)\b|\n)", re.IGNORECASE)


def _in_prose(text: str, anchor: Anchor, line: Span, untaken: Sequence[Time]) -> Time | None:
    """Return the one length told among what was done under a service's heading, where it is no dose.

    `97112: tandem on foam, cone taps, 15 min, for sway`.
    """
    lengths = [t for t in first_times(untaken, 2, start=anchor.head.end) if t.span.end <= line.end]
    if len(lengths) != 1 or lengths[0].form not in {"minutes", "words"} or not _GOES_ON.match(text, lengths[0].span.end):
        return None
    only = lengths[0]
    listed = text[anchor.head.end : only.span.start]
    item = listed[max(listed.rfind(","), listed.rfind(";"), listed.rfind(":")) + 1 :]
    set_off = _SET_OFF.search(listed) is not None and item.strip(" (-–—x") == ""
    least = 8 if set_off else 12
    if (
        only.value < least
        or DOSE.search(item)
        or _DOSE_BEHIND.match(text, only.span.end)
        or re.search(r"\d\s*[x×]\s*$|[.!?]\s", listed)
    ):
        return None
    return only if set_off or listed.count(",") or only.value >= 15 else None


_ITEM = re.compile(r"(?i)(?<!total)(?<!time)(?<!mins)(?<!min)(?<!minutes)\s?:\s*$")


def _itemised(text: str, lengths: Sequence[Time]) -> bool:
    """Whether the last two lengths are those of two items, each behind its colon (`rocker board: 5 min, foam: 5 min`)."""
    return len(lengths) > 1 and all(_ITEM.search(text, max(0, t.span.start - 9), t.span.start) for t in lengths[-2:])


_OF_AN_EVENT = re.compile(r"[.!?]\s|\b(?:in|within|after|every|times|of)\s*$", re.IGNORECASE)


def _ends_a_list(listed: str, last: Time, lengths: int) -> bool:
    """Whether a length stands behind a list of activities, and is not the dose of the last one (`ther ex: bike, steps, bridges 18 min`)."""
    item = listed[listed.rfind(",") + 1 :]
    return (
        last.value >= 10
        and lengths == 1
        and last.form != "clock"
        and listed.count(",") >= 2
        and not DOSE.search(item)
        and not _OF_AN_EVENT.search(item)
    )


def _own_part(text: str, lines: Lines, anchors: Sequence[Anchor], number: int) -> Span:
    """Return the line of a service, or its part between semicolons where codes share the line (`97140 scar work 15 min; 97110 ...`)."""
    line = lines.at(anchors[number].span.start)
    beside = [
        a for a in (*anchors[max(0, number - 1) : number], *anchors[number + 1 : number + 2]) if lines.at(a.span.start) == line
    ]
    following = anchors[number + 1] if number + 1 < len(anchors) else None
    if following is not None and following.span.start < line.end and _ends_a_part(text, line.start, following.span.start):
        line = Span(line.start, following.span.start)
    if not anchors[number].explicit or not any(a.explicit for a in beside):
        own = anchors[number].span.start
        return Span(own, line.end) if _ends_a_part(text, line.start, own) else line
    start = text.rfind(";", line.start, anchors[number].span.start) + 1
    end = text.find(";", anchors[number].head.end, line.end)
    return Span(max(line.start, start), end if end >= 0 else line.end)


def _ends_a_part(text: str, start: int, end: int) -> bool:
    """Whether a stretch ends with a full stop or semicolon and blanks."""
    last = end - 1
    while last >= start and text[last].isspace():
        last -= 1
    return start <= last < end - 1 and text[last] in ".;"


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


_TO_THE_NAME = re.compile(r"[\s,:(–-]*(?:(?:of|under|for|as|on|to)\s+)?(?:skilled\s+|direct\s+)?", re.IGNORECASE)


def _before_the_name(
    text: str, anchors: Sequence[Anchor], times: Sequence[Time], found: Sequence[Minutes], free: Callable[[int, int], bool]
) -> list[Minutes]:
    """A length right before a name is that service's too where the name has the same one behind it (`Fifteen minutes of neuro re-ed (15 min)`)."""
    more: list[Minutes] = []
    told = {(m.value, m.scope) for m in found}
    for anchor in anchors:
        near = times_within(times, max(0, anchor.span.start - 60), anchor.span.start)
        if near and anchor.times and near[-1].form != "clock" and free(*near[-1].span) and (near[-1].value, anchor.code) in told:
            gap = text[near[-1].span.end : anchor.span.start]
            if near[-1].value == anchor.times[-1].value and _TO_THE_NAME.fullmatch(gap):
                more.append(Minutes(near[-1].span, near[-1].value, anchor.code))
    return more


def _opens_before(text: str, anchors: Sequence[Anchor], line: int, offset: int) -> Anchor | None:
    """Return the last service before a place on its line where it has no length and is written out as a line or sentence begins."""
    number = bisect_right(anchors, offset, key=lambda a: a.span.end)
    nearest = anchors[number - 1] if number else None
    if nearest is None or nearest.span.start < line or nearest.times:
        return None
    named = nearest.explicit or (nearest.written and nearest.code not in EVALUATIONS)
    return nearest if named and _OPENS.search(text[max(0, nearest.span.start - 3) : nearest.span.start]) else None


_OPENS = re.compile(r"(?:^|[.;\n]\s*)$")
_CLOSES_A_PART = re.compile(r"[.)]\s+(?:(?:min(?:ute)?s?|time):?\s*)?$", re.IGNORECASE)


# A claim form's own words for the visit, whatever its services come to; what was given of a scheduled session.
_OF_THE_VISIT = re.compile(r"(?i)\btotal (?:treatment|tx|session|visit) (?:time|min(?:ute)?s?)\b|\bdelivered\b")


def _rescoped(text: str, lines: Lines, anchors: Sequence[Anchor], found: list[Minutes]) -> list[Minutes]:
    """Give a total that repeats a service's length on its own line to the service; a total that is the timed codes' sum is the timed one."""
    result: list[Minutes] = []
    codes = {m.scope: m.value for m in found if not m.scope.startswith("total") and m.scope != "unspecified"}
    sums = timed_sums(found)
    clocked = {m.value for m in found if m.scope == "total_treatment" and is_clock(text, m.span)}
    told_timed = {m.value for m in found if m.scope == "total_timed"}
    by_line: dict[int, set[str]] = {}
    leading: dict[int, Anchor] = {}
    for anchor in anchors:
        if anchor.leads and anchor.code not in codes and not anchor.shared:
            leading.setdefault(lines.index_at(anchor.span.start), anchor)
    for minutes in found:
        if minutes.scope in codes:
            by_line.setdefault(lines.index_at(minutes.span.start), set()).add(minutes.scope)
    for minutes in found:
        if minutes.scope == "total_treatment":
            number = lines.index_at(minutes.span.start)
            line, here = lines.spans[number], by_line.get(number, set())
            twin = next((c for c in here if abs(codes[c] - minutes.value) <= 1), None)
            around = text[max(line.start, minutes.span.start - 34) : min(line.end, minutes.span.end + 12)]
            head = None
            if _CLOSES_A_PART.search(text, max(line.start, minutes.span.start - 14), minutes.span.start):
                head = _opens_before(text, anchors, line.start, minutes.span.start)
                head = head if head and head.code not in codes and not head.shared else leading.get(number)
            if head:
                minutes = replace(minutes, scope=head.code)
            elif twin and len(here) == 1:
                minutes = replace(minutes, scope=twin)
            elif minutes.value in sums and minutes.value not in clocked | told_timed and not _OF_THE_VISIT.search(around):
                minutes = replace(minutes, scope="total_timed")
        result.append(minutes)
    return result
