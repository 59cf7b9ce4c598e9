"""Stated lengths of time: every written form, before anybody asks what they are the length of."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from note_review.note import Span
from note_review.reading.clocks import ClockSpan, find_clock_spans
from note_review.reading.definitions import units_defined
from note_review.reading.marks import Marks
from note_review.reading.number_words import NUMBER_WORD, number_of
from note_review.reading.ranges import find_ranges
from note_review.reading.small_letters import any_case, small

LONGEST = 600

_MINUTE_UNIT = r"(?:(?:m|rn|rr|n1)i[nu](?:[uie]{0,2}t?[ue]?t?e?)s?(?![a-zA-Z])\.?|minutos?\b|mnt?s?(?![\w/'])|(?-i:m)(?![\w/'])|['′’´](?![\w'\"]))"
_HOUR_UNIT = r"(?:hours?|hrs?|h)(?![a-zA-Z])\.?"

_DIGIT_MINUTES = re.compile(
    rf"(?=[xX×\d])(?:(?<![\w.:/#$<>])|(?<=\.\.)|(?<=__)|(?<=\d{{5}}/)|(?<=\du/)|(?<=unit/)|(?<=units/)|(?<=(?<!\d)\d/))(?:[x×X]\s?)?(?!\d{{1,3}}\s{{2,}}min(?:ute)?s?\s*:\s*\d)(?P<value>\d{{1,3}})(?:\.0)?(?:[- ]?ish\b|\s(?:or so|odd|full|good|solid|whole|more|further|additional|extra)(?=\smin))?(?:\s?-\s?|\s?_+\s*|\s*)(?P<unit>{_MINUTE_UNIT})(?![ \t]?A(?![\w:]))",
    re.IGNORECASE,
)
_GLUED = any_case(
    r"(?P<value>\d(?:(?<=[xX×].)|(?<=TE.|MR.|TA.|MT.))\d{0,2})\s?(?P<unit>(?:m|rn)in(?:ute)?s?(?![a-zA-Z])|['′’](?!\w))"
)
_HOURS = re.compile(
    rf"(?P<hours>\d(?<![\w.:/].)\d?(?:\.\d{{1,2}})?|\.(?<![\d.]\.)(?:25|50?|75))\s*-?\s*{_HOUR_UNIT}"
    rf"(?:,?\s*(?:and|&)?\s*(?P<minutes>\d{{1,2}})\s*{_MINUTE_UNIT})?(?:(?P<glued>\d{{2}})(?!\d))?(?!\s*/\s*(?:d|day|wk|week)\b|[ -]?rule\b)",
    re.IGNORECASE,
)
_HOURS_GLUED = any_case(r"(?P<hours>[1-4](?<![\w.:/].))\s?h(?:r)?\s?(?P<minutes>[0-5]\d)(?:\s?m(?:in)?s?)?(?!\w)")
_FIGURE_AND_HOUR = re.compile(r"\d\s*+(?:-\s*+)?h")
_COLON_HOURS = any_case(
    r"(?:duration|length|total(?: (?:treatment |tx |session |visit )?time)?|time spent|treatment time|tx time|session time|\(h+:m+\))\s*(?:in (?:the )?(?:home|clinic|room|facility))?\s*(?:\(h+:?m+\))?\s*[:=|]?\s*(?P<value>(?P<hours>0?[0-3]):(?P<minutes>[0-5]\d))"
    r"(?!\s*(?:[-–—:ap]|to\b)|\d)"
)  # fmt: skip
_COLON = re.compile(r":\d\d")
_CLOCKED_HOURS = any_case(
    r"(?=\d)(?<![\d:.])(?P<value>(?:(?P<hours>0?0):(?P<minutes>[0-5]\d)|(?P<h>\d?\d):(?P<m>[0-5]\d)(?=\s*h+:mm)))(?!:?\d)(?!\s*(?:[-–—]|to\b|[ap]\.?m\b))"
)
_LOOSE = r"(?:or so|odd|more|further|full|good|solid|whole|timed|total|billable|direct|skilled)"
_WORD_MINUTES = any_case(rf"\b(?P<value>{NUMBER_WORD})(?:(?<!on one)(?<!-one)[\s-]+{_LOOSE})?[\s-]+min(?:ute)?s?\b")
_WORD_BEFORE = re.compile(r"min(?<=[a-z\s-][\s-]min)")
_SPANISH = {
    "ocho": 8, "diez": 10, "doce": 12, "quince": 15, "veinte": 20, "veintitrés": 23, "veinticinco": 25, "treinta": 30, "treinta y cinco": 35,
    "treinta y ocho": 38, "cuarenta": 40, "cuarenta y cinco": 45, "cincuenta": 50, "sesenta": 60,
}  # fmt: skip
_SPANISH_MINUTES = any_case(
    r"\b(?P<value>" + "|".join(sorted(_SPANISH, key=len, reverse=True)).replace(" ", r"\s+") + r")\s+minutos\b"
)
_WORDS_AND_DIGITS = re.compile(rf"\b(?:{NUMBER_WORD})\s*\((?P<value>\d{{1,3}})\)\s*{_MINUTE_UNIT}", re.IGNORECASE)
_FIGURE_IN_BRACKETS = re.compile(r"\(\d{1,3}\)")
_HOUR_WORD = re.compile(r"h(?<![a-z]h)(?:ou)?r")
_WORD_HOURS = any_case(
    rf"(?<![\w/])(?P<phrase>three[\s-]quarters? of an hour|(?:a |one[\s-])?quarter(?: of an)?[\s-]hour|(?:one[\s-])?half[\s-](?:an |a )?(?:hour|hr)|"
    rf"(?:1/2|½)[\s-]*(?:an |a )?(?:hour|hr)|(?:3/4|¾)[\s-]*(?:of )?(?:an |a )?(?:hour|hr)|"
    rf"(?:an?|one|two|three) (?:full |solid |good |whole )?hours?(?:,? and (?:a half|a quarter|(?P<more>{NUMBER_WORD}|\d{{1,2}}) min(?:ute)?s?))?|hour and a half)\b"
)

TimeForm = Literal["minutes", "quote", "clock", "words", "hours"]


@dataclass(frozen=True, slots=True)
class Time:
    """A written length: where, how many whole minutes, in which form."""

    span: Span
    value: int
    form: TimeForm


def alike(first: int, second: int) -> bool:
    """Return whether two numbers of minutes can be one length told twice, rounded once up and once down."""
    return abs(first - second) <= 1


def times_within(times: Sequence[Time], start: int, end: int) -> Sequence[Time]:
    """Return the times that begin in a stretch (``times`` in text order)."""
    return times[bisect_left(times, start, key=_start) : bisect_left(times, end, key=_start)]


def first_times(times: Sequence[Time], most: int, *, start: int) -> Sequence[Time]:
    """Return the first times that begin at a place or behind it (``times`` in text order)."""
    first = bisect_left(times, start, key=_start)
    return times[first : first + most]


def last_times(times: Sequence[Time], most: int, *, before: int) -> Sequence[Time]:
    """Return the last times that begin before a place (``times`` in text order)."""
    last = bisect_left(times, before, key=_start)
    return times[max(0, last - most) : last]


_TWO_TIMES = re.compile(r"\d[:.h;]?\s?\d\d\D.*\d|\b(?:to|until|through)\b|\d\s?[-–]\s?\d|noon", re.DOTALL)


def is_clock(text: str, span: Span) -> bool:
    """Return whether a length is written as two clock times."""
    return _TWO_TIMES.search(text, *span) is not None


def _start(time: Time) -> int:
    return time.span.start


def find_times(text: str) -> list[Time]:
    """Find every written length of time in a text without a scanner's figures, in text order and without overlap."""
    words = small(text)
    marks = Marks(len(text))
    for unit in units_defined(text):
        marks.take(*unit)
    found: list[Time] = []

    def add(start: int, end: int, value: int, form: TimeForm) -> None:
        if 0 <= value <= LONGEST and marks.take_if_free(Span(start, end)):
            found.append(Time(Span(start, end), value, form))

    for clock in find_clock_spans(text):
        add(*clock.span, clock.minutes, "clock")
        _add_figure_behind(text, clock, add)
    for span, least in find_ranges(words):
        add(*span, least, "quote" if text[span.end - 1] in "'′’´" else "minutes")
    colon = _COLON.search(words) is not None
    for match in _CLOCKED_HOURS.finditer(words) if colon else ():
        hours, minutes = (match["hours"], match["minutes"]) if match["hours"] else (match["h"], match["m"])
        add(*match.span("value"), int(hours) * 60 + int(minutes), "hours")
    for match in _COLON_HOURS.finditer(words) if colon else ():
        add(match.start("value"), match.end("value"), int(match["hours"]) * 60 + int(match["minutes"]), "hours")
    for match in _WORD_HOURS.finditer(words) if _HOUR_WORD.search(words) else ():
        add(match.start(), match.end(), _word_hours(match), "hours")
    for match in _WORDS_AND_DIGITS.finditer(text) if _FIGURE_IN_BRACKETS.search(text) else ():
        add(match.start(), match.end(), int(match["value"]), "words")
    for match in _SPANISH_MINUTES.finditer(words) if "minutos" in words else ():
        add(match.start(), match.end(), _SPANISH[re.sub(r"\s+", " ", match["value"].lower())], "words")
    for match in _WORD_MINUTES.finditer(words) if _WORD_BEFORE.search(words) else ():
        add(match.start(), match.end(), number_of(match["value"]), "words")
    in_hours = _FIGURE_AND_HOUR.search(words) is not None
    for pattern, read in ((_HOURS_GLUED, words), (_HOURS, text)) if in_hours else ():
        for match in pattern.finditer(read):
            minutes = int(match["minutes"] or (match.groupdict().get("glued")) or 0)
            add(match.start(), match.end(), round(float(match["hours"]) * 60) + minutes, "hours")
    for match in _figures(text, words):
        form: TimeForm = "quote" if match["unit"][0] in "'′’´" else "minutes"
        add(match.start("value"), match.end() - (1 if match["unit"].endswith(".") else 0), int(match["value"]), form)
    return sorted(found, key=lambda t: t.span)


_LABELS_THE_NEXT = re.compile(r"[ \t]*[:=]?[ \t]*\d")


def _figures(text: str, words: str) -> Iterator[re.Match[str]]:
    """Give the figures with a unit of minutes behind; a row's last cell and the next row's first word are none, nor a count and the next line's label."""
    for pattern, read in ((_DIGIT_MINUTES, text), (_GLUED, words)):
        for match in pattern.finditer(read):
            if "\n" not in match[0] or not (
                text[max(0, match.start() - 2) : match.start()] == "  " or _LABELS_THE_NEXT.match(text, match.end())
            ):
                yield match


_FIGURE_BEHIND = re.compile(
    r"\s*(?:=|\(|->|→|[,;|/]\s|\t|\s-\s)\s*(?:=\s*)?(?P<value>\d{1,3})(?=\s*(?:\)|$|[.,;:|]|\n|\s\s|\t|\s[-–—a-z]))(?!\s*(?:min|'|m\b))",
    re.IGNORECASE,
)


def _add_figure_behind(text: str, clock: ClockSpan, add: Callable[[int, int, int, TimeForm], None]) -> None:
    """Take the bare figure that repeats a clock span's length: `4:02 - 4:28 = 26`."""
    match = _FIGURE_BEHIND.match(text, clock.span.end)
    if match and abs(int(match["value"]) - clock.minutes) <= 1:
        add(match.start("value"), match.end("value"), int(match["value"]), "minutes")


def _word_hours(match: re.Match[str]) -> int:
    phrase = " ".join(match["phrase"].lower().replace("-", " ").split())
    if phrase.startswith(("three quarter", "3/4", "¾")):
        return 45
    if "quarter" in phrase and " and " not in phrase:
        return 15
    if phrase == "hour and a half":
        return 90
    if phrase.startswith(("1/2", "½")) or ("half" in phrase and " and " not in phrase):
        return 30
    whole = 60 * {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}[phrase.split()[0]]
    if "and a half" in phrase:
        return whole + 30
    if "and a quarter" in phrase:
        return whole + 15
    return whole + (number_of(match["more"]) if match["more"] else 0)
