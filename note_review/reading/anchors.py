"""Where a note names a billable service, with the minutes, units and modifiers that stand beside the name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from note_review.note import Span
from note_review.reading.heads import GLUE, read_head
from note_review.reading.lines import Lines, clause_at
from note_review.reading.marks import Marks
from note_review.reading.scan import mend_scanned, parted_codes
from note_review.reading.service_names import CODE, LAY_NAMES, UNTIMED_MODALITIES, names_in
from note_review.reading.times import NUMBER_WORD, Time, number_of, times_within

_GAP = re.compile(
    r"(?:\s|[-–—:()|/,.*=•\[\]&]|\bCPT\b|\bcode[ds]?\b|\bbilled\b|\bas\b|\bunder\b|\bfor\b|\bI\b|\bit\b|\bthe\b|\bbeing\b){0,14}",
    re.IGNORECASE,
)
_BULLET = re.compile(
    r"[\s>*#_\-–—•·|\[\]x✓☑()\\.]*(?:\d{1,2}[.)]\s+)?(?:[SOAPIRT]\s?[:;)]\s*)?(?:(?:CPT|code|CPT code|procedure code)\s+)?",
    re.IGNORECASE,
)
_LABEL_BEFORE = re.compile(r"[\s>*#_\-•|]*(?:[A-Za-z][A-Za-z /&'()-]{0,40}[:;)]\s*)+")
_LONE = frozenset(
    {
        "gait",
        "ice",
        "heat",
        "us",
        "es",
        "hp",
        "cp",
        "sc",
        "eval",
        "group",
        "exercise",
        "exercises",
        "activities",
        "neuro",
        "ther",
        "manual",
        "mh",
        "ex",
    }
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place that names a service.

    ``head`` runs from the first to the last thing that belongs to the name: minutes, units, modifiers.
    ``explicit`` is true where the code itself is written, ``leads`` where it stands first on its line,
    ``last`` where nothing follows on its line, ``written`` where the name is written out.
    """

    span: Span
    code: str
    explicit: bool
    head: Span
    units: int | None
    modifiers: tuple[str, ...]
    times: tuple[Time, ...]
    leads: bool
    last: bool
    written: bool
    shared: tuple[str, ...] = ()

    @property
    def untimed_modality(self) -> bool:
        """Whether it is hot, cold or stimulation by its name alone: no service that anybody bills by the minute."""
        return not self.explicit and self.code in UNTIMED_MODALITIES


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    code: str
    explicit: bool
    written: bool
    shared: tuple[str, ...] = ()


def find_anchors(text: str, lines: Lines, times: Sequence[Time]) -> list[Anchor]:
    """Find every place that names a service by code or name, with what its head says."""
    text = mend_scanned(text)
    hits = _merge(text, _hits(text))
    by_start = {t.span.start: t for t in times}
    anchors = [_anchor(text, lines, by_start, hits, number) for number in range(len(hits))]
    anchors = _turn_round(text, lines, times, anchors)
    anchors = [a for a in anchors if a.explicit or a.written or _stands_as_heading(text, a)]
    return _reach_over_clauses(text, lines, times, anchors)


def _hits(text: str) -> list[_Hit]:
    marks = Marks(len(text))
    hits = [_Hit(m.start(1), m.end(1), m[1], True, False) for m in CODE.finditer(text)]
    for hit in hits:
        marks.take(hit.start, hit.end)
    hits += [_Hit(*span, code, True, False) for span, code in parted_codes(text) if marks.take_if_free(span)]
    for written in (True, False):
        hits += [
            _Hit(s, e, code, False, written) for s, e, code in names_in(text, written=written) if marks.take_if_free(Span(s, e))
        ]
    if "minutes" in text:
        hits += [
            _Hit(*m.span(), code, False, False)
            for pattern, code in LAY_NAMES
            for m in pattern.finditer(text)
            if marks.take_if_free(Span(*m.span()))
        ]
    return sorted(hits, key=lambda h: h.start)


def _merge(text: str, hits: list[_Hit]) -> list[_Hit]:
    """Join a code and the name beside it; two names joined by a slash share one heading."""
    merged: list[_Hit] = []
    for hit in hits:
        before = merged[-1] if merged else None
        gap = text[before.end : hit.start] if before else "x"
        if before is None or len(gap) > 30 or "\n" in gap or not _GAP.fullmatch(gap):
            merged.append(hit)
        elif (
            before.explicit != hit.explicit
            and not before.shared
            and (before.code == hit.code or not re.search(r"[.]\s|^\s*[,;/&+|]\s*$", gap))
        ):
            merged[-1] = _Hit(before.start, hit.end, before.code if before.explicit else hit.code, True, True)
        elif before.code == hit.code and not (before.explicit and hit.explicit):
            merged[-1] = replace(before, end=hit.end)
        elif not before.explicit and not hit.explicit and gap.strip() in {"/", "&", "+"}:
            merged[-1] = replace(before, end=hit.end, explicit=False, shared=(*(before.shared or (before.code,)), hit.code))
        else:
            merged.append(hit)
    return merged


def _anchor(text: str, lines: Lines, times: dict[int, Time], hits: list[_Hit], number: int) -> Anchor:
    hit = hits[number]
    line = lines.at(hit.start)
    following = hits[number + 1].start if number + 1 < len(hits) else len(text)
    head = read_head(text, hit.end, min(lines.thought_end(hit.end), following), times, explicit=hit.explicit)
    lead = text[max(line.start, hit.start - 120) : hit.start]
    opens = hit.start - line.start < 120
    units, own = head.units, tuple(head.times)
    if (
        number == 0
        or hits[number - 1].end <= line.start
        or _units_before(text[line.start : _first_on_line(hits, number, line.start)][-60:]) is not None
    ):
        headed = "unit" in text[max(0, line.start - 160) : line.start].lower()
        units = _units_before(lead, headed=headed and hit.explicit) or units
    stated = re.search(
        r"(?:min(?:ute)?s?|time)\s*[:=]\s*(\d{1,3})(?:[\s,|–:#-]|units?\s*[:=]?\s*\d|cpt|code)*$", lead, re.IGNORECASE
    )
    if stated and not own and not _OF_THE_VISIT.search(lead[: stated.start()]):
        own = (Time(Span(line.start + stated.start(1), line.start + stated.end(1)), int(stated[1]), "minutes"),)
    leads = opens and _leads(lead)
    ends = line.end - head.end < 120 and not text[head.end : line.end].strip(" \t|-–—:;,.()[]*")
    return Anchor(
        Span(hit.start, hit.end), hit.code, hit.explicit, Span(hit.start, max(hit.end, head.end)), units, tuple(dict.fromkeys(head.modifiers)), own,
        leads, ends, hit.written, hit.shared,
    )  # fmt: skip


def _leads(lead: str) -> bool:
    return _BULLET.fullmatch(lead) is not None or _LABEL_BEFORE.fullmatch(lead) is not None


def _first_on_line(hits: list[_Hit], number: int, line_start: int) -> int:
    """Return where the first name of the line begins (of the last dozen names, on an endless line)."""
    return next(hit.start for hit in hits[max(0, number - 12) : number + 1] if hit.start >= line_start)


def _units_before(lead: str, *, headed: bool = False) -> int | None:
    """Return the units that stand before a name (`2 units 97112`, `2 x 97112`, `(2) 97112`), alone on its line under a heading of units."""
    match = re.search(
        r"(?<![\d.:/])(?P<n>\d{1,2}|one|two|three|four|five)\s*(?:(?:units?|u)\s*(?:\(s\)\s*)?(?:of\s*|[-–:x|]\s*)?|[x×]\s*)\(?$",
        lead[-40:],
        re.IGNORECASE,
    )
    if match is None:
        match = re.search(r"\((?P<n>[1-9])\)\s*$", lead[-8:]) or re.fullmatch(r"\s*(?P<n>[1-8])\s+", lead if headed else "")
    return number_of(match["n"].lower()) if match else None


def _turn_round(text: str, lines: Lines, times: Sequence[Time], anchors: list[Anchor]) -> list[Anchor]:
    """Give minutes that stand before the name (`15 min of ther ex`) to it, not to the name before them."""
    before = [_time_before(text, lines, times, anchor) for anchor in anchors]
    by_line: dict[int, list[int]] = {}
    for number, anchor in enumerate(anchors):
        by_line.setdefault(lines.index_at(anchor.span.start), []).append(number)
    result: list[Anchor] = []
    taken: set[int] = set()
    for on_line in by_line.values():
        named = [n for n in on_line if not anchors[n].untimed_modality]
        _take_bare_figures(text, anchors, named, before)
        turned = len(named) > 1 and all(before[n] is not None for n in named)
        for number in on_line:
            anchor, own = anchors[number], before[number]
            belongs = number > 0 and own is not None and any(t.span == own.span for t in anchors[number - 1].times)
            bound = own is not None and anchor.explicit and _IN_BRACKETS.fullmatch(text[own.span.end : anchor.span.start])
            if bound and anchor.times and own is not None and own.value == 15 and text[own.span.start : own.span.end].isupper():
                # An EMR's row `THERAPEUTIC EXERC 15 MIN (97110)  31`: the code's own quarter of an hour is no length.
                result.append(anchor)
                continue
            if own is not None and (number in named or not named) and (turned or bound or not (anchor.times or belongs)):
                anchor = replace(
                    anchor,
                    times=(own, *(t for t in anchor.times if t.value == own.value and t.span.start > anchor.span.start)),
                    head=Span(own.span.start, anchor.span.end if (turned or bound) and anchor.times else anchor.head.end),
                )
                taken.add(own.span.start)
            result.append(anchor)
    result.sort(key=lambda a: a.span)
    return [
        replace(a, times=tuple(t for t in a.times if t.span.start not in taken or t.span.start < a.span.start)) for a in result
    ]


_IN_BRACKETS = re.compile(r"\s*[(\[]\s*(?:CPT:?\s*)?")
_OF_A_CODE = re.compile(r"(?<![\w./:-])(?P<n>[1-9]\d)\s+(?:of|under)\s+$")
_ARRIVAL = re.compile(r"(?i)(?:(?:time|session|visit)\s*)?(?:in|arr|start|beg)\w*\b")
_SLOT_BEFORE = re.compile(
    r"(?i)\b(?:in\s*/\s*out|slot|scheduled|sched|appt|visit time|session time|seen|treated)\W*(?:from\W*)?$"
)
_OF_THE_VISIT = re.compile(r"(?i)\b(?:timed|total|billable|tx|treatment|session|visit)\s+$")
_TOTAL_BEFORE = re.compile(r"(?i)\b(?:timed|total|billable)(?:\s+(?:timed|min\w*|time|tx|treatment|code\w*))*\s*[:=]\s*$")
_BARE_BEFORE = re.compile(r"(?:^|[\n(,;+=/]|(?<!\d):|\band)[ \t]*(?P<n>[89]|[1-9]\d)\s$")


def _take_bare_figures(text: str, anchors: list[Anchor], named: list[int], before: list[Time | None]) -> None:
    """Where every name of a line has a bare figure before it (`20 NMR, 15 TE`), the figures are minutes."""
    bare = [_BARE_BEFORE.search(text[max(0, anchors[n].span.start - 8) : anchors[n].span.start]) for n in named]
    if len(named) > 1 and all(match and 8 <= int(match["n"]) <= 75 for match in bare):
        for number in named:
            end = anchors[number].span.start - 1
            figure = str(match["n"]) if (match := _BARE_BEFORE.search(text[max(0, end - 7) : end + 1])) else "0"
            before[number] = Time(Span(end - len(figure), end), int(figure), "minutes")


_BETWEEN = re.compile(
    rf"(?:\s|[-–—:(|*)\],/@]|{GLUE}|neuromuscular|balance|1:1|\bthe\b|\bunits?\b|\b\d\s?u(?:nits?)?\b|\bGP\b|\bGO\b)*",
    re.IGNORECASE,
)
_ELLIPTIC = re.compile(
    rf"(?:\band|\bthen|\bplus|,|\bthe (?:next|other|remaining|last|final))\s+(?:another\s+|about\s+|a\s+further\s+)?(?P<n>\d{{1,2}}|{NUMBER_WORD})\s+(?:more\s+)?(?:(?:of|on|in|for|to|were|was)\s+(?:the\s+)?)?$",
    re.IGNORECASE,
)


_TOLD_IN_WORDS = re.compile(
    rf"(?<![\w-])(?P<n>{NUMBER_WORD})\s+(?:of (?:these|those|them|which)\s+)?(?:(?:I )?(?:count(?:ed)?|put(?: down)?|recorded|billed|called)(?: as)?\s+|(?:were|was|of|on|for|in|under|as|went to|spent on|given (?:over )?to|"
    rf"directed (?:to|toward|at)|devoted to|recorded as|put down as)\s+)?(?:(?:the|skilled)\s+)?$",
    re.IGNORECASE,
)


def _time_before(text: str, lines: Lines, times: Sequence[Time], anchor: Anchor) -> Time | None:
    line = lines.at(anchor.span.start)
    floor = max(line.start if anchor.span.start - line.start > 6 else line.start - 80, anchor.span.start - 70, 0)
    elliptic = _ELLIPTIC.search(text, floor, anchor.span.start)
    if elliptic and (not anchor.explicit or number_of(elliptic["n"].lower()) >= 8):
        return Time(Span(elliptic.start("n"), elliptic.end("n")), number_of(elliptic["n"].lower()), "words")
    told = _TOLD_IN_WORDS.search(text, floor, anchor.span.start) if anchor.written or anchor.explicit else None
    if told and 8 <= number_of(told["n"]) <= 75:
        return Time(Span(told.start("n"), told.end("n")), number_of(told["n"]), "words")
    of_code = _OF_A_CODE.search(text, floor, anchor.span.start) if anchor.explicit else None
    if of_code:
        return Time(Span(of_code.start("n"), of_code.end("n")), int(of_code["n"]), "minutes")
    nearest = _last_before(times, anchor.span.start)
    if nearest is None or nearest.span.start < floor:
        return None
    between = text[nearest.span.end : anchor.span.start]
    if nearest.form == "clock" and _ARRIVAL.match(text, nearest.span.start):
        return None
    lead = text[max(0, nearest.span.start - 40) : nearest.span.start]
    if nearest.form == "clock" and _SLOT_BEFORE.search(lead):
        return None
    if (
        _TOTAL_BEFORE.search(lead)
        or re.search(r"(?i)\b(?:in all|altogether)\b", between)
        or (between.startswith(")") and re.search(r"[A-Za-z]\s?\($", lead))
    ):
        return None
    wrapped = "\n" not in between or (between.count("\n") == 1 and lines.thought_end(nearest.span.end) > line.start)
    return nearest if wrapped and _BETWEEN.fullmatch(between) and not re.search(r"\.\s(?!of\b)", between) else None


def _last_before(times: Sequence[Time], offset: int) -> Time | None:
    low, high = 0, len(times)
    while low < high:
        middle = (low + high) // 2
        if times[middle].span.end <= offset:
            low = middle + 1
        else:
            high = middle
    return times[low - 1] if low else None


_BY_REGION = UNTIMED_MODALITIES | {"97012", "97032", "97033", "97035", "97026"}
DOSE = re.compile(
    r"(?i)nu-?step|bike|biking|cycl|treadmill|\bTM\b|\bUBE\b|ergo|ellipt|walk|stretch|hold|\brest|hot pack|cold pack|\bice\b|heat|\bstand(?:ing|s)? (?:x|for|toler)|sit(?:ting)? (?:x|for|toler)|toleran|"
    r"warm|cool|every|\bset|goal|last (?:visit|session)|previous|minutes late|wait|break|home|hep\b|per day|daily|pedal|march|prone (?:lying|on)|position|paraffin|fluido"
)
_SEVERAL = re.compile(r"\b(?:mixed|between|both|split|combin\w*|each|together)\b", re.IGNORECASE)
_REACH_AFTER = re.compile(
    r"(?:\b(?:for|lasting|took|lasted|of|totall?ing|ran|was|were|at|over|spent|used|gave|devoted|in|first|initial|addl|additional)|[,(=–—-])\s*(?:a total of|about|approximately|approx\.?|a further|the|some|around)?\s*$",
    re.IGNORECASE,
)
_REACH_BEFORE = re.compile(
    r"\s*(?:\)|,)?\s*(?:(?:s?he|they|we|I|(?:the )?(?:patient|pt|child|resident)) (?:had|did|received|worked|practiced|performed|was given|completed)|of|were|was|is|in|on|for|to|went|spent|with|consisted|consisting|,|-|–|—|doing|dedicated|given|used|billed|devoted|under|working|one[- ]on[- ]one|1:1)[^.:;|\t\n]{0,85}$",
    re.IGNORECASE,
)


def _reach_over_clauses(text: str, lines: Lines, times: Sequence[Time], anchors: list[Anchor]) -> list[Anchor]:
    """Where a sentence names one service and states one length, the length is the service's, whatever words stand between."""
    owned = {t.span for a in anchors for t in a.times}
    result: list[Anchor] = []
    for number, anchor in enumerate(anchors):
        if not anchor.times and not anchor.shared and (anchor.explicit or anchor.written) and not anchor.untimed_modality:
            clause = clause_at(text, lines, anchor.span.start)
            floor = anchors[number - 1].head.end if number else 0
            ceiling = anchors[number + 1].head.start if number + 1 < len(anchors) else len(text)
            near = Span(max(clause.start, floor, anchor.span.start - 110), min(clause.end, ceiling, anchor.head.end + 90))
            crowded = number + 1 < len(anchors) and anchors[number + 1].span.start < clause.end and not anchors[number + 1].times
            near = Span(anchor.span.start, near.end) if crowded else near
            time = _only_time(
                text,
                anchor,
                near,
                [t for t in times_within(times, near.start, near.end) if t.span.end <= near.end and t.span not in owned],
            )
            if time is not None:
                owned.add(time.span)
                anchor = replace(anchor, times=(time,))
        result.append(anchor)
    return result


def _only_time(text: str, anchor: Anchor, near: Span, free: list[Time]) -> Time | None:
    """Return the one length of a clause that is no dose, where it is bound to the service's name."""
    if not free or len({t.value for t in free}) > 1:
        return None
    time = free[0]
    if time.form == "clock" and _ARRIVAL.match(text, time.span.start):
        return None
    if time.form == "quote" and time.span.start > anchor.span.start:
        return None
    if time.span.end <= anchor.span.start:
        between = text[time.span.end : anchor.span.start]
        lead = text[near.start : time.span.start]
        return (
            time
            if _REACH_BEFORE.fullmatch(between)
            and not _SEVERAL.search(between)
            and not DOSE.search(between)
            and not DOSE.search(lead[-25:])
            else None
        )
    between = text[anchor.span.end : time.span.start]
    if anchor.code in _BY_REGION and len(between) < 40 and not re.search(r"[:;|.](?!\d)", between):
        return time
    if (
        re.search(r"[:;|\t]|\d\s?[x×]\s?\d", between)
        or _SEVERAL.search(between)
        or DOSE.search(between)
        or not _REACH_AFTER.search(between)
    ):
        return None
    return None if DOSE.match(text[time.span.end : time.span.end + 14].lstrip()) else time


def _stands_as_heading(text: str, anchor: Anchor) -> bool:
    """An abbreviation names a service only beside a time or units, or as the first thing of a line before a colon or dash."""
    if anchor.times or anchor.units is not None:
        return True
    name = text[anchor.span.start : anchor.span.end].lower()
    after = text[anchor.span.end : anchor.span.end + 3]
    return (
        anchor.leads
        and name not in _LONE
        and bool(re.match(r"\s*[:|]|\s+[-–—]\s|\s*$", after))
        and anchor.code not in UNTIMED_MODALITIES
    )
