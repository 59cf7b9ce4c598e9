"""Lengths that stand before the name they belong to: `15 min of ther ex`, `(12 min) 97112`, `20 NMR, 15 TE`, `twenty of these were gait training`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from note_review.note import Span
from note_review.reading.anchor import Anchor
from note_review.reading.heads import GLUE
from note_review.reading.lines import Lines
from note_review.reading.number_words import NUMBER_WORD, number_of
from note_review.reading.shares import part_before
from note_review.reading.small_letters import small
from note_review.reading.times import Time
from note_review.reading.total_words import LABEL_OF_A_TOTAL


def turn_round(text: str, lines: Lines, times: Sequence[Time], anchors: list[Anchor]) -> list[Anchor]:
    """Give minutes that stand before the name (`15 min of ther ex`) to it, not to the name before them."""
    # A service whose own words a length closes (`give_in_turn`) has none before its name.
    before = [None if _is_closed(anchor) else _time_before(text, lines, times, anchor) for anchor in anchors]
    for number in range(1, len(anchors)):
        own = before[number]
        if own is not None and own.span.start < anchors[number - 1].span.end:
            before[number] = None
    _take_leading_figures(text, lines, anchors, before)
    by_line: dict[int, list[int]] = {}
    for number, anchor in enumerate(anchors):
        by_line.setdefault(lines.index_at(anchor.span.start), []).append(number)
    result: list[Anchor] = []
    taken: set[int] = set()
    freed: set[Span] = set()
    for on_line in by_line.values():
        named = [n for n in on_line if not anchors[n].untimed_modality and not _repeats_the_name(anchors, n, before)]
        _take_bare_figures(text, anchors, named, before)
        turned = len(named) > 1 and all(before[n] is not None for n in named) and not _lists(text, anchors, named, before)
        for number in on_line:
            anchor, own = anchors[number], before[number]
            belongs = (
                number > 0
                and own is not None
                and any(t.span == own.span for t in anchors[number - 1].times if t.span not in freed)
            )
            bound = own is not None and (_binds(text, own, anchor) or _is_of_the_name(text, own, anchor))
            if own is not None and not bound and _is_the_name_befores(text, anchors, number, own):
                own = None
            belongs = belongs and not (own is not None and not anchor.times and _begins_anew(text, anchors[number - 1], own))
            if bound and anchor.times and own is not None and own.value == 15 and text[own.span.start : own.span.end].isupper():
                # An EMR's row `THERAPEUTIC EXERC 15 MIN (97110)  31`: the code's own quarter of an hour is no length.
                taken.add(own.span.start)
                result.append(anchor)
                continue
            free = not (belongs or (anchor.times and not _a_total_follows(text, anchor, own)))
            if own is not None and (number in named or not named) and (turned or bound or free):
                freed |= {t.span for t in anchor.times} if bound else set()
                anchor = replace(
                    anchor,
                    times=(own, *(t for t in anchor.times if t.value == own.value and t.span.start > anchor.span.start)),
                    head=Span(own.span.start, anchor.span.end if (turned or bound) and anchor.times else anchor.head.end),
                )
                taken.add(own.span.start)
            result.append(anchor)
    result.sort(key=lambda a: a.span)
    if not taken:
        return result
    return [
        replace(a, times=tuple(t for t in a.times if t.span.start not in taken or t.span.start < a.span.start)) for a in result
    ]


def _is_closed(anchor: Anchor) -> bool:
    return bool(anchor.times) and anchor.times[0].span.start >= anchor.head.end


def _lists(text: str, anchors: Sequence[Anchor], named: Sequence[int], before: Sequence[Time | None]) -> bool:
    """Whether the first length of a line is the total of the services that it lists, each with its own behind (`53 min total: TE 23, NMR 15`; `38 min, NMR 23 min, TE 15 min`)."""
    first, last = before[named[0]], anchors[named[-1]]
    if first is None or not any(t.span.start > last.span.start for t in last.times):
        return False
    gap = text[first.span.end : anchors[named[0]].span.start]
    if all(_has_its_own_behind(text, anchors[number]) for number in named):
        behind = [anchors[number].times[0].value for number in named]
        others = [own for number in named[1:] if (own := before[number]) is not None]
        of_the_visit = first.form == "clock" and first.value != behind[0] and not any(own.form == "clock" for own in others)
        if of_the_visit or first.value == sum(behind) or _SET_OFF.match(gap):
            return True
    return re.search(r"[:(]|\btotal\b", gap) is not None


def _has_its_own_behind(text: str, anchor: Anchor) -> bool:
    """Whether a length stands right behind a name and something parts it from what follows."""
    behind = anchor.times[0].span if anchor.times else None
    return (
        behind is not None
        and _TO_ITS_LENGTH.fullmatch(text, anchor.span.end, behind.start) is not None
        and _PARTED_BEHIND.match(text, behind.end) is not None
    )


def _a_total_follows(text: str, anchor: Anchor, own: Time | None) -> bool:
    """Whether the length behind a name is labelled, set off and longer than the one before it (`28 min gait training, visit length: 46 min`)."""
    behind = anchor.times[0]
    if own is None or behind.value <= own.value or _SIGN.search(text, own.span.end, anchor.span.start):
        return False
    # The full stop of `8 min Ther ex. Duration 57 min` belongs to the name and to the sentence.
    told = text[anchor.span.end - 1 : behind.span.start]
    label = LABEL_OF_A_TOTAL.search(small(told))
    return label is not None and _SIGN.search(told, 0, label.start()) is not None


def _repeats_the_name(anchors: Sequence[Anchor], number: int, times: Sequence[Time | None]) -> bool:
    """Whether a code stands behind its own name and length (`TE 15 min 97110`)."""
    name, own = anchors[number - 1], times[number]
    if not number or own is None or not anchors[number].explicit or name.code != anchors[number].code:
        return False
    earlier = times[number - 1]
    return any(t.span == own.span for t in name.times) and (earlier is None or earlier.value != own.value)


def _is_the_name_befores(text: str, anchors: Sequence[Anchor], number: int, own: Time) -> bool:
    """Whether a length closes what another name leads, set off from the next name (`MT to R shoulder 12 min, TE for RTC 18 min`)."""
    before = anchors[number - 1] if number else None
    if before is None or before.times or not before.written or before.span.end > own.span.start:
        return False
    led = text[before.span.end : own.span.start]
    gap = text[own.span.end : anchors[number].span.start]
    return re.search(r"[,;.:\n]", led) is None and len(led) < 80 and re.fullmatch(r"[)\]]?[,;.]\s+", gap) is not None


_ANEW = re.compile(r"\W*(?:[,;.+&]|\b(?:then|and|plus)\b)(?!\s*(?:of which|total))[^\d]*$", re.IGNORECASE)
_TOLD_AS_TOTAL = re.compile(r"\b(?:total|tot|timed|session|visit|all|out of)\b", re.IGNORECASE)


def _begins_anew(text: str, before: Anchor, own: Time) -> bool:
    """Whether a length that the head before has read on to is a second one, and so the next name's (`TE ~15 min; approx 10 min MT`)."""
    others = [t for t in before.times if t.span.end <= own.span.start and t.value != own.value]
    if not others or own.form == "clock":
        return False
    gap = text[others[-1].span.end : own.span.start]
    return _ANEW.match(gap) is not None and not _TOLD_AS_TOTAL.search(gap)


def _binds(text: str, own: Time, anchor: Anchor) -> bool:
    """Whether a length and the code in brackets behind it belong together (`55 min (97161 eval 35 min, ...)` is the sum of what it lists)."""
    lists = anchor.times and ")" not in text[anchor.span.end : anchor.times[0].span.start]
    return anchor.explicit and not lists and _IN_BRACKETS.fullmatch(text[own.span.end : anchor.span.start]) is not None


_OF = re.compile(r"\s+of\s+(?:skilled\s+|direct\s+)?", re.IGNORECASE)
_ANOTHER = re.compile(r"\s*(?:,|;|and|then|plus|followed by)", re.IGNORECASE)
_ON = re.compile(r"\s+(?:of|on|under|for|to|towards?|in)\s+(?:the\s+)?", re.IGNORECASE)
_SUMMED = re.compile(r"[\s,;.()–—-]*(?:(?:for|a|timed)\s+)*(?:total|tot\.?|sum|timed)(?:\s+(?:of|was|is))?[\s:=]*", re.IGNORECASE)


def _is_of_the_name(text: str, own: Time, anchor: Anchor) -> bool:
    """Whether the length before a name is told as its own, and the one behind begins the next or sums them (`32 minutes of neuro re-ed and 15 minutes of exercise, total 47`)."""
    behind = anchor.times[0] if anchor.times else None
    if behind is None or behind.span.start <= anchor.span.end or behind.value == own.value:
        return False
    gap = (anchor.span.end, behind.span.start)
    begins = _OF.fullmatch(text, own.span.end, anchor.span.start) and _ANOTHER.match(text, *gap)
    sums = _ON.fullmatch(text, own.span.end, anchor.span.start) and _SUMMED.fullmatch(text, *gap)
    return begins is not None or sums is not None


_IN_BRACKETS = re.compile(r"\s*[(\[]\s*(?:CPT:?\s*)?")
_OF_A_CODE = re.compile(r"(?<![\w./:-])(?P<n>[1-9]\d)\s+(?:of|under)\s+$")
ARRIVAL = re.compile(r"(?i)(?:(?:time|session|visit)\s*)?(?:in|arr|start|beg)\w*\b")
_SLOT_BEFORE = re.compile(
    r"(?i)\b(?:in\s*/\s*out|slot|scheduled|sched|appt|visit time|session time|seen|treated)\W*(?:(?:from|for|x)\W*)?$"
)
OF_THE_VISIT = re.compile(r"(?i)\b(?:timed|total|billable|tx|treatment|session|visit)\s+$")
_SET_OFF = re.compile(r"\s?[,;]|\s[-–—]\s")
_TO_ITS_LENGTH = re.compile(r"[)\]]?(?:[ \t,-]?(?:G[PON]|KX|59|C[QO]|X[ESPU])\b)*[ \t]*[:=(x×–—-]?[ \t]*")
_SIGN = re.compile(r"[,;:.(|]")
_PARTED_BEHIND = re.compile(r"(?:[ \t]*[(x]?[1-8][ \t]?u(?:nits?)?\b\)?)?[ \t]*(?:[,;.|&+)\n/]|\band\b|$)")
_TOTAL_BEFORE = re.compile(r"(?i)\b(?:timed|total|billable)(?:\s+(?:timed|min\w*|time|tx|treatment|code\w*))*\s*[:=]\s*$")
OF_SOMETHING_ELSE = re.compile(
    r"(?i)\b(?:set[- ]?up|clean[- ]?up|rest(?:s|ing|ed)?|(?:rest )?breaks?|drive|driving|travel(?:l?ing)?|document(?:ation|ing|ed)|chart(?:ing|ed)|paperwork|note[- ]?writing|wait(?:ing|ed)?|missed|transport(?:ation)?|toilet(?:ing)?|parking|phone call|(?:half|most|some|part|much|a third|a quarter|two thirds) of(?: the| her| his| our| their)?)"
    r"(?:\s+(?:time|break|period|was|of|took|for|x|another|about|approx\.?))*[\s:=(~-]*$"
)
_BARE_BEFORE = re.compile(
    r"(?:^|[\n(,;+=]|(?<!\d)/|(?<!\d):|:(?= )|\b(?:first|next|other|remaining|last|final)|\band|\bwhich|\bwith|\b[TtRr]x|\bTX|\bRX|\bmins?)[ \t]*(?P<n>[89]|[1-9]\d)[ \t](?:of (?:it|that|which|them|those|these)[ \t](?:(?:was|were|for|on|went to)[ \t])?)?$"
)


def _take_bare_figures(text: str, anchors: list[Anchor], named: list[int], before: list[Time | None]) -> None:
    """Where every name of a line has a bare figure before it (`20 NMR, 15 TE`), the figures are minutes."""
    bare = [_BARE_BEFORE.search(text, max(0, anchors[n].span.start - 36), anchors[n].span.start) for n in named]
    if len(named) > 1 and all(match and 8 <= int(match["n"]) <= 75 for match in bare):
        for number, match in zip(named, bare, strict=True):
            if match:
                before[number] = Time(Span(*match.span("n")), int(match["n"]), "minutes")


_LEADING = re.compile(r"[ \t*•·-]*(?P<n>[89]|[1-9]\d)[ \t]+")
_AUTHORIZED = re.compile(r"(?i)\b(?:auth|visits|approved|ordered|requested)\w*")
_SET_OFF_BEHIND = re.compile(r"[ \t]*(?:[-–—:]|G[PON]\b|$)|[ \t]{2}", re.MULTILINE)


def _take_leading_figures(text: str, lines: Lines, anchors: Sequence[Anchor], before: list[Time | None]) -> None:
    """Where lines begin with a figure and the name of a service (`22 NMR - loses balance ...`, the next one `14 TE - ...`), or one with a code, the figures are minutes."""
    led: dict[int, Time] = {}
    for number, anchor in enumerate(anchors):
        line = lines.at(anchor.span.start)
        match = _LEADING.fullmatch(text, line.start, anchor.span.start)
        if match and 8 <= int(match["n"]) <= 75 and not anchor.times and _SET_OFF_BEHIND.match(text, anchor.span.end):
            led[number] = Time(Span(*match.span("n")), int(match["n"]), "minutes")
    opens = min((time.span.start for time in led.values()), default=0)
    if _AUTHORIZED.search(text, max(0, opens - 60), opens):
        return
    several = len({anchors[number].code for number in led}) > 1
    counted = len(led) > 1 and all(b.value - a.value == 1 for a, b in pairwise(led.values()))
    for number, time in led.items():
        if not counted and (several or anchors[number].explicit):
            before[number] = time


# A bracket that belongs to the word before it, not to the name behind it: `foam (12 min) 97110`, yet `and (12 min) 97110`.
_IN_A_BRACKET_BEHIND = re.compile(r"(?i)[a-z](?<!min)(?<!mins)(?<!minutes)(?<!\band)(?<!\bthen)(?<!\bplus)(?<!\bfor)[ \t]?\($")
_BETWEEN = re.compile(
    rf"(?:\s|[-–—:(|*)\],/@]|{GLUE}|\bdown\b|\brecorded\b|\bcounted\b|\blogged\b|\blisted\b|neuromuscular|balance|1:1|\bthe\b|\bunits?\b|\b\d\s?u(?:nits?)?\b|\bGP\b|\bGO\b)*",
    re.IGNORECASE,
)
_ELLIPTIC = re.compile(
    rf"(?:\band|\bthen|\bplus|\bspent|,|\bof (?:which|that|those|these),?|\bthe (?:next|other|remaining|last|final))(?:\s+|(?=~))(?:~\s*|(?:another|about|a\s+further|maybe|roughly|around|approx(?:imately|\.)?|probably|perhaps|just|only|some)\s+){{0,3}}(?P<n>\d{{1,2}}(?=[ \t])|{NUMBER_WORD})\s+(?:more\s+)?(?:(?:of|on|in|for|to|were|was)\s+(?:(?:the|balance|skilled)\s+)*)?$",
    re.IGNORECASE,
)


_TOLD_IN_WORDS = re.compile(
    rf"(?<![\w-])(?P<n>{NUMBER_WORD})\s+(?:of (?:these|those|them|that|it|which)\s+)?(?:(?:I )?(?:count(?:ed)?|put(?: down)?|recorded|billed|called)(?: as)?\s+|(?:were|was|of|on|for|in|under|as|went to|spent on|given (?:over )?to|"
    rf"directed (?:to|toward|at)|devoted to|recorded as|counted as|logged as|listed as|(?:then )?went down as|put down as)\s+)?(?:(?:the|skilled)\s+)?$",
    re.IGNORECASE,
)
_IN_A_ROW = re.compile(r"(?i)\b(?:day|week|visit|session|number|month|level|room|step)\s$")
_OF_THAT = re.compile(r"of (?:that|it|those|these|them)\b")


def _time_before(text: str, lines: Lines, times: Sequence[Time], anchor: Anchor) -> Time | None:
    line = lines.at(anchor.span.start)
    floor = max(line.start if anchor.span.start - line.start > 6 else line.start - 80, anchor.span.start - 70, 0)
    elliptic = _ELLIPTIC.search(text, floor, anchor.span.start)
    if elliptic and (not anchor.explicit or number_of(elliptic["n"].lower()) >= 8):
        return Time(Span(elliptic.start("n"), elliptic.end("n")), number_of(elliptic["n"].lower()), "words")
    plain = anchor.written or anchor.explicit or _OF_THAT.search(text, floor, anchor.span.start) is not None
    told = _TOLD_IN_WORDS.search(text, floor, anchor.span.start) if plain else None
    if told and _IN_A_ROW.search(text, max(0, told.start() - 12), told.start()):
        told = None
    if told and 8 <= number_of(told["n"]) <= 75:
        return Time(Span(told.start("n"), told.end("n")), number_of(told["n"]), "words")
    share = part_before(text, floor, anchor.span.start)
    if share:
        return share
    of_code = _OF_A_CODE.search(text, floor, anchor.span.start) if anchor.explicit else None
    if of_code:
        return Time(Span(of_code.start("n"), of_code.end("n")), int(of_code["n"]), "minutes")
    nearest = _last_before(times, anchor.span.start)
    if nearest is None or nearest.span.start < floor:
        return None
    between = text[nearest.span.end : anchor.span.start]
    if nearest.form == "clock" and text[nearest.span.end - 1] == ".":
        return None
    if text[nearest.span.end - 1] == "." and re.match(r"\s+[A-Z]", between + text[anchor.span.start]) and nearest.form == "hours":
        return None
    if nearest.form == "clock" and ARRIVAL.match(text, nearest.span.start):
        return None
    lead = text[max(0, nearest.span.start - 40) : nearest.span.start]
    if re.match(r"(?i)[\s-]*(?:session|visit|treatment|tx|appointment|appt)\b\s*[,;:.(]", between):
        return None
    if _SLOT_BEFORE.search(lead) and (nearest.form == "clock" or between.startswith(",")):
        return None
    if (
        _TOTAL_BEFORE.search(lead)
        or re.search(r"(?i)\b(?:in all|altogether)\b", between)
        or (anchor.times and re.match(r"\s?\)\s*:", between))
        or (_SET_OFF.match(between) and _has_its_own_behind(text, anchor) and LABEL_OF_A_TOTAL.search(small(lead)))
        or (between.startswith(")") and _IN_A_BRACKET_BEHIND.search(lead))
    ):
        return None
    wrapped = "\n" not in between or (between.count("\n") == 1 and lines.thought_end(nearest.span.end) > line.start)
    beside = wrapped and _BETWEEN.fullmatch(between) and not re.search(r"\.\s(?!of\b)", between)
    return nearest if beside and not OF_SOMETHING_ELSE.search(lead) else None


def _last_before(times: Sequence[Time], offset: int) -> Time | None:
    low, high = 0, len(times)
    while low < high:
        middle = (low + high) // 2
        if times[middle].span.end <= offset:
            low = middle + 1
        else:
            high = middle
    return times[low - 1] if low else None
