"""Lengths that are no treatment of this visit: sessions that were not held or are still planned, meetings, other disciplines' clocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from note_review.note import Span
from note_review.reading.earlier import lengths_beside_todays
from note_review.reading.lines import Lines
from note_review.reading.rests import rests
from note_review.reading.small_letters import any_case, small
from note_review.reading.times import Time, times_within

_DAY = r"(?:\d{1,2}/\d{1,2}(?:/\d{2,4})?|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|tomorrow|next \w+)"
_MEETING = r"(?:conference|conf|meeting|(?:team|care|morning|idt|ward|grand|weekly|discharge) rounds|huddle)"
_PLAIN = r"(?:[^.,;:\s]|\s(?!\s))"
_PLANNED_FOR = rf"\b(?:planned|scheduled|sched|booked|upcoming)\b:?\s(?:for |on |at )*{_DAY}[ ,@(]*(?:at |from )?$"
_BEFORE = any_case(rf"{_PLANNED_FOR}|\b{_MEETING}\b[^.,;:\n]{{0,20}}\b(?:lasted|took|was|ran|of)\s$")
_BEFORE_A_CLOCK = any_case(
    rf"{_PLANNED_FOR}|\b{_MEETING}\b{_PLAIN}{{0,20}}:?\s*$|\b(?:bp|vitals|meds?)\b(?: given| taken| at| due)*:?\s*$"
)
_AFTER = any_case(
    rf"{_PLAIN}{{0,30}}?\b(?:(?:not|never) (?:held|attended|completed|given|delivered|used)|(?:did not|didn't) (?:occur|happen|take place)|(?<!not )(?:cancel(?:l?ed|s)?|(?:(?:charged|billed|marked|logged|counted|recorded) as )?(?:a )?no[- ]?show(?:ed)?|cx'?d|unused|missed|made up(?! of)|lost)"
    rf"|slot (?:was |is )?(?:held|open|empty))\b|(?:(?!\s\s|\b(?:of|as)\b)[^.,;:\d]){{0,30}}?\b(?:was |were )?(?<!else )(?:scheduled|planned|booked)\b|\W{{0,3}}(?:\w+ ){{0,2}}{_MEETING}\b|:\s*no[- ]?show\b"
)
_NEW_SENTENCE = re.compile(r"\.\s+[A-Z]")
_SENTENCE_ENDS = re.compile(r"\s*(?:[.;\n]|$)")
_OTHERS = r"\b(?:RNs?|LPN|CNA|SLP|ST|RT|MD|NP|SW|RD|(?i:nurs(?:e|ing)|speech|respiratory|social work(?:er)?|psych(?:ology|iatry)?|diet(?:ary|itian)|radiology|x-?ray|lab|chaplain))\b"
_OWN = r"\b(?:[PO]T|PTA|COTA|OTR|(?i:tx|treatment|therapy|session|seen|treated|visit|in|start|began))\b"
_OTHERS_BEFORE = re.compile(rf"(?<![/+&]){_OTHERS}(?!/)(?:(?!{_OWN}(?! room))[^.;,\n]){{0,24}}$")
_OTHERS_AFTER = re.compile(rf"[ \t]*[,(:–-]?[ \t]*{_OTHERS}(?![/+&])")
_TOGETHER = re.compile(r"(?i)\b(?:with|w/|co-?t(?:x|reat\w*)|and|by|to|from|per)\s*$")


def lengths_not_given(text: str, lines: Lines, times: Sequence[Time]) -> Iterator[Span]:
    """Find the lengths that their own clause gives to no treatment, or to another discipline than the note's own."""
    words = small(text)
    yield from (t.span for t in times if _is_the_patients(text, t.span))
    yield from (t.span for t in times if _is_a_call(text, t.span))
    yield from (t.span for t in times if _is_an_empty_slot(words, t.span))
    yield from (t.span for t in times if _is_waited(words, t.span))
    yield from (t.span for t in times if _went_elsewhere(words, t.span))
    yield from rests(words, lines, times)
    yield from lengths_beside_todays(text, words, lines, times)
    clocks = [t.span for t in times if t.form == "clock"]
    yield from (t.span for t in times if _is_undone(text, words, lines, t.span) or _is_cancelled_below(words, lines, t))
    yield from (t.span for t in times if _is_led_away(words, t))
    yield from (t.span for t in times if t.form != "clock" and _is_planned(words, times, t.span))
    of_others = [clock for clock in clocks if _is_of_others(text, clock)] if len(clocks) > 1 else []
    yield from of_others if len(of_others) < len(clocks) else ()


_THERAPIST = re.compile(r"(?mi)^\W*(?:\[[\d:]+\]\s*)?(?:therapist|clinician|[PO]T|PTA|COTA|OTR|DC|DPT)\b[^:\n]{0,20}:")
_PATIENT = re.compile(
    r"\W*(?:\[[\d:]+\]\s*)?(?:patient|(?-i:Pt|pt)|client|mom|mother|dad|father|parent|wife|husband|spouse|son|daughter|child|student|sister|brother|caregiver|aide)\s*(?:\([^)\n]*\))?:",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"(?:\W*(?:\d{1,2}/\d{1,2}(?:/\d{2,4})?\W*)?)(?:T/?C\b|(?:tele)?phone (?:call|contact|encounter)|call (?:to|from)\b)",
    re.IGNORECASE,
)


def _is_the_patients(text: str, length: Span) -> bool:
    """Whether a length stands in the patient's or the family's turn of a dialogue with the therapist."""
    line = text.rfind("\n", 0, length.start) + 1
    return _PATIENT.match(text, line, length.start) is not None and _THERAPIST.search(text) is not None


def _is_a_call(text: str, length: Span) -> bool:
    """Whether the line of a length begins with a telephone call."""
    return _CALL.match(text, text.rfind("\n", 0, length.start) + 1, length.start) is not None


_SLOT = re.compile(r"\b(?:scheduled|sched|slot|booked|appt|appointment)\b\W*(?:(?:for|at|from|today)\W*)*$")
_NOT_COME = re.compile(
    r"\b(?:no[- ]?show|ns\b|cancel\w*|cx'?d?|did not (?:come|arrive|attend|show)|never (?:came|arrived)|absent|not home)\b"
)


def _is_an_empty_slot(words: str, length: Span) -> bool:
    """Whether a length is a slot that nobody came to (`Scheduled 2:15-3:00 for gait. No show.`)."""
    around = words[max(0, length.start - 40) : length.end + 80]
    return _SLOT.search(words, max(0, length.start - 40), length.start) is not None and _NOT_COME.search(around) is not None


_KEPT = any_case(
    r"\b(?:(?:sitting|standing|walking|driving) (?:is |was )?tolerated|kept|iced|waited|waiting|rested|held up|last (?:visit|session|time) (?:was|ran|lasted))(?: (?:for|about|only|approximately|around|almost|another|a|full|him|her|them|us|me|the|patient|pt|waiting)){0,3} $"
)
_LATE = any_case(r" late(?=[ \t]*(?:$|[\n.,;)]|(?:to|for|from|due|because|d/t)\b))")
_CAME = any_case(
    r"\b(?:(?:arriv\w+|came|left|end(?:ed|ing)|stopp(?:ed|ing)|finished)\b|(?:pt|patient|client|s?he|they)(?: was| were)? $)"
)
_OUT_OF_TIME = any_case(r" (?:late|early)\b(?![ -](?:stance|swing|stage|phase|effects?|entry|onset))")
_WAITED = any_case(r" (?:of (?:wait|rest)ing|in the (?:lobby|waiting)|after (?:s?he|they|we|transport) )")


# No therapist practises these with a patient; bathing, toileting and meals are therapy too, unless the treatment came after them.
_ELSEWHERE = r"(?:forms|insurance|paperwork|iv|wound care|dressing change|nurs(?:e|ing)|doctor|x-?ray|transport|interpreter|elevator|waiting|charting|documentation|parking)"
_CARE = r"(?:after|before|until) (?:\w+ ){0,3}(?:bath|shower|toilet|bathroom|commode|breakfast|lunch|meal),? which"
_TOOK = any_case(
    rf"\b(?:{_ELSEWHERE}\b(?:(?!97|neuro|nmr|ther|balance)[^.;:\n]){{0,30}}?|{_CARE}) (?:took|needed|used|lasted|ran)(?: up)?(?: (?:about|around|nearly|almost|another|the (?:first|last)|me|us|him|her)){{0,2}} $"
)
_WRITTEN_UP = any_case(
    r" (?:(?:to|of|for|on|was|were|spent) )?(?:writ(?:e|ing) (?:it|this|up|the (?:note|report))|charting\b|documentation\b|paperwork\b)"
)
# Getting ready is no treatment: "took 12 minutes to find a room", "forty minutes went to getting her out of the wet coat".
_MADE_READY = any_case(
    r" (?:(?:was |were )?(?:spent )?(?:looking for|searching for|to find|finding)|(?:went|were spent|was spent) (?:to|on|into) (?:getting (?:him|her|them) out of|changing|cleaning|finding|setting up)|for (?:line care|(?:fresh |clean )?linen|a linen change))\b"
)
_SOMEBODY_ELSE = any_case(
    r"\b(?:homemaker|aide|hha|cna|nurse|wife|husband|daughter|son|mother|father|sister|brother|chaplain|visitors?|teacher|tutor|cleaner|caregiver)\b(?: \w+)? (?:was|were|came|is) (?:in|here|there|by)(?: from)? $"
)


def _went_elsewhere(words: str, length: Span) -> bool:
    """Whether a length is what forms, a bath, getting ready or the write-up took, or the hours of somebody else who was there."""
    # A clock may begin with an `in` that is the sentence's.
    opens = length.start + (len("in ") if words.startswith("in ", length.start) else 0)
    before = max(0, length.start - 70)
    return (
        _TOOK.search(words[before : length.start]) is not None
        or _SOMEBODY_ELSE.search(words[before:opens]) is not None
        or _WRITTEN_UP.match(words, length.end) is not None
        or _MADE_READY.match(words, length.end) is not None
    )


def _is_led_away(words: str, time: Time) -> bool:
    """Whether the words before a length give it to a meeting or another day; a time of day, to what is done at that hour too."""
    pattern = _BEFORE_A_CLOCK if time.form == "clock" else _BEFORE
    return pattern.search(words, max(0, time.span.start - 60), time.span.start) is not None


_PLANNED = any_case(r"\b(?:planned|scheduled|sched|booked)\b:?\s(?:(?:for|at)\s)?$")


def _is_planned(words: str, times: Sequence[Time], length: Span) -> bool:
    """Whether a length is what was planned, where the one given follows on its line (`scheduled 45 min, treated 20`)."""
    if not _PLANNED.search(words, max(0, length.start - 24), length.start):
        return False
    following = times_within(times, length.end, length.end + 60)
    return len(following) > 0 and "\n" not in words[length.end : following[0].span.start]


def _is_waited(words: str, length: Span) -> bool:
    """Whether the words beside a length make it a wait, or the last visit's (`after transport had kept him 30 minutes`, `28 min late from breakfast`)."""
    before = words[max(0, length.start - 50) : length.start]
    return (
        _KEPT.search(before) is not None
        or _WAITED.match(words, length.end) is not None
        or _LATE.match(words, length.end) is not None
        or (_CAME.search(before) is not None and _OUT_OF_TIME.match(words, length.end) is not None)
    )


def _is_undone(text: str, words: str, lines: Lines, length: Span) -> bool:
    """Whether the words behind a length undo it; past a full stop (`3:00-3:42 pm. Lost audio`) only in a sentence of their own."""
    undone = _AFTER.match(words, length.end, lines.said_end(length.end))
    if undone is None or not _NEW_SENTENCE.match(text, length.end - 1):
        return undone is not None
    return _SENTENCE_ENDS.match(text, undone.end()) is not None


_SESSION = any_case(r"\b(?:session|visit|time|appt|appointment|slot|attempt\w*|sched\w*|[po]t)\b")
# A full stop and blanks may close the line of such a length.
_CLOSING_SIGNS = 3
_CANCELLED = any_case(
    r"\s*(?:(?:pt|patient|visit|session|appt|appointment)\s)?(?:(?:was|is)\s)?(?:cancel\w*|cx'?d|no[- ]?show\w*|missed(?! \d)|not (?:held|home))"
)


def _is_cancelled_below(words: str, lines: Lines, time: Time) -> bool:
    """Whether the line below a session's clock or length says that it was not held (`PT 1300-1345` above `Cancelled by family`)."""
    line = lines.at(time.span.start)
    if line.end - time.span.end > _CLOSING_SIGNS or not _CANCELLED.match(words, line.end):
        return False
    return time.form == "clock" or _SESSION.search(words, line.start, time.span.start) is not None


def _is_of_others(text: str, clock: Span) -> bool:
    """Whether another discipline's name leads a clock span, or stands right behind it (`1000-1015 RN pain meds`)."""
    floor = max(0, clock.start - 60)
    before = _OTHERS_BEFORE.search(text, floor, clock.start)
    return (before is not None and not _TOGETHER.search(text, floor, before.start())) or _OTHERS_AFTER.match(
        text, clock.end
    ) is not None
