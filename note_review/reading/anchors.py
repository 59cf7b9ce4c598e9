"""Where a note names a billable service, with the minutes, units and modifiers that stand beside the name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from note_review.note import Span
from note_review.reading.lines import Lines
from note_review.reading.service_names import CODE, MODIFIERS, SHORT_NAMES, WRITTEN_NAMES, mend_scanned_codes
from note_review.reading.times import Time, number_of

_GAP = re.compile(r"(?:\s|[-–—:()|/,.*=•\[\]&]|\bCPT\b|\bcode\b){0,12}")
_SEPARATOR = re.compile(r"[ \t|:;,()\[\]\-–—=•*@~/.+#]|\\t")
_GLUE = re.compile(
    r"(?:x|X|×|for|from|between|of|at|a|total|totaling|time[ds]?|timed|tx|treatment|was|were|is|performed|provided|completed|given|delivered|rendered|skilled|direct|"
    r"one[- ]on[- ]one|one[- ]to[- ]one|1[:-]1|1on1|1 on 1|approx(?:imately)?\.?|about|around|billed?|bill|charge[ds]?|code[ds]?|cpt|on|in|with|pt|ind(?:iv(?:idual)?)?\.?|"
    r"procedure|today|service|minutes?|mins?|session|training|per|contact|patient|activities|constant|attendance|mod(?:ifier)?s?\.?|and|which|took|lasted|lasting|spent|doing|occup(?:ied|ying)|consumed|devoted|went|to|under|dedicated|entire|full|block|focus(?:ed)?|working)"
    r"(?![a-zA-Z])",
    re.IGNORECASE,
)
_UNITS = re.compile(
    r"[x×]\s?(?P<a>\d{1,2})\s*(?:units?|un?\.?)(?![a-zA-Z])|(?P<b>\d{1,2})\s*(?:units?|un?\.?)(?![a-zA-Z])|(?:units?|u|qty)\s*[:=#x|]?\s*(?P<c>\d{1,2})(?![\d:.])(?!\s*min(?!\w*\s*[:=]))|"
    r"(?P<w>one|two|three|four|five|six) units?\b|[x×]\s?(?P<d>[1-8])(?![\d:.,]\d|\d)(?!\s*(?:min|'|m\b|sets?|reps?|ea\b|[x×]\s?\d|/\s*(?:wk|week|day|d\b|mo)|sec|s\b|\"|ft|lb|#|wk|days?|weeks?|h\b|hr))",
    re.IGNORECASE,
)
_MODIFIER = re.compile(
    r"(GP|GO|GN|KX|CQ|CO|X[ESPU]|AT|GA|GX|GY|GZ|(?:(?<![ \t])|(?<=mod )|(?<=modifier ))59(?!\s*(?:min|['′’m](?![a-z])))|59(?=[\s,/+-]*(?:G[PON]|KX|C[QO])\b)|95(?=\W|$)(?!\s*(?:min|['′’])))"
    r"(?=GP|GO|GN|KX|CQ|CO|59|[^\w']|$)"
)
_BARE = re.compile(
    r"(?:[x×]\s?(?P<x>\d{1,3})(?!\d|:\d|[/.%#\"]|\s*(?:reps?|ft|lbs?|sec|s\b|ea\b|[x×]|min|['′’m](?![a-z])|hr?s?\b|hour)|[a-zA-Z])|\((?P<p>\d{1,3})\)|"
    r"(?:min(?:ute)?s?|time|t)\s*[:=#|]\s*(?P<m>\d{1,3})(?![\d:/.%])|(?P<t>\d{1,3})(?=\s*(?:[|,;)\]]|\t|\s{2}|$|\n)))",
    re.IGNORECASE | re.MULTILINE,
)
_BULLET = re.compile(r"[\s>*#_\-–—•·|\[\]x✓☑()]*(?:\d{1,2}[.)]\s+)?(?:[SOAPIRT]\s?[:;)]\s*)?", re.IGNORECASE)
_LABEL_BEFORE = re.compile(r"(?:^|\n)[\s>*#_\-•|]*(?:[A-Za-z][A-Za-z /&'()-]{0,40}[:;)]\s*)+$")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place that names a service.

    ``head`` runs from the first to the last thing that belongs to the name: minutes, units, modifiers.
    ``explicit`` is true where the code itself is written, ``leads`` where it stands first on its line,
    ``last`` where nothing follows on its line.
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


@dataclass(slots=True)
class _Hit:
    start: int
    end: int
    code: str
    explicit: bool
    written: bool
    shared: tuple[str, ...] = ()


def find_anchors(text: str, lines: Lines, times: Sequence[Time]) -> list[Anchor]:
    """Find every place that names a service by code or name, with what its head says."""
    hits = _merge(text, _hits(text))
    anchors = [_anchor(text, lines, times, hit, hits) for hit in hits]
    anchors = _turn_round(text, lines, times, anchors)
    return [a for a in anchors if a.explicit or a.written or _stands_as_heading(text, a)]


def _hits(text: str) -> list[_Hit]:
    hits = [_Hit(m.start(1), m.end(1), m[1], True, False) for m in CODE.finditer(mend_scanned_codes(text))]
    for patterns, written in ((WRITTEN_NAMES, True), (SHORT_NAMES, False)):
        for pattern, code in patterns:
            for match in pattern.finditer(text):
                if not any(match.start() < h.end and h.start < match.end() for h in hits):
                    hits.append(_Hit(match.start(), match.end(), code, False, written))
    return sorted(hits, key=lambda h: h.start)


def _merge(text: str, hits: list[_Hit]) -> list[_Hit]:
    """Join a code and the name beside it; two names joined by a slash share one heading."""
    merged: list[_Hit] = []
    for hit in hits:
        before = merged[-1] if merged else None
        gap = text[before.end : hit.start] if before else "x"
        near = before is not None and "\n" not in gap and _GAP.fullmatch(gap) is not None
        if before is None or not near:
            merged.append(hit)
        elif before.explicit != hit.explicit and (before.code == hit.code or gap.strip(" ") not in {",", ";", "/", "&", "+"}):
            code = before.code if before.explicit else hit.code
            merged[-1] = _Hit(before.start, hit.end, code, True, True)
        elif before.code == hit.code and not (before.explicit and hit.explicit):
            merged[-1] = replace_hit(before, hit.end)
        elif not before.explicit and not hit.explicit and gap.strip() in {"/", "&", "+"}:
            merged[-1] = _Hit(before.start, hit.end, before.code, False, before.written, (*(before.shared or (before.code,)), hit.code))
        else:
            merged.append(hit)
    return merged


def replace_hit(hit: _Hit, end: int) -> _Hit:
    """Return the hit with another end."""
    return _Hit(hit.start, end, hit.code, hit.explicit, hit.written, hit.shared)


def _anchor(text: str, lines: Lines, times: Sequence[Time], hit: _Hit, hits: list[_Hit]) -> Anchor:
    line = lines.at(hit.start)
    following = next((h.start for h in hits if h.start > hit.start), len(text))
    end, units, modifiers, own = _tail(text, hit.end, min(line.end, following), times)
    lead = text[line.start : hit.start]
    leads = _BULLET.fullmatch(lead) is not None or _LABEL_BEFORE.search("\n" + lead) is not None
    rest = text[end : line.end].strip(" \t|-–—:;,.()[]*")
    first = next(h for h in hits if h.start >= line.start)
    if _units_before(text[line.start : first.start]) is not None:
        units = _units_before(lead) or units
    minutes_before = re.search(r"(?:min(?:ute)?s?|time)\s*[:=]\s*(\d{1,3})[\s,|–-]*$", lead, re.IGNORECASE)
    if minutes_before and not own:
        at = line.start + minutes_before.start(1)
        own = (Time(Span(at, line.start + minutes_before.end(1)), int(minutes_before[1]), "minutes"),)
    return Anchor(
        Span(hit.start, hit.end), hit.code, hit.explicit, Span(hit.start, end), units, modifiers, own, leads, not rest, hit.written, hit.shared
    )  # fmt: skip


def _units_before(lead: str) -> int | None:
    """Return the units that stand before a name (`2 units 97112`, `2 x 97112`)."""
    match = re.search(r"(?<![\d.:/])(?P<n>\d{1,2}|one|two|three|four)\s*(?:(?:units?|u)\s*(?:of\s*|[-–:x|]\s*)?|[x×]\s*)\(?$", lead, re.IGNORECASE)
    return number_of(match["n"].lower()) if match else None


def _tail(text: str, start: int, limit: int, times: Sequence[Time]) -> tuple[int, int | None, tuple[str, ...], tuple[Time, ...]]:
    """Read on from the name over minutes, units and modifiers until other content begins."""
    position = end = start
    units: int | None = None
    modifiers: list[str] = []
    own: list[Time] = []
    by_start = {t.span.start: t for t in times}
    while position < limit:
        time = by_start.get(position)
        if time is not None and time.span.end <= limit:
            own.append(time)
            position = end = time.span.end
        elif match := _UNITS.match(text, position, limit):
            units = int(next(g for k, g in match.groupdict().items() if g and k != "w")) if not match["w"] else number_of(match["w"].lower())
            position = end = match.end()
        elif match := _MODIFIER.match(text, position, limit):
            modifiers.append(match[1])
            position = end = match.end()
        elif (match := _BARE.match(text, position, limit)) and _plausible(match) and _delimited(text, position, match):
            group = next(k for k, v in match.groupdict().items() if v)
            value = int(match[group])
            if value <= 7 and group == "t":
                units = value if units is None else units
            else:
                own.append(Time(Span(match.start(group), match.end(group)), value, "minutes"))
            position = end = match.end()
        elif match := _GLUE.match(text, position, limit):
            position = match.end()
        elif match := _SEPARATOR.match(text, position, limit):
            position = match.end()
        else:
            break
    return end, units, tuple(modifiers), tuple(own)


def _plausible(match: re.Match[str]) -> bool:
    group, value = next((k, int(v)) for k, v in match.groupdict().items() if v)
    return 8 <= value <= 240 or (group == "m" and value > 0) or (group == "t" and 1 <= value <= 7)


def _delimited(text: str, position: int, match: re.Match[str]) -> bool:
    """A bare number at the end of a cell counts only behind a cell's edge, a colon or a space after the name."""
    return match["t"] is None or text[position - 1] in " |:/,(\t-=–"


def _turn_round(text: str, lines: Lines, times: Sequence[Time], anchors: list[Anchor]) -> list[Anchor]:
    """Give minutes that stand before the name (`15 min of ther ex`) to it, not to the name before them."""
    result: list[Anchor] = []
    taken_before: set[int] = set()
    for number, anchor in enumerate(anchors):
        line = lines.at(anchor.span.start)
        on_line = [a for a in anchors if lines.at(a.span.start) == line]
        leading = _time_before(text, lines, times, on_line[0])
        own = _time_before(text, lines, times, anchor)
        turned = leading is not None and len(on_line) > 1 and all(_time_before(text, lines, times, a) is not None for a in on_line)
        if own is not None and (turned or not anchor.times) and (turned or not _belongs_before(anchors, number, own)):
            kept = tuple(t for t in anchor.times if not turned)
            anchor = replace(anchor, times=(own, *kept), head=Span(own.span.start, anchor.head.end if not turned else anchor.span.end))
            taken_before.add(own.span.start)
        result.append(anchor)
    return [
        replace(a, times=tuple(t for t in a.times if t.span.start not in taken_before or t.span.start < a.span.start)) for a in result
    ]


def _belongs_before(anchors: list[Anchor], number: int, time: Time) -> bool:
    return number > 0 and any(t.span == time.span for t in anchors[number - 1].times)


_BETWEEN = re.compile(
    rf"(?:\s|[-–—:(|*)\],/@]|{_GLUE.pattern}|neuromuscular|balance|1:1|\bthe\b|\bto\b|\bdedicated\b|\bunits?\b|\b\d\s?u(?:nits?)?\b)*", re.IGNORECASE
)


_ELLIPTIC = re.compile(
    r"(?:\band|\bthen|\bplus|,)\s+(?:another\s+|about\s+)?(?P<n>\d{1,2}|five|eight|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    r"nineteen|twenty(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|thirty|forty)\s+(?:of|on|in|for)\s+$", re.IGNORECASE
)  # fmt: skip


def _time_before(text: str, lines: Lines, times: Sequence[Time], anchor: Anchor) -> Time | None:
    line = lines.at(anchor.span.start)
    floor = max(line.start if anchor.span.start - line.start > 6 else line.start - 80, anchor.span.start - 70, 0)
    elliptic = _ELLIPTIC.search(text, floor, anchor.span.start)
    if elliptic:
        return Time(Span(elliptic.start("n"), elliptic.end("n")), number_of(elliptic["n"].lower()), "words")
    before = [t for t in times if floor <= t.span.start and t.span.end <= anchor.span.start]
    if not before:
        return None
    between = text[before[-1].span.end : anchor.span.start]
    return before[-1] if _BETWEEN.fullmatch(between) and between.count("\n") <= 1 and "\n\n" not in between else None


def _stands_as_heading(text: str, anchor: Anchor) -> bool:
    """An abbreviation names a service only beside a time or units, or as the first thing of a line before a colon or dash."""
    if anchor.times or anchor.units is not None:
        return True
    name = text[anchor.span.start : anchor.span.end].lower()
    after = text[anchor.span.end : anchor.span.end + 3]
    lone = name in {"gait", "ice", "heat", "us", "es", "hp", "cp", "sc", "eval", "group", "exercise", "exercises", "activities", "neuro", "ther"}
    return anchor.leads and not lone and bool(re.match(r"\s*[:|]|\s+[-–—]\s|\s*$", after)) and anchor.code not in {"97010"}


def modifiers_in(written: str) -> tuple[str, ...]:
    """Return the modifiers glued or parted in a stretch: ``GP59`` gives GP and 59."""
    return tuple(m for m in re.findall(r"GP|GO|GN|KX|CQ|CO|59|X[ESPU]|AT", written) if m in MODIFIERS)
