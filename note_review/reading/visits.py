"""Which stretches of a note belong to another visit: dated entries, rows and lines that are not this visit's own."""

from __future__ import annotations

import re

from note_review.note import Span
from note_review.reading.dates import UNDOTTED_DATE as _DATE
from note_review.reading.dates import month_and_day
from note_review.reading.lines import Lines
from note_review.reading.small_letters import any_case, small

_DATED_LINE = re.compile(
    rf"^[\s|>*#•\-\[(]*(?:(?:wk|week|visit|day|date|session|dos|seen|entry|tx)\s*+#?:?\s*+(?:\d+\s*+(?:[,|-]|:(?!\d\d(?!\d*[/-])))?\s*+)?)*(?P<date>{_DATE})(?![\d/%]|:\d\d(?!\d))",
    re.IGNORECASE,
)
# A line with a date in each column heads a flowsheet.
_NEXT_COLUMN = re.compile(rf"[ \t|]{{2,}}{_DATE}(?![\d/%])", re.IGNORECASE)
_TODAY = re.compile(
    r"\b(?:today|this (?:visit|billing|date|claim|session|entry)|billed entry|current|for review)\b",
    re.IGNORECASE,
)
_OF_SERVICE = re.compile(r"\b(?:date of service|DOS)\b", re.IGNORECASE)
_PRIOR = re.compile(r"\b(?:last|prior|previous|prev)\b", re.IGNORECASE)
_NO_VISIT = re.compile(
    r"\b(?:planned|plan|next|sched(?:uled)?|cancel\w*|no[- ]?show|absent|no school|closed|holiday|out sick|make-?up|missed|cx|goal|due|appt|order|fx|sx|surgery|onset|mri|x-?ray|eval|SOC|injur\w*)\b",
    re.IGNORECASE,
)
_OTHER_LABEL = re.compile(
    rf"(?:(?<=^)|(?<=[.;|\n(])\s*|(?<=\s\s))[\s*>•-]*(?:prior|previous|last|prev)(?:ly)?(?:\s+(?:visit|session|tx|treatment|time|note|week|date|dos|log|flowsheet))?\s*(?:on\s+)?(?:\(?{_DATE}\)?|[:=(])"
    rf"|(?<!\bthis )\b(?:last|prev(?:ious)?\.?|prior) (?:visit|session|treatment|tx|time|week)\b|\bpreviously\b|\blast seen\b|\bPOC(?: codes)?:|\bplan of care:|\bnext app(?:oin)?t(?:ment)?\b|\byesterday\b|\bnext (?:visit|session|time|week|tx)\b|\b(?:the )?notes? lists?\b|\bsched(?:uled)?:|\b(?:will|plan to|plans to|going to|scheduled for)\b",
    re.IGNORECASE | re.MULTILINE,
)  # fmt: skip
_CLAUSE_DATE = re.compile(rf"\s*(?:[a-z]+:\s*)?(?:on |dos:? )?(?P<date>{_DATE})(?![\d/%])", re.IGNORECASE)
_LABELLED = any_case(rf"d(?<!\wd)(?:os|ate(?: of (?:service|visit|treatment))?)\W{{0,3}}(?P<date>{_DATE})(?![\d/%])")
_TOLD_ON = re.compile(
    rf"(?:(?:^|[.;(]\s*)(?:on|last seen(?: on)?|from|as of|as on|seen(?: on)?|DOS:?)\s+|\(\s*)(?P<date>{_DATE})(?![\d/%])(?:(?!\btoday\b)[^.;\n]|\.(?=\d))*",
    re.IGNORECASE | re.MULTILINE,
)

_ON_DAY = any_case(r"on(?<!\won) (?P<date>\d{1,2}/\d{1,2}(?:/\d{2,4})?)(?![\d/%]|\s?(?:scale|nprs|vas|rpe))")
_NOTHING_DONE_NOW = any_case(
    r"\bno (?:therapy|treatment|tx|skilled \w+) (?:was )?(?:(?:given|provided|rendered|delivered|performed) )?(?:today|this (?:date|visit|day)|on this date)\b"
)
_TOLD_AS_NOW = any_case(r"\b(?:today|this (?:date|visit))\b")


def other_visits(text: str, lines: Lines) -> list[Span]:
    """Return what a note tells of other visits than its own: dated entries, and sentences of another date than the one it is labelled with."""
    return [*_dated_entries(text, lines), *_told_of_other_dates(text), *_dated_clauses(text, lines)]


def _dated_clauses(text: str, lines: Lines) -> list[Span]:
    """Return the parts of a line that are dated one by one (`6/2 TE 30 min; 6/4 TE 30 min; today TE 23 min`), but the last day's or today's."""
    stretches: list[Span] = []
    for line in lines.spans:
        if ";" not in text[line.start : line.end] or "/" not in text[line.start : line.end]:
            continue
        parts = [Span(line.start + m.start(), line.start + m.end()) for m in re.finditer(r"[^;]+", text[line.start : line.end])]
        dates = [(_CLAUSE_DATE.match(text, *part), part) for part in parts]
        dated = [(month_and_day(m["date"]), part) for m, part in dates if m]
        named = [key for key, part in dated if re.search(r"(?i)\btoday\b", text[part.start : part.end])]
        today = any(re.match(r"(?i)\s*today\b", text[p.start : p.end]) for p in parts)
        if len(dated) + today > 1 and dated:
            own = named[0] if named else None if today else max(key for key, _ in dated)
            stretches += [part for key, part in dated if key != own]
    return stretches


def _told_of_other_dates(text: str) -> list[Span]:
    """Return the sentences and parts that a date leads (`On 9/12 seen 45 min`) or closes (`20 min NMR on 10/2`), where it is not this visit's."""
    words = small(text)
    labelled = list(_LABELLED.finditer(words)) if "dos" in words or "date" in words else []
    if labelled:
        of_service = [
            month_and_day(m["date"])
            for m in labelled
            if _OF_SERVICE.match(m[0]) and not _PRIOR.search(text[max(0, m.start() - 9) : m.start()])
        ]
        own = max(of_service) if of_service else month_and_day(labelled[0]["date"])
        return [Span(*m.span()) for m in _TOLD_ON.finditer(text) if month_and_day(m["date"]) != own]
    days = list(_ON_DAY.finditer(words))
    if days and _NOTHING_DONE_NOW.search(words):
        return [*(Span(*m.span()) for m in _TOLD_ON.finditer(text)), *(_part_closed_by(words, day) for day in days)]
    several = len({month_and_day(day["date"]) for day in days}) > 1
    return [_part_closed_by(words, day) for day in days] if several or (days and _TOLD_AS_NOW.search(words)) else []


def _part_closed_by(words: str, day: re.Match[str]) -> Span:
    """Return the part of a sentence that ends with its day."""
    start = max(
        words.rfind(sign, max(0, day.start() - 80), day.start()) + len(sign) for sign in (". ", ";", ", ", "\n", " and ", "(")
    )
    return Span(max(start, day.start() - 80, 0), day.end())


def _dated_entries(text: str, lines: Lines) -> list[Span]:
    """Return the dated entries that are not this visit's: each from its date to the next, or to a blank line."""
    entries = [
        (line, match)
        for line in lines.spans
        if (match := _DATED_LINE.match(text[line.start : line.end])) and not _NEXT_COLUMN.match(text, line.start + match.end())
    ]
    entries = [(line, match) for line, match in entries if line.end - line.start > len(match[0]) or len(entries) > 1]
    dates = [month_and_day(match["date"]) for _, match in entries]
    if len(set(dates)) < 2:
        return []
    own = _own_date(text, lines, entries, dates)
    stretches: list[Span] = []
    for number, (line, _) in enumerate(entries):
        following = entries[number + 1][0].start if number + 1 < len(entries) else len(text)
        blank = text.find("\n\n", line.end, following)
        if dates[number] != own:
            stretches.append(Span(line.start, blank if blank >= 0 else following if number + 1 < len(entries) else line.end))
    return stretches


def _own_date(
    text: str, lines: Lines, entries: list[tuple[Span, re.Match[str]]], dates: list[tuple[int, int]]
) -> tuple[int, int]:
    """Return the date of this visit: the entry that says so, else the latest that is no plan and no absence."""
    rows = [text[line.start : line.end] for line, _ in entries]
    for row, date in zip(rows, dates, strict=True):
        if _TODAY.search(row):
            return date
    of_service = [date for row, date in zip(rows, dates, strict=True) if _OF_SERVICE.search(row) and not _PRIOR.search(row)]
    if len(of_service) == 1:
        return of_service[0]
    done = [date for row, date in zip(rows, dates, strict=True) if not _NO_VISIT.search(row)] or dates
    return max(done)


def told_of_another_visit(text: str, start: int, end: int) -> bool:
    """Return whether the words before a length, in its own clause, speak of another visit, of a plan or of somebody's list."""
    return _OTHER_LABEL.search(text, start, end) is not None
