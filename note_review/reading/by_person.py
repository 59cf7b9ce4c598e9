"""Minutes told by person: which of a service's minutes the therapist gave and which the assistant (`97110: PTA 23 min, PT 13 min`).

What the two give together is the therapist's time (SSA 1834(v); APTA's guide to the 10 % rule).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from note_review.encounter import ASSISTANTS, GivenBy, Person, Section
from note_review.note import Span
from note_review.reading import titles
from note_review.reading.anchor import Anchor
from note_review.reading.assistant import ANOTHER_DAY
from note_review.reading.head_minutes import CLOSED_SECTIONS
from note_review.reading.lines import Lines, clause_at
from note_review.reading.sections import section_at
from note_review.reading.small_letters import has_any
from note_review.reading.times import Time, times_within
from note_review.reading.titles import either_way
from note_review.reading.visits import told_of_another_visit

_PTA, _OTA = either_way(titles.PHYSICAL_ASSISTANTS), either_way(titles.OCCUPATIONAL_ASSISTANTS)
_THERAPIST = rf"(?:{either_way(titles.THERAPISTS)}|[Tt]herapist)"
_NAME = r"(?:the |(?:[A-Z]\. ?)?[A-Z][\w'’-]{0,30}(?: [A-Z][\w'’-]{0,30})?,? )"
# Behind a stroke only where that ends another person's length: `PTA 12 min/PT 8 min`.
_WHO = rf"{_NAME}??(?:(?<![\w/])|(?<=min/)|(?<=\d/))(?:(?P<pta>{_PTA})|(?P<ota>{_OTA})|(?P<therapist>{_THERAPIST}))(?![\w/])"
_ANYONE = rf"{_NAME}??(?<!\w)(?:{_PTA}|{_OTA}|{_THERAPIST})(?!\w)"
_AND = r"\s*(?:\band\b|&|\+|/|\bwith\b|\bw/)\s*"
_NO_LENGTH = r"(?!\s*[:=–-]?\s*\d)"
# Somebody who is only there has given nothing.
_NOT_GIVING = r"(?!\s+(?:(?:was|is|only|to|for|also)\s+)*(?:present|observ|watch|guard|assist|help|stand|hold|to\b))"
_GAVE = r"(?:gave|did|led|ran|provided|performed|delivered|completed)\s+"
_GIVEN = r"(?:given|done|led|run|provided|performed|delivered|completed)\s+"

_ASSISTANT = re.compile(rf"(?<![\w/])(?:{_PTA}|{_OTA})(?![\w/])")
# `PTA 10 min`, `PTA gave the first 10 min`
_BEFORE = re.compile(rf"{_WHO}\s*[:=–-]?\s*(?:{_GAVE})?(?:for |x )?(?:the )?(?:first |last |other )?$")
# `10 min by PTA`, `10 min (PTA)`, `10 min, PTA.`, `10 min of bridges by PTA`; a length behind the person is that person's own.
_BEHIND = re.compile(
    rf"(?:\s*\)?\s*[(/–-]?\s*|,\s(?=[A-Z/]+\s*(?:[,;.()]|$))|[\s,)]*(?:of (?:it|that|this|which)\s+)?(?:{_GIVEN})?(?:by|with|w/)\s+|\s(?:(?!\b(?:to be|then|hand(?:ed|ing)?|continue\w*|will|next)\b)[^,;.\n()\d]){{1,40}}?\bby\s+){_WHO}{_NO_LENGTH}{_NOT_GIVING}"
)
# A rest beside a person, or coming late, is no treatment that the person gave.
_IDLE_BEFORE = re.compile(r"\b(?i:rest(?:s|ed|ing)?|wait(?:s|ed|ing)?)(?: for)?[:\s]*$")
_IDLE_BEHIND = re.compile(r"\s*late\b")
_WITH_ANOTHER = re.compile(rf"{_AND}{_ANYONE}{_NO_LENGTH}")
_ANOTHER_WITH = re.compile(rf"{_ANYONE}{_AND}$")
# `PT: 97112`, `Lee Nash PTA 97110`, `PTA gave 97110`
_LEADS = re.compile(
    rf"(?:^|(?<=[.;:])\s+|(?<=min,)\s|(?<=min)\sand\s)\W{{0,4}}{_WHO}\s*[:–-]?\s*(?:{_GAVE})?(?:the )?$", re.MULTILINE
)
_HEADS_LINE = re.compile(rf"\W{{0,6}}{_WHO}\s*:")
_PERSONS_LINE = re.compile(rf"\W{{0,6}}{_WHO}\s*[:=–-]?\s*\d")
_PART_OF_IT = re.compile(r"\s*of (?:it|that|this|those|these|which)\b")
_BARE = re.compile(rf"{_WHO}\s*[:=–-]?\s*(?P<n>\d{{1,3}})(?=\s*(?:[,;+&/)]|\.(?!\d)|and\b|$))")
_PERSONS: Mapping[str, Person] = {"pta": "PTA", "ota": "OTA", "therapist": "therapist"}
_Person = tuple[Person, Span]
_LINES_BELOW = 8
_NEAR = 120
_LEAST = 8


def with_persons(
    text: str, lines: Lines, sections: tuple[Section, ...], anchors: Sequence[Anchor], times: Sequence[Time]
) -> list[Anchor]:
    """Return the services' names with the persons who gave them, and the lengths told by person as the name's own.

    Where the whole length is told too (`97112 30 min (PT 15, PTA 15)`), those by person are parts of it. `PT` is also the patient and a discipline:
    nothing is read where no length or service is an assistant's.
    """
    if not (has_any(text, ("TA", "T.A")) and _ASSISTANT.search(text)):
        return list(anchors)
    today = [t for t in times if _is_of_today(text, lines, sections, t)]
    only = len({anchor.code for anchor in anchors}) == 1
    told = []
    for number, anchor in enumerate(anchors):
        following = anchors[number + 1].span.start if number + 1 < len(anchors) else len(text)
        end = _end_of_persons(text, lines, anchor) if only else lines.thought_end(anchor.span.end)
        told.append(_told(text, lines, anchor, today, min(end, following)))
    return told if any(part.by != "therapist" for anchor in told for part in anchor.given_by) else list(anchors)


def _is_of_today(text: str, lines: Lines, sections: tuple[Section, ...], time: Time) -> bool:
    start = time.span.start
    closed = section_at(sections, start).kind in {"plan", *CLOSED_SECTIONS}
    return not closed and not told_of_another_visit(text, clause_at(text, lines, start).start, start)


def _end_of_persons(text: str, lines: Lines, anchor: Anchor) -> int:
    """Return the end of a service's line, or of the next one where that begins with a person's length."""
    end = lines.thought_end(anchor.span.end)
    below = lines.index_at(end) + 1
    return lines.spans[below].end if below < len(lines.spans) and _PERSONS_LINE.match(text, *lines.spans[below]) else end


def parts_of_lengths(anchors: Sequence[Anchor]) -> Iterator[Span]:
    """Give the lengths that are only one person's part of a service's length."""
    for anchor in anchors:
        own = {time.span for time in anchor.times}
        yield from (given.span for given in anchor.given_by if given.minutes is not None and given.span not in own)


def _told(text: str, lines: Lines, anchor: Anchor, times: Sequence[Time], end: int) -> Anchor:
    given = _lengths(text, times_within(times, anchor.span.end, end), Span(anchor.span.end, end))
    if not given:
        person = _leader(text, lines, anchor) or (None if anchor.times else _behind(text, anchor.head.end, end))
        span, minutes = (anchor.times[0].span, anchor.times[0].value) if anchor.times else (anchor.span, None)
        return replace(anchor, given_by=(GivenBy(span, minutes, *person),)) if person else anchor
    persons = {part.span for part in given}
    whole = tuple(time for time in anchor.times if time.span not in persons)
    # One person's length may only say the whole again (`3:00-3:15, 15 min by PTA`).
    again = whole and len(given) == 1 and given[0].minutes == whole[0].value
    if again or not _of_assistant(given) or (whole and whole[-1].span.start > given[0].span.start):
        return replace(anchor, given_by=given)
    return replace(anchor, times=whole or tuple(Time(g.span, g.minutes or 0, "minutes") for g in given), given_by=given)


def _of_assistant(given: Sequence[GivenBy]) -> bool:
    return any(part.by in ASSISTANTS for part in given)


def _lengths(text: str, times: Sequence[Time], stretch: Span) -> tuple[GivenBy, ...]:
    """Return the lengths of a stretch that a person stands beside, in text order; where some are told as parts `of it`, only these."""
    found = {time.span: GivenBy(time.span, time.value, *who) for time in times if (who := _person(text, time.span, stretch))}
    starts = {time.span.start for time in times}
    bare = [
        GivenBy(Span(*match.span("n")), int(match["n"]), *_who(match))
        for match in _BARE.finditer(text, *stretch)
        if match.start("n") not in starts
    ]
    if bare and _share_the_whole([*found.values(), *bare], [time.value for time in times if time.span not in found]):
        found |= {part.span: part for part in bare}
    given = sorted(found.values(), key=lambda part: part.span)
    first = next((number for number, part in enumerate(given) if _PART_OF_IT.match(text, part.span.end)), 0)
    return tuple(given[first:])


def _share_the_whole(parts: Sequence[GivenBy], lengths: Sequence[int]) -> bool:
    """Whether figures without their unit are lengths: those of several persons that sum to the whole; where none is told, to a unit's least minutes (policy 1.1)."""
    together = sum(part.minutes or 0 for part in parts)
    return len({part.by for part in parts}) > 1 and (together in lengths if lengths else together >= _LEAST)


def _person(text: str, length: Span, stretch: Span) -> _Person | None:
    """Return the person who stands right before or right behind a length, unless two different ones do."""
    begin = max(stretch.start, length.start - _NEAR)
    if _IDLE_BEFORE.search(text, begin, length.start) or _IDLE_BEHIND.match(text, length.end):
        return None
    match = _BEFORE.search(text, begin, length.start)
    before, behind = _who(match) if match else None, _behind(text, length.end, stretch.end)
    return None if before and behind and before[0] != behind[0] else before or behind


def _behind(text: str, start: int, end: int) -> _Person | None:
    match = _BEHIND.match(text, start, min(end, start + _NEAR))
    return _who(match) if match and not ANOTHER_DAY.match(text, match.end()) else None


def _leader(text: str, lines: Lines, anchor: Anchor) -> _Person | None:
    """Return the person whom a service's name stands behind, or under whose heading it stands."""
    number = lines.index_at(anchor.span.start)
    line = lines.spans[number]
    match = _LEADS.search(text, max(line.start, anchor.span.start - _NEAR), anchor.span.start) or _HEADS_LINE.match(text, *line)
    if match:
        return _who(match)
    for above in reversed(lines.spans[max(0, number - _LINES_BELOW) : number]):
        words = text[above.start : min(above.end, above.start + _NEAR)].strip()
        heading = _HEADS_LINE.match(text, *above)
        if heading or not words:
            return _who(heading) if heading and words.endswith(":") else None
    return None


def _who(match: re.Match[str]) -> _Person:
    """Return whose title a match holds, and where."""
    group = next(name for name in ("pta", "ota", "therapist") if match[name])
    title = Span(*match.span(group))
    together = _WITH_ANOTHER.match(text := match.string, title.end, title.end + _NEAR) or _ANOTHER_WITH.search(
        text, max(0, title.start - _NEAR), title.start
    )
    return ("together" if together else _PERSONS[group]), title
