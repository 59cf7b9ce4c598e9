"""Lengths that are no treatment time of this visit: doses, rests, tolerances, waits, events at home, paperwork, how often."""

from __future__ import annotations

import re

from note_review.reading.small_letters import any_case
from note_review.reading.times import Time
from note_review.reading.total_words import OF_TODAY
from note_review.reading.vocabulary import MINUTES, either

_RESTS_AND_HOW_OFTEN = either(
    r"rest(?:s|ed|ing)?|break|wait(?:ed|ing)?|hold|held|late|early|ago|drive|travel|commute",
    r"every|q\b|per day|/day|daily|a day|x/day",
    r"walk test|6mwt|2mwt|min(?:ute)? walk",
)
_TOLERATED = either(
    r"toleran\w*|tolerat(?:es|ing)|(?:can|could|to|will|cannot|not) tolerate|able to (?:stand|sit|walk)",
    r"stands?|sits?|stood|sat|standing (?:for|x)|sitting (?:for|x)",
)
_OTHER_DAYS_AND_CALLS = either(
    r"last (?:visit|session|time|tx|week)|previous|yesterday|prior|next|goal|will|sched(?:uled)?(?!,)|lunch",
    r"call(?:ed)?(?: duration| time)?|visited between|reached|absent\b.{0,12}|cx'?d|cancel\w*|no[- ]?show\w*|before",
)
_BODY_CARE_AND_PAPERS = either(
    r"post|recover\w*|settl\w*|until|before (?:she|he|pain|symptoms)|after (?:ex|act|walk)|wear\w*|nap|napped|slept|phone|toilet\w*",
    r"transport|chart\w*|document\w*|paperwork|set-?up|clean-?up|sleep|pain (?:after|x)|within",
)
_OF_A_MACHINE = r"nustep|bike|cycle|treadmill|ube|elliptical|timer|cool|warm[- ]?up|ice|coach"
_OTHER_PEOPLE_AND_PLACES = either(
    r"not billed|unbilled|missed|no[- ]?show|owed|make-?up|nurse|SN|doctor|MD|spouse",
    r"open|hours|office|club|practice|class|shift|parking|bus",
)
NO_TREATMENT_BEFORE = any_case(
    rf"(?<![a-zA-Z])(?:{either(_RESTS_AND_HOW_OFTEN, _TOLERATED, _OTHER_DAYS_AND_CALLS, _BODY_CARE_AND_PAPERS, _OF_A_MACHINE, _OTHER_PEOPLE_AND_PLACES)})"
    r"[^\w(]*(?:for|x|of|about|at|from|between|was)?\W*$"
)

# How often, behind a length: an order's or a plan's.
PER = (
    r"[\s,(-]*(?:"
    + either(
        r"(?:/|per\b|a\b|each\b|every\b)\s?(?:wk|week|mo\b|month|yr|year|quarter)",
        r"(?:/|per\b|each\b|every\b)\s?(?:visit|session)\b",
        r"\d\s?x\s?/?\s?(?:per\s|a\s)?(?:wk|week|mo\b|month)",
        r"(?:once|twice|three times) (?:a|per)\b",
        r"weekly|monthly|nightly|yearly|annually",
    )
    + ")"
)
PER_PERIOD = re.compile(rf"\s?(?:{MINUTES}|m|')?{PER}", re.IGNORECASE)

_DOSE_OR_EVENT_BEHIND = either(
    r"walk(?:\s?test)?\b|rest\b|break|hold|ago|late\b|early\b|every",
    r"(?:of (?:therapy|treatment) )?(?:per day|/\s?day|a day|daily)|daily|x/?day|each\b|ea\b",
    r"walks?|wait|recovery|to settle|of rest|drive|commute|before|after|HEP|at home",
    r"(?:of )?(?:standing|sitting|walking)\s+toler|miles?\b|warm|cool",
    r"on (?:the )?(?:nustep|bike|treadmill|ube)|to recover|on own|(?:of )?(?:bike|nustep|ube|treadmill|elliptical)\b",
    r"(?:at|each|every|per|a) night|overnight|later|old\b|prior|or until|mark\b|post|in, ",
    r"for (?:charting|documentation|travel|transport|toilet)|away|behind|notice|sessions\b|phone|call\b",
    r"of (?:ice|heat|rest|walking|standing|sitting|pain|travel|charting|documentation|drive)",
    # `2 min and 30 sec` is a dose.
    r"and (?:a |[\w-]+ )?sec",
    # `(nb)` is not billed.
    r"travel|drive|not billed|unbilled|\(nb\)|off\b",
)
NO_TREATMENT_AFTER = re.compile(rf"{PER}|[\s-]*(?:{_DOSE_OR_EVENT_BEHIND})", re.IGNORECASE)

_EVENTS = (
    r"surgery|procedure|operation|headaches?|episodes?|spells?|dizziness|symptoms?|pain|relief|flight|ride|attack|meeting|drive"
)
_TIME_FOR_SOMETHING_ELSE = either(
    r"wear(?:ing)?|standing|sitting|toilet|screen|sleep|nap|reaction|settling|recovery|play|drive|wait(?:ing)?|call|travel|tummy|up",
    r"documentation|document|charting|chart|notes?|paperwork|set-?up|prep|rest|break|transport|down",
    r"non-?billable|indirect|missed|lost|refused|withheld|scheduled|planned|mandated|unused|owed",
)
NOT_OF_THE_VISIT = any_case(
    either(
        rf"\b(?:{_EVENTS}) (?:lasted|lasting|took|ran)\W*(?:for|about)?\W*$",
        r"\b(?:completed|done|finished) in\W*$",
        rf"\b(?:{_TIME_FOR_SOMETHING_ELSE}) (?:time|{MINUTES})\W*(?:was|of|is|today)?\W*$",
    )
)
UNTIMED_BEFORE = re.compile(r"(?<![a-z])un-?t(?:imed)?[\s:=a-z]*$", re.IGNORECASE)

# A row of a flowsheet that an activity heads: its cells are doses.
_CELL_BEFORE = re.compile(r"(?:\||\t|\s{2})\s*$")
_MACHINE = re.compile(
    r"(?i)\b(?:nu-?step|bike|cycle|ube|treadmill|tm\b|ellip\w*|ergom\w*|rower|row machine|stepper|sci-?fit"
    r"|stretch\w*|walk\w*|warm-?up|stair\s?master)"
)


def is_a_dose(time: Time, before: str) -> bool:
    """Whether a length is a cell of a flowsheet's row that a machine or an exercise heads."""
    return (
        time.form != "clock"
        and _CELL_BEFORE.search(before) is not None
        and _MACHINE.search(before) is not None
        and not OF_TODAY.search(before)
    )
