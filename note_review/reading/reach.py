"""Lengths that other words part from the name they belong to, where a sentence names one service and states one length."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from note_review.note import Span
from note_review.reading.anchor import Anchor
from note_review.reading.before_names import ARRIVAL
from note_review.reading.lines import Lines, clause_at
from note_review.reading.service_names import UNTIMED_MODALITIES
from note_review.reading.times import Time, times_within

_BY_REGION = UNTIMED_MODALITIES | {"97012", "97032", "97033", "97035", "97026", "97124", "97140"}
DOSE = re.compile(
    r"(?i)nu-?step|bike|biking|cycl|treadmill|\bTM\b|\bUBE\b|ergo(?!n)|ellipt|walk|stretch|(?<!thres)hold|\brest|hot pack|cold pack|\bice\b|heat|\bstand(?:ing|s)? (?:x|for|toler)|sit(?:ting)? (?:x|for|toler)|toleran|"
    r"warm|cool|every|\bset|goal|last (?:visit|session)|previous|minutes late|wait|break|home|hep\b|per day|daily|pedal|march|prone (?:lying|on)|position|paraffin|fluido"
)
# A length that something took, lasts or is to take: of a walk, a complaint, a goal.
OF_AN_EVENT = re.compile(
    r"\b(?:in|within|after|every|times|of|to|by|until|than|at|over)\s*$|\b(?:able|goals?|reports?|reported|states?|limited|tolerat\w*|until|previous|last|next)\b",
    re.IGNORECASE,
)
_NEAR, _FAR = 90, 170
# Words that go on with the service itself, not with one activity of it: `neuro re-ed w/ emphasis on the core x 17 min`.
_PURPOSE = re.compile(
    r"(?i)\s*(?:w/|with|to|for|consisting|includ\w*|incl\.?|focus\w*|target\w*|address\w*|emphasi\w+|in order|performed|provided|completed|given)[\s.]"
)
# What the sheet holds is not told: the length behind is the service's (`ther ex per flowsheet 15 min`).
_PER_SHEET = re.compile(
    r"(?i)\s+(?:(?:exercises?|activit(?:y|ies)|training|techniques?|program|routine)\s+)?(?:as\s+)?per\s+[a-z][\w /-]{2,34}?(?:,|\s[x×-]|\sfor)?\s*"
)
_SEVERAL = re.compile(r"\b(?:mixed|between|both|split|combin\w*|each|together)\b", re.IGNORECASE)
_REACH_AFTER = re.compile(
    r"(?:\b(?:for|lasting|took|lasted|of|totall?ing|ran|was|were|at|over|spent|used|gave|devoted|in|first|initial|addl|additional)|[,(=–—-])\s*(?:a total of|about|approximately|approx\.?|a further|the|some|around)?\s*$",
    re.IGNORECASE,
)
_NAMED_IN_OTHER_WORDS = re.compile(r"[ \t]*[A-Za-z][A-Za-z &/-]{2,45}:[ \t]*")
_REACH_BEFORE = re.compile(
    r"\s*(?:\)|,)?\s*(?:after (?:that|this),?\s+|afterwards?,?\s+)?(?:(?:s?he|they|we|I|(?:the )?(?:patient|pt|child|resident)) (?:had|did|received|worked|practiced|performed|was given|completed)|(?:block|bout|period|stretch) of|of|were|was|is|in|on|for|to|went|spent|with|consisted|consisting|,|-|–|—|doing|dedicated|given|used|billed|devoted|under|working|one[- ]on[- ]one|1:1)[^.:;|\t\n]{0,85}$",
    re.IGNORECASE,
)


def reach_over_clauses(text: str, lines: Lines, times: Sequence[Time], anchors: list[Anchor]) -> list[Anchor]:
    """Where a sentence names one service and states one length, the length is the service's, whatever words stand between."""
    owned = {t.span for a in anchors for t in a.times}
    result: list[Anchor] = []
    for number, anchor in enumerate(anchors):
        if not anchor.times and not anchor.shared and (anchor.explicit or anchor.written) and not anchor.untimed_modality:
            clause = clause_at(text, lines, anchor.span.start)
            floor = anchors[number - 1].head.end if number else 0
            ceiling = anchors[number + 1].head.start if number + 1 < len(anchors) else len(text)
            crowded = number + 1 < len(anchors) and anchors[number + 1].span.start < clause.end and not anchors[number + 1].times
            start = anchor.span.start if crowded else max(clause.start, floor, anchor.span.start - 110)
            time = None
            for far in (_NEAR, _FAR):
                near = Span(start, min(clause.end, ceiling, anchor.head.end + far))
                free = [t for t in times_within(times, near.start, near.end) if t.span.end <= near.end and t.span not in owned]
                time = time or (_only_time(text, anchor, near, free) if free else None)
            if time is not None:
                owned.add(time.span)
                anchor = replace(anchor, times=(time,))
        result.append(anchor)
    return result


def _only_time(text: str, anchor: Anchor, near: Span, free: list[Time]) -> Time | None:
    """Return the one length of a clause that is no dose, where it is bound to the service's name."""
    if not free or len({t.value for t in free}) > 1:
        return None
    time = free[0]
    if time.form == "clock" and ARRIVAL.match(text, time.span.start):
        return None
    if time.form == "quote" and time.span.start > anchor.span.start:
        return None
    if time.span.end <= anchor.span.start:
        between = text[time.span.end : anchor.span.start]
        lead = text[near.start : time.span.start]
        return (
            time
            if _REACH_BEFORE.fullmatch(between)
            and not _SEVERAL.search(between)
            and not DOSE.search(between)
            and not DOSE.search(lead[-25:])
            else None
        )
    between = text[anchor.span.end : time.span.start]
    if anchor.code in _BY_REGION and len(between) < 40 and not re.search(r"[:;|.](?!\d)", between):
        return time
    closes = not text[time.span.end : near.end].strip(" ,;.)]")
    if anchor.explicit and closes and time.value >= 8 and _NAMED_IN_OTHER_WORDS.fullmatch(between) and not DOSE.search(between):
        return time
    if _PER_SHEET.fullmatch(between) and time.value >= 8:
        return time
    if re.match(r"\s+total\b", text[time.span.end : time.span.end + 8]) and not re.search(r"[:;|\t,]", between):
        return time
    if (
        closes
        and _PURPOSE.match(between)
        and (time.value >= 8 or re.search(r"(?i)\bx\s*$", between))
        and not DOSE.search(between)
        and ":" not in between
    ):
        return time
    if (
        closes
        and _PURPOSE.match(between)
        and "," in between
        and re.search(r"(?i)(?:\bfor|[(=–—-])\s*$", between)
        and ":" not in between
    ):
        return time
    if (
        re.search(r"[:;|\t]|\d\s?[x×]\s?\d", between)
        or _SEVERAL.search(between)
        or DOSE.search(between)
        or not _REACH_AFTER.search(between)
    ):
        return None
    if len(between) > _NEAR and not closes:
        return None
    return None if DOSE.match(text[time.span.end : time.span.end + 14].lstrip()) else time
