"""Stated lengths of time: every written form, before anybody asks what they are the length of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from note_review.note import Span

LONGEST = 600

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_NUMBER_WORD = (
    r"(?:(?:one |a )?hundred(?: and)?[\s-]*)?(?:(?:twenty|thirty|fou?rty|fifty|sixty|seventy|eighty|ninety)"
    r"(?:[\s-]*(?:one|two|three|four|five|six|seven|eight|nine))?|(?:" + "|".join(reversed(_ONES[1:])) + r"))"
)
_MINUTE_UNIT = r"(?:(?:m|rn|rr)in(?:ute)?s?(?![a-zA-Z])\.?|mn?s?(?![\w/'])|['′’´](?![\w'\"]))"
_HOUR_UNIT = r"(?:hours?|hrs?|h)(?![a-zA-Z])\.?"

_DIGIT_MINUTES = re.compile(
    rf"(?:(?<![\w.:/#$])|(?<=\d{{5}}/))(?:[x×X]\s?)?(?P<value>\d{{1,3}}|[lI]\d|\d[OlI])(?:\.0)?(?:\s?-\s?|\s*)(?P<unit>{_MINUTE_UNIT})", re.IGNORECASE
)
_GLUED = re.compile(r"(?<=[xX×])(?P<value>\d{1,3})\s?(?P<unit>(?:m|rn)in(?:ute)?s?(?![a-zA-Z])|['′’](?!\w))", re.IGNORECASE)
_HOURS = re.compile(
    rf"(?<![\w.:/])(?P<hours>\d{{1,2}}(?:\.\d{{1,2}})?)\s*-?\s*{_HOUR_UNIT}"
    rf"(?:,?\s*(?:and|&)?\s*(?P<minutes>\d{{1,2}})\s*{_MINUTE_UNIT})?(?:(?P<glued>\d{{2}})(?!\d))?", re.IGNORECASE
)
_WORD_MINUTES = re.compile(rf"\b(?P<value>{_NUMBER_WORD})[\s-]+min(?:ute)?s?\b", re.IGNORECASE)
_WORDS_AND_DIGITS = re.compile(rf"\b(?:{_NUMBER_WORD})\s*\((?P<value>\d{{1,3}})\)\s*{_MINUTE_UNIT}", re.IGNORECASE)
_WORD_HOURS = re.compile(
    rf"(?<![\w/])(?P<phrase>three[\s-]quarters? of an hour|(?:a |one[\s-])?quarter(?: of an)?[\s-]hour|(?:one[\s-])?half[\s-](?:an |a )?(?:hour|hr)|(?:1/2|½)[\s-]*(?:an |a )?(?:hour|hr)|(?:3/4|¾)[\s-]*(?:of )?(?:an |a )?(?:hour|hr)|"
    rf"(?:an|one|two|three) (?:full )?hours?(?: and (?:a half|a quarter|(?P<more>{_NUMBER_WORD}|\d{{1,2}}) min(?:ute)?s?))?|hour and a half)\b",
    re.IGNORECASE,
)
_CLOCK_TIME = r"(?:\d{1,2}\s?[:.h]\s?\d{2}|\d{3,4}|\d{1,2}(?=\s*(?:[ap]\.?m|[ap]\b)))\s*(?:h(?:rs|ours)?\b)?\s*(?:[ap]\.?m?\b\.?)?"
_CLOCK_LEAD = r"(?:(?:time\s*)?(?:in|start(?:ed)?|begin|began|beginning|from|on|arr(?:ived?)?|clock in)(?:\s*time)?\s*(?:at)?\s*[:=@]?\s*)"
_CLOCK_LINK = (
    r"\s*(?:(?:[-–—~→>/|,;]|to|until|till|til|thru|through|and)*\s*"
    r"(?:(?:time\s*)?(?:out|end(?:ed)?|stop(?:ped)?|finish(?:ed)?|off|done)(?:\s*time)?(?:\s*at)?\s*[:=@]?)|[-–—~→]+|\bto\b|\buntil\b|\btill\b|\bthru\b|\bthrough\b)\s*"
)
_CLOCK_RANGE = re.compile(rf"(?<![\d:/.$#-])(?P<lead>{_CLOCK_LEAD})?(?P<first>{_CLOCK_TIME}){_CLOCK_LINK}(?P<last>{_CLOCK_TIME})(?![\d:/%]|-\d)", re.IGNORECASE)
_CLOCK_PARTS = re.compile(r"(\d{1,2}?)(?:\s?[:.h]\s?)?(\d{2})?\s*(?:h(?:rs|ours)?\b)?\s*([ap])?", re.IGNORECASE)

TimeForm = Literal["minutes", "quote", "clock", "words", "hours"]


@dataclass(frozen=True, slots=True)
class Time:
    """A written length: where, how many whole minutes, in which form."""

    span: Span
    value: int
    form: TimeForm


def number_of(words: str) -> int:
    """Return the number that English words or digits name (0..199).

    Raises
    ------
    ValueError
        The words name no number.
    """
    if words.isdigit():
        return int(words)
    total = 0
    for word in re.split(r"[\s-]+", words.lower().strip()):
        if word in {"and", "a"}:
            continue
        if word == "hundred":
            total = (total or 1) * 100
        elif word in _TENS:
            total += _TENS[word]
        else:
            total += _ONES.index(word)
    return total


def clock_minutes(first: str, last: str) -> int | None:
    """Return the minutes from one clock time to another, or None where they are no clock times.

    Twelve- and twenty-four-hour clocks are read; ``12:45`` to ``1:30`` passes noon.
    """
    start, end = _clock(first), _clock(last)
    if start is None or end is None:
        return None
    (begin, begin_half), (finish, finish_half) = start, end
    if begin_half is None and finish_half is not None and begin < 720:
        begin += 720 if finish >= 720 and begin + 720 < finish else 0
    elif finish_half is None and begin_half is not None and finish < 720 and begin >= 720:
        finish += 720
    if finish <= begin and finish < 720 and finish_half is None:
        finish += 720
    length = finish - begin
    return length if 0 < length <= LONGEST else None


def find_times(text: str) -> list[Time]:
    """Find every written length of time, in text order and without overlap."""
    found: list[Time] = []

    def add(start: int, end: int, value: int | None, form: TimeForm) -> None:
        if value is not None and 0 <= value <= LONGEST and not any(start < t.span.end and t.span.start < end for t in found):
            found.append(Time(Span(start, end), value, form))

    for match in _CLOCK_RANGE.finditer(text):
        if _is_clock(match):
            start = match.start("lead") if match["lead"] and re.match(r"(?i)start|beg|in\b", match["lead"]) else match.start("first")
            end = match.start("last") + len(match["last"].rstrip())
            add(start, end, clock_minutes(match["first"], match["last"]), "clock")
    for match in _WORD_HOURS.finditer(text):
        add(match.start(), match.end(), _word_hours(match), "hours")
    for match in _WORDS_AND_DIGITS.finditer(text):
        add(match.start(), match.end(), int(match["value"]), "words")
    for match in _WORD_MINUTES.finditer(text):
        add(match.start(), match.end(), number_of(match["value"]), "words")
    for match in _HOURS.finditer(text):
        minutes = int(match["minutes"] or match["glued"] or 0)
        add(match.start(), match.end(), round(float(match["hours"]) * 60) + minutes, "hours")
    for pattern in (_DIGIT_MINUTES, _GLUED):
        for match in pattern.finditer(text):
            form: TimeForm = "quote" if match["unit"][0] in "'′’´" else "minutes"
            end = match.end() - (1 if match["unit"].endswith(".") else 0)
            add(match.start("value"), end, _figures(match["value"]), form)
    return sorted(found, key=lambda t: t.span)


def _figures(written: str) -> int:
    return int(written.translate(str.maketrans("lIO", "110")))


def _word_hours(match: re.Match[str]) -> int:
    phrase = match["phrase"].lower().replace("-", " ")
    if phrase.startswith(("three quarter", "3/4", "¾")):
        return 45
    if "quarter" in phrase and " and " not in phrase:
        return 15
    if phrase == "hour and a half":
        return 90
    if phrase.startswith(("1/2", "½")) or ("half" in phrase and " and " not in phrase):
        return 30
    whole = 60 * {"an": 1, "one": 1, "two": 2, "three": 3}[phrase.split()[0]]
    if "and a half" in phrase:
        return whole + 30
    if "and a quarter" in phrase:
        return whole + 15
    return whole + (number_of(match["more"]) if match["more"] else 0)


def _clock(written: str) -> tuple[int, str | None] | None:
    compact = re.sub(r"\s|h(?:rs|ours)?", "", written.lower()) if re.search(r"\d\s*h(?:rs|ours)?\b", written.lower()) else written
    match = re.fullmatch(r"\s*(\d{1,2}?)\s?[:.h]?\s?(\d{2})?\s*([ap])?\.?m?\.?\s*", compact.lower())
    if match is None:
        return None
    hour, minute, half = int(match[1] or 0), int(match[2] or 0), match[3]
    if hour > 24 or minute > 59 or (half and hour > 12):
        return None
    if half == "p" and hour < 12:
        hour += 12
    if half == "a" and hour == 12:
        hour = 0
    return hour * 60 + minute, half


def _is_clock(match: re.Match[str]) -> bool:
    """Tell a clock span from years, scores and ranges of motion: bare digits want four figures or a leading word."""
    first, last = match["first"].strip(), match["last"].strip()
    if not (_clock(first) and _clock(last)):
        return False
    plain = first.isdigit() and last.isdigit()
    if plain and match["lead"] is None and not re.search(r"(?i)out|end|stop", match[0]):
        if len(first) < 4 or len(last) < 4:
            return len(last) == 4 and len(first) == 3 and int(last[-2:]) < 60
        return not (first[:2] in {"19", "20"} and last[:2] == "20" and int(last) - int(first) < 40 and int(last[2:]) <= 30)
    if "." in first and ":" not in first and match["lead"] is None:
        return False
    return True
