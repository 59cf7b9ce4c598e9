"""Techniques that a whole clause says were not done in this visit: refused, put off, only talked of, planned, done at home or last time.

The verb stands at the clause's head ("Ran out of time for cone taps and tandem walking", "Refused: step taps, ball toss") or at its end ("Cone taps and
tandem walking postponed"). A list without a colon ends at its first comma, and a dose or a word of doing says that something was done after all.
"""

from __future__ import annotations

import re

from note_review.encounter import Assertion
from note_review.reading.small_letters import any_case, has_any
from note_review.reading.vocabulary import either

_HEAD = r"(?:^|[:.] |- )\W{0,4}(?:(?:the )?(?:pt|patient|client|resident|s?he) )?(?:then )?"
_DO = r"(?:do|perform|try|attempt|start|begin|initiate)"
_REASON = r"(?:due to|d/t|2/2|secondary to|because|per)"
_NEXT = r"(?:the )?(?:next|following) (?:visit|session|time|tx|week|appt|appointment)"
_LAST = r"(?:the )?(?:last|previous|prior) (?:visit|session|time|tx|treatment)"
_DAY = r"(?:tomorrow|(?:mon|tues|wednes|thurs|fri)day)"
_WITHHELD = r"(?:refused|declined|deferred|postponed|omitted|withheld|cancell?ed|skipped)"
_UNDONE = r"(?:done|performed|attempted|started|begun|given|addressed|indicated|appropriate|tried|initiated|included|used)"
# What is talked of is teaching where no technique's name follows.
_TALKED_OF = r"(?:discussed|explained|described|considered|talked about|watched (?:a )?videos? of|(?:sent home with |given )?(?:a )?(?:handout|printout|video) (?:of|on|for))(?! +(?:how|what|why|when|where|that|the|safety|fall)\b)"
_NOT_DONE_HEAD = either(
    rf"{_WITHHELD}(?: today)?(?: to {_DO})?:?",
    rf"(?:elected|chose|opted|preferred) not to {_DO}",
    rf"(?P<failed>(?:(?:could|would) not|couldn't|unable to) {_DO}|(?:did not|didn't) (?:perform|start|begin|initiate))",
    r"(?P<left_out>(?:did not|didn't) (?:do|try|attempt))",
    rf"(?:held|not {_UNDONE})(?: today)?:",
    r"(?:ran |was )?(?:out of time|no time(?: left)?) for",
    r"too (?:dizzy|tired|fatigued|painful|weak|nauseated|sleepy|sore) (?:for|to (?:do|try|start|attempt|perform))",
    rf"(?P<talked_of>{_TALKED_OF})",
)
_PLANNED_HEAD = either(
    rf"(?:planned|intended|plans?)(?: to (?:{_DO}|add|trial|introduce|work on|resume))?:?",
    rf"will (?:{_DO}|add|trial|introduce|consider|resume)",
    rf"recommend(?:s|ed)?|{_NEXT}[:,]?",
)
_AT_HEAD = any_case(
    rf"{_HEAD}(?:(?P<negated>{_NOT_DONE_HEAD})|(?P<planned>{_PLANNED_HEAD})|(?P<other_visit>{_LAST}[:,]?(?: (?:did|performed|worked on))?)"
    r"|(?P<home_program>(?P<taught>taught|instructed in|shown)|does|performs|practi[cs]es|has been (?:doing|performing|practi[cs]ing)|continues)) "
)

_PER = r"(?: (?:today|now|yet|only|this (?:visit|session|date)|at this time|daily))?(?: (?:due to|d/t|2/2|secondary to|because|as|since|until|pending|per|after)\b.*)?\W*"
_BUT_NOT = rf"(?:attempted|considered|discussed|explained|described|ordered|planned|offered|scheduled|set up|demonstrated)(?:,| but| and| but then|, but)? (?:was |were |then )?(?:not {_UNDONE}|declined|refused|deferred|(?:stopped|aborted) before .*)"
_NOT_DONE_TAIL = either(
    _BUT_NOT,
    rf"(?:not|never)(?: yet| been)? {_UNDONE}|{_WITHHELD}|on hold|contraindicated|no longer (?:done|performed|indicated|appropriate)|(?<!, )held(?= (?:today|{_REASON})\b)",
    r"demonstrated only|(?:aborted|stopped) before (?:the first|(?:it|they) (?:began|started)).*|to be done but (?:pt|patient|s?he) .*",
)
_PLANNED_TAIL = either(
    rf"(?<! as )planned(?: for (?:{_NEXT}|{_DAY}))?|recommended",
    rf"(?:saved|left|scheduled|put off|to (?:start|begin|resume|be (?:added|done|started))) (?:for |until |on |at )?(?:{_NEXT}|{_DAY})|(?<=\(){_NEXT}",
)
_AT_TAIL = any_case(
    r"(?P<list>[^,;|]{3,140}?)[ ,:/(–-]{1,3}(?:(?:was|were|is|are|both|all|then) ){0,3}"
    rf"(?:(?P<home_program>(?:handed out|issued|given|recommended|printed|assigned|taught|written out) (?:for|as) (?:home|hep)(?: use)?|hep(?=\)))|(?P<planned>{_PLANNED_TAIL})"
    rf"|(?P<negated>{_NOT_DONE_TAIL})|(?P<other_visit>(?:(?:done|performed|completed|given) (?:at |in |on )?|(?<=\()){_LAST}(?:, not today)?)){_PER}"
)
_PATIENT_REFUSES = any_case(
    r"(?P<list>[^,;|]{3,140}?)[,;]? (?:but )?(?:(?:pt|patient|s?he) )(?:refused|declined|did not (?:try|want)|left before starting)(?: (?:it|them|both|to))*\W*"
)
# "No LOB with tandem walking today" denies the loss of balance, "No head turns or tandem walking today" the walking.
_NO = any_case(
    r"(?:.*(?:[:.] |- ))?no (?:(?:(?!(?:with|w/|during|for|in|on|while|of|after|from|to)\b)[\w'/-]+ ){1,6}(?:and|n?or|&) )?"
)
_TODAY = any_case(
    r"(?: (?:and|n?or|&|on|in|at|along|over) [^,;:.]*)? (?:today|(?:was |were )?(?:done|performed|attempted|given))(?: (?:due to|d/t|because|per)\b.*)?\W*"
)
_DOSE = any_case(r"\d ?x|x ?\d|\b\d+ ?(?:s|secs?|seconds?|reps?|min(?:utes?)?|ft|feet|laps?|trials?|times|sets?)\b|\d ?['’]")
_DONE = any_case(
    r"\b(?:performed|completed|did|worked|practi[cs]ed|tried|trained|followed by|instead|today (?:we|pt|s?he)|return(?:ed)? demo\w*)\b"
)
_ASIDE = any_case(r"\b(?:after|before|because|since|when|while|so|that|which|if|but|then)\b")
# Help that was given tells of a drill that was done; so does "with" before a verdict, which then speaks of what stands behind it ("with rest refused").
_HELPED = any_case(r"\b(?:cue[sd]?|cue?ing|(?:min|mod|max) ?(?:a|assist\w*)|cga|sba|tactile|facilitat\w+)\b")
_WITH = any_case(r"\b(?:with\b|w/)")
# Between a head and the technique: something else was refused or failed, and the technique only tells when or with what.
_OTHER_THING = any_case(
    r":|[–(]| - |\b(?:during|with|w/|for|of|about|following|prior|between|instead|using|by|from|well)(?!\w)|\b(?:on|in|at|to|over|along|through)\W*$"
)
_REASONED = any_case(rf"\b(?:today|{_REASON})\b")
# A drill that fails for one of these was tried.
_FAULT = any_case(
    r"\b(?:ataxi|weak|(?:im)?balance|instab|unstead|lob\b|tone\b|spastic|(?:in)?coordinat|poor|decreas|impair|limit|loss|lack)"
)
_FOR_HOME = any_case(r"(?:(?!\b(?:to|for|so|as)\b).)*? (?:for home|as (?:an )?(?:hep|home (?:exercise )?program))\b.*")
_AT_HOME = any_case(r"(?:(?!\b(?:to|for|so|as)\b).)*? (?:for|at) home\b.*")
_AND = any_case(r" (?:and|or|&|\+|/|plus) ")
_APART = any_case(r"[:(–]| - |\b(?:handouts?|hep|sheets?)\b")
# A second noun shares the verdict only where it is a drill as well: "and stairs deferred", "and rest refused" speak of themselves.
_DRILL = any_case(
    r"\b(?!(?:re-?)?testing|resting|teaching|training|scheduling|during|seating|standing\W*$)\w{3,}ing\b"
    r"|\b(?:taps?|toss(?:es)?|stance|step-?ups?|lunges?|squats?|walks?|march(?:es)?|reaches|turns|shifts?|catch(?:es)?|throws?|kicks?|drills?|planks?|bridges?"
    r"|vor|perturbations?|(?:wobble|balance|rocker) board|carioca|grapevine|hops?|jumps?|raises|circles|sit[ -]to[ -]stands?|exercises?)\b"
)
_KEPT = any_case(r"\bwith (?:(?!and\b)[\w'-]+ ){1,5}held\b")
_UNLESS = any_case(
    r"\b(?:without|w/o|more|beyond|unless|until|safely|correctly|properly|independently|fully|longer|than|unassisted|alone|past|proper|good|correct|not|never|no longer|again|previously|first|initially)\b"
)


# One of these is in whatever the patterns match: most clauses have none, and this sees it sooner.
_SIGNS = (
    "refus", "declin", "defer", "postpon", "omit", "withh", "cancel", "skip", "not ", "n't", "never", "unable", "time", "too ", "demonstrat", "discuss", "explain", "descri", "consider", "talk", "handout", "printout",
    "video", "plan", "intend", "will", "recommend", "visit", "session", "held", "on hold", "contraind", "longer", "stopped", "aborted", "to be ", "home", "hep", "no ", "left", "next", "last", "prior", "previous", "following", "tomorrow", "day",
)  # fmt: skip


def undone_by_clause(clause: str, start: int, end: int) -> Assertion:
    """Say how a clause (in small letters) lets the technique stand that it names from ``start`` to ``end``; present where it says nothing of it."""
    if not has_any(clause, _SIGNS):
        return Assertion.PRESENT
    for head in _AT_HEAD.finditer(clause):
        if head.start() > start or head.end() >= end:
            break
        if _is_headed(head, clause[head.end() : start], clause[max(head.end(), start) : end], clause[end:]):
            return Assertion(str(head.lastgroup))
    if _NO.fullmatch(clause, 0, start) and _TODAY.fullmatch(clause, end) and not _DOSE.search(clause, end):
        return Assertion.NEGATED
    told = clause[start:]
    for form in (_AT_TAIL, _PATIENT_REFUSES):
        tail = form.fullmatch(told)
        if tail and not _said_to_be_done(tail[0], tail["list"], end - start):
            return Assertion(str(tail.lastgroup)) if form is _AT_TAIL else Assertion.NEGATED
    return Assertion.PRESENT


def _is_headed(head: re.Match[str], between: str, named: str, behind: str) -> bool:
    """Say whether a clause's head speaks of the technique ``named``: directly or as one of a list, and nothing says that it was done after all."""
    rest = between + named + behind
    colon = head[0].rstrip().endswith(":")
    if any(words.search(rest) for words in (_DOSE, _DONE, _UNLESS)) or ("," in between and not colon):
        return False
    if _OTHER_THING.search(between) or _ASIDE.search(between):
        return False
    done = _HELPED.search(rest) or _WITH.search(rest) or _ASIDE.search(behind.partition(" because")[0])
    if head["failed"]:
        return not done and _REASONED.search(behind) is not None and not _FAULT.search(behind)
    if head["home_program"]:
        return not done and (_FOR_HOME if head["taught"] else _AT_HOME).fullmatch(behind) is not None
    return not done or not (head["left_out"] or head["talked_of"] or (between.strip() and not colon))


def is_one_list(named: str, own: int) -> bool:
    """Say whether all that stands behind a technique's ``own`` words, up to a verdict, belongs to it or names further drills."""
    beside = named[own:]
    if _HELPED.search(named) or any(words.search(beside) for words in (_DOSE, _DONE, _ASIDE, _WITH, _APART)):
        return False
    return all(_DRILL.search(further) for further in _AND.split(f"{beside} ")[1:])


def _said_to_be_done(told: str, named: str, own: int) -> bool:
    """Say whether words of doing follow a technique's ``own`` words, the last ones named limit the verdict, or "held" tells a manner ("with one hand held")."""
    return not is_one_list(named, own) or _UNLESS.search(named[-24:]) is not None or _KEPT.search(told) is not None
