"""Lengths that close a service's own line, or stand in the middle of what was done there, where its head gives none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from note_review.encounter import Minutes
from note_review.note import Span
from note_review.reading.anchor import Anchor
from note_review.reading.lines import Lines
from note_review.reading.reach import DOSE, OF_AN_EVENT
from note_review.reading.times import Time, first_times, last_times

_TAIL = re.compile(r"^(?:[,;|(/-]*\s*(?:x\s?)?\d\s*(?:units?|u)\b|total|timed|1:1|G[PO]\b|\d\s?u\b)+", re.IGNORECASE)
_LEAD = re.compile(
    r"[(\[|–—:/]\s*(?:x\s?|total:?\s*|time:?\s*|=\s*)?$|\s-{1,3}>?\s*(?:x\s?)?$|(?:\.{2,}|…)\s*(?:x\s?)?$|[=;]\s*$|(?:total|time):?\s*$|\s{3,}$",
    re.IGNORECASE,
)


def block_ends(
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
            rest = _TAIL.sub("", text[last.span.end : line.end].strip(" )].;,|")).strip(" )].;,|")
            rest = "" if rest.startswith(":") else rest
            name = text[anchor.head.end : last.span.start].rstrip(" :(–—-")
            written_on = (
                anchor.explicit
                and len(name) < 60
                and not re.search(r"[\d:;.]|\bx\s*$", name)
                and not DOSE.search(name)
                and not OF_AN_EVENT.search(name)
            )
            if (
                not rest
                and not _itemised(text, closing)
                and (_LEAD.search(before) or written_on or _ends_a_list(name, last, len(closing)))
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
        or OF_AN_EVENT.search(item)
        or _DOSE_BEHIND.match(text, only.span.end, line.end)
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
