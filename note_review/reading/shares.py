"""A service's share of a longer time, told as one: `23 of 38 timed minutes were NMR`, `ther ex took 15 of the 40 minutes`."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from note_review.encounter import Minutes
from note_review.note import Span
from note_review.reading.anchor import Anchor, first_anchors, last_before
from note_review.reading.lines import Lines
from note_review.reading.number_words import NUMBER_WORD, number_of
from note_review.reading.rests import STOPPED_AT, WENT_ON, early_end
from note_review.reading.small_letters import any_case, has_any, small
from note_review.reading.times import Time, times_within

_NUMBER = rf"(?:\d{{1,3}}|{NUMBER_WORD})"
_UNIT = r"(?:\s?(?:min(?:ute)?s?\b\.?|'))"
_KIND = r"(?:total|timed|billable|direct|skilled|treatment|tx|session|1:1|one[- ]on[- ]one)"
_WHOLE = any_case(
    r"of (?<!\wof )(?:(?:the|those|these|our|her|his|their|a) )?(?:total |full |entire )?(?:of )?"
    rf"(?P<whole>(?P<n>{_NUMBER})(?P<kind>(?:[\s-]{_KIND})*){_UNIT}?)(?P<more>\s{_KIND}\b)?(?![\w%/.]*\d)"
)
_PART = any_case(rf"(?<![\w./:-])(?P<n>{_NUMBER})(?P<unit>{_UNIT})?(?:\sout)?\s$")
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
# No name has a length of its own farther away.
_FARTHEST_OWN = 1000
_TOLD_PART = re.compile(
    rf"(?:got|took|was|for) (?P<got>{NUMBER_WORD})(?=\s*(?:[.,;)]|$|and\b|then\b))|(?:the )?(?:other|remaining|last|final) (?P<rest>{_NUMBER})(?=\s*(?:[.,;)]|$|and\b|today\b))|(?P<n>{_NUMBER}){_UNIT}? (?:out )?of (?:that|those|them|these|it|which)\b",
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
        told = match["kind"] or match["more"] or re.search(_UNIT, match["whole"])
        whole = Minutes(Span(*match.span("whole")), number_of(match["n"]), _scope(match))
        if part is None:
            # The whole that a sentence begins with before it lists the parts: `Of the 53 treatment minutes, 30 NMR, 23 TA`.
            if (
                told
                and words[match.end() : match.end() + 1] in {",", ":"}
                and _LISTS.search(words, max(0, match.start() - 6), match.start())
            ):
                found.append(whole)
        elif told or part["unit"]:
            own = Span(part.start("n"), part.end("unit" if part["unit"] else "n"))
            share = Span(part.start(), match.end())
            anchor = _owner(text, anchors, share)
            if anchor is not None and 0 < number_of(part["n"]) < whole.value <= 240:
                found += [Minutes(own, number_of(part["n"]), anchor.code), whole]
    return found


_OF_WHICH = any_case(
    rf"(?<![\w./:-])(?P<part>(?P<n>{_NUMBER}){_UNIT}?) of (?:which|them|those|these|it|that)\b(?: min(?:ute)?s?)?(?=\W)"
)
_SAYS_OF_WHICH = (" of which", " of them", " of those", " of these", " of it", " of that")


def of_which(text: str, lines: Lines, anchors: Sequence[Anchor], times: Sequence[Time]) -> Iterator[Minutes]:
    """Yield the parts of a longer time named before them on the line where their service's name follows: `40 minutes, 25 of which were NMR and 15 of which TE`."""
    words = small(text)
    for match in _OF_WHICH.finditer(words) if has_any(words, _SAYS_OF_WHICH) else ():
        following = first_anchors(anchors, 1, start=match.end())
        wholes = times_within(times, lines.at(match.start()).start, match.start())
        value = number_of(match["n"])
        before = last_before(anchors, match.start())
        if not following or not any(time.value > value for time in wholes):
            continue
        if before is not None and _FROM_THE_NAME.fullmatch(text, before.span.end, match.start()):
            continue
        name = following[0].span.start
        if name < lines.said_end(match.start()) and _TO_THE_NAME.fullmatch(text, match.end(), name):
            yield Minutes(Span(*match.span("part")), value, following[0].code)


def _scope(match: re.Match[str]) -> str:
    return "total_timed" if _TIMED.search(match["kind"] + (match["more"] or "")) else "total_treatment"


_LISTS = re.compile(r"(?:^|[.;:\n])\s*(?:out\s)?$")


def of_the_planned(text: str, anchors: Sequence[Anchor]) -> tuple[list[Minutes], list[Span]]:
    """Return the minutes given of those that were planned (`seen 25 of 30 scheduled minutes`), and what is no length: the plan, and what was missed."""
    given: list[Minutes] = []
    closed: list[Span] = []
    words = small(text)
    for match in _PLANNED.finditer(words) if " of " in words else ():
        part = _PART_OF_PLANNED.search(words, max(0, match.start() - 60), match.start())
        if part is None or not (part["lost"] or part["stopped"] or match["scheduled"] or match["sched"]):
            continue
        own = _owner(text, anchors, Span(part.start(), match.end()))
        if part["stopped"] and (own is None or _GOES_ON.match(words, match.end()) or number_of(match["n"]) < _LEAST_SESSION):
            continue
        closed.append(Span(*match.span("whole")))
        if part["lost"]:
            closed.append(Span(*part.span("part")))
        elif own is not None:
            given.append(Minutes(Span(*part.span("part")), number_of(part["n"]), own.code))
        elif _ATTENDED.search(words, max(0, part.start() - 60), part.start()):
            given.append(Minutes(Span(*part.span("part")), number_of(part["n"]), "total_treatment"))
    for match in _PLANNED_ALONE.finditer(words) if _SAYS_SCHEDULED.search(words) else ():
        end = early_end(words, match.end())
        if end is not None and (match["before"] or match["behind"]):
            own = _named_in_its_sentence(text, anchors, Span(match.start(), end[0].end))
            given.append(Minutes(*end, own.code if own else "total_treatment"))
    return given, closed


_LOST = r"(?:miss(?:ed|ing)|lost|refused|declined|unable to (?:complete|tolerate)|short(?:ed)? by|without)"
_ATTENDED = re.compile(
    r"\b(?:seen|treated|attended|received|participated|completed|delivered|provided|given|got|did|worked|tx|session|visit)\b[^.;\n]*$"
)
_SCHEDULED = r"(?:scheduled|planned|mandated|allotted|allocated|required|ordered|prescribed|usual|iep|booked|possible|expected)"
_PLANNED = any_case(
    rf"of (?<!\wof )(?:the |her |his |a |an |their |today's )?(?:(?P<scheduled>{_SCHEDULED}) )?(?P<whole>(?P<n>{_NUMBER})(?:[ -](?P<sched>{_SCHEDULED}))?(?:{_UNIT}|[ -]min(?:ute)?s?\b))"
)
_PLANNED_ALONE = any_case(
    rf"(?P<before>\b{_SCHEDULED}:? (?:for |at )?)?(?<![\w./:-])\d{{1,3}}{_UNIT}(?P<behind> (?:was |were )?{_SCHEDULED})?\b"
)
_SAYS_SCHEDULED = any_case(_SCHEDULED)
_GOES_ON = any_case(WENT_ON)
# What is cut short below this is one activity, and no session.
_LEAST_SESSION = 15
_PART_OF_PLANNED = any_case(
    rf"(?:(?P<lost>\b{_LOST} (?:the )?(?:last |first |remaining |about )?)|(?P<stopped>\b{STOPPED_AT}))?(?<![\w./:-])(?P<part>(?P<n>{_NUMBER}){_UNIT}?)(?: out)?\s$"
)


def part_before(text: str, start: int, name: int) -> Time | None:
    """Return the part that stands before a name with its whole (`23 of 38 timed minutes were NMR`)."""
    if not text.count("of ", start, name):
        return None
    stretch = small(text[start:name])
    for match in _WHOLE.finditer(stretch):
        part = _PART.search(stretch, 0, match.start())
        unit = part and (part["unit"] or match["kind"] or match["more"] or re.search(_UNIT, match["whole"]))
        if part and unit and _TO_THE_NAME.fullmatch(stretch[match.end() :]) and number_of(part["n"]) < number_of(match["n"]):
            return Time(
                Span(start + part.start("n"), start + part.end("unit" if part["unit"] else "n")), number_of(part["n"]), "words"
            )
    return None


def part_behind(text: str, position: int, limit: int) -> Time | None:
    """Return the part that a name's head goes on with (`was twenty of that`, `the other fifteen`, `23 of the 38 min`)."""
    match = _TOLD_PART.match(text, position, limit)
    if match and not (match["got"] and number_of(match["got"].lower()) < 8):
        group = str(match.lastgroup)
        return Time(Span(*match.span(group)), number_of(match[group].lower()), "words")
    part = _PART_BEHIND.match(text, position, limit)
    whole = _WHOLE.match(small(text[part.end() : limit])) if part else None
    if part and whole and (part["unit"] or whole["kind"] or whole["more"] or re.search(_UNIT, whole["whole"])):
        return Time(Span(part.start(), part.start("of")), number_of(part["n"].lower()), "words")
    return None


_PART_BEHIND = re.compile(rf"(?P<n>{_NUMBER})(?P<unit>{_UNIT})?(?P<of>\s(?:out )?)(?=of )", re.IGNORECASE)


def _named(text: str, anchors: Sequence[Anchor], share: Span) -> Anchor | None:
    """Return the service that the part is said to be, behind it or before it."""
    first = bisect_left(anchors, share.start - _FARTHEST_OWN, key=lambda a: a.span.end)
    for number in range(first, len(anchors)):
        anchor = anchors[number]
        if anchor.span.start - share.end > _FARTHEST_OWN:
            break
        if any(share.start <= time.span.start < share.end for time in anchor.times):
            return anchor
        if 0 <= anchor.span.start - share.end <= _FARTHEST and _TO_THE_NAME.fullmatch(text[share.end : anchor.span.start]):
            return anchor
        if 0 <= share.start - anchor.span.end <= _FARTHEST and _FROM_THE_NAME.fullmatch(text[anchor.span.end : share.start]):
            return anchor
    return None


def _owner(text: str, anchors: Sequence[Anchor], share: Span) -> Anchor | None:
    return _named(text, anchors, share) or _last_named(text, anchors, share)


def _named_in_its_sentence(text: str, anchors: Sequence[Anchor], share: Span) -> Anchor | None:
    """Return the owner of a share, unless a sentence ends between them: a session that ended early is not the next service's."""
    own = _named(text, anchors, share)
    if own and not _NEW_SENTENCE.search(text, min(own.span.end, share.end), max(own.span.start, share.start)):
        return own
    return _last_named(text, anchors, share)


def _last_named(text: str, anchors: Sequence[Anchor], share: Span) -> Anchor | None:
    """Return the service without a length of its own that is named last before a share in the same breath (`97112 foam, 23 of the 45 min`)."""
    number = bisect_right(anchors, share.start, key=lambda a: a.span.end)
    last = anchors[number - 1] if number else None
    if last is None or last.times or share.start - last.span.end > _FARTHEST:
        return None
    return last if not _NEW_BREATH.search(text, last.span.end, share.start) else None


_NEW_SENTENCE = re.compile(r"[.!?]\s|\n")
_NEW_BREATH = re.compile(r"[.!?]\s|\n|\d")
