"""Rests, waits and set-up beside or within a length, and its early end: no treatment time of their own (Medicare Claims Processing Manual ch. 5, 20.2-20.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from note_review.note import Span
from note_review.reading.lines import Lines
from note_review.reading.number_words import NUMBER_WORD, number_of
from note_review.reading.small_letters import any_case
from note_review.reading.times import Time
from note_review.reading.vocabulary import MINUTES, either

_REST = r"(?:(?:seated|sitting|standing|supine|water|bathroom|toilet|snack|total|rest) )?(?:rest(?:s|ing|ed)?|breaks?)\b(?! of\b(?! \d)| (?:hand|splint|tremor)|[ -](?:danc|through))"
_PROGRAM = r"(?! (?:of )?(?:(?:a|the|his|her|their) )?(?:home|hep)\b)"
# What comes before the therapist works directly with the patient, or between.
UNTREATED = either(
    rf"{_REST}(?! (?:breaks? |periods? )?(?:between|btw|b/w|each|every|per)\b| after (?:each|every)\b| ?[x×] ?\d)",
    rf"(?:equipment |machine |harness )?(?:set[- ]?up|setting[- ]up)\b{_PROGRAM}",
    r"(?:donn?|doff|fitt|adjust)(?:ing|ed)?(?: (?:and |/)?(?:doffing|removing))? (?:of )?(?:(?:the|his|her|a) )?(?:\w+ )?harness\b",
    r"harness (?:donn|doff|fitt|adjust)\w*",
    r"wait(?:ing|s|ed)?\b",
)
_UNTREATED = either(UNTREATED, r"toilet(?:ing|ed)?\b(?![ -](?:transfer|train|hyg|stand))")
_BEHIND = any_case(rf"[\s-]?(?:(?:of|was|were|for|spent) )?{_REST}")
_BEFORE = any_case(
    r"(?<!no )(?<!without )(?<!the )\b(?:rest(?:s|ed|ing)?|breaks?)(?: (?:period|time))?[\s:(]*(?:(?:of|for|from|was|at|about)\s)?$"
)
# What leads from a length to a rest beside it: no other service's name, so that `NMR 25 min, rest breaks` keeps its own.
_FROM_A_LENGTH = any_case(
    r"(?:\W|\b(?:incl\w*|of|which|with|w|plus|and|then|less|minus|after|excl\w*|not|counting|an?|about|the|was|were|for|in|to|that|had|took|needed|but|pt|patient|client|s?he|they|required|requested)\b)*"
)
_LENGTH = rf"(?P<n>\d{{1,2}}|{NUMBER_WORD})(?:[\s-]?(?:{MINUTES}\b|['′’])|(?= (?:was|were)\b))"
_FILL = r"(?:\s|-|\b(?:of|was|were|is|for|spent|used|lost|on|in|to|an?|the|each)\b)*"
_TO_A_LENGTH = r"[\s,;(–-]*(?:total\b[\s,;(–-]*)?"
_INCLUDES = r"(?:incl(?:\.|udes|uded|uding|usive of)?|of which|with|w/) ?(?:about |an? |the )*"
_NOT_COUNTED = r"(?![^.;\n]{0,40}\b(?:not (?:counted|billed|included|charged)|excluded|uncounted))"
# Neither one of several (`2 min each`) nor the length of what is done then (`breaks for 2 min plank`).
_ENDS_THERE = (
    r"(?=\s*(?:$|[.,;:)\n–—=-]|(?:total|in all|in|at|due|d/t|for|because|as|and|plus|after|between|taken|needed|required)\b))"
)
# How the words behind a length take another one out of it.
_WITHIN = tuple(
    any_case(rf"{_TO_A_LENGTH}{way}{_NOT_COUNTED}")
    for way in (
        rf"(?:less|minus) (?:an? |the )?{_LENGTH}",
        rf"{_INCLUDES}{_LENGTH}{_FILL}(?:{_UNTREATED})",
        rf"{_LENGTH} (?:of (?:which|this|that|it|these|those|them|the (?:time|session)))\b{_FILL}(?:{_UNTREATED})",
        rf"{_INCLUDES}(?:{_UNTREATED})[\s:(-]*(?:(?:of|for|from|lasting|about|x)\s?)*{_LENGTH}{_ENDS_THERE}",
    )
)
_MORE = (any_case(rf"[\s,]*(?:and|plus|&)\s(?:about |an? |the )*{_LENGTH}{_FILL}(?:{_UNTREATED}){_NOT_COUNTED}"),)
# The service in which toileting is what is treated.
_SELF_CARE = "97535"

STOPPED_AT = r"(?:stop(?:ped)?|end(?:ed)?|cut short|halt(?:ed)?|terminated|discontinued|quit) (?:early )?(?:after|at) (?:only |about |the first )*"
WENT_ON = r"[^.;\n]{0,160}\b(?:resum\w*|restart\w*|rest\w*|breaks?|then|sat|water|continu\w*|went on)\b"
_CUT_SHORT = any_case(
    r"[\s,;:(.–-]*(?:but |and )?(?:(?:he|she|they|pt|patient|session|tx|treatment|it) )?(?:was |had to |asked to )?"
    rf"{STOPPED_AT}(?P<length>(?P<n>\d{{1,2}}|{NUMBER_WORD})[\s-]?(?:{MINUTES}\b|'))(?!{WENT_ON})"
)


def rests(words: str, lines: Lines, times: Sequence[Time]) -> Iterator[Span]:
    """Find the lengths that a rest, wait or set-up took: behind its name, before it where another length stands beside them, or within that one."""
    yield from (t.span for t in times if _BEFORE.search(words, max(0, t.span.start - 30), t.span.start))
    for before, time in pairwise(times):
        if _BEHIND.match(words, time.span.end, lines.said_end(time.span.end)) and _FROM_A_LENGTH.fullmatch(
            words, before.span.end, time.span.start
        ):
            yield time.span
    by_start = {t.span.start: t.span for t in times}
    for time in times:
        yield from (by_start[at] for at, _ in _untreated(words, time.span.end, None) if at in by_start)


def rest_within(behind: str, code: str | None = None) -> int:
    """Return the minutes without treatment that the words behind a length of a service include in it (`45 min incl. 20 min rest`), 0 where they do not say so."""
    return sum(minutes for _, minutes in _untreated(behind, 0, code))


def _untreated(words: str, start: int, code: str | None) -> Iterator[tuple[int, int]]:
    """Give start and minutes of each length that the words from ``start`` on take out of the one before."""
    ways = _WITHIN
    while match := next((m for m in (way.match(words, start) for way in ways) if m), None):
        if code != _SELF_CARE or "toilet" not in match[0]:
            yield match.start("n"), number_of(match["n"])
        start, ways = match.end(), _MORE


def early_end(words: str, start: int) -> tuple[Span, int] | None:
    """Return the length, and its minutes, after which the words from ``start`` on say that treatment ended (`30 min, stopped after 12 min`)."""
    match = _CUT_SHORT.match(words, start)
    return (Span(*match.span("length")), number_of(match["n"])) if match else None
