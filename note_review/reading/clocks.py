"""Spans between two clock times: `9:05-9:28`, `1345-1415`, `3:15 to 4 pm`, `in 0905 out 0950`, `ten twenty to eleven oh five`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from note_review.note import Span
from note_review.reading.number_words import NUMBER_WORD, number_of
from note_review.reading.small_letters import any_case, small

_LONGEST = 600
_HALF_DAY = 12 * 60
# Before this hour a clinic is taken to be closed, unless the half of the day is written.
_OPENING = 7 * 60
# From here a visit can run past midnight, and until here.
_EVENING, _AFTER_MIDNIGHT = 22 * 60, 2 * 60
_HALF = r"(?:[ap]\.?m?(?![a-zA-Z])\.?)"
_TIME = rf"(?:\d{{1,2}}\s?[:.h;]\s?\d{{2}}|\d{{3,4}}|\d{{1,2}}(?=\s*{_HALF})|noon\b)(?:\s*+h(?:rs|ours)?\b)?(?:\s*+{_HALF})?"
_LEAD = r"(?:(?:(?:time|visit|session|tx|treatment|therapy)\s*)?(?:in|T\.?I\.|start(?:ed)?|begin|began|beginning|from|on|arr(?:ived?|ival)?|connected|check-?in|clock in)(?:\s*time)?\s*(?:at)?\s*(?:[:=@|]|\.{2,})?\s*)"
_LEAD_BEFORE = re.compile(rf"(?<!\w){_LEAD}$", re.IGNORECASE)
_LINK = (
    r"\s*+(?:(?:[-–—~→>/|,;.]|to|until|till|til|thru|through|and)*\s*+"
    r"(?:(?:(?:PT|OT)\s+)?(?:time\s*|clock\s*|session\s*|visit\s*|tx\s*|treatment\s*|therapy\s*)?(?:out|T\.?O\.?(?=[\s:])|end(?:ed)?|stop(?:ped)?|finish(?:ed)?|off|done|leave|left|depart(?:ed|ure)?|disconnected|check-?out)(?:\s*time)?(?:\s*at)?(?:\s*+(?:[:=@|]|\.{2,}))?)"
    r"|[-–—~→]+>?|(?<=[ap]m\s)/|(?<=[ap]m)/|(?<=[ap]\.m\.\s)/|(?<=[ap]\.m\.)/|(?<=hrs\s)/|(?<=hrs)/|(?<=\d[ap]\s)/|(?<=\d[ap])/|(?<=\d\d\s)\|(?=\s?\d{1,2}:\d\d)|\bto\b|\buntil\b|\btill?\b|\bthru\b|\bthrough\b)\s*"
)
_RANGE = any_case(rf"(?=[\dn])(?<![\d:/.$#-])(?P<first>{_TIME})(?P<link>{_LINK})(?P<last>{_TIME})(?!\d|:\d|[/%]|-\d|\.\d)")
_SECOND_BY_STROKE = re.compile(r"/(?:(?<=\d\d/)|(?<=\d\d\s/))\s?(?P<last>\d{1,2}:?\d\d)(?![\d:/%])")
_BY_A_STROKE = re.compile(
    r"(?P<first>[01](?<![\w/.#-].)(?:(?<=0)[6-9]|(?<=1)\d)[0-5]\d)/(?P<last>(?:0[6-9]|1\d)[0-5]\d)(?![\w/%])"
)
# What has two figures of four places and is measured, not timed: volumes, intake and output, calories.
_MEASURED_BEFORE = re.compile(
    r"\b(?:vol\w*|i/o|intake|output|f?vc|fev\w*|k?cal\w*|ml|cc|steps|l/r|r/l|[rl]|left|right|weight|bp)\W{0,3}$", re.IGNORECASE
)
_FIRST_BY_STROKE = re.compile(
    r"(?:in\s*/\s*out|start\s*/\s*(?:stop|end)|\btime|\bsession|\bvisit|\btx|\brx|\btreatment|\bseen)\s*[:=]?\s*(?P<first>\d{1,2}:?\d\d)\s?$",
    re.IGNORECASE,
)
_ONE_LAST = any_case(
    rf"(?=\d)(?<![\d:/.$#-])(?P<first>\d{{1,2}}:\d{{2}}(?:\s*+{_HALF})?)(?P<link>\s*+(?:[-–—]|to|until|till?)\s*)(?P<last>\d{{1,2}})(?![\w:/%.-]|\s*(?:min|sec|reps?|x|ft|lbs?|['\"]))"
)
_ONE_FIRST = any_case(
    rf"(?=\d)(?<![\w:/.$#%-])(?P<first>\d{{1,2}})(?P<link>\s*(?:[-–—]|to|until|till?)\s*)(?P<last>\d{{1,2}}:\d{{2}}(?:\s*+{_HALF})?)(?![\w:/%])"
)

_HOURS = "one two three four five six seven eight nine ten eleven twelve".split()
_MINUTES = {
    "fifteen": 15, "ten": 10, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "five": 5, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_ONES = {w: i for i, w in enumerate("one two three four five six seven eight nine".split(), 1)}
_SPOKEN_MINUTES = (
    r"(?:oh?[\s-](?:one|two|three|four|five|six|seven|eight|nine)|(?:twenty|thirty|forty|fifty)(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|o'?clock)"
)
_OFFSETS = {"half": 30, "quarter": 15, "twenty-five": 25, "twenty five": 25, "twenty": 20, "ten": 10, "five": 5}
_SPOKEN_TIME = rf"(?:(?:a )?(?:(?:{'|'.join(_OFFSETS)})(?: minutes)?|{NUMBER_WORD} minutes) (?:past|after|to|till|til|of|before) )?(?:{'|'.join(_HOURS)}|noon)(?:[\s-]{_SPOKEN_MINUTES})?"
_SPOKEN_LINK = (
    r"(?:(?:,? ?(?:and |then |we |he |she |i |they |was |were |all |up |went |ran |going |worked |stayed |until |till |til ){0,4}(?:time out|clock(?:ed)? out|check(?:ed)? out|out|ended|end|end time|stopped|finished|finishing|wrapped(?: it)?(?: up)?|done|through|left|quit|over|clocked out|ending|stop)"
    r"(?: up| off)?(?: time)?(?: was| is)?(?: (?:at|around|about|by|right at|just))?(?: about| around)?|,? ?(?:(?:and |we |he |she |it )?(?:went |going |ran |stayed |worked )?(?:to|until|till|til|through|up to|up until))|,? and(?: at)?) )"
)
_SPOKEN_RANGE = any_case(
    rf"\b(?P<first>{_SPOKEN_TIME})(?P<half1> [ap]\.?m\.?)?\s*{_SPOKEN_LINK}"
    rf"(?P<last>{_SPOKEN_TIME})(?P<half2> [ap]\.?m\.?)?(?!\w|[\s-]+(?:min|sec|rep|feet|foot|pound|degree|percent|out of|times|step|week|visit|unit|point|inch|hour|of\b))"
)


_LINKED_HOUR = any_case(rf"(?:to|until|till?|through|at|and)\s+{_SPOKEN_TIME}")
_ENDED_AT_HOUR = any_case(
    rf"(?:out|ended|stopped|finish(?:ed|ing)|up|done|end|ending|left|through|over|quit|till?|until|to)(?: time)?(?: (?:at|around|about|by|is|was|right at))?\s+(?:a )?{_SPOKEN_TIME}"
)
_COLON = re.compile(r":\d\d")
_ONE_LENGTH = re.compile(r"\d{1,3}\s?(?:min(?:ute)?s?\.?|m|['′’])?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ClockSpan:
    """Two clock times: where, the first in minutes after midnight as written (`1:15` is 75), and the minutes between them.

    ``half_written`` is true where the half of the day is written too: am, pm, noon, or four figures with a leading nought (`0645`).
    """

    span: Span
    begin: int
    minutes: int
    half_written: bool

    @property
    def start(self) -> int:
        """The first time in minutes after midnight; with no half of the day written, an hour before seven is the afternoon's."""
        return self.begin + (_HALF_DAY if self.begin < _OPENING and not self.half_written else 0)

    @property
    def end(self) -> int:
        """The second time in minutes after midnight (more than a day's where it is past midnight)."""
        return self.start + self.minutes

    def overlaps(self, other: ClockSpan) -> bool:
        """Whether some minute of the day lies in both."""
        return self.start < other.end and other.start < self.end


# The full stop behind `pm` is the sentence's, behind `p.m.` the abbreviation's.
_SENTENCE_END = re.compile(r"(?<!\.m)\.$")


def find_clock_spans(text: str) -> Iterator[ClockSpan]:
    """Find the spans between two clock times."""
    if _ONE_LENGTH.fullmatch(text):
        return
    words = small(text)
    for pattern in (_RANGE, _ONE_LAST, _ONE_FIRST) if _COLON.search(words) else (_RANGE,):
        for match in pattern.finditer(words):
            lead = _LEAD_BEFORE.search(text, max(0, match.start() - 24), match.start())
            clock = _is_clock(match, led=lead is not None) and not (
                match["first"].strip().isdigit() and _is_a_change(words, match)
            )
            times = clock_times(match["first"], match["last"]) if clock else None
            if times is not None:
                inside = lead is not None and re.match(
                    r"(?i)start|beg|in\b|arr|time|check|visit|session|tx|treatment|therapy|clock", lead[0]
                )
                start = lead.start() if lead is not None and inside else match.start("first")
                span = Span(start, match.start("last") + len(_SENTENCE_END.sub("", match["last"].rstrip())))
                yield ClockSpan(span, *times, half_written=_half_is_written(match["first"], match["last"]))
    yield from _by_stroke(text)
    for match in _SPOKEN_RANGE.finditer(words) if _LINKED_HOUR.search(words) or _ENDED_AT_HOUR.search(words) else ():
        spoken = None if _is_a_change(words, match) else _spoken_times(match)
        if spoken is not None:
            half = match["half1"] or match["half2"]
            yield ClockSpan(Span(match.start("first"), match.end()), *spoken, half_written=half is not None)


_CHANGED_BEFORE = re.compile(
    r"\b(?:improv|increas|decreas|went|gone|go(?:es|ing)?\b|rose|risen|rise|rais|fell|fall|drop|reduc|chang|progress|gain|advanc|moved|jump|climb|came|grew|shrank|"
    r"flexion|extension|rotation|abduction|adduction|elevation|supination|pronation|motion|\brom\b|range|girth|weight|distance|heart rate|pulse|pressure|\bhr\b|saturation|score|spirometer|volume|peak flow)\w*"
    r"(?:\s+(?!at\b|session|visit|treatment)[a-z]+){0,3}?\s*(?:,\s*)?(?:from\s+)?$"
)
_MEASURED_BEHIND = re.compile(
    r"\s*(?:deg|°|º|f(?:ee|oo)?t\b|lbs?\b|pounds|mm|cm|bpm|steps|met(?:er|re)s|m?l\b|percent|repetitions|reps|yards|watts)"
)
_UP_TO = re.compile(r"up to\s*$")


def _is_a_change(words: str, match: re.Match[str]) -> bool:
    """Whether two figures are a measure's before and after (`flexion went from one thirty eight to one forty six`, `from 120 to 340 feet`)."""
    link = words[match.end("first") : match.start("last")]
    first = match["first"].strip()
    if first.isdigit() and len(first) < 4 and ">" in link.replace("→", ">"):
        return True
    if re.search(r"out|end|stop|finish|left|done|wrap|off|time", link) or (first.isdigit() and len(first) > 3):
        return False
    if _MEASURED_BEHIND.match(words, match.end()):
        return True
    spoken = not first.isdigit()
    hundreds = first.startswith(("one ", "1", "two ")) and match["last"].startswith(("one ", "1", "2", "two "))
    before = _CHANGED_BEFORE.search(words, max(0, match.start() - 60), match.start())
    return (before is not None and (hundreds or not spoken)) or (hundreds and spoken and _UP_TO.search(link) is not None)


def _by_stroke(text: str) -> Iterator[ClockSpan]:
    """Find two clock times parted by a stroke: `Time in/out: 9:05/9:50`, `session 0830/0915`; of a visit's length on the 24-hour clock they need no label."""
    for match in _BY_A_STROKE.finditer(text):
        times = clock_times(match["first"], match["last"])
        measured = _MEASURED_BEFORE.search(text, max(0, match.start() - 20), match.start()) or _MEASURED_BEHIND.match(
            text, match.end()
        )
        if not measured and times is not None and 8 <= times[1] <= 120:
            yield ClockSpan(Span(*match.span()), *times, half_written=_half_is_written(match["first"], match["last"]))
    for match in _SECOND_BY_STROKE.finditer(text):
        first = _FIRST_BY_STROKE.search(text, max(0, match.start() - 30), match.start())
        times = clock_times(first["first"], match["last"]) if first is not None else None
        if first is not None and times is not None:
            half_written = _half_is_written(first["first"], match["last"])
            yield ClockSpan(Span(first.start("first"), match.end("last")), *times, half_written=half_written)


def clock_times(first: str, last: str) -> tuple[int, int] | None:
    """Return the first clock time (minutes after midnight as written) and the minutes to the other; None where they are none.

    Twelve- and twenty-four-hour clocks are read; ``12:45`` to ``1:30`` passes noon, ``23:50`` to ``00:15`` midnight.
    """
    start, end = _clock(first), _clock(last)
    if start is None or end is None:
        return None
    (begin, begin_half), (finish, finish_half) = start, end
    if begin_half is None and finish_half is not None and begin < 720:
        begin += 720 if finish >= 720 and begin + 720 < finish else 0
    elif finish_half is None and begin_half is not None and finish < 720 and begin >= 720:
        finish += 720
    if begin >= _EVENING and finish < _AFTER_MIDNIGHT:
        finish += 1440
    elif finish <= begin and finish < 720 and finish_half is None:
        finish += 720
    length = finish - begin
    return (begin, length) if 0 < length <= _LONGEST else None


_LEADING_NOUGHT = re.compile(r"\s*0\d{3}(?!\d)")


def _half_is_written(*times: str) -> bool:
    """Whether one of two clock times says which half of the day it is."""
    return any(_LEADING_NOUGHT.match(time) or ((clock := _clock(time)) is not None and clock[1]) for time in times)


def _clock(written: str) -> tuple[int, str | None] | None:
    compact = re.sub(r"\s|\.(?=m)|(?<=m)\.", "", written.lower())
    if compact == "noon":
        return 720, "p"
    compact = re.sub(r"(?<=\d)h(?:rs|ours)?(?!\d)", "", compact)
    match = re.fullmatch(r"(\d{1,2}?)[:.h;]?(\d{2})?([ap])?\.?m?\.?", compact)
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


# Cells of a row are clock times only where they have a colon, a half of the day or four figures behind the word for a time (`Start Time | 1030`).
_BAR = re.compile(r"\|\s?$")
_TIME_CELL = re.compile(r"\btime\s?\|\s?$")
_OF_THE_DAY = re.compile(r"\d{1,2}\s?:\s?\d\d.*|.*\d\s?[ap]\.?m?\.?")
_FOUR_FIGURES = re.compile(r"(?:0[6-9]|1\d)[0-5]\d(?:\s?h(?:rs)?)?")
_VISITS_PAIR = re.compile(r"(?:in\s*/\s*out|start\s*/\s*(?:stop|end)|time|session|visit|tx|treatment)\s*[:=]?\s*$")


def _is_a_visits_pair(match: re.Match[str]) -> bool:
    """Whether two times of day parted by a stroke are labelled as a visit's, and as long as one."""
    times = clock_times(match["first"], match["last"])
    led = _VISITS_PAIR.search(match.string, max(0, match.start() - 24), match.start())
    return led is not None and times is not None and 8 <= times[1] <= 120


# `97116 GP x2, 905-928`
_BEHIND_A_CODE = re.compile(r"(?<!\d)97\d{3}[ ,):]*(?:(?:g[pon]|kx|59|c[qo]|x[espu])[ ,]+)*(?:x ?\d[ ,]+)?$")
_CELL_ENDS = re.compile(r"[ \t]*(?:$|[,;|\n])", re.MULTILINE)


def _is_clock(match: re.Match[str], *, led: bool) -> bool:
    """Tell a clock span from years, scores and ranges of motion: bare digits want four figures or a leading word."""
    first, last = match["first"].strip(), match["last"].strip()
    if not (_clock(first) and _clock(last)):
        return False
    ended = re.search(r"(?i)out|end|stop|leave|left|depart|finish", match["link"]) is not None
    in_a_cell = _BAR.search(match.string, max(0, match.start() - 4), match.start()) is not None
    if match["link"].rstrip().endswith("|") or (in_a_cell and ended):
        labelled = _TIME_CELL.search(match.string, max(0, match.start() - 12), match.start()) is not None
        return all(_OF_THE_DAY.fullmatch(time) or (labelled and _FOUR_FIGURES.fullmatch(time)) for time in (first, last))
    if match["link"].strip() == "/" and re.search(r"m\.|hrs", match["first"]) and not _is_a_visits_pair(match):
        return False
    worded = ended or (led and not in_a_cell)
    if first.isdigit() and last.isdigit() and re.search(r"(?i)\bleft\b", match["link"]) and len(first) < 4:
        return False
    if first.isdigit() and last.isdigit() and not worded:
        if len(first) == len(last) == 3 and _BEHIND_A_CODE.search(match.string, max(0, match.start() - 30), match.start()):
            times = clock_times(first, last)
            return (
                times is not None
                and 8 <= times[1] <= 75
                and _CELL_ENDS.match(match.string, match.start("last") + len(last)) is not None
            )
        if len(first) < 4 or len(last) < 4:
            return len(last) == 4 and len(first) == 3 and int(last[-2:]) < 60 and int(first[-2:]) < 60
        return not (first[:2] in {"19", "20"} and last[:2] == "20" and int(last) - int(first) < 40 and int(last[2:]) <= 30)
    if re.search(r"\d[.;]\s?\d", first) and not re.search(r"[ap]\.?m?\.?$", last, re.IGNORECASE) and not worded:
        return _is_dotted_span(match)
    return not (
        first.isdigit() and len(first) < 3 and ":" not in last and not worded and not re.search(r"[ap]", last, re.IGNORECASE)
    )


_DOTTED = re.compile(r"\d{1,2}\.\d\d")
_MEASURED = re.compile(r"\s?(?:lbs?|kgs?|cm|in(?:ch\w*)?(?!\s+(?:the|an?)\b))\b|\s?[#\"”]", re.IGNORECASE)


def _is_dotted_span(match: re.Match[str]) -> bool:
    """Tell `97112 9.00-9.25:` from figures with decimals: right behind a code, and as long as a service is."""
    first, last = match["first"].strip(), match["last"].strip()
    times = clock_times(first, last) if _DOTTED.fullmatch(first) and _DOTTED.fullmatch(last) else None
    behind = _BEHIND_A_CODE.search(match.string, max(0, match.start() - 30), match.start()) is not None
    measured = _MEASURED.match(match.string, match.start("last") + len(last)) is not None
    return times is not None and 8 <= times[1] <= 75 and behind and not measured


def _spoken_times(match: re.Match[str]) -> tuple[int, int] | None:
    first, last = _spoken_clock(match["first"]), _spoken_clock(match["last"])
    hours = {re.sub(r"\s*o'?clock$", "", match[g].lower()) for g in ("first", "last")}
    plain = hours <= {*_HOURS, "noon"}
    if first is None or last is None or (plain and not (match["half1"] or match["half2"])):
        return None
    length = (last - first) % 720
    if half := match["half1"] or match["half2"]:
        named = (first if match["half1"] else last) % _HALF_DAY + (_HALF_DAY if "p" in half else 0)
        first = named if match["half1"] else (named - length) % (2 * _HALF_DAY)
    return (first, length) if 0 < length <= 240 else None


_BEFORE_OR_AFTER = re.compile(r"(?:a )?(?P<offset>[a-z -]+?)(?: minutes)? (?P<way>past|after|to|till|til|of|before) (?P<rest>.+)")


def _spoken_clock(written: str) -> int | None:
    """Return the minutes after twelve that spoken words name: `ten twenty`, `half past two`, `quarter to ten`, `eleven oh five`."""
    told = written.lower().replace("'", "")
    shift = 0
    if match := _BEFORE_OR_AFTER.fullmatch(told):
        offset = _OFFSETS[match["offset"]] if match["offset"] in _OFFSETS else number_of(match["offset"])
        shift = offset if match["way"] in {"past", "after"} else -offset
        told = match["rest"]
    words = re.split(r"[\s-]+", told)
    if words[0] == "noon":
        return 720 + shift
    hour = (_HOURS.index(words[0]) + 1) % 12
    minute = 0
    for word in words[1:]:
        minute += _MINUTES.get(word, 0) if word in _MINUTES and not minute and words[1] not in {"o", "oh"} else _ONES.get(word, 0)
    return hour * 60 + minute + shift
