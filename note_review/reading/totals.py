"""Totals: which written lengths stand for the timed codes together or for the whole visit, and which are no treatment time at all."""

from __future__ import annotations

import re

from note_review.note import Span
from note_review.reading.no_treatment import (
    NO_TREATMENT_AFTER,
    NO_TREATMENT_BEFORE,
    NOT_OF_THE_VISIT,
    PER,
    UNTIMED_BEFORE,
    is_a_dose,
)
from note_review.reading.own_services import OWN_SERVICE, ends_with_an_evaluation, is_of_an_evaluation
from note_review.reading.small_letters import small
from note_review.reading.stands_alone import stands_alone
from note_review.reading.times import Time
from note_review.reading.total_words import (
    AFTER_TIMED,
    AFTER_TREATMENT,
    BEFORE_TIMED,
    BEFORE_TREATMENT,
    BESIDE_CLOCK,
    INDIVIDUAL_BEFORE,
    INDIVIDUAL_BEHIND,
    LABEL_OF_THE_NEXT,
    OF_TODAY,
    OTHER_MODES,
    SPENT,
    WERE_SPENT,
)
from note_review.reading.vocabulary import TIMED

_TIMED_WITHIN = re.compile(TIMED)
# A session's length in a plan: `Session length: 45 min` above `2x/week for 6 weeks`.
_HOW_OFTEN_BELOW = re.compile(rf"[ \t.]*\n[ \t]*{PER}", re.IGNORECASE)


def total_scope(text: str, line: Span, end: int, kind: str, time: Time, *, evaluation: str | None = None) -> str | None:
    """Return the total that a length stands for, or None where it is no length of treatment.

    Parameters
    ----------
    line
        The line that holds the length.
    end
        Where what is said of the length ends: with its line, or with the lines over which its sentence runs on.
    kind
        The kind of its section.
    evaluation
        The evaluation's code where the note or its claim has one.
    """
    before = text[max(line.start, time.span.start - 90) : time.span.start]
    words = small(before)
    if NOT_OF_THE_VISIT.search(words):
        return None
    after = text[time.span.end : min(end, time.span.end + 50)]
    behind = after.split("\n", maxsplit=1)[0]
    apart = after.startswith(("  ", "\t"))
    if (
        not time.value
        or _HOW_OFTEN_BELOW.match(text, time.span.end) is not None
        or (not apart and NO_TREATMENT_AFTER.match(_behind_time(time, text, behind, after)))
        or UNTIMED_BEFORE.search(before)
    ):
        return None
    if is_a_dose(time, before):
        return None
    if is_of_an_evaluation(before, after):
        return evaluation or "unspecified"
    if OWN_SERVICE.search("\n" + before if time.span.start - line.start <= 90 else before):
        return (evaluation if ends_with_an_evaluation(before) else None) or "unspecified"
    if _is_timed(text, time, before, words, after, behind):
        return "total_timed"
    if SPENT.search(words) or WERE_SPENT.match(after):
        return "total_treatment"
    if BEFORE_TREATMENT.search(words) and not (kind == "plan" and time.form != "clock" and not OF_TODAY.search(words)):
        return None if time.form == "quote" and not before.strip() else "total_treatment"
    other = NO_TREATMENT_BEFORE.search(words)
    if (other and not re.search(r"[.;!?]\s", other[0])) or kind == "plan":
        return None
    if time.form == "clock" or _told_behind(AFTER_TREATMENT, after) or stands_alone(text, line, before, after, time):
        return "total_treatment"
    return None


def _is_timed(text: str, time: Time, before: str, words: str, after: str, behind: str) -> bool:
    """Whether a length is the timed codes': by a word within it, before it (``words``, in small letters) or behind it, or by its mode."""
    return (
        _TIMED_WITHIN.search(text, time.span.start, time.span.end) is not None
        or (time.form != "clock" and INDIVIDUAL_BEHIND.match(after) is not None and not BESIDE_CLOCK.search(before))
        or BEFORE_TIMED.search(words) is not None
        or _told_behind(AFTER_TIMED, behind)
        or (INDIVIDUAL_BEFORE.search(before) is not None and OTHER_MODES.match(after) is not None)
    )


def _told_behind(total: re.Pattern[str], behind: str) -> bool:
    """Whether the words behind a length call it that total, and are not the next figure's label."""
    return total.match(behind) is not None and LABEL_OF_THE_NEXT.match(behind) is None


def _behind_time(time: Time, text: str, behind: str, after: str) -> str:
    """Return what stands behind a length; behind a clock time only its own sentence."""
    if time.form != "clock":
        return after
    return "" if text[time.span.end - 1] == "." else behind
