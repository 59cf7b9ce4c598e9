"""The head of a service: the minutes, units and modifiers that stand behind its name before other content begins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from note_review.note import Span
from note_review.reading.head_ends import is_a_total, is_foot, is_the_rest, is_the_visits
from note_review.reading.number_words import NUMBER_WORD, number_of
from note_review.reading.shares import part_behind
from note_review.reading.times import Time

GLUE = (
    r"(?:x|X|×|for|from|first|next|of|at|a|an|an?other|further|then|also|again|total|totaling|totalling|totaled|time[ds]?|un-?timed|timed|tx|rx|treatment|therapy|intervention|"
    r"was|were|is|are|been|has|had|performed|provided|completed|given|delivered|rendered|conducted|carried|done|used|administered|applied|received|skilled|direct|"
    r"close|almost|bit|little|well|some|one[- ]on[- ]one|one[- ]to[- ]one|1[:-]1|1on1|1 on 1|approx(?:imately)?\.?|about|around|roughly|nearly|just|exactly|only|billed?|bill|billable|charge[ds]?|code[ds]?|cpt|on|in|with|pt|"
    r"ind(?:iv(?:idual)?)?\.?|individually|procedure|today|this|visit|date|service|svc|minutes?|mins?|min\.|session|training|per|contact|patient|activities|constant|attendance|(?:in )?combin(?:ed|ation)|"
    r"mod(?:ifier)?s?\.?|and|which|took|lasted|lasting|ran|spent|doing|occup(?:ied|ying)|consumed|devoted|comprised|comprising|went|came|to|up|made|filled|under|dedicated|entire|full|block|focus(?:ed)?|working|"
    r"as|the|it|remaining|final|like|maybe|probably|basically|being|reported|documented|duration|length|equals?|comes|amount(?:ed|ing)|over|out|period|clock|all|w/|by|therapist|actual|tot|sub-?total|eval(?:uation)?|no|we|so|uh|um|did|have|got|other|next|qty|group|cont(?:inued)?|skill|entry|home health|complexity|(?:low|moderate|high)[ -]complexity)"
    r"(?![a-zA-Z])"
)
_TAKEN_BACK = r",? (?:no|make (?:that|it)|sorry|correction|scratch|strike|i mean|wait)\b"
_SKIP = re.compile(
    rf"\d{{1,2}}\s?(?:to|or|-|–)\s?(?=\d{{1,3}}\s?(?:min|m\b))|\\t|[ \t]+|_+|\$\d{{1,4}}(?:\.\d\d)?(?!\s*[x×*@/\d])|[|:;,()\[\]\-–—=•*@~≈±/.+#&<>→\"]|(?-i:[A-TV-Z]\d\d(?:\.\w{{1,4}})?\b)|(?:{GLUE})|{NUMBER_WORD}(?={_TAKEN_BACK})",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"(?:scratch that|strike that|correction|(?:no,? )?make (?:that|it)|no,? wait|wait,? no|sorry|excuse me|i mean|or rather|rather)(?![a-z])(?:,? (?:it|that) (?:was|is)| it's)?",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"(?:(?:grand |sub-?)?tot(?:al)?s?|time in (?:treatment|tx|therapy))\b(?=[\s:=-]*(?:\w+[\s:=-]+){0,3}\d)", re.IGNORECASE
)
_OTHER_PART = re.compile(
    r"(?:tx|rx|treatment)\b(?=\s*:?\s*\d)|timed\smins?\s?[:=]|(?:ind(?:iv(?:idual)?)?|conc(?:urrent)?|grp|group|co-?tx)\b\s*:",
    re.IGNORECASE,
)
_SET_OFF = re.compile(r"[,;.|/ ][ ]$|\($")
_COMMENT = re.compile(r"\s*\((?=[^()\n]*[a-z])(?![^()\n]*\d)[^()\n]{1,40}\)")
_NOT_UNITS = r"(?!\s*(?:min|['′’]|m\b|sets?|reps?|ea\b|[x×]\s?\d|/\s*(?:wk|week|day|d\b|mo)|per (?:wk|week|day)|sec|s\b|\"|ft|lb|#|wk|days?|weeks?|h\b|hr|persons?|visits?|assist|trials?|rounds?|laps?|times))"
_UNITS = re.compile(
    r"[x×]\s?(?P<a>\d{1,2})\s*(?:units?|un?\.?)(?![a-zA-Z])|(?P<b>\d|1\d)\s*(?:un[il]ts?|un?\.?)(?![a-zA-Z\d])|(?-i:[A-L]{1,4})\s+\$?\d{2,4}\.\d\d\s+(?P<f>\d{1,2})(?!\S)|\$\d+(?:\.\d\d)?\s*[x×*]\s*(?P<h>\d{1,2})(?!\d)|(?P<i>[1-9])\s+\$\d{1,4}\.\d\d(?!\S)|(?P<g>[1-8])\.00?(?![\d%])(?:\s*units?\b)?|(?:units?|u|qty)\s*(?:billed|charged)?\s*[:=#x|]?\s*(?P<c>\d{1,2})(?![\d:]|\.\d)(?!\s*min(?!\w*\s*[:=\d]))|"
    rf"(?P<w>one|two|three|four|five|six) units?\b|(?<=\s)(?P<k>[1-8])(?=\s+\d\d?\s?min)|(?:times|[x×])\s?(?P<e>one|two|three|four)\b(?!\s*(?:min|rep|set|sec|step))|[x×*]\s?(?P<d>[0-6])(?![\d:.,]\d|\d){_NOT_UNITS}",
    re.IGNORECASE,
)
_UNITS_THEN_MINUTES = re.compile(
    r"[x×]\s?(?P<units>[1-6])\s*[x×]\s?(?P<minutes>\d{2})(?!\d|\s*(?:reps?|sec|s\b|ft|\"|lb|#|[x×]))", re.IGNORECASE
)
_UNITS_OVER_MINUTES = re.compile(r"(?P<units>[1-6])\s?/\s?(?P<minutes>[1-9]\d)(?![\d/])")
_MINUTES_OVER_UNITS = re.compile(
    r"(?P<minutes>[89]|[1-9]\d)\s?(?:m(?:in)?\.?)?\s?/\s?(?P<units>[1-6])(?P<named>\s?u(?:nits?)?\b)?(?![\d/])", re.IGNORECASE
)
_UNITS_OVER_MINUTES_LABEL = re.compile(r"\b(?:units?|u)\s?/\s?min(?:ute)?s?\b[^\n]*$", re.IGNORECASE)
_MODIFIER = re.compile(
    r"(GP|GO|GN|KX|CQ|CO|X[ESPU]|AT|GA|GX|GY|GZ|(?:59|76|95)(?!\s*(?:min|rnin|['′’]|m(?:ins?)?\b|of\b|total|[:.]\d)))(?=GP|GO|GN|KX|CQ|CO|59|[x×]\d|[^\w']|$)",
    re.IGNORECASE,
)
# The side of an orthosis is a modifier behind its code or another modifier; elsewhere RT and LT are the patient's right and left.
_SIDE = re.compile(r"(?:RT|LT)(?!\w)")
_ORTHOSIS = re.compile(r"L\d{4}[\s,:(-]{1,3}$")
_BEHIND_A_MODIFIER = re.compile(r"(?:[A-Z]{2}|59)[\s,:/-]{1,3}$")
_BARE = re.compile(
    r"(?:[x×]\s?(?P<x>\d{1,3})(?!\d|\s?[-–—]\s?\d{1,3}\s?(?:min|m\b|['′’])|[:,.]\d|[/%#\"]|\s*(?:reps?|ft|feet|lbs?|sec|s\b|ea\b|[x×]|min|['′’m](?![a-z])|hr?s?\b|hour|visits?|times|steps?|units?|u\b|@?\s*\$)|[a-zA-Z])|[(\[]\s?(?P<p>\d{1,3})\s?[)\]]|"
    r"(?:(?:min(?:ute)?s?|time|t|dur(?:ation)?)\s*(?:[:=#|]|of|spent)\s*|min(?:ute)?s?\s+|dur(?:ation)?\.?\s+(?=\d{1,3}[ \t]*(?:min|$|[,;|)\n]|\.(?!\d)|[ \t][ \t]))|time\s+(?=\d{1,3}\s*(?:units?|u\b|$|[|,;)])))(?P<m>\d{1,3})(?![\d:/%]|\.\d|\s?[-–]\s?\d)|"
    r"(?P<i>\d{1,3})(?:\s?(?:ind(?:iv(?:idual)?)?|1:1|one on one|total|timed|tot)\b|(?-i:M)(?![\w]))|(?<=[A-Z]{2})(?P<g>\d{1,2})(?=\s+[A-Z]{2}|\s*[,;|/\n]|\s*$)|(?<=\s)(?P<two>[1-8]\s+\d{2}|\d{2}\s+[1-8]|[1-7]\s+[89]|[89]\s+[1-7])(?=\s*(?:$|[|,;]|\n)|\s+(?:G[PON]|KX|59|X[ESPU]|C[QO])\b)|"
    r"(?P<t>\d{1,3})(?!\s*@?\s*\$|\s+\d+\.\d\d\b)(?=\s*(?:[|,;)\]]|\t|\s{2}|$|\n|\([a-z ]+\)|\[\s?\d+\s?\]|:(?!\d)|\.(?=\s|$)|=|\s?\+)|\s+[-–—]+\s|\s*/\s*$|\s*/\s*(?:9\d{4}|[A-Z]{2}|\d{1,2}\s?u))(?!\s*[,/]\s?\d{1,3}\b(?!\d)\s*(?:[,/]\s?\d|reps?)))",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(slots=True)
class Head:
    """What stands behind a name: where it ends, units, modifiers and the lengths of time."""

    end: int
    units: int | None
    modifiers: list[str]
    times: list[Time]


def read_head(text: str, start: int, limit: int, times: Mapping[int, Time], *, explicit: bool) -> Head:
    """Read on from the name over minutes, units and modifiers until other content begins.

    Parameters
    ----------
    times
        The written lengths of the note by their first character.
    explicit
        Whether the code itself is written; only then can `x 2 x 30` be units and minutes.
    """
    head = Head(start, None, [], [])
    position = start
    opened: int | None = None
    while position < limit:
        if (head.times and _OTHER_PART.match(text, position, limit)) or (
            head.units is not None and is_foot(text, position, limit)
        ):
            break
        anew = text[position - 2 : position] in {". ", "; "}
        if ((head.times or anew) and _TOTAL.match(text, position, limit)) or (
            anew and is_the_visits(text, position, limit, times, head.times)
        ):
            break
        if head.times and _SET_OFF.search(text, position - 2, position) and is_a_total(text, position, limit, times, head.times):
            break
        if head.times and anew and is_the_rest(text, position, limit, times):
            break
        following = _known(text, position, limit, times, head, explicit)
        if following is None:
            skipped = _CORRECTION.match(text, position, limit)
            if skipped and head.times and _corrected(times, skipped.end(), limit):
                head.times.pop()
            skipped = skipped or _SKIP.match(text, position, limit) or _COMMENT.match(text, position, limit)
            if skipped is None:
                behind = _behind_bracket(text, opened, times, head) if opened is not None and not head.times else None
                if behind is None:
                    break
                opened, position, limit = None, behind, max(limit, times[behind].span.end if behind in times else behind + 3)
                continue
            if text[position] in "([":
                opened = position
            position = skipped.end()
        else:
            position = head.end = following
    return head


_LISTED = re.compile(r"[(\[](?:[^()\[\]\n]|\([^()\n]{0,40}\)){2,160}[)\]]")
_TO_THE_LENGTH = re.compile(
    r"[ \t]*(?:[-–—:,=]+[ \t]*)?(?:(?:x|for|total(?:ing)?|a total of|about|approx\.?|~)[ \t]*)*", re.IGNORECASE
)

_FIGURE_ALONE = re.compile(r"(?:[89]|[1-9]\d)(?=[ \t]*(?:$|[,;|\n]))", re.MULTILINE)
_DOSE_BEHIND = re.compile(r"\s*(?:walk|each\b|ea\b|holds?\b|rest\b|warm|test)", re.IGNORECASE)


def _behind_bracket(text: str, opened: int, times: Mapping[int, Time], head: Head) -> int | None:
    """Return where the length stands that closes a name and what was done under it: `Ther ex (UBE 5 min, TRX) 18 min`."""
    listed = _LISTED.match(text, opened)
    if listed is None or head.end > opened:
        return None
    gap = _TO_THE_LENGTH.match(text, listed.end())
    position = gap.end() if gap else listed.end()
    dose = position in times and _DOSE_BEHIND.match(text, times[position].span.end)
    if position in times:
        return None if dose else position
    return (
        position if _FIGURE_ALONE.match(text, position) and re.search(r"[=:]|\s[-–]\s", text[listed.end() : position]) else None
    )


def _corrected(times: Mapping[int, Time], start: int, limit: int) -> bool:
    return any(position in times for position in range(start, min(start + 12, limit)))


_ON_A_MACHINE = re.compile(
    r"\s(?:of |on )?(?:the )?(?:bike|nu-?step|treadmill|TM\b|UBE|elliptical|sci-?fit|recumbent|walking|warm)", re.IGNORECASE
)


def _is_first_dose(text: str, time: Time, times: Mapping[int, Time], limit: int) -> bool:
    """Whether a length behind the name's colon is a machine's, with the service's own still to come (`ther ex: 12 min bike, then PREs, total 25 min`).

    A machine with a length of its own behind it leaves the first one to the service (`97116: 15 min treadmill 1.2 mph x 6 min`).
    """
    if text[max(0, time.span.start - 2) : time.span.start].strip() != ":" or not _ON_A_MACHINE.match(text, time.span.end):
        return False
    later = [start for start in times if time.span.end < start < min(limit, time.span.end + 160)]
    return bool(later) and re.search(r"[,;\n]|\bthen\b", text[time.span.end : min(later)]) is not None


def _known(text: str, position: int, limit: int, times: Mapping[int, Time], head: Head, explicit: bool) -> int | None:
    """Take a length, units or a modifier that begins here into the head, and return where it ends."""
    time = times.get(position)
    if time is not None and time.span.end <= limit and not (head.times == [] and _is_first_dose(text, time, times, limit)):
        head.times.append(time)
        return time.span.end
    if not head.times and text[position].isalnum() and (part := part_behind(text, position, limit)):
        head.times.append(part)
        return part.span.end
    if explicit and not head.times and (match := _UNITS_THEN_MINUTES.match(text, position, limit)):
        head.units = int(match["units"])
        head.times.append(Time(Span(match.start("minutes"), match.end("minutes")), int(match["minutes"]), "minutes"))
        return match.end()
    if explicit and not head.times and (over := _units_and_minutes_over_each_other(text, position, limit)):
        head.units = int(over["units"])
        head.times.append(Time(Span(*over.span("minutes")), int(over["minutes"]), "minutes"))
        return over.end()
    if match := _UNITS.match(text, position, limit):
        written = next(g for g in match.groups() if g)
        head.units = int(written) if written.isdigit() else number_of(written.lower())
        return match.end()
    if position != head.end and text[position - 1].isalpha() and text[position].isalpha():
        return None
    if match := _SIDE.match(text, position, limit):
        if not (head.modifiers and _BEHIND_A_MODIFIER.search(text, position - 5, position)) and not _ORTHOSIS.search(
            text, position - 8, position
        ):
            return None
        head.modifiers.append(match[0])
        return match.end()
    if match := _MODIFIER.match(text, position, limit):
        if (match[1].upper() == "AT" and match[1] != "AT") or (match[1][0].isalpha() and match[1] != match[1].upper()):
            return None
        head.modifiers.append(match[1].upper())
        return match.end()
    if match := _BARE.match(text, position, limit):
        return _bare(text, position, match, head, explicit=explicit)
    told = _WORD_ALONE.match(text, position, limit) if not head.times and text[position - 1] == " " else None
    if told and 8 <= number_of(told["n"].lower()) <= 75:
        head.times.append(Time(Span(*told.span("n")), number_of(told["n"].lower()), "words"))
        return told.end()
    return None


_ENDS_A_CELL = re.compile(r"[ \t]*(?:$|[,;|\n]|[/+.](?=\s|$)|and\b|(?<=[ \t])(?:[ \t]\S|9\d{4}(?!\d)))", re.MULTILINE)


_CODE_BEFORE = re.compile(r"(?<!\d)9\d{4}(?:[\s,:(|=-]|G[PON]\b|KX\b|59\b|C[QO]\b|X[ESPU]\b)*$")
_CODED_PAIR = re.compile(r"(?<!\d)9\d{4}(?:[^\n\d]|59|76|95){1,8}?([1-6]\s?/\s?[1-9]\d|[1-9]\d\s?/\s?[1-6])(?![\d/])")
_LAST_MONTH = 12
_FAR_PAIRS = 400


def _units_and_minutes_over_each_other(text: str, position: int, limit: int) -> re.Match[str] | None:
    """Return units over minutes, or minutes over units: under a label, with the word for units, or where they can be no date."""
    over = _UNITS_OVER_MINUTES.match(text, position, limit)
    if over and _UNITS_OVER_MINUTES_LABEL.search(text, max(0, position - 90), position):
        return over
    over = over or _MINUTES_OVER_UNITS.match(text, position, limit)
    if over is None or not _fits(int(over["units"]), int(over["minutes"])):
        return None
    return over if over.groupdict().get("named") or _stands_behind_its_code(text, over) else None


# Visits or units that a payer allows, and days of earlier bills.
_ALLOWED = re.compile(r"\b(?:auth\w*|approved|visits|remaining|used|left|last billed|denied)\b", re.IGNORECASE)


def _stands_behind_its_code(text: str, over: re.Match[str]) -> bool:
    """Whether a pair without a label is no date: it stands right behind a code, and begins with no month, or other codes have pairs that are no dates."""
    if not _ENDS_A_CELL.match(text, over.end()) or not _CODE_BEFORE.search(text, max(0, over.start() - 24), over.start()):
        return False
    if _ALLOWED.search(text, text.rfind("\n", 0, over.start()) + 1, over.start()):
        return False
    minutes_first = over.start("minutes") == over.start()
    pairs = set(_CODED_PAIR.findall(text, max(0, over.start() - _FAR_PAIRS), over.end() + _FAR_PAIRS))
    return any(int(re.split(r"\D", pair)[0]) > _LAST_MONTH for pair in pairs) if minutes_first else len(pairs) > 1


def _fits(units: int, minutes: int) -> bool:
    """Whether so many minutes make so many units by the 8-minute rule, or one too few."""
    return max(8, 15 * (units - 1)) <= minutes <= 15 * units + 8


# A length spoken without its unit, and nothing behind it: `Okay, neuro re-ed, fifteen. You've got ...`.
_WORD_ALONE = re.compile(
    rf"(?P<n>{NUMBER_WORD})(?=\s*(?:[.;:](?!\w)|$|\n)|,? (?:that was|that's|it was|which was|and that was|(?:we|i|he|she|they) (?:did|worked|had|practiced))\b)",
    re.IGNORECASE | re.MULTILINE,
)


def _bare(text: str, position: int, match: re.Match[str], head: Head, *, explicit: bool) -> int | None:
    """Take a number without a unit: large ones are minutes, a small one in a cell is units."""
    group = next(k for k, v in match.groupdict().items() if v)
    if group == "two":
        return _units_and_minutes(match, head)
    value = int(match[group])
    if group in "tx" and value and _behind_sets(text, match):
        return None
    if group == "t" and _ORDINAL.search(text[max(0, position - 10) : position]):
        return None
    if group == "t" and text[position - 1] not in " |:/,(\t-=–—~" and text[position - 2 : position] != "..":
        return None
    added = group == "t" and bool(head.times) and _ADDED.search(text, max(0, position - 3), position) is not None
    short = not explicit and _SHORT_NAME.search(text, max(0, position - 8), position) is not None
    most_units = _MOST_UNITS_OF_A_SHORT_NAME if short else _MOST_UNITS
    if group == "t" and value <= most_units and not added:
        head.units = value if head.units is None and value else head.units
        if not value and not head.times:
            head.times.append(Time(Span(match.start(group), match.end(group)), 0, "minutes"))
        return match.end()
    if group == "p" and value in {59, 95, 76}:
        head.modifiers.append(match[group])
        return match.end()
    if group == "p" and 1 <= value <= 4 and head.units is None:
        head.units = value
        return match.end()
    if group == "x" and head.modifiers and value <= 12:
        head.units = value
        return match.end()
    lowest = 1 if group in "mi" or added else 7 if group == "x" else most_units + 1
    if not lowest <= value <= 240:
        return None
    head.times.append(Time(Span(match.start(group), match.end(group)), value, "minutes"))
    return match.end()


# `97140 6` can be six units; `MT 6` beside `NMR 23` is six minutes.
_MOST_UNITS, _MOST_UNITS_OF_A_SHORT_NAME = 7, 4
_SHORT_NAME = re.compile(r"\b[A-Z]{2,4}:?[ ]$")
# A part in a sum of lengths: `10 + 8 + 5`.
_ADDED = re.compile(r"\+\s?$")
_ORDINAL = re.compile(r"(?i)\b(?:visit|session|day|week|wk|appt|appointment|room|rm|no\.?|number)\s*#?\s*$")


def _units_and_minutes(match: re.Match[str], head: Head) -> int | None:
    """Take `2 25` at the end of a line (or `25 2`) as units and minutes where they can be both."""
    first, last = match["two"].split()
    units, minutes = (first, last) if int(first) < int(last) else (last, first)
    start = match.start("two") if minutes == first else match.end("two") - len(minutes)
    if head.times or head.units is not None or not _fits(int(units), int(minutes)):
        return None
    head.units = int(units)
    head.times.append(Time(Span(start, start + len(minutes)), int(minutes), "minutes"))
    return match.end()


def _behind_sets(text: str, match: re.Match[str]) -> bool:
    """Tell `3 x 10` and `sets 3, 10` from minutes: the number before the x makes it a dose."""
    return (
        re.search(r"\d\s?$", text[max(0, match.start() - 3) : match.start()]) is not None
        and match["x"] is not None
        and not re.search(r"\d{5}\s?$", text[max(0, match.start() - 7) : match.start()])
    )
