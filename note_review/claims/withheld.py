"""Services that are billed though the note's own words say that nothing of them was given."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Collection, Iterator

from note_review.encounter import Assertion, Encounter, Service
from note_review.judged import Judged, put_off, text_of
from note_review.note import Span
from note_review.reading.lines import Lines, split_lines
from note_review.reading.put_off import standing_of_technique
from note_review.reading.service_names import KNOWN_CODES, names_in

_NO_MINUTES = re.compile(r"[\s():,x–-]*0\s*(?:min(?:ute)?s?\b|['′])", re.IGNORECASE)
_REFUSED_BEFORE = re.compile(r"\b(?:no|held|deferred|declined|omitted|skipped|refused)\s+$", re.IGNORECASE)
# A position may be held as well as put off, a service is only put off.
_HELD = re.compile(
    r"[ ,:/(–-]{1,3}(?:(?:both|all|was|were|is|are|still) ){0,2}(?<!, )held(?= ?[.,;)]| ?$| (?:since|until)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_SECONDS = re.compile(r"\d\s?(?:s|secs?|seconds?)\b", re.IGNORECASE)
# The visit's whole treatment, at the head of a sentence; a session that is held takes place.
_ALL_TREATMENT = re.compile(
    r"(?:^|[.;\n])[ \t]*(?P<all>(?:(?:all|today's|(?:physical|occupational) therapy|[PO]T) )?(?:treatment|therapy|tx))\b",
    re.IGNORECASE,
)
# Behind these words a treatment that was held at first went on.
_WENT_ON = re.compile(r"\b(?:then|resumed|afterwards?)\b", re.IGNORECASE)


def withheld(encounter: Encounter) -> dict[str, Span]:
    """Return the billed codes of which the note tells no minutes and nothing done, but says that they were held, not done or took none; and where."""
    silent = {s.billed: s for s in encounter.services if s.billed and s.minutes is None}
    if silent and (all_of_it := _all_withheld(encounter)):
        return dict.fromkeys(silent, all_of_it)
    told: dict[str, Span] = {}
    for code, span in _denials(encounter.note.text, set(silent)) if silent else ():
        told.setdefault(code, span)
    return {code: span for code, span in told.items() if not _anything_done(encounter, silent[code])}


def was_given(encounter: Encounter, judged: Judged) -> bool:
    """Say whether the judged service may have been given: not where the note withholds it or puts off all that it names for it."""
    silent = any(s.billed == judged.code and s.minutes is None for s in encounter.services)
    if (silent and judged.code in withheld(encounter)) or (judged.service and put_off(judged.service, encounter.mentions)):
        return False
    return not judged.assumed or _all_withheld(encounter) is None


def _anything_done(encounter: Encounter, service: Service) -> bool:
    """Say whether a technique was done in a service's text, other than under another service's name."""
    own = text_of(service.parts)
    starts = [m.span.start for m in encounter.present("technique") if own.hold(m.span.start)]
    if not starts:
        return False
    names = sorted((span.start, code) for code, span in _named(encounter.note.text, KNOWN_CODES))
    before = [bisect(names, (start, "")) for start in starts]
    return any(not place or names[place - 1][1] == service.billed for place in before)


def _denials(text: str, codes: set[str]) -> Iterator[tuple[str, Span]]:
    lines = split_lines(text)
    for code, span in _named(text, codes):
        behind = _NO_MINUTES.match(text, span.end) or _put_off(text, lines, span)
        before = _REFUSED_BEFORE.search(text, lines.at(span.start).start, span.start)
        # A position is held for seconds.
        if behind or (before and not _SECONDS.search(text, span.end, lines.at(span.start).end)):
            yield code, span


def _all_withheld(encounter: Encounter) -> Span | None:
    """Return where a note that tells no minutes and nothing done says that the whole treatment was held or not given."""
    if encounter.minutes or encounter.present("technique"):
        return None
    text = encounter.note.text
    lines, named = split_lines(text), (Span(*match.span("all")) for match in _ALL_TREATMENT.finditer(text))
    held = next((span for span in named if _put_off(text, lines, span)), None)
    return None if held is None or _WENT_ON.search(text, held.end) else held


def _put_off(text: str, lines: Lines, span: Span) -> bool:
    return bool(_HELD.match(text, span.end)) or standing_of_technique(text, lines, span) is Assertion.NEGATED


def _named(text: str, codes: Collection[str]) -> Iterator[tuple[str, Span]]:
    """Give every place where one of the codes stands, in figures or by its name."""
    for match in re.finditer(r"(?<!\w)\w{5}(?!\w)", text):
        if match[0] in codes:
            yield match[0], Span(*match.span())
    for written in (True, False):
        for start, end, code in names_in(text, written=written):
            if code in codes:
                yield code, Span(start, end)
