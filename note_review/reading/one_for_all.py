"""One length for several services: `97112 + 97110, 35 min`, `NMR, TA, 40 min together`, `97112, 97530. Both 42 min`, `NMR 2, TE 1. 45 min`, `tandem (97112) and squats (97110), 40 min in all`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from note_review.encounter import Minutes
from note_review.note import Span
from note_review.reading.anchor import Anchor, anchors_within
from note_review.reading.lines import Lines
from note_review.reading.service_names import names_in
from note_review.reading.times import Time, first_times, times_within

_JOINED = re.compile(r"[\s)]*(?:[+&]|,?\s?\band)\s*", re.IGNORECASE)
_LISTED = re.compile(r"[\s)]*(?:,\s?(?:and|then)?|\band|\bplus|[+&;])\s*", re.IGNORECASE)
_TO_THE_LENGTH = re.compile(
    r"(?:[\s,.:;()=~×–—-]|x?\s?[1-8](?:\s?u(?:nits?)?)?(?![\w:.]\d|\d)|\b(?:G[PON]|1:1|one[- ]on[- ]one|for|a|of|was|were|took|ran|x|both|all|two|three|together|combined|codes|services|these|those|the|about|approx|timed|total|tot|billed|given|in|done|today)\b)*",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\b(?:1:1|one[- ]on[- ]one|total|both|together|combined|all (?:two|three|of (?:it|them)))\b", re.IGNORECASE
)
_TOGETHER_BEHIND = re.compile(
    r"\s*,?\s?(?:together|combined|in all|in total|total|altogether|all told|between (?:them|the two)|(?:for|over|across) (?:both|all|the (?:two|three)))\b(?!\s*[:=]?\s*\d)",
    re.IGNORECASE,
)
_IN_ALL = re.compile(
    r",?\s(?:together|combined|in all|altogether|all told|between (?:them|the two))\b(?!\s*[:=]?\s*\d)", re.IGNORECASE
)
_SPLIT_BEHIND = re.compile(
    r"(?:,? (?:total|in all|timed|all told|together|combined))?,?\s?[(\[]\d{1,2}(?:\s?(?:[+/&,]|and)\s?\d{1,2})+[)\]]"
)
_FIGURE = re.compile(r"\d{1,2}")
_SENTENCE = re.compile(r"\.\s")
_FARTHEST = 60


def of_all_named(text: str, lines: Lines, anchors: Sequence[Anchor], times: Sequence[Time]) -> Iterator[Minutes]:
    """Give the lengths behind lists of services without lengths of their own: joined by a word or sign, or told as theirs together, or behind the units of each."""
    for number, last in enumerate(anchors):
        time = _length_behind(text, lines, last, times)
        listed = list(_listed(text, anchors, number)) if time is not None else []
        if time is None or not listed:
            continue
        gap = text[last.span.end : time.span.start]
        if (
            _TOGETHER.search(gap)
            or _TOGETHER_BEHIND.match(text, time.span.end)
            or (_SENTENCE.search(gap) and all(a.units is not None for a in (last, *listed)))
            or _JOINED.fullmatch(text, listed[0].head.end, last.span.start)
        ):
            yield Minutes(time.span, time.value, "total_timed")


def split_behind(text: str, lines: Lines, anchors: Sequence[Anchor], times: Sequence[Time]) -> Iterator[Minutes]:
    """Give each of the services before a length its part, where brackets behind it have as many as there are services, and they sum to it: `NMR + TE, 38 min (23 + 15)`."""
    for time in times:
        split = _SPLIT_BEHIND.match(text, time.span.end)
        if split is None:
            continue
        parts = list(_FIGURE.finditer(text, *split.span()))
        start = max(lines.at(time.span.start).start, time.span.start - _FARTHEST)
        named = [a.code for a in anchors_within(anchors, start, time.span.start)]
        if len(named) == 1:
            # Names joined by a stroke are one heading.
            named = [code for *_, code in names_in(text[start : time.span.start], written=False)]
        codes = named[-len(parts) :]
        if len(set(codes)) == len(parts) and sum(int(part.group()) for part in parts) == time.value:
            yield Minutes(time.span, time.value, "total_timed")
            for code, part in zip(codes, parts, strict=True):
                yield Minutes(Span(*part.span()), int(part.group()), code)


def in_all(text: str, lines: Lines, anchors: Sequence[Anchor], times: Sequence[Time]) -> Iterator[Minutes]:
    """Give the lengths that are told as those of all, where two services or more stand before them on the line and no other length since the first."""
    for time in times:
        if not _IN_ALL.match(text, time.span.end):
            continue
        before = anchors_within(anchors, lines.at(time.span.start).start, time.span.start)
        if len({anchor.code for anchor in before}) > 1 and len(times_within(times, before[0].span.start, time.span.end)) == 1:
            yield Minutes(time.span, time.value, "total_timed")


def _length_behind(text: str, lines: Lines, last: Anchor, times: Sequence[Time]) -> Time | None:
    """Return the one length that units, modifiers and small words alone part from a name on its line."""
    within = last.times or first_times(times, 1, start=last.span.end)
    if len(within) != 1 or not last.span.end <= within[0].span.start < min(
        lines.at(last.span.start).end, last.span.end + _FARTHEST
    ):
        return None
    return within[0] if _TO_THE_LENGTH.fullmatch(text, last.span.end, within[0].span.start) else None


def _listed(text: str, anchors: Sequence[Anchor], number: int) -> Iterator[Anchor]:
    """Yield the other services of the list that ends here, the nearest first, all coded or all named; none of them has a length (names joined by a stroke are one heading)."""
    following = anchors[number]
    for before in range(number - 1, -1, -1):
        anchor = anchors[before]
        if anchor.times or anchor.code == following.code or anchor.explicit != following.explicit:
            return
        if not _LISTED.fullmatch(text, anchor.head.end, following.span.start):
            return
        yield anchor
        following = anchor
