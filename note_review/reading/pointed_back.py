"""Drills of a list at which a later verdict points back: "Foam, ramp and hoops were set up. He cried throughout. None of it was begun".

The verdict holds for the sentence or bullets right before it, and beyond other sentences for one that only sets drills up; one joined by a comma
or a dash holds for its own line. What is told of doing between a drill and the verdict, what limits the verdict ("none done without the rail") or takes
it back ("In the end he did both") leaves the drill as it is.
"""

from __future__ import annotations

import re

from note_review.encounter import Assertion
from note_review.note import Span
from note_review.reading.lines import Lines
from note_review.reading.list_heads import head_above
from note_review.reading.small_letters import any_case, has_any, small
from note_review.reading.undone_words import ACTED, DO, DOING, DONE, DOSE, HELPED, LIMIT, NOT_DONE, RESULT, TAIL, WHO
from note_review.reading.vocabulary import either

_OF_THEM = (
    r"(?: of (?:it|them|these|this|those|that|which|the (?:\w+ )?(?:drills|items|tasks|activities|exercises|list|plan|above)))"
)
_ALL = rf"(?:all(?:{_OF_THEM}| (?:two|three|four|five|six|\d))?|both(?:{_OF_THEM})?|it all|them all|everything|the (?:lot|whole (?:list|plan|lot))|each(?: one|{_OF_THEM})|every one(?:{_OF_THEM})?)"
_NONE = rf"(?:(?:none|nothing|neither|not one|not a single one|not any)(?:{_OF_THEM})?|no (?:item|drill|task)s? (?:on it|of (?:it|these|those|the list)))"
_ANY = rf"(?:(?:any|either){_OF_THEM}|a single one|one{_OF_THEM})"
_WAS = r"(?:(?:was|were|is|are|has|have|had|could|got|to|then|be|been|actually|even|yet|ever) ){0,4}"
_WOULD_NOT = r"(?:did not|didn't|never|would not|wouldn't)"
_TOO_TIRED = r"(?:run out of time|ran out of time|out of time|no (?:time|energy|strength)(?: left)?|too (?:dizzy|tired|fatigued|painful|weak|nauseated|sleepy|sore|upset|unwell|drowsy))"
_NOT_BEGUN = either(
    rf"{_NONE} {_WAS}{DONE}",
    rf"{_ALL} {_WAS}(?:{NOT_DONE}|(?:held|skipped)(?= (?:today|due|d/t|2/2|because|per|since|until|over)\b))",
    rf"{WHO}{_WOULD_NOT} (?:even )?(?:(?:get|got) (?:to|round to|around to|as far as)|{DO}|have) {_ANY}",
    rf"{WHO}(?:would have|wanted) (?:none|nothing)(?: to do with)?(?: of (?:it|them|that|this)| (?:it|them))",
    rf"{WHO}(?:shook (?:his|her|their) head (?:at|to)|said no to|refused|declined|turned down|pushed away|waved away) (?:{_ALL}|{_ANY})",
    rf"i did {_ALL} in front of (?:him|her|them)(?: and (?:told|explained|said)[^.;\n]{{0,80}})?",
    rf"{WHO}(?:(?:there )?was |were |felt |had )?{_TOO_TIRED} (?:for|to {DO}|before) {_ANY}(?: {_WAS}{DONE})?",
)
_ONLY_TOLD = r"(?:(?:all|both|these|they|this|it|all of (?:it|this)) (?:was|were) )?(?:only|just|merely) (?:talked (?:through|over|about)|discussed|explained|described|shown|demonstrated|looked at)"
_JOINED = r"(?:(?:but|and|yet|so|however|sadly|in the end),? )*"
# What was refused then or afterwards came when the list was over.
_NO_SEQUEL = r"(?!(?:afterwards?|after (?:that|this)|later|then|eventually|by (?:then|the end)),? )"
_ENDS = r"(?=\s*(?:[.;:!)\n|]|$))"
_VERDICT = any_case(
    rf"(?P<lead>(?:[.!?;,–—]|\n(?![ \t])|\s-\s)[\s*•>-]*{_JOINED}|\s(?:but|and|yet) ){_NO_SEQUEL}(?:{_NOT_BEGUN})(?P<tail>{TAIL}){_ENDS}"
    # Alone these speak of what stands right before them, so they must make a sentence.
    rf"|(?P<break>(?:[.;!?]|\n(?![ \t]))[\s*•>-]*)(?:{_ONLY_TOLD})(?P<told>{TAIL}){_ENDS}"
)
_SIGNS = ("none", "nothing", "neither", "not one", "not a single", "not any", "no item", "no drill", "no task", "all ", "both", "every", "the lot", "the whole", "each", "any", "either", "only ", "just ", "merely ")  # fmt: skip
# Every verdict has one of these too, and most notes have none.
_DENIALS = ("not ", "n't", "never", "none", "nothing", "neither", "no item", "no drill", "no task", "undone", "untried", "deferred", "postponed", "put off", "refused", "declined", "withheld", "omitted", "cancel", "called off", "left ", "kept", "saved", "moved", "held", "skipped", "shook", "said no", "turned down", "pushed away", "waved away", "in front of", "out of time", "no time", "no energy", "no strength", "too ", "only ", "just ", "merely ")  # fmt: skip
_SET_UP = any_case(
    r"\b(?:set (?:up|out)|laid out|lined up|prepared|got ready|planned|intended|meant|offered|proposed|suggested|asked (?:for|to)|(?:was|were|is|are) (?:to|going to|due to)|to be (?:done|tried)|on the (?:list|plan)|scheduled|on for today|dr(?:ew|awn) up|wanted (?:him|her|them|pt) to)\b"
)
_TWO = any_case(r"\b(?:both|either|neither|all two)\b")
_JOIN = any_case(r",(?: and)? | and | & | \+ |;")
# A line is a sentence, unless it is an item of a list with signs.
_SENTENCE = any_case(r"(?<!\bpt)[.!?](?=\s|$)|\n(?![ \t]*(?:[-–•*>]|\(?\d{1,2}[.)]) )")
# Behind the verdict: something of the list was done after all.
_AFTER_ALL = any_case(
    r"\b(?:except\w*|apart from|other than|all but|eventually|finally|after all|c[ao]me a?round|agreed to (?:it|them|both|one|the first)|(?<!to )(?<!until )(?<!till )(?<!for )later|resumed|(?:did|tried|managed|completed|performed|through) (?:it|them|both|one|two|the (?:first|last|second))|only (?:the|one|a)|once|on (?:the|a) second)\b"
)
_REFUSAL = any_case(
    r"\b(?:refused|declined|turned down|pushed away|waved away|said no|shook|would not|wouldn't|have none|wanted none)\b"
)
_CAME_ROUND = any_case(r"\b(?:sat|came|returned)\b")
_OTHER_DEED = any_case(r"\b\w+ed\b")
# Two of something that a drill was done with ("reach for cup and spoon"), or a meal, may be what was refused.
_TWO_THINGS = any_case(r"\b(?:for|to|with)\b[^.;,]* and ")
_MEAL = any_case(r"\b(?:breakfast|lunch|dinner|supper|snack|meals?|food|feeding|spoon|cup|plate|juice|milk|pudding)\b")
# Between visits: what was not practised at home was done here.
_HOME_DRILL = any_case(r"\b(?:hep|home)\b")
_ACCOUNT = any_case(r"^ ?\(|\b(?:says|said|states|stated|reports|reported|forgot|busy|holiday)\b")
_OWN_SENTENCE = re.compile(r"\s*[-–—.!?]|\n")
_LABEL = any_case(r"\n\W*(?:[a-z][\w /&().-]{0,40}:|97\d{3}\b)")
# The time of a service, not of the drill.
_BILLED = any_case(r"^[^:;]{0,60}?(?:\b\d+ ?(?:min\w*|units?)|\d ?['’]|\bx ?\d)[^:;\w]{0,6}:")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_WRAP = re.compile(r"(?:\A|(?<=\n))(?P<full>[^\n]{60,})\n(?=[ \t]*[a-z](?:(?!:| - )[^\n])*(?:\n|\Z))")
_PART = re.compile(r"[.;\n]")
# A word by its stem: "walking" is named again in "walked".
_STEM = re.compile(r"\b[a-z]{4}")
_FARTHEST = 700


def verdict_behind(text: str, lines: Lines, span: Span) -> Assertion:
    """Say whether a later verdict of the same paragraph tells that nothing was done of the list to which a technique belongs."""
    limit = min(len(text), span.end + _FARTHEST)
    if not has_any(small(text[span.end : limit]).replace("\n", " "), _DENIALS):
        return Assertion.PRESENT
    blank = _PARAGRAPH.search(text, span.end, limit)
    start = max(lines.at(span.start).start, span.start - _FARTHEST)
    behind = small(_WRAP.sub(_joined, text[start : blank.start() if blank else limit])[span.end - start :])
    if not has_any(behind, _SIGNS):
        return Assertion.PRESENT
    before = small(text[start : span.start])
    named = small(text[span.start : span.end])
    own = _BILLED.sub("", _SENTENCE.split(before)[-1], count=1) + named
    head = head_above(text, lines, span.start)
    told = any(
        _holds(verdict, own, behind, head) and not _taken_back(verdict, named, behind) for verdict in _VERDICT.finditer(behind)
    )
    return Assertion.NEGATED if told else Assertion.PRESENT


def _holds(verdict: re.Match[str], own: str, behind: str, head: str) -> bool:
    """Say whether a verdict speaks of a technique in its ``own`` sentence, under a heading, and nothing between them or in it tells of doing."""
    between, tail = behind[: verdict.start()], verdict["tail"] or verdict["told"] or ""
    if DOING.search(own + between) or ACTED.search(between) or LIMIT.search(tail) or DOSE.search(tail) or _LABEL.search(between):
        return False
    if (
        _HOME_DRILL.search(head + own + between)
        or _ACCOUNT.search(tail)
        or (_REFUSAL.search(verdict[0]) and _MEAL.search(own + between))
    ):
        return False
    if not _reaches_back(verdict, between) or not _counts(verdict, own, between):
        return False
    first, *others = _SENTENCE.split(between)
    is_set_up = _SET_UP.search(own + first) is not None
    if _is_helped(own + first) and not (is_set_up or _SET_UP.search(head)):
        return False
    further = [part for part in others if part.strip()]
    if not further:
        return True
    if any(_is_helped(part) for part in (own + first, *further)) or any(_SET_UP.search(part) for part in further):
        return False
    return _is_own_sentence(verdict) and is_set_up


def _counts(verdict: re.Match[str], own: str, between: str) -> bool:
    """Say whether a technique is near enough to a verdict of two ("both", "neither"), where it is one."""
    return not _TWO.search(verdict[0]) or not (
        _TWO_THINGS.search(between) or len(_JOIN.findall(between)) > 1 or len(_JOIN.findall(own + between)) > 2
    )


def _is_helped(told: str) -> bool:
    """Say whether words dose a drill, help with it or tell its result, as those of one that was done."""
    return any(words.search(told) for words in (DOSE, HELPED, RESULT))


def _joined(line: re.Match[str]) -> str:
    """Join a full line to the one that runs on from it; one with a dose is an entry of its own."""
    return line["full"] + ("\n" if DOSE.search(small(line["full"])) else " ")


def _reaches_back(verdict: re.Match[str], between: str) -> bool:
    """Say whether a verdict is a sentence or line of its own, or stands in the technique's own line (part of a line, where only a comma joins it)."""
    lead = verdict["lead"] or verdict["break"]
    if "\n" in lead:
        return True
    return "\n" not in between and (_is_own_sentence(verdict) or ";" not in between)


def _is_own_sentence(verdict: re.Match[str]) -> bool:
    return _OWN_SENTENCE.match(verdict["lead"] or verdict["break"]) is not None


def _taken_back(verdict: re.Match[str], named: str, behind: str) -> bool:
    """Say whether the words behind a verdict do something of the list after all, name the drill again as done, or tell of any doing after a refusal."""
    rest = behind[verdict.end("tail" if verdict["lead"] else "told") :]
    tail = verdict["tail"] or verdict["told"] or ""
    if _AFTER_ALL.search((tail + rest)[:160]):
        return True
    if _REFUSAL.search(verdict[0]) and any(words.search(tail + rest) for words in (HELPED, ACTED, _CAME_ROUND)):
        return True
    stems = set(_STEM.findall(named))
    return any(_is_told_done(part) and stems & set(_STEM.findall(part)) for part in _PART.split(tail + rest))


def _is_told_done(told: str) -> bool:
    return _is_helped(told) or any(words.search(told) for words in (DOING, ACTED, _CAME_ROUND, _OTHER_DEED))
