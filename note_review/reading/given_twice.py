"""Lengths that a note gives twice: side by side, or before and behind a service's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from note_review.encounter import Minutes
from note_review.reading.anchor import Anchor
from note_review.reading.times import Time, times_within

# A note has few lengths; of a paper of thousands the first are looked at.
_MANY = 400


def given_twice(text: str, times: Sequence[Time], found: Sequence[Minutes], free: Callable[[int, int], bool]) -> list[Minutes]:
    """A length beside an accepted one of the same value, with only signs or spaces between, is the same length given twice."""
    more: list[Minutes] = []
    near: dict[int, list[Minutes]] = {}
    for minutes in found:
        for value in (minutes.value - 1, minutes.value, minutes.value + 1):
            near.setdefault(value, []).append(minutes)
    for time in times[:_MANY]:
        if time.value and free(*time.span):
            for minutes in near.get(time.value, ()):
                first, second = sorted((time.span, minutes.span))
                gap = text[first.end : second.start] if second.start - first.end <= 12 else "x"
                if abs(minutes.value - time.value) <= 1 and re.fullmatch(r"[\s,;:=()>→–—|/-]*(?:for|total|or|is)?[\s=(]*", gap):
                    more.append(Minutes(time.span, time.value, minutes.scope))
                    break
    return more


_TO_THE_NAME = re.compile(r"[\s,:(–-]*(?:(?:of|under|for|as|on|to)\s+)?(?:skilled\s+|direct\s+)?", re.IGNORECASE)


def given_before_the_name(
    text: str, anchors: Sequence[Anchor], times: Sequence[Time], found: Sequence[Minutes], free: Callable[[int, int], bool]
) -> list[Minutes]:
    """A length right before a name is that service's too where the name has the same one behind it (`Fifteen minutes of neuro re-ed (15 min)`)."""
    more: list[Minutes] = []
    told = {(m.value, m.scope) for m in found}
    for anchor in anchors:
        near = times_within(times, max(0, anchor.span.start - 60), anchor.span.start)
        if near and anchor.times and near[-1].form != "clock" and free(*near[-1].span) and (near[-1].value, anchor.code) in told:
            gap = text[near[-1].span.end : anchor.span.start]
            if near[-1].value == anchor.times[-1].value and _TO_THE_NAME.fullmatch(gap):
                more.append(Minutes(near[-1].span, near[-1].value, anchor.code))
    return more
