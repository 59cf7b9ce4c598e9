"""Minutes of treatment: which written lengths are treatment time, and the code or total they belong to.

A length counts only where the note shows what it is the length of: it stands in a service's head, in a column of
minutes, beside a word for a total, or is the clock span of the visit. Everything else (doses, holds, rests, walk tests,
tolerances, goals, other visits) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from note_review.encounter import Minutes, Section
from note_review.note import Span
from note_review.reading.anchors import Anchor
from note_review.reading.lines import Lines
from note_review.reading.sections import section_at
from note_review.reading.times import Time

_CLOSED_SECTIONS = frozenset({"goals", "history", "prior_visit", "home_program"})
_TOTAL_TIMED = (
    r"(?:total\s+)?(?:timed|direct|one[- ]on[- ]one|1:1|billable|skilled timed)(?:[\s-]*(?:code|codes|cpt|tx|treatment|therapy|contact|minutes?|mins?|time|units?|patient|total|services?|1:1|one[- ]on[- ]one|billable))*"
    r"|total\s+(?:timed|direct|billable|1:1|one[- ]on[- ]one)[a-z\s-]*|\bTCT\b|timed\s+tot(?:al)?\.?|\bTTCT\b|timed code treatment minutes|\bTTM\b"
)
_TOTAL_TREATMENT = (
    r"(?:grand\s+)?total(?:\s+(?:of|visit|session|treatment|tx|therapy|rx|time|minutes?|mins?|length|duration|in-clinic|clinic|contact|pt|patient|today|amount|was|is))*|"
    r"(?:treatment|tx|rx|session|visit|therapy|appointment|appt)\s+(?:time|length|duration|minutes?|mins?|total|lasted|was|ran|duration was|length was)(?:\s+(?:total|today|was|is|in/out|in minutes|minutes|mins?))*|"
    r"\bTTT\b|\bLOS\b|\bTTM\b|\bTT\b|\bTx\s?time|time\s+(?:in\s*/?\s*out|spent|with (?:pt|patient)|total)|length of (?:visit|session|treatment)|(?:visit|session|treatment|tx|time|duration|min(?:ute)?s?|LOS)\s*[:=]|"
    r"(?:seen|treated|worked with|rx'?d|tx'?d|pt seen|spent|met with|session of|visit of|participated in|attended|tolerated|received|completed)(?:\s+(?:pt|patient|him|her|them|for|x|a|in|by|this|a total of|approximately|approx\.?|about|the|full|skilled|pt/ot|ot|treatment|therapy|session|on|today|of|child|client|student|resident|individual(?:ly)?|1:1|one[- ]on[- ]one))*"
)
_BEFORE_TIMED = re.compile(rf"(?<![a-zA-Z])(?:{_TOTAL_TIMED})\s*(?:[:=(x–-]|was|of|is|=|\s|for|about|~|approx\.?)*$", re.IGNORECASE)
_BEFORE_TREATMENT = re.compile(rf"(?<![a-zA-Z])(?:{_TOTAL_TREATMENT})\s*(?:[:=(x–|@~-]|was|of|is|for|about|approx\.?|\s)*$", re.IGNORECASE)
_AFTER_TIMED = re.compile(
    r"\s*(?:of\s+)?(?:total\s+)?(?:(?:timed|direct|billable)(?![a-z])|(?:total\s+)?(?:one[- ]on[- ]one|1:1|1on1)(?=\s*(?:total|tx|time|timed|$|[.,;)]))|total timed)", re.IGNORECASE
)
_AFTER_TREATMENT = re.compile(
    r"[\s-]*(?:(?:of\s+)?(?:skilled\s+)?(?:total|individual|one[- ]on[- ]one|1:1|PT|OT|physical therapy|occupational therapy|therapy|direct)?[\s-]*"
    r"(?:session|visit|tx\b|treatment|appointment|appt|total|tot\b|ttl\b|all told|in all|altogether|all together|overall|slot|co-?treat)|"
    r"(?:one[- ]on[- ]one|1:1|of skilled (?:PT|OT|therapy|physical|occupational)|of (?:PT|OT|therapy|treatment|physical therapy|occupational therapy)|skilled (?:PT|OT)|face to face|me only|just me))",
    re.IGNORECASE,
)
_NOT_TREATMENT = re.compile(
    r"(?<![a-zA-Z])(?:rest(?:s|ed|ing)?|break|wait(?:ed|ing)?|hold|held|late|early|arriv\w*|ago|drive|commute|every|q\b|per day|/day|daily|a day|x/day|walk test|6mwt|2mwt|min(?:ute)? walk|"
    r"toleran\w*|tolerat(?:es|ing)|able to (?:stand|sit|walk)|stands?|sits?|standing for|sitting for|last (?:visit|session|time|tx|week)|previous|yesterday|prior|next|goal|will|"
    r"post|recover\w*|settl\w*|until|before (?:she|he|pain|symptoms)|after (?:ex|act|walk)|wear\w*|nap|phone|call|toilet\w*|transport|chart\w*|documentation|sleep|pain (?:after|x)|within|nustep|bike|cycle|treadmill|ube|elliptical|timer|cool|warm[- ]?up|ice)"
    r"\W*$",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    r"[\s-]*(?:walk(?:\s?test)?\b|rest\b|break|hold|ago|late|early|every|per day|/\s?day|a day|daily|x/?day|each|walks?|wait|recovery|to settle|of rest|drive|commute|before|after|HEP|at home|"
    r"(?:of )?(?:standing|sitting|walking)\s+toler|mile|warm|cool|on (?:the )?(?:nustep|bike|treadmill|ube)|to recover|later|old|prior|or until|mark\b|post)",
    re.IGNORECASE,
)
_COLUMN = re.compile(r"(?:(?:tx|treatment|timed?|total|actual|direct|#)\s*)?(?:min(?:ute)?s?\.?|time|dur(?:ation)?\.?|mm|tmin)(?:\s*\(min(?:ute)?s?\))?", re.IGNORECASE)
_UNTIMED_BEFORE = re.compile(r"un-?timed[\s:=a-z]*$", re.IGNORECASE)
_BARE_TOTAL = re.compile(
    r"(?<![a-zA-Z])(?P<timed>total timed(?: code)?(?: (?:treatment|tx|codes?))?(?: (?:time|min(?:ute)?s?))?|timed(?: code)?(?: (?:treatment|tx|codes?|total))?(?: (?:time|min(?:ute)?s?))?|TCT|timed min(?:ute)?s?)"
    r"\s*(?:\((?:min|minutes)\)\s*)?[:=]?\s*(?P<a>\d{1,3})(?![\d:/.%-]|\s*(?:u|units?|codes?)\b)|"
    r"(?<![a-zA-Z])(?P<whole>total (?:treatment|tx|session|visit|therapy)?\s*(?:time|min(?:ute)?s?)?|TTT|TT|(?:treatment|tx|session|visit) (?:time|min(?:ute)?s?)|session|visit length|total|min(?:ute)?s?|time|duration)"
    r"\s*(?:\((?:min|minutes)\)\s*)?[:=|]\s*(?P<b>\d{1,3})(?![\d:/.%-]|\s*(?:u|units?|visits?|codes?|points?|/|ft|reps?|lbs?|feet|steps?)\b)|\bTTT?\s(?P<c>\d{1,3})\b",
    re.IGNORECASE,
)


_PLAIN_LABEL = re.compile(r"[\s>*#_\-•|]*(?:min(?:ute)?s?|time|duration|units/min)\W*", re.IGNORECASE)


def read_minutes(text: str, lines: Lines, sections: tuple[Section, ...], anchors: Sequence[Anchor], times: Sequence[Time]) -> list[Minutes]:
    """Return the treatment minutes of a note with the scope of each, in text order."""
    found = _in_heads(anchors)
    found += [m for m in _in_columns(text, lines, anchors) if not _taken(found, m.span)]
    for time in times:
        if not _taken(found, time.span):
            scope = _total_scope(text, lines, sections, time, anchors)
            if scope is not None:
                found.append(Minutes(time.span, time.value, scope))
    for match in _BARE_TOTAL.finditer(text):
        group = next(g for g in ("a", "b", "c") if match[g])
        span = Span(match.start(group), match.end(group))
        if not _taken(found, span) and not _UNTIMED_BEFORE.search(text[max(0, match.start() - 3) : match.start("timed") + 1] if match["timed"] else ""):
            timed = match["timed"] or (match["c"] and match[0].upper().startswith("TT ") and "TTT" in text)
            if 5 <= int(match[group]) <= 480 and section_at(sections, span.start).kind not in _CLOSED_SECTIONS:
                found.append(Minutes(span, int(match[group]), "total_timed" if timed else "total_treatment"))
    found = _under_headings(text, lines, anchors, found)
    found += _block_ends(text, lines, anchors, times, found)
    return sorted(found, key=lambda m: m.span)


def _taken(found: Sequence[Minutes], span: Span) -> bool:
    return any(m.span.start < span.end and span.start < m.span.end for m in found)


def _in_heads(anchors: Sequence[Anchor]) -> list[Minutes]:
    found: list[Minutes] = []
    for anchor in anchors:
        scope = "unspecified" if anchor.shared and not anchor.explicit else anchor.code
        found += [Minutes(t.span, t.value, scope) for t in anchor.times if t.value > 0 and not _taken(found, t.span)]
    return found


def _total_scope(text: str, lines: Lines, sections: tuple[Section, ...], time: Time, anchors: Sequence[Anchor]) -> str | None:
    """Return the total a length stands for, or None where it is no length of treatment."""
    line = lines.at(time.span.start)
    before = text[max(line.start, time.span.start - 90) : time.span.start]
    after = text[time.span.end : min(len(text), time.span.end + 50)]
    kind = section_at(sections, time.span.start).kind
    if kind in _CLOSED_SECTIONS or _NOT_AFTER.match(after) or _UNTIMED_BEFORE.search(before):
        return None
    if _BEFORE_TIMED.search(before) or _AFTER_TIMED.match(after):
        return "total_timed"
    if _BEFORE_TREATMENT.search(before) and not (kind == "plan" and time.form != "clock" and "total" not in before.lower()):
        return None if time.form == "quote" and not before.strip() else "total_treatment"
    if _NOT_TREATMENT.search(before):
        return None
    if time.form == "clock":
        return None if kind == "plan" else "total_treatment"
    if kind != "plan" and _AFTER_TREATMENT.match(after):
        return "total_treatment"
    if kind != "plan" and re.search(r"(?:^|\n)[\s>*#_\-•|]*(?:tx |treatment |total )?(?:time|min(?:ute)?s?|duration)\s+$", before, re.IGNORECASE):
        return "total_treatment"
    alone = not before.strip(" \t-–—|*#>(x~.,:") and not after.split("\n")[0].strip(" \t-–—|*.)")
    if alone and line.end - line.start < 16:
        return "total_treatment"
    return None


def _in_columns(text: str, lines: Lines, anchors: Sequence[Anchor]) -> list[Minutes]:
    """Read tables whose heading row has a column of minutes."""
    found: list[Minutes] = []
    column: tuple[int, Span, int] | None = None
    for line in lines.spans:
        cells = _cells(text, line)
        heads = [i for i, c in enumerate(cells) if _COLUMN.fullmatch(text[c.start : c.end].strip(" *|:"))]
        if len(cells) >= 2 and heads and not any(any(ch.isdigit() for ch in text[c.start : c.end]) for c in cells):
            column = (heads[0], Span(cells[heads[0]].start - line.start, cells[heads[0]].end - line.start), len(cells))
            continue
        if column is None or len(cells) < 2:
            column = column if text[line.start : line.end].strip(" -=+|:_") == "" and line.end > line.start else None
            continue
        cell = _cell_under(text, line, cells, column)
        if cell is None:
            continue
        number = re.fullmatch(r"\s*(\d{1,3})\s*(?:min(?:ute)?s?\.?|m|')?\s*", text[cell.start : cell.end])
        if number is None or not 0 < int(number[1]) <= 300:
            continue
        scope = _row_scope(text, line, anchors)
        if scope:
            start = cell.start + number.start(1)
            found.append(Minutes(Span(start, cell.start + len(text[cell.start : cell.end].rstrip())), int(number[1]), scope))
    return found


def _cells(text: str, line: Span) -> list[Span]:
    content = text[line.start : line.end]
    if "|" in content or "\t" in content:
        pattern = r"[^|\t]+"
    else:
        pattern = r"\S+(?: \S+)*"
    cells = []
    for match in re.finditer(pattern, content):
        stripped = match[0].strip()
        if stripped or "|" in content:
            lead = len(match[0]) - len(match[0].lstrip())
            cells.append(Span(line.start + match.start() + lead, line.start + match.start() + lead + len(stripped)))
    if "|" in content:
        if cells and cells[0].start == cells[0].end and content.lstrip().startswith("|"):
            cells = cells[1:]
        if cells and cells[-1].start == cells[-1].end and content.rstrip().endswith("|"):
            cells = cells[:-1]
    return cells


def _cell_under(text: str, line: Span, cells: list[Span], column: tuple[int, Span, int]) -> Span | None:
    index, place, count = column
    if len(cells) == count:
        return cells[index]
    overlapping = [c for c in cells if c.start - line.start <= place.end and place.start <= c.end - line.start]
    return overlapping[0] if overlapping and "|" not in text[line.start : line.end] else None


def _row_scope(text: str, line: Span, anchors: Sequence[Anchor]) -> str | None:
    on_row = [a for a in anchors if line.start <= a.span.start < line.end]
    if on_row:
        return on_row[0].code
    words = text[line.start : line.end].lower()
    if "total" in words:
        return "total_timed" if "timed" in words and "untimed" not in words else "total_treatment"
    return None


def _under_headings(text: str, lines: Lines, anchors: Sequence[Anchor], found: list[Minutes]) -> list[Minutes]:
    """A line `Minutes: 23` under a service's heading is that service's length."""
    moved: list[Minutes] = []
    for minutes in found:
        line = lines.at(minutes.span.start)
        label = text[line.start : minutes.span.start]
        above = [a for a in anchors if a.leads and a.span.start < line.start]
        if minutes.scope == "total_treatment" and above and _PLAIN_LABEL.fullmatch(label) and not above[-1].times:
            gap = lines.index_at(line.start) - lines.index_at(above[-1].span.start)
            if gap <= 3 and not any(m.scope == above[-1].code for m in [*found, *moved]):
                minutes = Minutes(minutes.span, minutes.value, above[-1].code)
        moved.append(minutes)
    return moved


def _block_ends(text: str, lines: Lines, anchors: Sequence[Anchor], times: Sequence[Time], found: Sequence[Minutes]) -> list[Minutes]:
    """A length in brackets, or behind a dash, that closes a service's own line is the service's where its head gives none."""
    ends: list[Minutes] = []
    for anchor in anchors:
        if anchor.times or not anchor.leads or any(m.scope == anchor.code for m in [*found, *ends]):
            continue
        line = lines.at(anchor.span.start)
        closing = [t for t in times if anchor.head.end < t.span.start and t.span.end <= line.end and not _taken([*found, *ends], t.span)]
        if closing:
            last = closing[-1]
            before = text[max(line.start, last.span.start - 12) : last.span.start]
            rest = text[last.span.end : line.end].strip(" )].;,|")
            rest = re.sub(r"^(?:[,;|(-]*\s*(?:x\s?)?\d\s*(?:units?|u)\b|total|timed|1:1)+", "", rest).strip(" )].;,|")
            if not rest and re.search(r"[(\[|–—:/]\s*(?:x\s?|total:?\s*|time:?\s*|=\s*)?$|\s-\s+$|=\s*$|(?:total|time):?\s*$|\s{3,}$", before, re.IGNORECASE):
                ends.append(Minutes(last.span, last.value, anchor.code))
    return ends
