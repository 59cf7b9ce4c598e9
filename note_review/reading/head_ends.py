"""Where the head of a service ends though a length follows: the visit's own totals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from note_review.reading.small_letters import small
from note_review.reading.times import Time
from note_review.reading.total_words import LABEL_OF_A_TOTAL

# The visit's totals at the end of a line of charges, set off by a gap: `97110 x1 GP      timed 38 tot 45`.
_FOOT = re.compile(r"(?:timed|tot(?:al)?|TTT?)\b[ \t]*(?:min\w*|time)?[ \t]*[:=]?[ \t]*\d", re.IGNORECASE)
_OF_THE_VISIT = re.compile(r"(?P<label>timed|session|visit)\b(?=[\s:=-]*(?:min\w*[\s:=-]+)?\d)", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:(?:billable|direct|treatment|tx|session|visit|time|duration|length|minutes?|mins?|spent|of|in|out)\b[ \t]*){1,4}[:=]?[ \t]*(?=\d)",
    re.IGNORECASE,
)


def is_the_visits(text: str, position: int, limit: int, times: Mapping[int, Time], told: Sequence[Time]) -> bool:
    """Whether a sentence begins with the visit's length: by a label that its line has once, or as another one than the head has (`97112 20 min. 2:05-2:41`).

    ``times`` are the written lengths by their first character, ``told`` those that the head has already.
    """
    label = _LABEL.match(text, position, limit) if told else None
    time = next((times[at] for at in range(position, (label.end() if label else position) + 1) if at in times), None)
    if time is not None:
        return bool(told) and abs(time.value - told[-1].value) > 1
    match = _OF_THE_VISIT.match(text, position, limit)
    opens, closes = text.rfind("\n", 0, position) + 1, text.find("\n", position)
    line = text[opens : closes if closes >= 0 else None]
    return match is not None and small(line).count(match["label"].lower()) == 1


# As far as a label of a total reaches.
_LONGEST_LABEL = 40


def is_a_total(text: str, position: int, limit: int, times: Mapping[int, Time], told: Sequence[Time]) -> bool:
    """Whether a labelled length begins here that is longer than the head's own: `97110 18 min (session time 44 min)`."""
    length = next((times[at] for at in range(position + 1, min(position + _LONGEST_LABEL, limit)) if at in times), None)
    return (
        length is not None
        and length.value > told[-1].value
        and LABEL_OF_A_TOTAL.match(small(text[position : length.span.start])) is not None
    )


def is_foot(text: str, position: int, limit: int) -> bool:
    """Whether the totals of a line of charges stand here, behind its gap."""
    return text[position - 3 : position] == "   " and _FOOT.match(text, position, limit) is not None


_THE_REST = re.compile(r"(?:the )?(?:remaining|last|other|final)\s", re.IGNORECASE)


def is_the_rest(text: str, position: int, limit: int, times: Mapping[int, Time]) -> bool:
    """Whether what remained of the session is told here, and the next name follows it (`23 min of the 45; remaining 22 min 97110`)."""
    rest = _THE_REST.match(text, position, limit)
    length = times.get(rest.end()) if rest else None
    return length is not None and not text[length.span.end : limit].strip()
