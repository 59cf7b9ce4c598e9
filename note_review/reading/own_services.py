"""Lengths of an evaluation, and of services that have a length of their own but none of the timed codes read here."""

from __future__ import annotations

import re

from note_review.reading.vocabulary import EVALUATION, MINUTES, either

_EVALUATION_TOOK = re.compile(
    "(?i)"
    + either(
        rf"(?:^|[.;,(/]\s*)(?:the )?{EVALUATION}\s+$",
        r"\bevaluation\s*\(\s*$",
        r"\b(?:evaluation|examination|assessment|eval|testing|exam),?\s+(?:(?:time|portion|itself|part)\s+)?(?:which\s+|that\s+)?"
        r"(?:took|lasted|ran|occupied|required|was completed in|time:?|was)\s*(?:a total of |up |about |the )?$",
    )
)
_OF_EVALUATION = re.compile(rf"(?i)\s*(?:of\s+)?(?:{EVALUATION}|examination)\b")
_EVALUATION_BEFORE = re.compile(rf"(?i)\b(?:{EVALUATION}|examination)(?: minutes)?[\s,:(–-]*(?:{MINUTES}:?\s*)?$")

_OWN_SERVICES = either(
    r"modalit(?:y|ies)",
    r"caregiver (?:training|instruction|education)",
    r"(?:caregiver|pt|patient|family)(?:/\w+)? (?:instruction|education|training|teaching)",
    r"(?:new patient )?consultation[\w ]*",
    r"voice and speech|speech[\w ]*",
    r"splint\w*",
    r"(?:balance|vestibular|postur(?:e|al)|coordination|core|conditioning) (?:training|rehab(?:ilitation)?|therapy|work|program)(?:\s+x(?=\s))?",
    rf"examination|(?:pt|ot|slp|initial)? ?{EVALUATION}(?: minutes)?",
)
# Such a service heads its line or sentence.
OWN_SERVICE = re.compile(rf"(?i)(?:^|\n|[.:]\s)[\s*#>\w:.]{{0,14}}(?:{_OWN_SERVICES})[\s,:(–-]*(?:{MINUTES}:?\s*)?$")


def is_of_an_evaluation(before: str, after: str) -> bool:
    """Whether the words before or behind a length say that it is an evaluation's."""
    return _EVALUATION_TOOK.search(before) is not None or _OF_EVALUATION.match(after) is not None


def ends_with_an_evaluation(before: str) -> bool:
    """Whether the last words before a length name an evaluation."""
    return _EVALUATION_BEFORE.search(before) is not None
