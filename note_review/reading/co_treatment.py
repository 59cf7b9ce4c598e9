"""Who gave what in a co-treatment: `Co-treat w/ OT: PT billed 97112 15 min, OT billed 97530 15 min`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from note_review.encounter import Signature
from note_review.note import Note, Span
from note_review.reading import titles
from note_review.reading.anchor import Anchor, anchors_within
from note_review.reading.plan_of_care import given_discipline
from note_review.reading.small_letters import any_case, small

# With the length of both together, which is neither's.
_CO_TREATED = any_case(
    r"(?:(?<![\w.])\d{1,3}[ -]?min(?:ute)?s? )?(?<!\bno )(?<!\bnot )(?<!\bnot a )\bco-?\s?(?:treat\w*|tx)\b(?:(?!\s[–—-]\s)[^.:;,()\[\]\n])*"
)
_SPEAKS_OF_ONE = re.compile(r"co-?\s?t(?:reat|x)")
_BILLED = (
    r"(?:'s)?\s*(?::|(?:billed|bills|billing|charged|charges|charging|codes?"
    r"|min(?:ute)?s?|time|portion|part|share|half)\b)"
)
_PART = any_case(
    rf"(?<![\w/])(?:(?P<pt>pta?|dpt|physical therap(?:y|ist))|(?P<ot>otr(?:/l)?|ota?|cota|occupational therap(?:y|ist)))(?:{_BILLED}|(?=\s+9\d{{4}}\b))"
)
# Named beside another person, somebody has no part told: `co-treat with OT: 97112 25 min`.
_BESIDE_ANOTHER = any_case(r"(?:\bwith(?: an?| the)?|\bw/|\b(?:pta?|dpt|otr?|ota|cota)\s?(?:and|&|/|\+))\s?$")
_PART_ENDS = re.compile(r"[;\n]|\.(?=\s|$)")


def own_discipline(note: Note, signature: Signature) -> str | None:
    """Return whose note it is, PT or OT: as given with it, else by who signs it where that is one of them; its words speak of both."""
    signed = {
        name
        for name, own in (
            ("PT", titles.PHYSICAL_THERAPISTS | titles.PHYSICAL_ASSISTANTS),
            ("OT", titles.OCCUPATIONAL_THERAPISTS | titles.OCCUPATIONAL_ASSISTANTS),
        )
        if own & set(signature.credentials)
    }
    return given_discipline(note) or (signed.pop() if len(signed) == 1 else None)


def parts_of_others(text: str, discipline: str | None, anchors: Sequence[Anchor]) -> list[Span]:
    """Return what a co-treatment's note tells of both disciplines together, first, then each part of the other one; of each where nobody knows whose note it is.

    What is told of both ends where a service begins, with the length before its name. Only where a note tells the other's part, since a co-treatment's length alone may well be the therapist's own; one part alone is the note's own.

    Parameters
    ----------
    discipline
        PT or OT: the note's own.
    """
    words = small(text)
    match = _CO_TREATED.search(words) if _SPEAKS_OF_ONE.search(words) else None
    if match is None:
        return []
    services = anchors_within(anchors, *match.span())
    service = min((start for a in services for start in (a.span.start, *(t.span.start for t in a.times))), default=match.end())
    together = Span(match.start(), max(match.start(), service))
    parts = [part for part in _PART.finditer(words) if not _is_beside_another(words, part.start(), together)]
    if discipline is None and len({part.lastgroup for part in parts}) < 2:
        return []
    stops = [*(part.start() for part in parts), len(words)]
    theirs = [
        Span(start, ends.start() if (ends := _PART_ENDS.search(words, start, stop)) else stop)
        for part, (start, stop) in zip(parts, pairwise(stops), strict=True)
        if part.lastgroup != (discipline or "").lower()
    ]
    return [together, *theirs] if theirs else []


def _is_beside_another(words: str, person: int, together: Span) -> bool:
    inside = together.start <= person < together.end
    return inside or _BESIDE_ANOTHER.search(words, max(0, person - 12), person) is not None
