"""Techniques that this visit did not give: held, refused, put off, planned for the next visit or written out for home (guide: Spans).

"Held" also says how a position or a tool was kept ("stick held overhead", "held for three breaths"), so it counts only with a reason, "today" or a cell of its own.
"""

from __future__ import annotations

import re

from note_review.encounter import Assertion
from note_review.note import Span
from note_review.reading.lines import Lines, clause_at, on_one_line
from note_review.reading.small_letters import any_case, small
from note_review.reading.undone import is_one_list, undone_by_clause

# What follows a service or an activity that was not given; "declined stairs" speaks of the stairs.
_FOR_A_REASON = r"(?= ?[.,;)]| ?$| (?:today|this|due|d/t|2/2|per|secondary|because|since|until|by|for|after|again|pending|as)\b)"
_REFUSED = r"(?:on hold|deferred|declined|refused|skipped|omitted|postponed|put off|not (?:done|performed|attempted|given|addressed|today))"
_NOT_GIVEN = rf"{_REFUSED}{_FOR_A_REASON}"
_HELD = (
    r"(?<!, )held(?= (?:today(?! for| x| ?\d)|due|d/t|2/2|per|secondary|because|pending)\b"
    r"|, (?:too |pt )?(?:dizz|pain|nause|fatigu|unwell|sick|ill|sore)\w* today)"
)
# A reason alone behind a comma: "ball toss held, light-headed". A position may be held through a symptom.
_REASON = r"(?:(?:too |pt |very |still )?(?:light-?headed|dizz|pain|nause|fatigu|unwell|sick|sore|vomit|migraine|headache|tired|febrile|fever|short of time|out of time|no time|time|high bp|low bp|bp|hr|o2|sats?|wound|awaiting|pending|no order|not cleared|per)[\w /]{0,30})"
_HELD_FOR = any_case(rf"(?P<drill>[^.;:|\n\d]{{3,80}}?),? (?:(?:was|were|is) )?held(?:, | - | – | \(){_REASON}\)?\W*")
_A_POSITION = any_case(
    r"\b(?:stance|stand\w*|sit\w*|hold\w*|plank\w*|bridg\w*|position\w*|postures?|kneel\w*|quadruped|stretch\w*|iso\w*|tandem|romberg|rail|hands?|cane|tray|cup|overhead|sl[sb])(?= (?:on|in|with|at|over|to)\b|$)"
)
_NEXT_CELL = any_case(r"\s*\|\s*|\s{2,}")
_DOSE = any_case(r".*\d.*|\W*|held|done|same|nt")
_EMPTY_CELL = any_case(r"held|home only|nt")
_BEHIND = any_case(
    rf"(?:[ ,:/-]{{1,3}}|(?:,| and) [^.;:|\n]{{3,60}}?,? both )(?:(?:both|all|was|were|is|are|still) ){{0,2}}(?:{_HELD}|{_NOT_GIVEN})"
    r"|[^.;|\n]{0,60}; not today\b"
)
_PAIR_BEHIND = any_case(rf"(?P<other> and [^.;:,|\n]{{3,40}}) (?:was |were |both ){{0,2}}{_NOT_GIVEN}")
_ENDS_WITH = any_case(rf".*\s(?:both |all )?(?:were )?{_REFUSED}$|.*\s{{2,}}held$", re.DOTALL)
_CLAUSE_END = re.compile(r"[.;|\n]")
# Behind these words a line tells of what was done after all.
_DONE = any_case(
    r"\b(?:performed|completed|did|worked|practi[cs]ed|followed by|in (?:the )?clinic|trained|treatment|NMR|neuro(?:muscular)? re-?ed\w*|TE|TA|97\d{3})\b"
)
_WHOLE_REFUSAL = any_case(_REFUSED)
_LONGEST_ROW, _FARTHEST_HEAD = 400, 1000
_HOME = r"(?:HEP|home (?:exercise )?(?:program\w*|sheet|exercises?))"
_HEADS: tuple[tuple[re.Pattern[str], Assertion], ...] = (
    (any_case(rf"(?:^|[:.;])\s*(?:held|{_NOT_GIVEN})\b[^.;|:\n]{{0,30}}:(?P<then>[^.;]*)$"), Assertion.NEGATED),
    (
        any_case(r"\b(?:next|following) (?:up|visit|session|time|tx|appt)\b[^.;|:\n]{0,20}:(?P<then>[^.]*)$"),
        Assertion.PLANNED,
    ),
    (
        any_case(rf"\b(?:{_HOME}|homework)(?: ?\([^)]{{1,20}}\)| sheet| handout)?(?: \d)?:(?P<then>[^.]*)$"),
        Assertion.HOME_PROGRAM,
    ),
    # At the head of a service's own text: all of it was home teaching.
    (
        any_case(
            rf":\s*(?:the )?{_HOME}(?: \w+)? (?:gone over|written out|explained|handed out|given|issued)\b(?P<then>.*)$"
            r"|\b(?:(?:s?he|pt|patient) )?(?:will|is to|to) do (?:there|at home|on (?:his|her) own)\b[^.;:\n]{0,20}:(?P<alone>.*)$"
            r"|:\s*(?:wrote out|written out|handed out|printed|shown|taught|instructed) for home\b(?P<after>.*)$"
        ),
        Assertion.HOME_PROGRAM,
    ),
)


def standing_of_technique(text: str, lines: Lines, span: Span) -> Assertion:
    """Say whether a technique was done, or not given, planned, or meant for home: told by its row, its line or its clause."""
    line, last = lines.at(span.start), lines.at(max(span.start, span.end - 1))
    phrase, after = small(text[span.start : span.end]), small(text[span.end : min(last.end, span.end + _LONGEST_ROW)])
    before = small(text[max(line.start, span.start - _FARTHEST_HEAD) : span.start])
    if (
        (len(after) < _LONGEST_ROW and _ends_in_refusal(phrase + after))
        or _ENDS_WITH.fullmatch(phrase)
        or _BEHIND.match(after)
        or _is_held_for_a_reason(phrase, after)
        or ((pair := _PAIR_BEHIND.match(after)) and is_one_list(phrase + pair["other"], len(phrase)))
    ):
        return Assertion.NEGATED
    for head, assertion in _HEADS if ":" in before else ():
        told = head.search(before)
        if told and not _DONE.search("".join(part or "" for part in told.groups())):
            return assertion
    clause = clause_at(text, lines, span.start)
    sentence = small(on_one_line(text[clause.start : max(clause.end, span.end)]))
    return undone_by_clause(sentence, span.start - clause.start, span.end - clause.start)


def _is_held_for_a_reason(phrase: str, after: str) -> bool:
    """Say whether a drill's clause goes on with "held" and a reason alone; what is said of a position or a tool tells how it was kept."""
    held = _HELD_FOR.fullmatch(phrase + _CLAUSE_END.split(after, maxsplit=1)[0])
    return held is not None and not _A_POSITION.search(held["drill"])


def _ends_in_refusal(row: str) -> bool:
    """Say whether the last filled cell of a row, from a technique's name on, says "held" or the like, and all cells before it are doses."""
    if "|" not in row and "  " not in on_one_line(row):
        return False
    _, *cells = _NEXT_CELL.split(row.rstrip())
    while cells and not re.search(r"\w", cells[-1]):
        cells.pop()
    if not cells or not (_EMPTY_CELL.fullmatch(cells[-1]) or _WHOLE_REFUSAL.fullmatch(cells[-1])):
        return False
    return all(_DOSE.fullmatch(cell) for cell in cells[:-1])
