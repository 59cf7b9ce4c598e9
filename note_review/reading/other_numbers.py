"""Five figures that look like a code and are a number of another kind: a ZIP code, a record's, a telephone's, a house's."""

from __future__ import annotations

import re

from note_review.note import Span
from note_review.reading.small_letters import any_case, small
from note_review.reading.vocabulary import either

_NUMBER = r"#|no\b\.?|number(?!\.)|num\b"
# Things that have a number and say so by their name alone ..
_NUMBERED = either(
    r"zip(?:\s?code)?|mrn|m\.r\.n\.|med(?:ical)? rec(?:ord)?(?: no\.?| number)?|acct|account|invoice|inv|icn|npi|tax id|ein",
    # A sentence ends with `by phone` or `is mobile`, a joint lacks extension, and feet step on a box.
    r"ph|tel|(?:(?:tele)?phone|fax|cell|mobile|pager)(?!\s*[.\n])|(?<=\d{4} )ext(?:ension)?|(?<=\d{4}, )ext(?:ension)?|p\.?\s?o\.?\s?box",
    r"(?:member|pt|patient|subscriber|policy|group|case) id",
)
# .. and those whose name must be followed by `#`, `no.`, `number` or `ID`.
_OF_A_NUMBER = either(
    r"chart|case|policy|member|subscriber|claim|ref(?:erence)?|id|record|patient|encounter|confirmation|ticket|serial|lot|model|item",
    r"order|auth(?:orization)?|room|rm|suite|ste|apt|unit|tracking|check|patient account",
)
_NUMBER_OF_A_THING = any_case(
    rf"\b(?:(?:{_NUMBERED})\s*(?:{_NUMBER})?|(?:{_OF_A_NUMBER})\s*(?:{_NUMBER}|id\b))"
    # A telephone number's area code may stand between.
    r"[ \t]*(?:is|was)?[ \t]*[:#=.]*[ \t]*(?:\(?\d{3}\)?[ \t.-]+)?$"
)
# What every label above has in it: most texts have none, and this sees it sooner.
_LABELS = re.compile(
    r"#|\b(?:[Nn]o\b|[Nn]um|NO|ID|id|[Zz]ip|ZIP|[Mm]|[Ii][CN]|[Aa]c|AC|NPI|[Tt]e?[al]|EIN|[Pp]|[Ff]ax|FAX|[Cc]ell|[Ee]xt|[Bb]ox|BOX)"
)

# States whose ZIP codes look like codes, as Oregon's 97112.
_STATES = ("OR", "WA", "CA", "SC", "DC", "NY", "Ore", "Oregon", "Wash", "Washington", "Calif", "California")
_STATE = re.compile(r"[A-Z][A-Za-z.]+,?\s+(?:OR|WA|CA|SC|DC|NY|Ore\.?|Oregon|Wash\.?|Washington|Calif\.?|California)\.?,?\s+$")

_STREETS = "St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane|Hwy|Highway|Way|Ct|Court|Pkwy|Pl|Place|Ter|Circle"
_STREET_OR_DISTANCE_BEHIND = re.compile(
    "(?:"
    + either(
        # The second half of a ZIP code.
        r"-\d{3,4}\b",
        r"\s+(?:Highway|Hwy|Route|Rte|State R|County R)",
        rf"\s+(?:[NSEW]{{1,2}}\.?\s+)?(?:[A-Z][A-Za-z]+|\d+(?:st|nd|rd|th))(?:\s+[A-Z][a-z]+)?\s+(?:{_STREETS})\b",
        r"\s*(?:steps|miles?\b|mi\b|km\b|USD|dollars)",
    )
    + ")"
)


def is_other_number(text: str, code: Span) -> bool:
    """Whether five figures that look like a code are another kind of number: a ZIP code, a record's, a telephone's, a house's."""
    before = text[max(0, code.start - 40) : code.start]
    return (
        _STREET_OR_DISTANCE_BEHIND.match(text, code.end) is not None
        or (before.rstrip(" ,.").endswith(_STATES) and _STATE.search(before) is not None)
        or (_LABELS.search(before) is not None and _NUMBER_OF_A_THING.search(small(before)) is not None)
    )
