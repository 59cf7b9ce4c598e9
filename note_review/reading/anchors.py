"""Where a note names a billable service, with the minutes, units and modifiers that stand beside the name."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from note_review.note import Span
from note_review.reading.anchor import Anchor
from note_review.reading.before_names import OF_THE_VISIT, turn_round
from note_review.reading.coded_claims import read_coded
from note_review.reading.columns import rows_of, units_in_columns
from note_review.reading.definitions import definition_end, units_defined
from note_review.reading.each import give_to_each
from note_review.reading.heads import read_head
from note_review.reading.in_turn import give_in_turn
from note_review.reading.lines import Lines
from note_review.reading.marks import Marks
from note_review.reading.number_words import number_of
from note_review.reading.other_numbers import is_other_number
from note_review.reading.reach import reach_over_clauses
from note_review.reading.scan import parted_codes
from note_review.reading.service_names import ASIDE, CODE, UNTIMED_MODALITIES, lay_names_in, names_in
from note_review.reading.small_letters import any_case, small
from note_review.reading.times import Time

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
# Abbreviations that mean nothing else: at the head of a line they name a service as a name written out does.
_PLAIN = frozenset({"nmr", "nmre", "nm-re", "n.m.r.", "therex", "theract", "tact"})


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    code: str
    explicit: bool
    written: bool
    shared: tuple[str, ...] = ()


def find_anchors(text: str, lines: Lines, times: Sequence[Time]) -> list[Anchor]:
    """Find every place of a text without a scanner's figures that names a service by code or name, with what its head says."""
    hits = _with_definitions(text, _merge(text, _hits(text)))
    by_start = {t.span.start: t for t in times}
    anchors = [_anchor(text, lines, by_start, hits, number) for number in range(len(hits))]
    anchors = _outside_heads(anchors)
    anchors, times = give_in_turn(text, lines, times, anchors)
    anchors = turn_round(text, lines, times, anchors)
    anchors = give_to_each(text, times, anchors)
    anchors = [a for a in anchors if a.explicit or a.written or _stands_as_heading(text, a)]
    return reach_over_clauses(text, lines, times, units_in_columns(text, rows_of(text, lines), anchors))


def _with_definitions(text: str, hits: list[_Hit]) -> list[_Hit]:
    """Let a code reach over the definition printed behind it, and over the names in there."""
    defined = units_defined(text)
    if not defined:
        return hits
    kept: list[_Hit] = []
    codes = [*(h.start for h in hits if h.explicit), len(text)]
    for hit in hits:
        if kept and hit.start < kept[-1].end:
            continue
        stop = codes[bisect_left(codes, hit.end)]
        kept.append(replace(hit, end=definition_end(text, hit.end, stop, defined)) if hit.explicit or hit.written else hit)
    return kept


def _outside_heads(anchors: list[Anchor]) -> list[Anchor]:
    """Leave out names within a bracket that another name's head runs over (`Ther act (car, gait on ramp) 15 min`)."""
    kept: list[Anchor] = []
    for anchor in anchors:
        if anchor.explicit or not kept or anchor.span.start >= kept[-1].head.end:
            kept.append(anchor)
    return kept


def _hits(text: str) -> list[_Hit]:
    marks = Marks(len(text))
    codes = [m for m in CODE.finditer(text) if not is_other_number(text, Span(m.start(1), m.end(1)))]
    hits = [_Hit(m.start(1), m.end(1), m[1], True, False) for m in codes]
    for hit in hits:
        marks.take(hit.start, hit.end)
    hits += [_Hit(*span, code, True, False) for span, code in parted_codes(text) if marks.take_if_free(span)]
    for written in (True, False):
        hits += [
            _Hit(s, e, code, False, written) for s, e, code in names_in(text, written=written) if marks.take_if_free(Span(s, e))
        ]
    if "minutes" in text:
        hits += [_Hit(s, e, code, False, False) for s, e, code in lay_names_in(text) if marks.take_if_free(Span(s, e))]
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
    coded = read_coded(text, line, hit.start) if hit.explicit else None
    if coded is not None:
        span = Span(hit.start, hit.end)
        return Anchor(
            span,
            hit.code,
            True,
            Span(hit.start, max(hit.end, coded.end)),
            coded.units,
            coded.modifiers,
            coded.times,
            True,
            True,
            hit.written,
        )
    following = hits[number + 1].start if number + 1 < len(hits) else len(text)
    aside = ASIDE.match(text, hit.end)
    bracketed = _REST_OF_LABEL.match(text, hit.end) if text[hit.start - 1 : hit.start] in {"[", "("} else None
    head = read_head(
        text,
        aside.end() if aside else bracketed.end() if bracketed else hit.end,
        min(lines.thought_end(hit.end), following),
        times,
        explicit=hit.explicit,
    )
    lead = text[max(line.start, hit.start - 120) : hit.start]
    opens = hit.start - line.start < 120
    units, own = head.units, tuple(head.times)
    if (
        number == 0
        or hits[number - 1].end <= line.start
        or _units_before(_lead(text, line.start, _first_on_line(hits, number, line.start))) is not None
    ):
        above = small(text[max(0, line.start - 160) : line.start])
        headed = ("unit" in above or "qty" in above or "quantity" in above) and _UNITS_BEHIND_CODES.search(above) is None
        before = _units_before(lead, headed=headed and hit.explicit)
        units = units if before is None else before
    units, own = _by_code(text, hit, units, own)
    stated = re.search(
        r"(?:min(?:ute)?s?|time)\s*[:=]\s*(\d{1,3})(?:[\s,|–:#-]|units?\s*[:=]?\s*\d|cpt|code)*$", lead, re.IGNORECASE
    )
    if stated and not own and not OF_THE_VISIT.search(lead[: stated.start()]):
        own = (Time(Span(line.start + stated.start(1), line.start + stated.end(1)), int(stated[1]), "minutes"),)
    leads = opens and _leads(lead)
    plain = hit.written or _is_plain(text, hit, line.end, leads=leads)
    ends = line.end - head.end < 120 and not text[head.end : line.end].strip(" \t|-–—:;,.()[]*")
    return Anchor(
        Span(hit.start, hit.end), hit.code, hit.explicit, Span(hit.start, max(hit.end, head.end)), units, tuple(dict.fromkeys(head.modifiers)), own,
        leads, ends, plain, hit.shared,
    )  # fmt: skip


def _by_code(text: str, hit: _Hit, units: int | None, own: tuple[Time, ...]) -> tuple[int | None, tuple[Time, ...]]:
    """Return units and lengths without the figures that are something else beside some codes: feet walked, a count of units, a modifier."""
    if hit.code == "97116" and not (hit.explicit or hit.written):
        own = tuple(t for t in own if t.form != "quote" or not _WALKED.match(text, t.span.end))
    if not own:
        return units, own
    is_count = units is None and own[0].value <= _MOST_UNITS and _TIMES_SIGN.search(text, hit.end, own[0].span.start)
    if hit.code == "97750" and is_count:
        return own[0].value, own[1:]
    # The modifier of a physician's visit: `99203-25`.
    is_modifier = hit.code.startswith("99") and text[own[0].span.start - 1] == "-"
    return units, own[1:] if is_modifier else own


# A capacity evaluation fills hours: `97750 x 12` is three hours in units.
_MOST_UNITS = 32
_TIMES_SIGN = re.compile(r"[x×]\s?$", re.IGNORECASE)
# A sign behind a figure of walking is feet where the assistance or a count follows: `gait 20' min A w/ FWW`, `gait 50' x 2`.
_WALKED = re.compile(
    r"\s*x\s?\d+(?![\d'’]|\s?m)|(?:(?!\b[A-Z]{2,3}\s?\d)[^,;:.\n]){0,40}?,?\s(?:(?:min|mod|max)\s?(?:A\b|assist)|CGA?\b|SBA?\b|supervis|indep|mod I\b)"
)
# A label in brackets, code and name: `[97112 neuromuscular] 23 min`.
_REST_OF_LABEL = re.compile(r"[^\[\]()\n\d]{0,30}[\])](?=\s*[x:=–-]?\s*\d)")
_LENGTH_TO_COME = re.compile(
    r"(?:\s(?:activit\w+|training|drills?|exercises?|techniques?|tasks?|interventions?|program))?\s(?:w/|with|for|to|on|in|incl\w*|consist\w*|focus\w*|address\w*)"
    r"[ /][^:\n]{0,80}\d\s?(?:min|m\b|['’])|\s[^:;,\n]{0,60}\d\s?min\w*\s+total\b",
    re.IGNORECASE,
)


def _is_plain(text: str, hit: _Hit, end: int, *, leads: bool) -> bool:
    """Whether an abbreviation names a service as surely as a name written out: at the head of a line, or where its length is still to come."""
    name = text[hit.start : hit.end]
    known = name.lower() in _PLAIN
    apart = leads or re.search(r"[,;.]\s$", text[max(0, hit.start - 2) : hit.start]) is not None
    return (known and leads) or ((known or (apart and name.isupper())) and _LENGTH_TO_COME.match(text, hit.end, end) is not None)


def _leads(lead: str) -> bool:
    return _BULLET.fullmatch(lead) is not None or _LABEL_BEFORE.fullmatch(lead) is not None


def _lead(text: str, line_start: int, name: int) -> str:
    return text[max(line_start, name - 60) : name]


def _first_on_line(hits: list[_Hit], number: int, line_start: int) -> int:
    """Return where the first name of the line begins (of the last dozen names, on an endless line)."""
    return next(hit.start for hit in hits[max(0, number - 12) : number + 1] if hit.start >= line_start)


_UNITS_BEHIND_CODES = any_case(r"\b(?:code|cpt|hcpcs|proc\w*|service)s?\b[^\n]*\b(?:units?|qty|quantity)\b")


_COUNT_BEFORE = re.compile(
    r"(?<![\d.:/])(?P<n>\d{1,2}|one|two|three|four|five)\s*(?:(?:units?|u)\s*(?:\(s\)\s*)?(?:of\s*|[-–:x|]\s*)?|[x×]\s*)\(?$",
    re.IGNORECASE,
)
_COUNT_IN_BRACKETS = re.compile(r"\((?P<n>[1-9])\)\s*$")
_LABELLED_COUNT = re.compile(r"\bunits?\s*[:=]\s*(?P<n>\d{1,2})\W+(?:(?:cpt|code)\W*)*$", re.IGNORECASE)
_COUNT_ALONE = re.compile(r"[\s|]*(?P<n>[0-8])[\s|]+")


def _units_before(lead: str, *, headed: bool = False) -> int | None:
    """Return the units that stand before a name (`2 units 97112`, `2 x 97112`, `(2) 97112`), alone on its line under a heading of units."""
    match = (
        _COUNT_BEFORE.search(lead[-40:])
        or _COUNT_IN_BRACKETS.search(lead[-8:])
        or _LABELLED_COUNT.search(lead[-40:])
        or (_COUNT_ALONE.fullmatch(lead) if headed else None)
    )
    return number_of(match["n"].lower()) if match else None


_IN_STEP = re.compile(
    r"(?:,?\s?[,&+/]?\s?[A-Z][A-Za-z./]{0,8}){0,4}(?:\s*[:=]\s*\d+\s?(?:min|m|')?\s?[/,&+]\s?\d|\s\d{1,2}(?:\s?[/,&+]\s?\d{1,2}){1,4}\s?min)"
)
_CLOSES_PART = re.compile(r":[^\n:]{0,100}?\d{1,3}\s?(?:min(?:ute)?s?|m|')\.?\)?[ \t]*(?:[.;]|$)", re.MULTILINE | re.IGNORECASE)
_CLOSES_WITH_LENGTH = re.compile(r":[^\n]{0,160}?[\s(]\d{1,3}\s?(?:min(?:ute)?s?|m)\.?\)?[ \t.]*$", re.MULTILINE | re.IGNORECASE)

_CLOSES_A_ROW = re.compile(r"[ ]?[|;\t][^\n]*[|;\t][ ]?\d{1,3}(?:\s?min\w*|')?[ |]*$", re.MULTILINE)


def _stands_as_heading(text: str, anchor: Anchor) -> bool:
    """An abbreviation names a service only beside a time or units, or as the first thing of a line before a colon or dash."""
    if anchor.times or anchor.units is not None:
        return True
    name = text[anchor.span.start : anchor.span.end].lower()
    after = text[anchor.span.end : anchor.span.end + 3]
    if _IN_STEP.match(text, anchor.span.end):
        return True
    if re.search(r"[.;]\s$", text[max(0, anchor.span.start - 2) : anchor.span.start]) and _CLOSES_PART.match(
        text, anchor.head.end
    ):
        return True
    return (
        anchor.leads
        and (name not in _LONE or any(closes.match(text, anchor.head.end) for closes in (_CLOSES_WITH_LENGTH, _CLOSES_A_ROW)))
        and bool(re.match(r"\s*[:|;]|\t|\s+[-–—]\s|\s*$", after))
        and anchor.code not in UNTIMED_MODALITIES
    )
