"""One length that is told for each of several services: `97110 and 97112, 15 min each`, `15 min each of ther ex and neuro re-ed`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from note_review.note import Span
from note_review.reading.anchor import Anchor
from note_review.reading.heads import GLUE
from note_review.reading.small_letters import small
from note_review.reading.times import Time

_EACH = r"(?:each|ea\b\.?|apiece|per (?:code|service|procedure))"
# Behind it nothing may follow that the length would be each of: `10 min each side`.
_EACH_BEHIND = re.compile(
    rf"\s*\(?(?:of )?{_EACH}(?=\s*(?:$|[.,;:)]|(?:codes?|services?|procedures?|today|for|with|w/|and|then)(?!\w)))",
    re.IGNORECASE | re.MULTILINE,
)
_EACH_OF = re.compile(rf"\s*{_EACH} (?:of|for|on) (?:the )?", re.IGNORECASE)
_EACH_BEFORE = re.compile(rf"(?<!\w){_EACH}\W*(?:for|at|x)?\W*$", re.IGNORECASE)
_TO_THE_LENGTH = re.compile(rf"(?:[\s,:;=()–—-]|G[PON]\b|[1-6](?![\d.])|each\b|{GLUE})*", re.IGNORECASE)
_JOIN = re.compile(
    r"(?:\s|\)|[x×]\s?[1-6]\b|\d\s?u(?:nits?)?\b|G[PON]\b)*(?:[,;/+&]|\b(?:and|plus)\b)(?:\s|\(|&|\band\b)*", re.IGNORECASE
)
_FARTHEST = 40


def give_to_each(text: str, times: Sequence[Time], anchors: Sequence[Anchor]) -> list[Anchor]:
    """Give a length that is told for each of the services named before or behind it to every one of them."""
    own: dict[int, Time] = {}
    starts = [anchor.span.start for anchor in anchors]
    for time in times if re.search(_EACH, small(text)) else ():
        named = _named_beside(text, time, anchors, bisect_left(starts, time.span.start))
        if len({code for number in named for code in _codes(anchors[number])}) > 1:
            own |= dict.fromkeys(named, time)
    return [
        part for number, anchor in enumerate(anchors) for part in (_with(anchor, own[number]) if number in own else (anchor,))
    ]


def _named_beside(text: str, time: Time, anchors: Sequence[Anchor], following: int) -> range:
    """Return which services stand joined before a length that each of them has, or behind it."""
    if (of := _EACH_OF.match(text, time.span.end)) and following < len(anchors) and of.end() == anchors[following].span.start:
        last = following + 1
        while last < len(anchors) and _are_joined(text, anchors[last - 1], anchors[last]):
            last += 1
        return range(following, last)
    gap = Span(anchors[following - 1].span.end, time.span.start) if following else time.span
    led = following > 0 and gap.end - gap.start <= _FARTHEST and _TO_THE_LENGTH.fullmatch(text, *gap)
    if not led or not (_EACH_BEHIND.match(text, time.span.end) or _EACH_BEFORE.search(text, *gap)):
        return range(0)
    first = following - 1
    while first and _are_joined(text, anchors[first - 1], anchors[first]):
        first -= 1
    return range(first, following)


def _are_joined(text: str, one: Anchor, other: Anchor) -> bool:
    gap = Span(one.span.end, other.span.start)
    return 0 < gap.end - gap.start <= _FARTHEST and _JOIN.fullmatch(text, *gap) is not None


def _codes(anchor: Anchor) -> tuple[str, ...]:
    return anchor.shared if anchor.shared and not anchor.explicit else (anchor.code,)


def _with(anchor: Anchor, time: Time) -> tuple[Anchor, ...]:
    """Return an anchor with a length of its own, once for each code that shares its heading (`TE/NMR 15 min each`)."""
    return tuple(replace(anchor, code=code, shared=(), times=(time,)) for code in _codes(anchor))
