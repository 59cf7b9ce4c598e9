"""A service's share of a longer time, told as one: `23 of 38 timed minutes were NMR`, `ther ex took 15 of the 40 minutes`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from note_review.encounter import Minutes
from note_review.note import Span
from note_review.reading.anchor import Anchor
from note_review.reading.small_letters import any_case, small
from note_review.reading.times import NUMBER_WORD, Time, number_of

_NUMBER = rf"(?:\d{{1,3}}|{NUMBER_WORD})"
_UNIT = r"(?:\s?(?:min(?:ute)?s?\b\.?|'))"
_KIND = r"(?:total|timed|billable|direct|skilled|treatment|tx|session|1:1|one[- ]on[- ]one)"
_WHOLE = any_case(
    r"\s(?:out )?of (?:(?:the|those|these|our|her|his|their|a) )?(?:total |full |entire )?(?:of )?"
    rf"(?P<whole>(?P<n>{_NUMBER})(?P<kind>(?:[\s-]{_KIND})*){_UNIT}?)(?P<more>\s{_KIND}\b)?(?![\w%/.]*\d)"
)
_PART = any_case(rf"(?<![\w./:-])(?P<n>{_NUMBER})(?P<unit>{_UNIT})?$")
_TO_THE_NAME = re.compile(
    r"\W{0,3}(?:(?:was|were|went|spent|given|used|devoted|dedicated|billed|counted|coded|min(?:ute)?s?|on|to|for|as|in|of|toward|under|the|skilled|today|is|being|doing)\s+){0,5}",
    re.IGNORECASE,
)
_FROM_THE_NAME = re.compile(
    r"[\s:,=(–-]{0,3}(?:(?:was|were|took|got|used|is|for|ran|lasted|filled|accounted for|made up|comprised|about|approximately|received|occupied)\s+){0,3}",
    re.IGNORECASE,
)
_TIMED = re.compile(r"timed|billable|direct|1:1|one")
_FARTHEST = 60
_TOLD_PART = re.compile(
    rf"(?:got|took|was) (?P<got>{NUMBER_WORD})(?=\s*(?:[.,;)]|$|and\b|then\b))|(?:the )?(?:other|remaining|last|final) (?P<rest>{_NUMBER})(?=\s*(?:[.,;)]|$|and\b|today\b))|(?P<n>{_NUMBER}){_UNIT}? (?:out )?of (?:that|those|them|these|it|which)\b",
    re.IGNORECASE,
)


def shares(text: str, anchors: Sequence[Anchor]) -> list[Minutes]:
    """Return the service's part and the whole that it is a part of, where a name stands beside both."""
    found: list[Minutes] = []
    words = small(text)
    if not anchors or "of " not in words:
        return found
    for match in _WHOLE.finditer(words):
        part = _PART.search(words, max(0, match.start() - 24), match.start())
        if part is None or not (part["unit"] or match["kind"] or match["more"] or re.search(_UNIT, match["whole"])):
            continue
        anchor = _named(text, anchors, Span(part.start(), match.end()))
        value, whole = number_of(part["n"]), number_of(match["n"])
        if anchor is not None and 0 < value < whole <= 240:
            timed = _TIMED.search(match["kind"] + (match["more"] or ""))
            found.append(Minutes(Span(*part.span()), value, anchor.code))
            found.append(Minutes(Span(*match.span("whole")), whole, "total_timed" if timed else "total_treatment"))
    return [*found, *_wholes_of_lists(words)]


_WHOLE_OF_A_LIST = any_case(
    rf"(?:^|[.;:\n]\s*)(?:out )?of (?:the |these |those |her |his |our |a total of )?(?P<whole>(?P<n>{_NUMBER})(?P<kind>(?:[\s-]{_KIND})*){_UNIT})\s*[,:]"
)


def _wholes_of_lists(words: str) -> Iterator[Minutes]:
    """Give the whole that a sentence begins with before it lists the parts (`Of the 53 treatment minutes, 30 NMR, 23 TA`)."""
    for match in _WHOLE_OF_A_LIST.finditer(words):
        scope = "total_timed" if _TIMED.search(match["kind"]) else "total_treatment"
        yield Minutes(Span(*match.span("whole")), number_of(match["n"]), scope)


def of_the_planned(text: str) -> tuple[list[Minutes], list[Span]]:
    """Return the minutes given of those that were planned (`seen 25 of 30 scheduled minutes`), and what is no length: the plan, and what was missed."""
    given: list[Minutes] = []
    closed: list[Span] = []
    words = small(text)
    for match in _PLANNED.finditer(words) if " of " in words and any(hint in words for hint in _HINTS) else ():
        if not (match["lost"] or match["scheduled"] or match["sched"]):
            continue
        closed.append(Span(*match.span("whole")))
        if match["lost"]:
            closed.append(Span(*match.span("part")))
        elif _ATTENDED.search(words, max(0, match.start() - 60), match.start()):
            given.append(Minutes(Span(*match.span("part")), number_of(match["n"]), "total_treatment"))
    return given, closed


_LOST = r"(?:miss(?:ed|ing)|lost|refused|declined|unable to (?:complete|tolerate)|short(?:ed)? by|without)"
_ATTENDED = re.compile(r"\b(?:seen|treated|attended|received|participated|completed|delivered|provided|given|got|did|worked|tx|session|visit)\b[^.;\n]*$")
_HINTS = ("miss", "lost", "refused", "declined", "unable", "short", "sched", "planned", "mandated", "allo", "required", "ordered", "prescribed", "usual", "iep", "booked", "possible", "expected")  # fmt: skip
_SCHEDULED = r"(?:scheduled|planned|mandated|allotted|allocated|required|ordered|prescribed|usual|iep|booked|possible|expected)"
_PLANNED = any_case(
    rf"(?P<lost>\b{_LOST} (?:the )?(?:last |first |remaining |about )?)?(?<![\w./:-])(?P<part>(?P<n>{_NUMBER}){_UNIT}?) (?:out )?of (?:the |her |his |a |an |their |today's )?"
    rf"(?:(?P<scheduled>{_SCHEDULED}) )?(?P<whole>{_NUMBER}(?:[ -](?P<sched>{_SCHEDULED}))?(?:{_UNIT}|[ -]min(?:ute)?s?\b))"
)


def part_before(text: str, start: int, name: int) -> Time | None:
    """Return the part that stands before a name with its whole (`23 of 38 timed minutes were NMR`)."""
    stretch = small(text[start:name])
    for match in _WHOLE.finditer(stretch) if " of " in stretch else ():
        part = _PART.search(stretch, 0, match.start())
        unit = part and (part["unit"] or match["kind"] or match["more"] or re.search(_UNIT, match["whole"]))
        if part and unit and _TO_THE_NAME.fullmatch(stretch[match.end() :]) and number_of(part["n"]) < number_of(match["n"]):
            return Time(Span(start + part.start(), start + part.end()), number_of(part["n"]), "words")
    return None


def part_behind(text: str, position: int, limit: int) -> Time | None:
    """Return the part that a name's head goes on with (`was twenty of that`, `the other fifteen`, `23 of the 38 min`)."""
    match = _TOLD_PART.match(text, position, limit)
    if match:
        group = str(match.lastgroup)
        return Time(Span(*match.span(group)), number_of(match[group].lower()), "words")
    part = _PART_BEHIND.match(text, position, limit)
    whole = _WHOLE.match(small(text[part.end() : limit])) if part else None
    if part and whole and (part["unit"] or whole["kind"] or whole["more"] or re.search(_UNIT, whole["whole"])):
        return Time(Span(*part.span()), number_of(part["n"].lower()), "words")
    return None


_PART_BEHIND = re.compile(rf"(?P<n>{_NUMBER})(?P<unit>{_UNIT})?(?=\s(?:out )?of )", re.IGNORECASE)


def _named(text: str, anchors: Sequence[Anchor], share: Span) -> Anchor | None:
    """Return the service that the part is said to be, behind it or before it."""
    for anchor in anchors:
        if 0 <= anchor.span.start - share.end <= _FARTHEST and _TO_THE_NAME.fullmatch(text[share.end : anchor.span.start]):
            return anchor
        if 0 <= share.start - anchor.span.end <= _FARTHEST and _FROM_THE_NAME.fullmatch(text[anchor.span.end : share.start]):
            return anchor
    return None
