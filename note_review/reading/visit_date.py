"""The day of the visit: as given with the note, else as its label, its heading or the signature says."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator

from note_review.encounter import Signature
from note_review.note import Note, Span
from note_review.reading import titles
from note_review.reading.dates import DATE, DAY_FIRST, date_near, parse_date
from note_review.reading.lines import Lines
from note_review.reading.small_letters import any_case, has_any, small
from note_review.reading.titles import any_of

_FULL = r"(?![\d/%])"
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?(?: [a-z]{2,3}t\b)?"
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?"
# What a heading, or the telling of a visit, is made of; a visit has its number ("visit 7 of 12").
_VISIT_WORD = (
    r"(?:physical|occupational|hand|p\.?t\.?|o\.?t\.?|patient|client|therapy|therapist|rehab(?:ilitation)?|outpatient|inpatient|clinic(?:al)?|home|health|"
    r"daily|progress (?:note|report)|soap|skilled|treatment|tx|visit|session|encounter|note|entry|record|flow ?sheet|documentation|number|no|of|day|today|"
    rf"{_WEEKDAY})"
)
_NUMBER = rf"(?!{DAY_FIRST})#?\d{{1,3}}(?:\s?/\s?\d{{1,3}})?(?![/.-]\d|[\d:])"
_HEADING_WORDS = rf"(?:{_VISIT_WORD}\b[^\w\n]*+(?:{_NUMBER}[^\w\n]*+)?)"
# Beside nothing but the patient a date may be of birth.
_DATED = any_case(rf"[^\w\n]*+(?!(?:patient|client)\b[^\w\n]*{DATE})(?P<words>{_HEADING_WORDS}*+)(?P<date>{DATE}){_FULL}")
_ONLY_HEADING = any_case(rf"(?:{_HEADING_WORDS}|{_TIME}|[^\w\n])*+$")
_COLUMN = any_case(rf"[ \t|]+(?P<date>{DATE}){_FULL}")
_RANGE = any_case(rf"\s*(?:-{{1,2}}|–|—|to|thru|through|until)\s*{DATE}")
# What else a date may be of.
_EVENT = (
    r"\b(?:d\.?o\.?b|birth|born|onset|doi|injur\w*|accident|surg\w+|sx|fx|mri|x-?ray|ie|(?:re-?)?eval\w*|soc|due|exp\w*|(?:re-?)?cert\w*|poc|"
    r"goals?|order\w*|referr\w+|script|prescription|admi(?:t|ssion)\w*|discharge\w*|d/?c|last|prior|previous\w*|prev|next|sched\w*|appt|appointment|"
    r"cancel\w*|no[- ]?show|missed)\b"
)
_EVENT_ROW = any_case(rf"(?!(?:[ \t]*[|\t]|[ \t]{{2}})[^\n]*?{DATE})[^\w\n.;,|]*+(?:\w+[^\w.;\n]+){{0,2}}?{_EVENT}")
_SEEN = r"seen(?: (?:in|at|for|by|the|her|his|their|gym|bedside|room|facility|office|services?|{word}))*,?(?: on)?"
_TITLES = titles.THERAPISTS | titles.PHYSICAL_ASSISTANTS | titles.OCCUPATIONAL_ASSISTANTS | titles.PHYSICAL_STUDENTS
_BY_ANOTHER = rf",? by (?![^.;\n]{{0,40}}?\b(?:{any_of(_TITLES)}|therap\w+|me)\b)"
_LABEL = any_case(
    rf"(?<!\w)(?:date of (?:serv\s?ice|visit|treatment)|dos|d\.o\.s\.|visit date|service date|treatment date|date seen|(?P<bare>date)"
    rf"|{_SEEN.format(word=_VISIT_WORD)})\s*[:=]?\s*(?:{_WEEKDAY}[.,]?\s+)?(?P<date>(?>{DATE}))(?!{_BY_ANOTHER})"
)
# Right before a label: "onset date", "last date of service", "never seen on", "to date".
_LABEL_OF_ANOTHER = any_case(
    rf"(?:{_EVENT}|\b(?:start|end|stop|first|target|plan|care|letter|md|dr|physician|surgeon|follow[- ]?up|fall|fell|stroke|cva|auth\w*|print(?:ed)?|rtw|f/u|return|recheck|dx|diagnosis|op|and|to|not|never))(?:'s|’s)?[ -]+(?:(?!date)[a-z]+[ -]+)?$"
)
_SIGNING_WORD = rf"\b(?:{any_of(_TITLES)}|electronically|digitally|e-?sign(?:ed|ature)|signed|signature|by|on|at|dated?|time|lic(?:ense)?|no|[a-z]{{1,3}}\d{{3,}}|\d{{5,}})\b"
_BEHIND_NAME = any_case(
    rf"(?:[^\w\n]|{_SIGNING_WORD}){{0,30}}+(?:\n(?:[^\w\n]|{_SIGNING_WORD}){{0,30}}+)?(?P<date>{DATE}){_FULL}(?=(?:[^\w\n]|{_TIME}|{_SIGNING_WORD}){{0,30}}+(?:\n|$)|\s*[/|&])"
)
_BEFORE_NAME = any_case(
    rf"[^\w\n]*+(?P<date>{DATE}){_FULL}(?:[^\w\n]|{_TIME}|{_SIGNING_WORD}){{0,30}}+(?:[a-z][\w'’-]*\.?[ ,]+){{1,3}}$"
)
# A signature in a clause of other things: a plan's, an earlier visit's, a talk's.
_NOT_OF_NOTE = any_case(rf"{_EVENT}|\b(?:plan|seen|with|per|to|until|discussed|spoke|call(?:ed)?|contact(?:ed)?|since)\b|\bw/")
# An initial's or a doctor's full stop ends no clause.
_CLAUSE_END = re.compile(r"(?:(?<!\b[a-z])(?<!\bdr)\.|;)\s|\s[–—-]\s|\|")
# A signature is told by the words right before it, however long its line is.
_BEHIND = 160
_HEAD_LINES = 6
_LAST_LINES = 3


def date_of_service(note: Note, mended: str, lines: Lines, signature: Signature) -> datetime.date | None:
    """Return the day of the visit, or None where the note tells none or several.

    A label counts before a heading, and a heading before the signature, whose date may be later (Benefit Policy Manual ch. 15, 220.3.E:
    each treatment note has the date of treatment). ``mended`` is the text with a scanner's figures put right.
    """
    if note.date_of_service:
        return note.date_of_service
    text = small(mended)
    signed = list(_signature_dates(text, lines, signature))
    label = _label(text, besides={match.start("date") for match in signed})
    headings = _heading_dates(text, lines)
    by_signature = [match["date"] for match in signed]
    days = _days([label["date"]] if label else headings or by_signature, completed_by=[*headings, *by_signature])
    return days.pop() if len(days) == 1 else None


def labelled_date(text: str) -> str | None:
    """Return the date that is labelled as the visit's, as written in a text in small letters."""
    label = _label(text, besides=set())
    return label["date"] if label else None


def _days(written: list[str], *, completed_by: list[str]) -> set[datetime.date]:
    """Return the days that are written; one without a year takes it from the same day written in full elsewhere."""
    full = {day for date in completed_by if (day := parse_date(date)) is not None}
    days = (({parse_date(date)} - {None}) or {day for day in full if date_near(date, day) == day} for date in written)
    return {day for found in days for day in found if day is not None}


def _label(text: str, besides: set[int]) -> re.Match[str] | None:
    """Return the first date labelled as the visit's; a bare "date" is not the visit's beside a signature or behind another event's name."""
    for match in _LABEL.finditer(text) if has_any(text, ("date", "dos", "d.o.s.", "seen")) else ():
        if match["bare"] and match.start("date") in besides:
            continue
        if not _LABEL_OF_ANOTHER.search(text, max(0, match.start() - 40), match.start()):
            return match
    return None


def _heading_dates(text: str, lines: Lines) -> list[str]:
    """Return the date of a note's heading, with those of later headings or rows that are of the same form."""
    written = [line for line in lines.spans if text[line.start : line.end].strip()]
    opened = True
    for number, line in enumerate(written[:_HEAD_LINES]):
        match = _DATED.match(text, *line)
        is_heading = _is_heading if opened else _is_whole_heading
        if match and (opened or match["words"]) and is_heading(text, line, match):
            return [match["date"], *_later_dates(text, written[number + 1 :], _is_whole_heading)]
        if match and opened and _is_row(text, line, match):
            return [match["date"], *_later_dates(text, written[number + 1 :], _is_row)]
        # Below a name a bare date may be a birth date.
        opened = opened and _ONLY_HEADING.match(text, *line) is not None
    return []


def _later_dates(text: str, written: list[Span], is_alike: Callable[[str, Span, re.Match[str]], bool]) -> Iterator[str]:
    """Yield the full dates of later lines of a form; the last lines may bear the signature's."""
    for line in written[:-_LAST_LINES]:
        match = _DATED.match(text, *line)
        if match and parse_date(match["date"]) and is_alike(text, line, match):
            yield match["date"]


def _is_heading(text: str, line: Span, match: re.Match[str]) -> bool:
    """Whether a heading's words stand before a date, or nothing else behind it."""
    if not match["words"]:
        return _is_whole_heading(text, line, match)
    return not _is_of_another(text, line, match) and parse_date(match["date"]) is not None


def _is_whole_heading(text: str, line: Span, match: re.Match[str]) -> bool:
    """Whether a line has nothing but a date and a heading's words."""
    return not _RANGE.match(text, match.end(), line.end) and _ONLY_HEADING.match(text, match.end(), line.end) is not None


def _is_row(text: str, line: Span, match: re.Match[str]) -> bool:
    """Whether a full date opens a line on the visit."""
    return not _is_of_another(text, line, match) and parse_date(match["date"]) is not None


def _is_of_another(text: str, line: Span, match: re.Match[str]) -> bool:
    """Whether a date opens a period or a row of dates, or is said to be of another event than the visit."""
    column = _COLUMN.match(text, match.end(), line.end)
    return (column is not None and parse_date(column["date"]) is not None) or any(
        pattern.match(text, match.end(), line.end) for pattern in (_RANGE, _EVENT_ROW)
    )


def _signature_dates(text: str, lines: Lines, signature: Signature) -> Iterator[re.Match[str]]:
    """Yield the dates beside the names of those who gave the therapy, where a line signs the note."""
    last = [line.start for line in lines.spans if text[line.start : line.end].strip()][-_LAST_LINES:]
    for span in signature.spans:
        line = lines.at(span.start)
        if titles.standard(text[span.start : span.end]) not in _TITLES:
            continue
        begin = max(line.start, span.start - _BEHIND)
        begin = max([begin, *(end.end() for end in _CLAUSE_END.finditer(text, begin, span.start))])
        clause = text[begin : span.start]
        if _NOT_OF_NOTE.search(clause) or (line.start not in last and "sign" not in clause):
            continue
        match = _BEHIND_NAME.match(text, span.end) or _BEFORE_NAME.match(text, begin, span.start)
        if match:
            yield match
