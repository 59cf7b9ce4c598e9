"""Totals: which written lengths stand for the timed codes together or for the whole visit, and which are no treatment time at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from note_review.encounter import Minutes
from note_review.note import Span
from note_review.reading.number_words import NUMBER_WORD, number_of
from note_review.reading.small_letters import any_case, small
from note_review.reading.times import Time

_TOTAL_TIMED = (
    r"(?:total\s+)?(?:timed|direct|one[- ]on[- ]one|1:1|billable|skilled timed)(?:[\s-]*(?:code|codes|cpt|tx|treatment|therapy|contact|minutes?|mins?|time|units?|patient|total|services?|1:1|one[- ]on[- ]one|billable|care|skilled))*"
    r"|total\s+(?:timed|direct|billable|1:1|one[- ]on[- ]one|skilled|individual)[a-z\s-]*|\bTCT\b|timed\s+tot(?:al)?\.?|\bTTCT\b|timed code treatment minutes|\bTTM\b|ind(?:iv(?:idual)?)?\.?\s+(?:min(?:ute)?s?|time|tx|treatment)|(?:PT|OT|mode(?: of (?:tx|treatment))?)\W+ind(?:iv(?:idual)?)?\.?,?|time[- ]based(?:\s+(?:cpt|codes?|minutes?|mins?))*"
)
_TOTAL_TREATMENT = (
    r"(?:grand\s+|daily\s+|session\s+|visit\s+)?tot(?:al)?\.?(?:\s+(?:of|for|the|in|visit|session|treatment|tx|therapy|rx|time|minutes?|mins?|length|duration|in-clinic|clinic|gym|room|dept|department|with|all|contact|pt|patient|today|amount|was|is|on|date|encounter))*|"
    r"(?:treatment|tx|rx|session|visit|therapy|appointment|appt|encounter|service)\s+(?:time|length|duration|minutes?|mins?|total|lasted|was|ran|duration was|length was)(?:\s+(?:total|today|was|is|in/out|in minutes|minutes|mins?))*|"
    r"\bTTT\b|\bLOS\b|\bTT\b|\bTx\s?time|t(?:im|irn)e\s+(?:in\s*/?\s*out|spent|with (?:pt|patient)|total)|length of (?:the )?(?:visit|session|treatment)(?:,? which)?|(?:treatment|interventions?|skilled (?:treatment|services))\s+provided|we (?:had|worked|went|ran|got in)(?: for| about| the)?|(?:went|did|ran|got|had|used|gave)(?: \w+){0,3} (?:full|solid|whole|entire)|of the|today's(?: (?:session|visit|treatment|tx|appointment))?(?: (?:was|ran|lasted))?|(?:(?<=[;.]\s)|(?<=^)|(?<=\d\s))today,?(?= )|(?:pt|ot|therapy|treatment|tx) session(?= )|(?:pt|patient|client|student) contact|t(?:im|irn)e\s+calculation(?:\s*\(min\w*\))?|pull-?out|push-?in|(?:video|zoom|telehealth|virtual)(?:\s+(?:visit|session))?|(?:today|together|between them|combined)\s+(?:was|for)|(?:face[- ]to[- ]face|in-person|contact)\s+time(?:\s+(?:was|of|is))?|(?:visit|session|treatment|tx|rx|t(?:im|irn)e|(?<!call )duration|min(?:ute)?s?|LOS|clock|delivered|provided|length|TV|DUR)(?: today)?\s*[:=]|(?:(?<=[,;.]\s)|(?<=^))(?:tx|rx|treatment|session|visit)\s+$|(?:tx|rx|treatment)\s+(?=[x×])|"
    r"(?:IN/OUT|TV|delivered|in with (?:her|him|them|pt|the patient))|(?:my|own|therapist'?s) (?:own )?direct time (?:came to|was)|"
    r"(?:seen|treated|we met|worked with|rx'?d|tx'?d|pt seen|spent|met with|were together|was with|session of|visit of|participated in|attended|tolerated|received|underwent|completed|lasted)"
    r"(?:\s+(?:pt|patient|him|her|them|for|x|a|in|by|this|a total of|approximately|approx\.?|about|around|the|full|skilled|pt/ot|ot|physical|occupational|services?|tx|rx|slp|treatment|therapy|session|on|today|of|child|client|student|resident|individual(?:ly)?|1:1|one[- ]on[- ]one|"
    r"department|clinic|gym|room|hospital|home|bedside|day|with|at|from|all|just|over|this|afternoon|morning|evening|am|pm))*"
)
UNITS_COUNTED = r"(?:\d{1,2}\s?(?:units?|u)\b|units?\s?[:=]?\s?\d{1,2}(?!\d))[,;]?"
_LEADING = rf"\s*(?:\(h+:?m+\)|{UNITS_COUNTED}|[:=(x×|@~–—-]|->|was|amounted to|totall?ed|of|is|for|about|came to|approx\.?|\s)*$"
_BEFORE_TIMED = any_case(rf"(?<![a-zA-Z])(?:{_TOTAL_TIMED}){_LEADING}")
_BEFORE_TREATMENT = any_case(rf"(?<![a-zA-Z])(?:{_TOTAL_TREATMENT}){_LEADING}")
_AFTER_TIMED = re.compile(
    r"\s*(?:(?:were|was)\s+(?:spent\s+|given\s+)?)?(?:of\s+|in\s+|as\s+)?(?:total\s+)?(?:(?:timed|direct|billable)(?![a-z])(?!(?:\s+(?:min\w*|code\w*|time))?\s*:?\s*\d)|(?:total\s+)?(?:one[- ]on[- ]one|1:1|1on1|1-on-1|1 on 1)(?=\s*(?:this\b|today\b|in all\b|total|tx|time|timed|contact|$|[.,;)]))|total timed(?!\s*:?\s*(?:min\w*\s*)?\d))"
    r"|\s*(?:total|altogether|in all|combined)?\s*(?:for|across|between|over|on) (?:both|all|the (?:two|three))(?: of)?(?: the)? (?:codes|services|timed)|\s*(?:delivered\s+)?of\s+individual\b|\s*,?\s*comb?(?:ined|\.)|\s+(?:today |of )?(?:mixed|split)\b|\s+corn?b",
    re.IGNORECASE,
)
_AFTER_TREATMENT = re.compile(
    r"[\s-]*(?:(?:of\s+)?(?:skilled\s+)?(?:total|individual|one[- ]on[- ]one|1:1|PT|OT|physical therapy|occupational therapy|therapy|direct)?[\s-]*"
    r"(?:session|visit|tx\b|treatment|appointment|appt|total|tot\b|ttl\b|all told|for the (?:visit|session)|in all\b|en total|altogether|all together|overall|slot|co-?treat|delivered|connected|(?:was |were )?(?:completed|attended|rendered|provided|given)(?=\s*(?:$|[.,;)]|d/t|due|2/2|secondary|today|because|before)))|"
    r"(?:one[- ]on[- ]one|1:1|of skilled (?:PT|OT|therapy|physical|occupational)|of (?:PT|OT|therapy|treatment|physical therapy|occupational therapy)\b|skilled (?:PT|OT)|face to face|me only|just me|w/?\s?me\b|in (?:the )?(?:water|pool|clinic)\b|c̄ pt|with (?:the )?(?:pt|patient|therapist)\b))",
    re.IGNORECASE,
)
_NO_TREATMENT_BEFORE = any_case(
    r"(?<![a-zA-Z])(?:rest(?:s|ed|ing)?|break|wait(?:ed|ing)?|hold|held|late|early|ago|drive|travel|commute|every|q\b|per day|/day|daily|a day|x/day|walk test|6mwt|2mwt|min(?:ute)? walk|"
    r"toleran\w*|tolerat(?:es|ing)|(?:can|could|to|will|cannot|not) tolerate|able to (?:stand|sit|walk)|stands?|sits?|stood|sat|standing (?:for|x)|sitting (?:for|x)|last (?:visit|session|time|tx|week)|previous|yesterday|prior|next|goal|will|sched(?:uled)?(?!,)|lunch|call(?:ed)?(?: duration| time)?|visited between|reached|absent\b.{0,12}|cx'?d|cancel\w*|no[- ]?show\w*|before|"
    r"post|recover\w*|settl\w*|until|before (?:she|he|pain|symptoms)|after (?:ex|act|walk)|wear\w*|nap|napped|slept|phone|toilet\w*|transport|chart\w*|document\w*|paperwork|set-?up|clean-?up|sleep|pain (?:after|x)|within|nustep|bike|cycle|treadmill|ube|elliptical|timer|cool|warm[- ]?up|ice|coach|"
    r"not billed|unbilled|missed|no[- ]?show|owed|make-?up|nurse|SN|doctor|MD|spouse|open|hours|office|club|practice|class|shift|parking|bus)"
    r"[^\w(]*(?:for|x|of|about|at|from|between|was)?\W*$"
)
# How often, behind a length: an order's or a plan's.
PER = (
    r"[\s,(-]*(?:(?:/|per\b|a\b|each\b|every\b)\s?(?:wk|week|mo\b|month|yr|year|quarter)|(?:/|per\b|each\b|every\b)\s?(?:visit|session)\b|\d\s?x\s?/?\s?(?:per\s|a\s)?(?:wk|week|mo\b|month)"
    r"|(?:once|twice|three times) (?:a|per)\b|weekly|monthly|nightly|yearly|annually)"
)
_PER_PERIOD = re.compile(rf"\s?(?:min(?:ute)?s?|m|')?{PER}", re.IGNORECASE)
_NO_TREATMENT_AFTER = re.compile(
    rf"{PER}|[\s-]*(?:walk(?:\s?test)?\b|rest\b|break|hold|ago|late\b|early\b|every|(?:of (?:therapy|treatment) )?(?:per day|/\s?day|a day|daily)|daily|x/?day|each\b|ea\b|walks?|wait|recovery|to settle|of rest|drive|commute|before|after|HEP|at home|"
    r"(?:of )?(?:standing|sitting|walking)\s+toler|miles?\b|warm|cool|on (?:the )?(?:nustep|bike|treadmill|ube)|to recover|on own|(?:of )?(?:bike|nustep|ube|treadmill|elliptical)\b|later|old\b|prior|or until|mark\b|post|in, |for (?:charting|documentation|travel|transport|toilet)|away|"
    r"behind|notice|sessions\b|phone|call\b|of (?:ice|heat|rest|walking|standing|sitting|pain|travel|charting|documentation|drive)|and (?:a |[\w-]+ )?sec|travel|drive|not billed|unbilled|\(nb\)|off\b)",
    re.IGNORECASE,
)
_NOT_OF_THE_VISIT = any_case(
    r"\b(?:surgery|procedure|operation|headaches?|episodes?|spells?|dizziness|symptoms?|pain|relief|flight|ride|attack|meeting|drive) (?:lasted|lasting|took|ran)\W*(?:for|about)?\W*$|\b(?:completed|done|finished) in\W*$"
    r"|\b(?:wear(?:ing)?|standing|sitting|toilet|screen|sleep|nap|reaction|settling|recovery|play|drive|wait(?:ing)?|call|travel|tummy|up|documentation|document|charting|chart|notes?|paperwork|set-?up|prep|rest|break|transport|down|non-?billable|indirect|missed|lost|refused|withheld|scheduled|planned|mandated|unused|owed) (?:time|min(?:ute)?s?)\W*(?:was|of|is|today)?\W*$"
)
# The words behind a length that lead to a figure of their own: `53 min   Total Timed Code Minutes: 45 min`.
_LABEL_OF_THE_NEXT = re.compile(
    r"[\s,;|/-]*(?:(?:total|timed|direct|billable|skilled|one[- ]on[- ]one|1:1|treatment|tx|session|visit|codes?|cpt|min(?:ute)?s?|time)[ \t]*(?:\(min(?:ute)?s?\)[ \t]*)?)+[:=|][ \t]*\d{1,3}(?![\d:/]|\s?[x×])",
    re.IGNORECASE,
)
_INDIVIDUAL = re.compile(r"(?i)(?<!min )(?<!mins )(?<!minutes )\bind(?:iv(?:idual)?)?\W*$")
_INDIVIDUALLY = re.compile(r"(?i)\s*,?\s*(?:of\s+)?ind(?:iv(?:idual)?)?\b\.?(?=\s*(?:[.,;/)\n]|$))")
_BESIDE_CLOCK = re.compile(r"\d\s?(?:[ap]\.?m?\.?)?[,;(]?\s*$")
_OTHER_MODES = re.compile(r"(?i)\W*(?:group|grp|conc|co-?tx|co-?treat)")
_OF_TODAY = any_case(r"\b(?:total|today)")
_UNTIMED_BEFORE = re.compile(r"(?<![a-z])un-?t(?:imed)?[\s:=a-z]*$", re.IGNORECASE)
_SPOKEN_BEFORE = re.compile(
    r"(?:^|[.!?,;]\s+|\n\s*|:\s+)(?:okay,? |alright,? |and )?(?:so )?(?:that(?:'s| was| makes| is)|it was|you(?:'ve| have) had your|(?:i've )?got you (?:down )?for|we(?:'ve| have) done|so)\s*$",
    re.IGNORECASE,
)
_HEAD_LINE = re.compile(r"(?:[\W_]*\b(?:[A-Z][A-Z/&]+|[PO]T|note|visit|session|daily|treatment|\d+)\b[\W_]*)+$")
# A row of a flowsheet that an activity heads: its cells are doses.
_CELL_BEFORE = re.compile(r"(?:\||\t|\s{2})\s*$")
_MACHINE = re.compile(
    r"(?i)\b(?:nu-?step|bike|cycle|ube|treadmill|tm\b|ellip\w*|ergom\w*|rower|row machine|stepper|sci-?fit|stretch\w*|walk\w*|warm-?up|stair\s?master)"
)
_EVALUATION_TOOK = re.compile(
    r"(?i)(?:^|[.;,(/]\s*)(?:the )?eval(?:uation)?\s+$|\bevaluation\s*\(\s*$|\b(?:evaluation|examination|assessment|eval|testing|exam),?\s+(?:(?:time|portion|itself|part)\s+)?(?:which\s+|that\s+)?(?:took|lasted|ran|required|was completed in|time:?|was)\s*(?:a total of |up |about |the )?$"
)
# How a physician closes a paper, under the plan more often than not: `I spent 40 minutes with the patient, half of it counseling`.
_SPENT = any_case(
    r"(?:(?<![a-z])i spent|total time spent|time spent (?:on|in|with|at|today|for|face)(?! (?:[a-z]+ )?(?:review|record|document|chart|travel|prepar|dictat|stand|walk|sit|wait))(?:(?! min)[^.;:\n]){0,40}?)\s*(?:was|is|of|:|about|approximately|a total of|over|at least|\s)*$"
)
_WERE_SPENT = re.compile(r"(?i)\s*(?:was|were) spent\b(?! (?:on|in|at|standing|walking|sitting))")
_EVALUATION = re.compile(r"(?i)\b(?:eval(?:uation)?|examination)(?: minutes)?[\s,:(–-]*(?:min(?:ute)?s?:?\s*)?$")
_OF_EVALUATION = re.compile(r"(?i)\s*(?:of\s+)?(?:eval(?:uation)?|examination)\b")
_OWN_SERVICE = re.compile(
    r"(?i)(?:^|\n|[.:]\s)[\s*#>\w:.]{0,14}(?:modalit(?:y|ies)|caregiver (?:training|instruction|education)|(?:caregiver|pt|patient|family)(?:/\w+)? (?:instruction|education|training|teaching)|(?:new patient )?consultation[\w ]*|"
    r"voice and speech|speech[\w ]*|splint\w*|(?:balance|vestibular|postur(?:e|al)|coordination|core|conditioning) (?:training|rehab(?:ilitation)?|therapy|work|program)(?:\s+x(?=\s))?|examination|(?:pt|ot|slp|initial)? ?eval(?:uation)?(?: minutes)?)[\s,:(–-]*(?:min(?:ute)?s?:?\s*)?$"
)
VISIT_CLOCK = re.compile(
    r"(?i)(?:(?:started|began|begun|came|back|going)(?: back)?(?: at| around)?|time\s*in|in\s*/\s*out|arriv|clock(?:ed)? in|\bin\b|connected|visit|TV|check-?in|\b(?:[PO]T|PTA|COTA)(?:\s(?:tx|rx|treatment|session|time))?)[\s:]*$"
)
_BARE = any_case(
    r"(?:(?<![a-z])|(?=[\d\s/,;|]))(?:(?=[1bcdimot])(?<![a-zA-Z])(?P<timed>(?:total\s+)?(?:timed|tirned|direct|billable|(?<=total )1:1)(?:[ -](?:code|codes|treatment|tx|total|tot|time|care|skilled|cpts?|min(?:ute)?s?))*|TCT|TTCT|TTM|one[- ]on[- ]one (?:skilled )?(?:min(?:ute)?s?|time)|tx min(?:ute)?s?\s*[-–]\s*ind(?:iv(?:idual)?)?|time[- ]based (?:cpt )?(?:codes?|min(?:ute)?s?)(?: total)?|(?:tx\s+)?min(?:ute)?s?\s*\(ind(?:iv(?:idual)?)?\)|timed cpt(?: codes?)?|(?:min(?:ute)?s?|mode)\s*:?\s*ind(?:iv(?:idual)?)?\.?|ind(?:iv(?:idual)?)?\.?\s+min(?:ute)?s?|ind(?:iv(?:idual)?)?(?=\s*:?\s*\d+\W+(?:min\w*\W+)?(?:conc?\b|concurrent|grp|gp|group|co-?tx))|ind(?:iv(?:idual)?)?(?=\s\d\d(?:\.(?!\d)|$))|individual(?=\s*:\s*\d)|conc(?:urrent)?(?=\s+[1-9]))"
    r"\s*(?:\((?:min|minutes)\)\s*)?(?:[:=|]|\.{2,}|-(?=\s))?\s*(?P<a>\d{1,3})(?![\d:/%-]|\.\d|\s?(?:u|units?|codes?|of|trials?|sets?|reps?)\b)|"
    r"(?=[dgmstv])(?<![a-zA-Z])(?P<whole>(?:daily\s+|grand\s+)?total\s+(?:treatment|tx|session|visit|therapy)?\s*(?:t(?:im|irn)e|min(?:ute)?s?)?(?:\s+of\s+(?:skilled\s+)?(?:therapy|treatment|PT|OT|services?))?|TTT|TT|(?:treatment|tx|session|visit) (?:t(?:im|irn)e|min(?:ute)?s?)|session(?: today)?|visit length|total|tot|(?<!\d )(?<!\d)(?<!one )(?<!two )(?<!three )(?<!four )(?<!five )(?<!six )(?<!ten )min(?:ute)?s?(?: this mode)?|t(?:im|irn)e|(?<!call )duration|delivered)"
    r"\s*(?:\((?:min|minutes)\)\s*)?(?:[:=|]|(?<=[Tt]otal\s)-{1,2}\s|(?<=[Dd]elivered)\s|(?<=total\s)|(?<=tal time\s)|(?<=tx minutes\s)|(?<=nt minutes\s)|(?<=al minutes\s)|(?<=on minutes\s)|(?<=it minutes\s)|(?<=tx mins\s)|(?<=nt mins\s)|(?<=al mins\s)|(?<=on mins\s)|(?<=it mins\s)|(?<=tx min\s)|(?<=nt min\s)|(?<=al min\s)|(?<=on min\s)|(?<=it min\s)|(?<=rne)\s\s)\s*(?P<b>\d{1,3})(?![\d:/%-]|\s?/\s?\d|\.\d|(?:th|st|nd|rd)\b|['’\"°]|[ \t]*(?:degrees?|hits|errors?|catches|throws|m?a\b|f\b|hz|mmhg|joules|u|units?(?!\s*[:=]?\s*\d)|wks?|weeks?|mos?|months?|days?|visits?|codes?|points?|/|ft|reps?|lbs?|feet|steps?|sec|s\b|m\b|cm|in\b|deg|of\b)\b)|\bTTT?\s(?P<c>\d{1,3})\b|^[ \t]*min(?:ute)?s?[ \t]+(?P<e>\d{1,3})[ \t]*$"
    r"|(?<![\d.:/])(?P<f>\d{1,3})\s(?P<timed2>(?:total )?(?:timed|direct|billable))(?=\s*(?:\)|$|[,;./]|min|tx|treatment|total))(?!\s*(?:units?|codes?))|(?<![\d.:/])(?P<h>\d{1,3})\stotal\s(?=(?:min(?:ute)?s?|tx|treatment)\b(?!\s*(?:time|min\w*)?\s*[:=]?\s*\d))|(?<=timed)\s?[/,;|]\s?(?P<i>\d{1,3})\s?total\b)",
    re.MULTILINE,
)


def total_scope(text: str, line: Span, kind: str, time: Time, *, evaluation: str | None = None) -> str | None:
    """Return the total that a length stands for, or None where it is no length of treatment.

    Parameters
    ----------
    line
        The line that holds the length.
    kind
        The kind of its section.
    evaluation
        The evaluation's code where the note or its claim has one.
    """
    before = text[max(line.start, time.span.start - 90) : time.span.start]
    words = small(before)
    if _NOT_OF_THE_VISIT.search(words):
        return None
    after = text[time.span.end : min(len(text), time.span.end + 50)]
    behind = after.split("\n", maxsplit=1)[0]
    apart = after.startswith(("  ", "\t"))
    if (
        not time.value
        or (not apart and _NO_TREATMENT_AFTER.match(_behind_time(time, text, behind, after)))
        or _UNTIMED_BEFORE.search(before)
    ):
        return None
    if time.form != "clock" and _CELL_BEFORE.search(before) and _MACHINE.search(before) and not _OF_TODAY.search(before):
        return None
    if _EVALUATION_TOOK.search(before) or _OF_EVALUATION.match(after):
        return evaluation or "unspecified"
    if _OWN_SERVICE.search("\n" + before if time.span.start - line.start <= 90 else before):
        return (evaluation if _EVALUATION.search(before) else None) or "unspecified"
    if re.search(r"timed|billable|direct", text[time.span.start : time.span.end]):
        return "total_timed"
    if time.form != "clock" and _INDIVIDUALLY.match(after) and not _BESIDE_CLOCK.search(before):
        return "total_timed"
    if (
        _BEFORE_TIMED.search(words)
        or _told_behind(_AFTER_TIMED, behind)
        or (_INDIVIDUAL.search(before) and _OTHER_MODES.match(after))
    ):
        return "total_timed"
    if _SPENT.search(words) or _WERE_SPENT.match(after):
        return "total_treatment"
    if _BEFORE_TREATMENT.search(words) and not (kind == "plan" and time.form != "clock" and not _OF_TODAY.search(words)):
        return None if time.form == "quote" and not before.strip() else "total_treatment"
    other = _NO_TREATMENT_BEFORE.search(words)
    if (other and not re.search(r"[.;!?]\s", other[0])) or kind == "plan":
        return None
    if time.form == "clock" or _told_behind(_AFTER_TREATMENT, after) or _stands_alone(text, line, before, after, time):
        return "total_treatment"
    return None


_DATE_LEAD = re.compile(
    r"(?:^|.*[.;]\s)[\s>*#_\-•|]*(?:(?:visit|session|tx|date|dos|day)\W*(?:#?\d+\W+)?)?\d{1,2}/\d{1,2}(?:/\d{2,4})?\s*(?:\([^)\n]*\))?\s*[:,|–-]\s*(?:tx|seen|pt|ot)?\s*$",
    re.IGNORECASE,
)


def _told_behind(total: re.Pattern[str], behind: str) -> bool:
    """Whether the words behind a length call it that total, and are not the next figure's label."""
    return total.match(behind) is not None and _LABEL_OF_THE_NEXT.match(behind) is None


def _behind_time(time: Time, text: str, behind: str, after: str) -> str:
    """Return what stands behind a length; behind a clock time only its own sentence."""
    if time.form != "clock":
        return after
    return "" if text[time.span.end - 1] == "." else behind


def _stands_alone(text: str, line: Span, before: str, after: str, time: Time) -> bool:
    """Whether a length is a sentence, a line or a heading's tail of its own, or is told as the session's end."""
    if re.search(
        r"(?:^|\n)[\s>*#_\-•|]*(?:tx |treatment |total )?(?:time|tirne|min(?:ute)?s?|duration)\s+$", before, re.IGNORECASE
    ):
        return True
    if time.form == "quote" and time.value < 15:
        return False
    if (
        time.value >= 10
        and _DATE_LEAD.match(before)
        and re.match(r"\s*(?:$|[.,;|(]|tx|total|treatment|session)", after.split("\n", maxsplit=1)[0])
    ):
        return True
    rest = after.split("\n", maxsplit=1)[0]
    ends = re.match(r"\s*(?:[.!,;)]|$)", rest) is not None
    if _SPOKEN_BEFORE.search(before) and ends and time.value >= 10:
        return True
    if ends and re.search(r"[.!?]\s+$", before) and re.match(r"\s*[.]|\s*$", rest):
        return True
    if time.value >= 15 and re.search(r"(?:^|[.!?]\s+)$", before) and _WHERE_AND_WITH.match(rest):
        return True
    if (_WHERE_AND_WITH.match(rest) or _SENTENCE_GOES_NO_FURTHER.match(rest)) and _tells_only_of_the_visit(before):
        return True
    if not before.strip(" \t-–—|*#>(x~.,:"):
        first_line = line.start < 200 and not text[: line.start].strip()
        return (
            (not rest.strip(" \t-–—|*.)") and line.end - line.start < 16)
            or bool(re.match(r"\s*\.", rest))
            or (first_line and time.value >= 15)
        )
    first_line = line.start < 200 and not text[: line.start].strip()
    return first_line and ends and len(before) < 60 and _HEAD_LINE.fullmatch(before) is not None


# A sentence made of nothing but these words says how long the visit was; one of the second kind must be among them.
_OF_A_VISIT = frozenset(
    "pt pts patient client child student resident he she they him her them was were is been has had today this am pm morning afternoon evening date the a an for x × of in at on from by to via with w and his "
    "bedside room gym clinic home school classroom pool kitchen hallway office facility department dept inpatient outpatient acute snf telehealth video push pull out individual individually 1:1 direct full whole entire "
    "skilled physical occupational services service one approximately approx about ~ total now".split()
)
_NAMES_A_VISIT = frozenset(
    "seen treated tx tx'd rx rx'd treatment session visit therapy pt ot pta ota cota received rec'd recd participated attended tolerated completed underwent".split()
)
_SENTENCE_GOES_NO_FURTHER = re.compile(
    r"\s*(?:[.;)]|,(?!\s*(?:was|were|is|are|included|consisted)\b)|$)|\s+(?:per|w/|with|for|bedside)\b"
)
_SENTENCE_BEGINS = re.compile(r"[.;!?:]\s+")
_WORDS = re.compile(r"1:1|[\w×~']+(?:'\w+)?")


def _tells_only_of_the_visit(before: str) -> bool:
    """Whether the words of a length's sentence up to it are the visit's own: who was seen, where, by whom, how (`Pt seen bedside, 25 mins`)."""
    sentence = _SENTENCE_BEGINS.split(before)[-1]
    written = _WORDS.findall(sentence)
    if not all(small(word) in _OF_A_VISIT or small(word) in _NAMES_A_VISIT for word in written):
        return False
    return any(small(word) in _NAMES_A_VISIT and word not in {"Pt", "pt"} for word in written)


# A total told without its unit: `we went a full forty-five`, `did the whole hour's forty`.
_WHOLE_WORDS = (" full ", " solid ", " whole ", " good ")
_WHOLE_AND_NUMBER = any_case(r"(?:full|solid|whole|good|complete|entire|usual) (?:\d\d|ten|fif|twe|thi|fo|six|sev)")
_TOLD_WHOLE = any_case(
    rf"(?<![a-z])(?:went|ran|did|got(?: in)?|worked|used|had(?: (?:him|her|them))?|put in|gave (?:him|her|them)|stayed|made it|lasted|treated(?: (?:him|her|them))?(?: for)?)(?: for| about| in)? "
    rf"(?:a|the|her|his|our|their|my) (?:full|solid|whole|good|complete|entire|usual) (?P<n>{NUMBER_WORD}|\d\d)(?=\s*(?:today|this (?:time|morning|afternoon)|with (?:him|her|them)|together|total|$|[.,;!)]))"
)
_GROUP_MODE = any_case(r"conc(?<!\wconc)\w*\W*\d+\W+(?:min\w*\W+)?(?:grp|group)\W*([1-9]\d*)(?!\d)")
_WHERE_AND_WITH = re.compile(
    r"(?i)\s*,?\s*(?:individual|1:1|one[- ]on[- ]one|pull-?out|push-?in|in (?:the )?(?:room|gym|clinic|pool|kitchen|home|classroom|hallway)|during (?:study|class|recess|lunch|school|PE|art)|today\b|this (?:am|pm|morning|afternoon|date|visit)\b|(?:child|patient|pt|resident)'s (?:room|bedroom|home))"
)


def bare_totals(text: str) -> Iterator[Minutes]:
    """Find totals written without a unit: `Total timed minutes: 38`, `TT 45`, `ind 42 conc 0 grp 0` (a group's minutes are 97150's)."""
    words = small(text)
    for match in _BARE.finditer(words):
        group = next(g for g in "abcefhi" if match[g])
        span = Span(match.start(group), match.end(group))
        if _PER_PERIOD.match(text, span.end):
            continue
        if _UNTIMED_BEFORE.search(text[max(0, match.start() - 9) : match.start() + 1]):
            continue
        if _NOT_OF_THE_VISIT.search(words[max(0, match.start() - 20) : span.start]):
            continue
        if _OWN_SERVICE.search("\n" + text[max(text.rfind("\n", 0, span.start) + 1, span.start - 90) : span.start]):
            yield Minutes(span, int(match[group]), "unspecified")
            continue
        timed = match["timed"] or match["timed2"] or (match["c"] and match[0].upper().startswith("TT ") and "TTT" in text)
        if 5 <= int(match[group]) <= 480:
            yield Minutes(span, int(match[group]), "total_timed" if timed else "total_treatment")
    told = any(word in words for word in _WHOLE_WORDS) and _WHOLE_AND_NUMBER.search(words)
    for match in _TOLD_WHOLE.finditer(words) if told else ():
        if 8 <= number_of(match["n"]) <= 180:
            yield Minutes(Span(*match.span("n")), number_of(match["n"]), "total_treatment")
    for match in _GROUP_MODE.finditer(words):
        yield Minutes(Span(*match.span(1)), int(match[1]), "97150")
