"""Services told one after the other, each with its length at its end: `97112 tandem on foam 23 min, 97110 leg press 15 min`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from note_review.note import Span
from note_review.reading.anchor import Anchor
from note_review.reading.lines import Lines
from note_review.reading.reach import DOSE, OF_AN_EVENT
from note_review.reading.small_letters import small
from note_review.reading.times import Time, times_within
from note_review.reading.total_words import LABEL_OF_A_TOTAL

# Short lengths are doses more often than services.
_LEAST, _MOST = 8, 120
_FARTHEST = 160
# What stands between a length that closes one service's words and the next name on the line, or the one on the next line.
_CLOSED = r"(?:[ \t]+total)?[)\]]?"
_SIGN = re.compile(
    rf"{_CLOSED}(?:(?:[ \t]*[,;.|/&+]|[ \t]+[-–—])?[ \t]+(?:(?:and|then|plus|followed by)[ \t]+|[*•-][ \t]*)?|[ \t]*[|/+&][ \t]*)",
    re.IGNORECASE,
)
_UNITS = r"(?:[ \t]*[|,;(][ \t]*[x×]?[ \t]?[1-8](?:[ \t]?u(?:nits?)?)?\b\)?)?"
_NEXT_LINE = re.compile(rf"{_CLOSED}{_UNITS}[ \t]*[,;.|]?[ \t]*\n(?:[ \t]*\n)?[ \t>*•|-]*(?:\d{{1,2}}[.)][ \t]+)?", re.IGNORECASE)
# A length that is set off from what is before it, and not from the next name, is that name's.
_BLANK = re.compile(r"[ \t]+")
_SET_OFF = re.compile(r"[,;.|/]\s*$")
# What may follow the last length: the line's end, a stop, a total, the next sentence.
_END = re.compile(rf"[)\]]?{_UNITS}[ \t]*(?:$|[.;|](?=\s|$)|[,=]?[ \t]*(?:\w+[ \t])?tot(?:al)?\b|(?=[A-Z][a-z]))", re.MULTILINE)
# A label right before the length (the end of the stretch that is searched) begins no sentence of its own: `... to 4-/5. MIN 12 min`.
_SENTENCE_ENDS = re.compile(r"[.!?]\s+(?=[A-Z])(?!(?:MIN|Min|Time|TIME|Dur)\w*\W*$)")
_TIMES_SIGN = re.compile(r"[x×@]\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Closed:
    """A service with the length that closes its words, whether the next one follows, parted by a sign, and whether the row may end here."""

    anchor: Anchor
    time: Time
    goes_on: bool
    is_parted: bool
    may_end: bool


def give_in_turn(
    text: str, lines: Lines, times: Sequence[Time], anchors: Sequence[Anchor]
) -> tuple[list[Anchor], Sequence[Time]]:
    """Give each of several services on a line, or on lines that follow each other, the one length that closes its words.

    The last ends with a length: so it is seen that the lengths stand behind their names and not before them (`23 min 97112 tandem, 15 min 97110
    leg press`), and that one before the first name is the visit's or a machine's (`Nustep 8 min, 97112 tandem 15 min, 97110 leg press 20 min`).
    Returns the services, and the times without those that close such words as doses (`97112: wobble board x 10 min, 97110 ...`): they are not
    the next service's either.
    """
    own: dict[Span, Time] = {}
    doses: set[Span] = set()
    for row in _rows(text, lines, times, anchors):
        if len(row) < 2 or not row[-1].may_end:
            continue
        # Behind a length before the first name, mere blanks would not tell whose the others are.
        if not all(closed.is_parted for closed in row[:-1]) and not _opens(text, lines, times, row[0].anchor):
            continue
        still_open = [closed for closed in row if not closed.anchor.times]
        services = {c.anchor.span: c.time for c in still_open if _is_length(text, c)}
        # Lines of which one ends with a dose are a list of exercises, at home as often as here.
        if len(services) == len(still_open) or lines.at(row[0].anchor.span.start) == lines.at(row[-1].anchor.span.start):
            own |= services
            doses |= {closed.time.span for closed in still_open} - {time.span for time in services.values()}
    given = [replace(a, times=(own[a.span],)) if a.span in own else a for a in anchors]
    return given, [t for t in times if t.span not in doses] if doses else times


def _rows(text: str, lines: Lines, times: Sequence[Time], anchors: Sequence[Anchor]) -> Iterator[list[_Closed]]:
    """Yield the longest rows of services that are closed by their lengths."""
    row: list[_Closed] = []
    for number, anchor in enumerate(anchors):
        closed = _closed(text, lines, times, anchor, anchors[number + 1] if number + 1 < len(anchors) else None)
        row += [closed] if closed else []
        if row and not (closed and closed.goes_on):
            yield row
            row = []


def _closed(text: str, lines: Lines, times: Sequence[Time], anchor: Anchor, following: Anchor | None) -> _Closed | None:
    if anchor.shared:
        return None
    line = lines.at(anchor.span.start)
    beside = following is not None and following.span.start < line.end
    end = following.span.start if following is not None and beside else line.end
    within = anchor.times or times_within(times, anchor.span.end, end)
    if not within or not anchor.span.end <= within[0].span.start <= anchor.span.end + _FARTHEST:
        return None
    time = within[0]
    if _SENTENCE_ENDS.search(text, anchor.span.end, time.span.start):
        return None
    goes_on = False
    if following is not None and len(within) == 1:
        leads = _BLANK.fullmatch(text, time.span.end, end) and _SET_OFF.search(text, anchor.span.end, time.span.start)
        breaks = not beside and _NEXT_LINE.fullmatch(text, time.span.end, following.span.start) is not None
        goes_on = breaks or (beside and not leads and _SIGN.fullmatch(text, time.span.end, end) is not None)
    is_parted = _BLANK.fullmatch(text, time.span.end, end) is None
    may_end = not beside and _END.match(text, time.span.end, line.end) is not None
    return _Closed(anchor, time, goes_on, is_parted, may_end) if goes_on or may_end else None


def _opens(text: str, lines: Lines, times: Sequence[Time], first: Anchor) -> bool:
    """Whether no length stands before the first name in its sentence: it would be that name's, and every other one the next name's."""
    line = lines.at(first.span.start)
    before = re.split(r"[.:]\s", text[max(line.start, first.span.start - _FARTHEST) : first.span.start])[-1]
    return not times_within(times, first.span.start - len(before), first.span.start)


def _is_length(text: str, closed: _Closed) -> bool:
    """Whether a closing length is that of the service, and not the dose of its last item or the visit's (`97750 x0   tot 44 min`)."""
    told = text[closed.anchor.span.end : closed.time.span.start]
    if closed.anchor.units == 0 and LABEL_OF_A_TOTAL.search(small(told)):
        return False
    item = re.split(r"[,:;]", told.rstrip(" ,:;(-–—="))[-1]
    return _LEAST <= closed.time.value <= _MOST and not any(
        words.search(part) for words, part in ((DOSE, item), (OF_AN_EVENT, told), (_TIMES_SIGN, told))
    )
