"""Totals written without a unit: behind a label, before the word that makes them one, or told as a whole (`went a full forty-five`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from note_review.encounter import Minutes
from note_review.note import Span
from note_review.reading.no_treatment import NOT_OF_THE_VISIT, PER_PERIOD, UNTIMED_BEFORE
from note_review.reading.number_words import NUMBER_WORD, number_of
from note_review.reading.own_services import OWN_SERVICE
from note_review.reading.small_letters import any_case, has_any, small
from note_review.reading.vocabulary import INDIVIDUAL, MINUTES, ONE_ON_ONE, TIME, TIMED, VISIT, either

_LABEL_UNIT = r"(?:\s*\((?:min|minutes)\))?"

_INDIVIDUAL_LABEL = either(
    rf"(?:{MINUTES}|mode)\s*:?\s*{INDIVIDUAL}\.?",
    rf"{INDIVIDUAL}\.?\s+{MINUTES}",
    # `ind 42 conc 0`: the other modes follow.
    rf"{INDIVIDUAL}(?=\s*:?\s*\d+\W+(?:min\w*\W+)?(?:conc?\b|concurrent|grp|gp|group|co-?tx))",
    rf"{INDIVIDUAL}(?=\s\d\d(?:\.(?!\d)|$))",
    r"individual(?=\s*:\s*\d)",
)
_TIMED_LABEL = either(
    rf"(?:total\s+)?(?:timed|tirned|direct|billable|(?<=total )1:1)(?:[ -](?:code|codes|treatment|tx|total|tot|time|care|skilled|cpts?|{MINUTES}))*",
    r"TCT|TTCT|TTM",
    rf"total(?:timed|direct|billable)(?:code)?(?:treatment)?(?:{TIME}|{MINUTES})",
    rf"{ONE_ON_ONE} (?:skilled )?(?:{MINUTES}|time)",
    rf"tx {MINUTES}\s*[-–]\s*{INDIVIDUAL}",
    rf"time[- ]based (?:cpt )?(?:codes?|{MINUTES})(?: total)?",
    rf"(?:tx\s+)?{MINUTES}\s*\({INDIVIDUAL}\)",
    r"timed cpt(?: codes?)?",
    _INDIVIDUAL_LABEL,
    r"conc(?:urrent)?(?=\s+[1-9])",
)
_UNITS_OR_COUNTS = r"\s?(?:u|units?|codes?|of|trials?|sets?|reps?)\b"
_TIMED_FIGURE = (
    rf"(?=[1bcdimot])(?<![a-zA-Z])(?P<timed>{_TIMED_LABEL})"
    rf"{_LABEL_UNIT}(?:\s*+(?:[:=|]|\.{{2,}}|-(?=\s)))?\s*+"
    rf"(?P<a>\d{{1,3}})(?![\d:/%-]|\.\d|{_UNITS_OR_COUNTS})"
)

# `for ten minutes: 3 steps`, `5 min: 12`: a length that stands before a colon, and is no label.
_NO_NUMBER_BEFORE = r"(?<!\d )(?<!\d)" + "".join(rf"(?<!{number} )" for number in "one two three four five six ten".split())
_WHOLE_LABEL = either(
    r"(?:daily\s+|grand\s+)?total\s++"
    rf"(?:(?:{VISIT}|therapy)\s*+)?(?:{TIME}|{MINUTES})?(?:\s+of\s+(?:skilled\s+)?(?:therapy|treatment|PT|OT|services?))?",
    r"TTT|TT",
    rf"(?:{VISIT}) (?:{TIME}|{MINUTES})",
    rf"{TIME} in (?:{VISIT}|therapy)",
    r"session(?: today)?|visit length",
    rf"total(?:{VISIT}|therapy)(?:{TIME}|{MINUTES})",
    r"total|tot",
    rf"{_NO_NUMBER_BEFORE}{MINUTES}(?: this mode)?",
    rf"{TIME}|(?<!call )duration|delivered",
)
# Without a sign the label must be a visit's: the last letters of tx, treatment, total, session and visit before the minutes (`session mins 38`).
_LAST_LETTERS_OF_A_TOTAL = tuple(
    rf"(?<={letters} {minutes}\s)" for minutes in ("minutes", "mins", "min") for letters in ("tx", "nt", "al", "on", "it")
)
_SIGN_OR_TOTAL = either(
    r"\s*+[:=|]",
    # The word for a total needs no sign, but one blank that its label may have taken.
    r"\s?(?:"
    + either(
        r"(?<=[Tt]otal\s)-{1,2}\s",
        r"(?<=[Dd]elivered)\s",
        r"(?<=total\s)",
        r"(?<=tal time\s)",
        r"(?<=total treatment\s)",
        r"(?<=total tx\s)",
        *(rf"(?<={letters} time\s)" for letters in ("tx", "ent", "ion", "sit")),
        *_LAST_LETTERS_OF_A_TOTAL,
        # A scanner's `tirne  45`.
        r"(?<=rne)\s\s",
    )
    + ")",
)
_OTHER_MEASURES = either(
    r"degrees?|hits|errors?|catches|throws|m?a\b|f\b|hz|mmhg|joules|u|units?(?!\s*[:=]?\s*\d)|wks?|weeks?|mos?|months?|days?",
    r"visits?|sessions?|codes?|points?|/|ft|reps?|lbs?|feet|steps?|sec|s\b|m\b|cm|in\b|deg|of\b",
)
_WHOLE_FIGURE = (
    rf"(?=[dgmstv])(?<![a-zA-Z])(?P<whole>{_WHOLE_LABEL})"
    rf"{_LABEL_UNIT}(?:{_SIGN_OR_TOTAL})\s*"
    rf"(?P<b>\d{{1,3}})(?![\d/%-]|:(?! )|\s?/\s?\d|\.\d|(?:th|st|nd|rd)\b|['’\"°]|[ \t]*(?:{_OTHER_MEASURES})\b)"
)
# The looks ahead and behind spare most places of a text the long lists.
_TT_FIGURE = r"\bTTT?\s(?P<c>\d{1,3})\b"
_FIGURE_TIMED = rf"(?P<f>\d{{1,3}})[^\S\n](?P<timed2>(?:total )?(?:{TIMED}))(?=\s*(?:\)|$|[,;./]|min|tx|treatment|total))(?!\s*(?:units?|codes?|[a-z ]*:\s*\d))"
_FIGURE_TOTAL = rf"(?P<h>\d{{1,3}})[^\S\n]total\s(?=(?:{MINUTES}|tx|treatment)\b(?!\s*(?:time|min\w*)?\s*[:=]?\s*\d))"
_BARE = any_case(
    # Within a word only a figure may begin.
    r"(?<![a-z](?=[a-z]))(?:"
    + either(
        rf"(?=[1bcdgimostv])(?<![a-z])(?:{either(_TIMED_FIGURE, _WHOLE_FIGURE, _TT_FIGURE)})",
        rf"^[ \t]*(?:{MINUTES}|total (?:{VISIT}))[ \t]+(?P<e>\d{{1,3}})[ \t]*$",
        rf"(?=\d)(?<![\d.:/])(?:{either(_FIGURE_TIMED, _FIGURE_TOTAL)})",
        # `38 timed / 45 total`.
        r"(?=[\s/,;|])(?<=timed)\s?[/,;|]\s?(?P<i>\d{1,3})\s?total\b",
    )
    + ")",
    re.MULTILINE,
)
_FIGURES = "abcefhi"

# A total told as a whole: `we went a full forty-five`, `did the whole hour's forty`. A text without any of these needs no longer search.
_WHOLE_WORDS = (" full ", " solid ", " whole ", " good ")
_WHOLE_AND_NUMBER = any_case(r"(?:full|solid|whole|good|complete|entire|usual) (?:\d\d|ten|fif|twe|thi|fo|six|sev)")
_WENT = either(
    r"went|ran|did|got(?: in)?|worked|used|had(?: (?:him|her|them))?|put in|gave (?:him|her|them)",
    r"stayed|made it|lasted|treated(?: (?:him|her|them))?(?: for)?",
)
_TOLD_WHOLE = any_case(
    rf"(?<![a-z])(?:{_WENT})(?: for| about| in)? (?:a|the|her|his|our|their|my) (?:full|solid|whole|good|complete|entire|usual) "
    rf"(?P<n>{NUMBER_WORD}|\d\d)(?=\s*(?:today|this (?:time|morning|afternoon)|with (?:him|her|them)|together|total|$|[.,;!)]))"
)
_GROUP_MODE = any_case(r"conc(?<!\wconc)\w*\W*\d+\W+(?:min\w*\W+)?(?:grp|group)\W*([1-9]\d*)(?!\d)")


def bare_totals(text: str) -> Iterator[Minutes]:
    """Find totals written without a unit: `Total timed minutes: 38`, `TT 45`, `ind 42 conc 0 grp 0` (a group's minutes are 97150's)."""
    words = small(text)
    for match in _BARE.finditer(words):
        group = next(g for g in _FIGURES if match[g])
        span = Span(match.start(group), match.end(group))
        if _is_no_total(text, words, match.start(), span):
            continue
        if OWN_SERVICE.search("\n" + text[max(text.rfind("\n", 0, span.start) + 1, span.start - 90) : span.start]):
            yield Minutes(span, int(match[group]), "unspecified")
        elif 5 <= int(match[group]) <= 480:
            # `TT` beside a `TTT` is the timed one of the two.
            timed = match["timed"] or match["timed2"] or (match["c"] and match[0].upper().startswith("TT ") and "TTT" in text)
            yield Minutes(span, int(match[group]), "total_timed" if timed else "total_treatment")
    told = has_any(words, _WHOLE_WORDS) and _WHOLE_AND_NUMBER.search(words)
    for match in _TOLD_WHOLE.finditer(words) if told else ():
        if 8 <= number_of(match["n"]) <= 180:
            yield Minutes(Span(*match.span("n")), number_of(match["n"]), "total_treatment")
    for match in _GROUP_MODE.finditer(words):
        yield Minutes(Span(*match.span(1)), int(match[1]), "97150")


def _is_no_total(text: str, words: str, start: int, figure: Span) -> bool:
    """Whether a figure says how often, is the untimed services', or is of something else than the visit."""
    return (
        PER_PERIOD.match(text, figure.end) is not None
        or UNTIMED_BEFORE.search(text[max(0, start - 9) : start + 1]) is not None
        or NOT_OF_THE_VISIT.search(words[max(0, start - 20) : figure.start]) is not None
    )
