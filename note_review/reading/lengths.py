"""Written lengths after a model has read them too: what grammar alone leaves out, takes wrongly or gives to the wrong service.

Grammar is exact where a note has a form; free prose ("that was fifteen on the stairs") and the bare figures of a form it has never met it cannot
settle. The model's word counts only where it is surer than the thresholds that were fitted on dev.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from note_review.encounter import Minutes
from note_review.note import Span
from note_review.reading.anchor import last_before
from note_review.reading.candidates import Candidate
from note_review.reading.marks import Marks
from note_review.reading.page import Page
from note_review.reading.service_names import TIMED_CODES
from note_review.reading.services import ServiceText

# What a written length can be: none of the visit's, its service's own, or one of the three that are no single service's.
LENGTHS = ("none", "service", "total_timed", "total_treatment", "unspecified")


def settle(page: Page, chances: Sequence[Mapping[str, float]], least: Mapping[str, float]) -> tuple[Minutes, ...]:
    """Return the minutes of a note from grammar and a model.

    Parameters
    ----------
    chances
        For each of the page's candidates the probabilities of :data:`LENGTHS`; empty where the engine reads no lengths.
    least
        How sure the model must be to ``add`` a length, a bare ``figure``, or the ``first`` of a note in which grammar found none, to ``drop`` one, to
        ``move`` one to another scope (a share above 1: never).
    """
    if not chances:
        return page.minutes
    owners = Owners(page)
    by_grammar = {span: list(told) for span, told in groupby(page.minutes, key=lambda m: m.span)}
    settled: list[Minutes] = []
    for candidate, shares in zip(page.candidates, chances, strict=True):
        own = by_grammar.get(candidate.span, [])
        best = max(LENGTHS, key=lambda kind: shares[kind])
        if not own and best == "none":
            continue
        scope = owners.of(candidate.span) if best == "service" else best
        if not own:
            if scope is not None and _is_sure(page, candidate, shares, least):
                settled.append(Minutes(candidate.span, candidate.value, scope))
        elif best == "none":
            settled += own if shares[best] < least["drop"] else []
        elif len(own) == 1 and kind_of(own[0].scope) != best and scope is not None and shares[best] >= least["move"]:
            settled.append(Minutes(candidate.span, own[0].value, scope))
        else:
            settled += own
    return tuple(settled)


def _is_sure(page: Page, candidate: Candidate, shares: Mapping[str, float], least: Mapping[str, float]) -> bool:
    """Say whether the model is sure enough of a length that grammar left.

    Of a bare figure, and of a length beside others, it must be sure that it is one and whose; of a note's only one that it is one.
    """
    if candidate.bare:
        return max(shares.values()) >= least["figure"]
    return max(shares.values()) >= least["add"] if page.minutes else 1 - shares["none"] >= least["first"]


def kind_of(scope: str) -> str:
    """Return which of :data:`LENGTHS` a scope is."""
    return scope if scope in LENGTHS else "service"


class Owners:
    """Says whose a length is that a model takes for a service's."""

    def __init__(self, page: Page) -> None:
        self._anchors = page.anchors
        self._told = {m.scope for m in page.minutes}
        self._timed = [s for s in page.services if _code(s) in TIMED_CODES]
        self._waiting = [s for s in self._timed if not self._told & {s.billed, s.named}]
        self._texts = [(service, Marks(len(page.text), service.parts)) for service in page.services]

    def of(self, span: Span) -> str | None:
        """Return the code of the service that a length belongs to.

        That is the service whose text holds it, else the only timed service without minutes, else the last service named before it. A service that grammar has given its length is not given another one where just one timed service is without.
        """
        holding = [service for service, own in self._texts if own.hold(span.start)]
        if len(holding) == 1 and not (len(self._waiting) == 1 and self._told & {holding[0].billed, holding[0].named}):
            return _code(holding[0])
        if len(self._waiting) == 1 or len(self._timed) == 1:
            return _code((self._waiting or self._timed)[0])
        before = last_before(self._anchors, span.start)
        return before.code if before else None


def _code(service: ServiceText) -> str | None:
    return service.billed or service.named or None
