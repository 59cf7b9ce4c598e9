"""Words by which whole lists of drills are told as not done, and those that say that something was done after all."""

from __future__ import annotations

from note_review.reading.small_letters import any_case
from note_review.reading.vocabulary import either

PATIENT = r"(?:(?:the )?(?:pt|patient|client|child|resident|s?he|they|we) )?"
WHO = r"(?:(?:the |mr\.? |mrs\.? |ms\.? )?[a-z][a-z'-]* )?"
DONE = (
    r"(?:begun|started|done|tried|attempted|performed|carried out|practi[cs]ed|got to|gotten to|undertaken|addressed|worked on)"
)
DO = r"(?:do|try|attempt|start|begin|perform|practi[cs]e|touch|go near|have anything to do with|hear of)"
DAY = r"(?:(?:the )?next (?:visit|session|time|tx|week|appt|appointment)|another (?:day|time)|later|tomorrow|tmrw|(?:next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|thurs|fri)\b|\d{1,2}/\d{1,2}\b)"
# "Deferred on Friday" may tell of the Friday gone by.
TO_A_DAY = rf"(?:(?:to|until|till|for) {DAY})"
TODAY = r"(?:(?:for )?today|yet|so far|at all|in the end|after all|at this (?:visit|time)|(?:in |during )?(?:this|today's) (?:visit|session|time|morning|afternoon))"
NOT_DONE = either(
    rf"(?:not|never) (?:yet )?{DONE}|undone|untried|deferred|postponed|put off|refused|declined|withheld|omitted|cancell?ed|called off",
    rf"left (?:out|undone)|(?:kept|saved|left|moved)(?: on| over)?(?= {TO_A_DAY})",
)
_REASON = r"(?:because|as|since|due to|d/t|owing to|for (?:lack|want) of|secondary to|2/2|per|after|when)"
# A verdict says no more than when and why.
TAIL = rf"(?:,? (?:{TODAY}|{TO_A_DAY}))*(?:(?: {_REASON}\b|,| [-–—]| \()[^.;:\n]{{0,90}})?"

# With these a verdict leaves something done.
LIMIT = any_case(
    r"\b(?:without|w/o|unless|except\w*|but|only|other than|apart from|save for|beyond|past|more|longer|further|alone|unaided|independently|properly|correctly|safely|fully|at first|initially|so|then|instead of|before|until (?:he|she|they|the|pt|his|her|cued)|since\b[^.;:]{0,40}\b(?:falls?|fell|surgery|stroke|injury|admission|discharge|onset|last))\b"
)
DOING = any_case(
    r"(?<!to be )(?<!not )(?<!never )\b(?:done|performed|attempted|completed|practi[cs]ed)\b|->|→|\b\d{1,2} ?(?:/|of|out of) ?\d{1,2}\b"
    r"|\b(?:did(?! not|n't)|worked (?:on|in)|participated|managed|achieved|tolerated|needed|required|improved|copied|repeated|return(?:ed)? demo\w*|instead|succeeded|trained|walked|went well)\b"
)
DOSE = any_case(
    r"\d ?x|(?<!vor )(?<!gaze )x ?\d|\b\d+ ?(?:s|secs?|seconds?|reps?|min(?:utes?)?|ft|feet|laps?|trials?|times|sets?)\b|\d ?['’]"
)
# Verbs of the patient's own moving.
ACTED = any_case(
    r"\b(?:did(?! not|n't)|walked|stood|swung|rode|went|ran|stepped|climbed|crawled|crept|jumped|rolled|spun|marched|reached|caught|threw|led|held on)\b"
)
HELPED = any_case(r"\b(?:cue[sd]?|cueing|(?:min|mod|max)(?:imal|erate|imum)? ?(?:a|assist\w*)|cga|sba|facilitat\w+)\b")
RESULT = any_case(
    r"\b(?:lob|steady|unsteady|able|good|fair|poor|better|worse|carry-?over|supports?|supported|fingertip|steadied|missed|found|lost)\b|\bform\b"
)
PRESCRIBED = any_case(
    r"\b(?:daily|nightly|(?:per|a|each|every) (?:day|night|morning|evening)|twice|before bed|at bedtime|bid|tid|from tonight)\b|/ ?day\b"
)
