"""Rests, waits and set-up beside or within a length, and its early end: no treatment time of their own (Medicare Claims Processing Manual ch. 5, 20.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from note_review.note import Span
from note_review.reading.number_words import NUMBER_WORD, number_of
from note_review.reading.small_letters import any_case
from note_review.reading.times import Time
from note_review.reading.vocabulary import MINUTES

_REST = r"(?:(?:seated|sitting|standing|supine|water|bathroom|toilet|snack|total) )?(?:rest(?:s|ing|ed)?|breaks?)\b(?! of\b| (?:hand|splint|tremor)|[ -](?:danc|through))"
# What comes before the therapist works directly with the patient, or between.
_UNTREATED = rf"(?:{_REST}|(?:equipment |machine )?set[- ]?up\b(?! of\b)|wait(?:ing|s|ed)?\b)"
_BEHIND = any_case(rf"[\s-]?(?:(?:of|was|were|for|spent) )?{_REST}")
_BEFORE = any_case(
    r"(?<!no )(?<!without )(?<!the )\b(?:rest(?:s|ed|ing)?|breaks?)(?: (?:period|time))?[\s:(]*(?:(?:of|for|from|was|at|about)\s)?$"
)
# What leads from a length to a rest beside it: no other service's name, so that `NMR 25 min, rest breaks` keeps its own.
_FROM_A_LENGTH = any_case(
    r"(?:\W|\b(?:incl\w*|of|which|with|w|plus|and|then|less|minus|after|excl\w*|not|counting|an?|about|the|was|were|for|in|to|that|had|took|needed)\b)*"
)
_WITHIN = any_case(
    rf"[\s,;(–-]*(?:incl(?:\.|udes|uded|uding|usive of)?|of which)\s(?:about |an? |the )*(?P<n>\d{{1,2}}|{NUMBER_WORD})[\s-]?(?:{MINUTES}\b|')?(?:(?:of|was|were|for|spent|on)|\s)*{_UNTREATED}"
)

_CUT_SHORT = any_case(
    rf"[\s,;:(.–-]*(?:but |and )?(?:(?:he|she|they|pt|patient|session|tx|treatment|it) )?(?:was |had to |asked to )?(?:stop(?:ped)?|end(?:ed)?|cut short|halt(?:ed)?|terminated|discontinued|quit)"
    rf" (?:early )?(?:after|at) (?:only |about |the first )*(?P<n>\d{{1,2}}|{NUMBER_WORD})[\s-]?(?:{MINUTES}\b|')(?![^.;\n]*\b(?:resum\w*|restart\w*|rest\w*|breaks?|then|sat|water|continu\w*|went on)\b)"
)


def rests(words: str, times: Sequence[Time]) -> Iterator[Span]:
    """Find the lengths that a rest took: behind its name, or before it where another length stands beside them."""
    yield from (t.span for t in times if _BEFORE.search(words, max(0, t.span.start - 30), t.span.start))
    for before, time in pairwise(times):
        if _BEHIND.match(words, time.span.end) and _FROM_A_LENGTH.fullmatch(words, before.span.end, time.span.start):
            yield time.span


def rest_within(behind: str) -> int:
    """Return the minutes without treatment that the words behind a length include in it (`45 min incl. 20 min rest`), 0 where they do not say so."""
    match = _WITHIN.match(behind)
    return number_of(match["n"]) if match else 0


def cut_short(behind: str) -> int:
    """Return the minute at which the words behind a length say that it ended (`30 min, stopped after 12 min`), 0 where they do not say so."""
    match = _CUT_SHORT.match(behind)
    return number_of(match["n"]) if match else 0
