"""Which service's drills a response speaks of that stands outside the judged service's text: "Putty: 15 in one minute" below 97112 and 97110 with putty.

Of 1,091 records of several services in train and dev 21 had no other response than such (`fast`); in 19 of them gold calls the response missing.
"""

from __future__ import annotations

import re

from note_review.encounter import Encounter, Mention
from note_review.judged import Judged, text_of
from note_review.note import Span

_WORD = re.compile(r"[a-z]{4,}")
# Words of how often, how well and with what part, which any drill can share.
_ANY_DRILLS = frozenset(
    "with from then than after before each left right both this that held times over last first time step visit week pain without still today were they them into onto when while which between under level cues cued second minute session "
    "able only more less also same half three four five eight nine twice once trial needed need none goal patient line hand foot feet side knee ankle eye eyes shoulder trunk head palm finger fingertip thumb wrist elbow heel neck chin jaw blade scapula thigh calf back done made took came went kept".split()
)
# What was counted names the drill: "blade stayed down on 8 of 10 pull-aparts".
_COUNTED = re.compile(r"\d+ ?(?:of|out of|/) ?\d+ ([a-z]+(?:-[a-z]+)*)")


def only_of_other_services(encounter: Encounter, judged: Judged) -> bool:
    """Say whether all responses stand outside the judged service's text and share words with other services' drills, and none with that text."""
    responses = encounter.present("response")
    others = [s for s in encounter.services if s is not judged.service and s.parts]
    if not responses or not others or judged.service is None or not judged.service.parts:
        return False
    ours = text_of(judged.service.parts)
    if any(ours.hold(m.span.start) for m in responses):
        return False
    text = encounter.note.text
    own = _words(text, judged.service.parts)
    elsewhere = text_of(part for service in others for part in service.parts)
    drills = _words(text, [m.span for m in encounter.present("technique") if elsewhere.hold(m.span.start)]) - own
    return all(_speaks_of(text, m, drills) and (not _speaks_of(text, m, own) or _counts(text, m, drills)) for m in responses)


def _speaks_of(text: str, response: Mention, words: set[str]) -> bool:
    return not words.isdisjoint(_words(text, [response.span]))


def _counts(text: str, response: Mention, drills: set[str]) -> bool:
    """Say whether a response counts repetitions of some drills, and of no others."""
    counted = [match.span(1) for match in _COUNTED.finditer(text.lower(), *response.span)]
    return bool(counted) and all(not drills.isdisjoint(_words(text, [Span(*place)])) for place in counted)


def _words(text: str, stretches: tuple[Span, ...] | list[Span]) -> set[str]:
    found = {word.removesuffix("s") for start, end in stretches for word in _WORD.findall(text[start:end].lower())}
    return found - _ANY_DRILLS
