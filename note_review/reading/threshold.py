"""Where a note itself says that the year's therapy threshold is passed. The amount is for the payer's record; the words are evidence."""

from __future__ import annotations

from note_review.encounter import Flag
from note_review.note import Span
from note_review.reading.small_letters import any_case, has_any, small

_THRESHOLD = r"(?:kx|(?:annual |medicare |part b |yearly |this year's |year'?s? )*(?:therapy |medicare |pt/slp |ot |pt |kx |financial )*(?:threshold|cap)(?: for (?:pt/slp|ot|the year|therapy))?)"
_PASSED = r"(?:passed|past|over|above|met|exceed(?:ed|s)?|crossed|reached|surpassed|gone over|went over|beyond)"
_SAID = any_case(
    rf"(?<!\w)(?:{_THRESHOLD}\s*:?\s*(?:amount )?(?:was |is |has been |now |already )*{_PASSED}(?!\s*\d+\s*(?:in|ft|lb|cm)\b)|"
    rf"(?:{_PASSED})\s+(?:the |this |her |his |pt's )*(?:annual |medicare |part b |yearly |year's |therapy |kx |pt/slp |ot )+(?:threshold|cap))"
)
_NOT_YET = any_case(
    r"(?:not|n't|under|below|before|until|once|when|if|approach\w*|near\w*|close to|will|next)\W+(?:\w+\W+){0,3}$"
)
_THINGS = any_case(r"(?:door|anaerobic|pain|lactate|hr|ventilatory|step|hearing|trip)\W*(?:\w+\W+)?$")


def read_threshold(text: str) -> tuple[Flag, ...]:
    """Return where the note says that the therapy threshold is passed (a door's threshold and a goal are none)."""
    text = small(text)
    found = []
    for match in _SAID.finditer(text) if has_any(text, ("threshold", "cap", "kx")) else ():
        before = text[max(0, match.start() - 40) : match.start()]
        if not _NOT_YET.search(before) and not _THINGS.search(before):
            found.append(Flag("above_threshold", Span(match.start(), match.end())))
    return tuple(found)
