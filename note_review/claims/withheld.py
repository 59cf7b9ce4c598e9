"""Services that are billed though the note's own words say that nothing of them was given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from note_review.encounter import Assertion, Encounter
from note_review.judged import Judged, put_off
from note_review.note import Span
from note_review.reading.lines import split_lines
from note_review.reading.put_off import standing_of_technique
from note_review.reading.service_names import names_in

_NO_MINUTES = re.compile(r"[\s():,x–-]*0\s*(?:min(?:ute)?s?\b|['′])", re.IGNORECASE)
_REFUSED_BEFORE = re.compile(r"\b(?:no|held|deferred|declined|omitted|skipped|refused)\s+$", re.IGNORECASE)
_SECONDS = re.compile(r"\d\s?(?:s|secs?|seconds?)\b", re.IGNORECASE)


def withheld(encounter: Encounter) -> dict[str, Span]:
    """Return the billed codes of which the note tells no minutes and nothing done, but says that they were held, not done or took none; and where."""
    silent = {s.billed for s in encounter.services if s.billed and s.minutes is None and not s.parts}
    told: dict[str, Span] = {}
    for code, span in _denials(encounter.note.text, silent) if silent else ():
        told.setdefault(code, span)
    return told


def was_given(encounter: Encounter, judged: Judged) -> bool:
    """Say whether the judged service may have been given: not where the note withholds it or puts off all that it names for it."""
    return judged.code not in withheld(encounter) and not (judged.service and put_off(judged.service, encounter.mentions))


def _denials(text: str, codes: set[str]) -> Iterator[tuple[str, Span]]:
    lines = split_lines(text)
    for code, span in _named(text, codes):
        behind = _NO_MINUTES.match(text, span.end) or standing_of_technique(text, lines, span) is Assertion.NEGATED
        before = _REFUSED_BEFORE.search(text, lines.at(span.start).start, span.start)
        # A position is held for seconds.
        if behind or (before and not _SECONDS.search(text, span.end, lines.at(span.start).end)):
            yield code, span


def _named(text: str, codes: set[str]) -> Iterator[tuple[str, Span]]:
    """Give every place where one of the codes stands, in figures or by its name."""
    for match in re.finditer(r"(?<!\w)\w{5}(?!\w)", text):
        if match[0] in codes:
            yield match[0], Span(*match.span())
    for written in (True, False):
        for start, end, code in names_in(text, written=written):
            if code in codes:
                yield code, Span(start, end)
