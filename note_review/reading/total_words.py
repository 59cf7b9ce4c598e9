"""The words before and behind a length that make it the timed codes' total or the whole visit's."""

from __future__ import annotations

import re

from note_review.reading.small_letters import any_case
from note_review.reading.vocabulary import INDIVIDUAL, MINUTES, ONE_ON_ONE, TIME, TIMED, TREATMENT, UNITS_COUNTED, VISIT, either

# What may stand between the words for a total and its figure.
_LEADING = rf"\s*(?:\(h+:?m+\)|{UNITS_COUNTED}|[:=(x×|@~–—-]|->|was|amounted to|totall?ed|of|is|for|about|came to|approx\.?|\s)*$"

_OF_TIMED = either(
    r"code|codes|cpt|tx|treatment|therapy|contact|minutes?|mins?|time|units?|patient|total|services?",
    rf"1:1|{ONE_ON_ONE}|billable|care|skilled",
)
_TOTAL_TIMED = either(
    rf"(?:total\s+)?(?:timed|direct|{ONE_ON_ONE}|1:1|billable|skilled timed)(?:[\s-]*(?:{_OF_TIMED}))*",
    rf"total\s+(?:{TIMED}|1:1|{ONE_ON_ONE}|skilled|individual)[a-z\s-]*",
    r"\bTCT\b",
    r"timed\s+tot(?:al)?\.?",
    r"\bTTCT\b",
    r"timed code treatment minutes",
    r"\bTTM\b",
    # The individual mode beside group and concurrent is what the timed codes count.
    rf"{INDIVIDUAL}\.?\s+(?:{MINUTES}|time|tx|treatment)",
    rf"(?:PT|OT|mode(?: of (?:tx|treatment))?)\W+{INDIVIDUAL}\.?,?",
    r"time[- ]based(?:\s+(?:cpt|codes?|minutes?|mins?))*",
)
BEFORE_TIMED = any_case(rf"(?<![a-zA-Z])(?:{_TOTAL_TIMED}){_LEADING}")

_OF_TOTAL = either(
    r"of|for|the|in|visit|session|treatment|tx|therapy|rx|time|minutes?|mins?|length|duration",
    r"in-clinic|clinic|home|gym|room|dept|department|with|all|contact|pt|patient|today|amount|was|is|on|date|encounter",
)
_CALLED_TOTAL = either(
    rf"(?:grand\s+|daily\s+|session\s+|visit\s+)?tot(?:al)?\.?(?:\s+(?:{_OF_TOTAL}))*",
    r"(?:treatment|tx|rx|session|visit|therapy|appointment|appt|encounter|service)"
    r"\s+(?:time|length|duration|minutes?|mins?|total|lasted|was|ran|duration was|length was)"
    r"(?:\s+(?:total|today|was|is|in/out|in minutes|minutes|mins?))*",
    r"(?:visit|session) (?:in all|all told|altogether)",
    r"(?:whole|entire|full) (?:visit|session)",
    rf"overall (?:{TREATMENT}|session|visit|{TIME}|{MINUTES}|duration)(?: {TIME})?",
    rf"(?:{TREATMENT}|session|visit) (?:{TIME}|duration) overall",
    rf"(?<!call )duration of (?:the )?(?:{TREATMENT}|session|visit)",
    r"\bTTT\b",
    r"\bLOS\b",
    r"\bTT\b",
    r"\bTx\s?time",
    rf"{TIME}\s+(?:in\s*/?\s*out|spent|with (?:pt|patient)|total)",
    r"length of (?:the )?(?:visit|session|treatment)(?:,? which)?",
    r"(?:treatment|interventions?|skilled (?:treatment|services))\s+provided",
)
_TOLD_OF_VISIT = either(
    r"we (?:had|worked|were|went|ran|got in)(?: for| about| the)?",
    r"(?:went|did|ran|got|had|used|gave)(?: \w+){0,3} (?:full|solid|whole|entire)",
    r"of the",
    r"today's(?: (?:session|visit|treatment|tx|appointment))?(?: (?:was|ran|lasted))?",
    r"(?:(?<=[;.]\s)|(?<=^))overall,?(?= )",
    # `her son sat in on all 40 min`.
    r"(?:in on|through|present for|stayed for) (?:all|the (?:whole|entire|full))(?: of)?(?: the| our)?",
    # `seen in the gym after recess, 25 min`.
    r"seen (?:(?!for\b|with\b|w/|from\b)[a-z'/-]+ ){0,7}[a-z'/-]+,(?= )",
    # `today, 45 min` only where a sentence begins with it, or behind a date.
    r"(?:(?<=[;.]\s)|(?<=^)|(?<=\d\s))today,?(?= )",
    r"(?:pt|ot|therapy|treatment|tx) session(?= )",
    r"(?:pt|patient|client|student) contact",
    rf"{TIME}\s+calculation(?:\s*\(min\w*\))?",
    r"pull-?out",
    r"push-?in",
    r"(?:video|zoom|telehealth|virtual)(?:\s+(?:visit|session))?",
    r"(?:today|together|between them|combined)\s+(?:was|for)",
    r"(?:face[- ]to[- ]face|in-person|contact)\s+time(?:\s+(?:was|of|is))?",
)
_VISIT_LABEL = either(
    rf"(?:visit|session|treatment|tx|rx|{TIME}|(?<!call )duration|{MINUTES}|LOS|clock|delivered|provided|length|TV|DUR)(?: today)?\s*[:=]",
    rf"(?:(?<=[,;.]\s)|(?<=^))(?:{TREATMENT}|session|visit)\s+$",
    rf"(?:{TREATMENT})\s+(?=[x×])",
    r"(?:IN/OUT|TV|delivered|in with (?:her|him|them|pt|the patient))",
    r"(?:my|own|therapist'?s) (?:own )?direct time (?:came to|was)",
)
_SEEN = either(
    r"seen|treated|we met|worked with|rx'?d|tx'?d|pt seen|spent|met with|were together|was with",
    r"session of|visit of|participated in|attended|tolerated|received|underwent|completed|lasted",
)
# Who, how, of what, where and when, between `seen` and the length.
_OF_SEEN = either(
    r"pt|patient|him|her|them|for|x|a|in|by|this|a total of|approximately|approx\.?|about|around|the|full",
    r"skilled|pt/ot|ot|physical|occupational|services?|tx|rx|slp|treatment|therapy|session|on|today|of",
    rf"child|client|student|resident|individual(?:ly)?|1:1|{ONE_ON_ONE}",
    r"department|clinic|gym|room|hospital|home|bedside|day|with|at|from|all|just|over|this|afternoon|morning|evening|am|pm",
)
_TOTAL_TREATMENT = either(_CALLED_TOTAL, _TOLD_OF_VISIT, _VISIT_LABEL, rf"(?:{_SEEN})(?:\s+(?:{_OF_SEEN}))*")
BEFORE_TREATMENT = any_case(rf"(?<![a-zA-Z])(?:{_TOTAL_TREATMENT}){_LEADING}")
# A label of a length, and no mere word of seeing or working with the patient.
LABEL_OF_A_TOTAL = any_case(
    rf"(?<![a-zA-Z])(?:{_CALLED_TOTAL}|(?:total )?(?:{TIMED}|contact|1:1|{ONE_ON_ONE})(?:[\s-]*(?:{_OF_TIMED}))+|billable"
    rf"|(?:{TIME} )?overall|{TIME}|duration|treatment|tx|session|visit){_LEADING}"
)
# How a physician closes a paper, under the plan more often than not: `I spent 40 minutes with the patient, half of it counseling`.
_SPENT_ON_OTHER_THINGS = r"(?! (?:[a-z]+ )?(?:review|record|document|chart|travel|prepar|dictat|stand|walk|sit|wait))"
SPENT = any_case(
    r"(?:(?<![a-z])i spent|total time spent"
    rf"|time spent (?:on|in|with|at|today|for|face){_SPENT_ON_OTHER_THINGS}(?:(?! min)[^.;:\n]){{0,40}}?)"
    r"\s*(?:was|is|of|:|about|approximately|a total of|over|at least|\s)*$"
)
WERE_SPENT = re.compile(r"(?i)\s*(?:was|were) spent\b(?! (?:on|in|at|standing|walking|sitting))")
OF_TODAY = any_case(r"\b(?:total|today)")

# Behind a length: `38 min were direct`. A word that labels the figure behind it is not this length's.
_TIMED_BEHIND = either(
    rf"(?:{TIMED})(?![a-z])(?!(?:\s+(?:min\w*|code\w*|time))?\s*:?\s*\d)",
    rf"(?:total\s+)?(?:{ONE_ON_ONE}|1:1|1on1|1-on-1|1 on 1)(?=\s*(?:this\b|today\b|in all\b|total|tx|time|timed|contact|$|[.,;)]))",
)
AFTER_TIMED = re.compile(
    either(
        r"\s*(?:(?:were|was)\s+(?:spent\s+|given\s+)?)?(?:of\s+|in\s+|as\s+)?"
        rf"(?:total\s+)?(?:{_TIMED_BEHIND}|total timed(?!\s*:?\s*(?:min\w*\s*)?\d))",
        r"\s*(?:total|altogether|in all|combined)?\s*(?:for|across|between|over|on)"
        r" (?:both|all|the (?:two|three))(?: of)?(?: the)? (?:codes|services|timed)",
        r",?\s(?:and )?all (?:of (?:it|them|which|this) )?(?:was |were )?timed\b",
        r"\s*(?:delivered\s+)?of\s+individual\b",
        # One length for two services: `NMR/TE 30 min comb.`, where a scanner reads `cornb`.
        r"\s*,?\s*comb?(?:ined|\.)",
        r"\s+(?:today |of )?(?:mixed|split)\b(?!\s(?:fwd|forward|back|stance|squat))",
        r"\s+corn?b",
    ),
    re.IGNORECASE,
)
_KIND_OF_VISIT = either(
    rf"total|individual|{ONE_ON_ONE}|1:1|PT|OT",
    r"physical therapy|occupational therapy|therapy|direct",
)
_VISIT_BEHIND = either(
    r"session|visit|tx\b|treatment|appointment|appt|total|tot\b|ttl\b",
    r"all told|for the (?:visit|session)|in all\b|en total|altogether|all together|overall",
    r"slot|co-?treat|delivered|connected",
    # `38 min completed d/t fatigue`, and not `38 min completed on the bike`.
    r"(?:was |were )?(?:completed|attended|rendered|provided|given)(?=\s*(?:$|[.,;)]|d/t|due|2/2|secondary|today|because|before|as|since|then))",
)
_WITH_WHOM_OR_WHERE = either(
    rf"{ONE_ON_ONE}|1:1",
    r"of skilled (?:PT|OT|therapy|physical|occupational)",
    r"of (?:PT|OT|therapy|treatment|physical therapy|occupational therapy)\b",
    r"skilled (?:PT|OT)",
    r"face to face|me only|just me|w/?\s?me\b",
    r"in (?:the )?(?:water|pool|clinic)\b",
    r"c̄ pt|with (?:the )?(?:pt|patient|therapist)\b",
)
AFTER_TREATMENT = re.compile(
    rf"[\s-]*(?:(?:of\s+)?(?:skilled\s+)?(?:{_KIND_OF_VISIT})?[\s-]*(?:{_VISIT_BEHIND})|(?:{_WITH_WHOM_OR_WHERE}))",
    re.IGNORECASE,
)
# The words behind a length that lead to a figure of their own: `53 min   Total Timed Code Minutes: 45 min`.
LABEL_OF_THE_NEXT = re.compile(
    rf"[\s,;|/-]*(?:(?:total|{TIMED}|skilled|{ONE_ON_ONE}|1:1|{VISIT}|codes?|cpt|{MINUTES}|time)"
    rf"[ \t]*(?:\({MINUTES}\)[ \t]*)?)+[:=|][ \t]*\d{{1,3}}(?![\d:/]|\s?[x×])",
    re.IGNORECASE,
)

# The mode before a length beside other modes (`ind 42, conc 0`), or behind one (`42 min individual.`).
INDIVIDUAL_BEFORE = re.compile(rf"(?i)(?<!min )(?<!mins )(?<!minutes )\b{INDIVIDUAL}\W*$")
INDIVIDUAL_BEHIND = re.compile(rf"(?i)\s*,?\s*(?:of\s+)?{INDIVIDUAL}\b\.?(?=\s*(?:[.,;/)\n]|$))")
OTHER_MODES = re.compile(r"(?i)\W*(?:group|grp|conc|co-?tx|co-?treat)")
BESIDE_CLOCK = re.compile(r"\d\s?(?:[ap]\.?m?\.?)?[,;(]?\s*$")

_CAME = r"(?:started|began|begun|came|back|going)(?: back)?(?: at| around)?"
_THERAPIST_OR_THERAPY = r"\b(?:[PO]T|PTA|COTA)(?:\s(?:tx|rx|treatment|session|time))?"
# What leads to the clock times of the visit.
VISIT_CLOCK = re.compile(
    rf"(?i)(?:{_CAME}|time\s*in|in\s*/\s*out|arriv|clock(?:ed)? in|\bin\b|connected|visit|TV|check-?in|{_THERAPIST_OR_THERAPY})[\s:]*$"
)
