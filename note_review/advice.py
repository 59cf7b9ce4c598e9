"""What raised a risk beyond what its reasons tell, and what would lower it: the same weights, asked of the same facts with one thing mended."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import NamedTuple

from note_review.checks.documentation import DEFICIT_MISSING, RESPONSE_NOT_MEASURED, TECHNIQUE_MISSING
from note_review.checks.questions import question, whether_given
from note_review.checks.skilled_need import NOT_ONE_ON_ONE, SKILLED_NEED_MISSING
from note_review.findings import Rule
from note_review.risk import LEVELS, REASONS_OF_ELEMENT, Facts, Level, RiskModel

REASONS = {**REASONS_OF_ELEMENT, "skill": ("skilled_need_missing",), "shared": ("not_one_on_one",)}


class Mend(NamedTuple):
    """What settles one thing that raises the risk, the sentence that tells of a doubt about it, and the rule whose question asks for it.

    Without a sentence it is never in doubt, without a rule the question is what each activity was for.
    """

    change: str
    doubt: str | None = None
    rule: Rule | None = None


MENDS = {
    "code": Mend("with the purpose of each activity stated", "it reads as {code}"),
    "deficit": Mend("with the deficit documented", "a specific deficit is named", DEFICIT_MISSING),
    "technique": Mend("with the technique documented", "what was done is named", TECHNIQUE_MISSING),
    "minutes": Mend("with the minutes documented"),
    "response": Mend("with a measured response documented", "a measured response is documented", RESPONSE_NOT_MEASURED),
    "skill": Mend("with the therapist's skill shown", "the therapist's skill shows", SKILLED_NEED_MISSING),
    "shared": Mend("with the one-on-one minutes stated", "the service was given one-on-one", NOT_ONE_ON_ONE),
}
_PURPOSE = "What was done, and what was each activity for in this patient?"


def raised_by(model: RiskModel, facts: Facts) -> list[tuple[str, str]]:
    """Return what raised the level and stands in no reason, each as a sentence and the question that would settle it."""
    return [_told(name, facts) for name in _raising(model, facts)]


def _told(name: str, facts: Facts) -> tuple[str, str]:
    judged = facts.judged
    if name == "rendered":
        return (
            "No service given in this visit is found.",
            "Was a service given in this visit? If so, what was done, and for how long?",
        )
    if name == "code" and not facts.given:
        return f"By the note's own words {judged.code} was not given in this visit.", whether_given(judged)
    if name == "code" and facts.undetermined:
        return "What is described does not settle which code it reads as.", _PURPOSE
    _, doubt, rule = MENDS[name]
    asked = (question(rule.name, judged) or rule.fix) if rule else _PURPOSE
    return f"It is not certain that {(doubt or '').format(code=judged.code)}.", asked


def _raising(model: RiskModel, facts: Facts) -> list[str]:
    """Name what raised the level above what the guide's rule makes of the reasons: an open code, no service, else the strongest doubts, until it falls."""
    told = facts.guide_level
    if not facts.rendered or facts.undetermined:
        return ["code" if facts.rendered else "rendered"]
    names: list[str] = []
    doubts = [name for name, mend in MENDS.items() if mend.doubt and not _fails(name, facts)]
    while doubts and _is_lower(told, level := model.judge(facts.factors())[1]):
        mended = {name: model.score(_mended(facts, name).factors())[level != "high"] for name in doubts}
        names.append(min(doubts, key=lambda name: mended[name]))
        facts = _mended(facts, names[-1])
        doubts.remove(names[-1])
    return names


def _fails(name: str, facts: Facts) -> bool:
    return not facts.as_claimed if name == "code" else not facts.rules.isdisjoint(REASONS[name])


def _is_lower(one: Level, other: Level) -> bool:
    return LEVELS.index(one) < LEVELS.index(other)


def what_would_change(model: RiskModel, facts: Facts) -> list[tuple[str, float, Level]]:
    """Return what lowers the risk, strongest first: each thing missing or in doubt documented, the code matched; last all of it, where that alone lowers the level further.

    A change below a whole percent, which no report shows, is told only where the level falls. Nothing is told where no service, or not the judged one, was given.
    """
    if not facts.given or not facts.rendered:
        return []
    names = _mendable(model, facts)
    changes = [(_in_words(name, facts), _mended(facts, name)) for name in names]
    scored = sorted(((words, *model.judge(changed.factors())) for words, changed in changes), key=lambda s: (s[1], s[0]))
    if len(names) > 1:
        words = " and ".join(words for words, _ in changes)
        score, level = model.judge(reduce(_mended, names, facts).factors())
        if all(_is_lower(level, single) for _, _, single in scored):
            scored.append((words, score, level))
    now = _as_shown(*model.judge(facts.factors()))
    return [s for s in scored if _as_shown(*s[1:]) < now]


def _mendable(model: RiskModel, facts: Facts) -> list[str]:
    """Name what could still be mended, if it is so: a code that is not the one billed, what reasons say is missing, then what would still raise the level."""
    missing = [*facts.missing, *(name for name in ("skill", "shared") if _fails(name, facts))]
    names = [*(["code"] if _fails("code", reduce(_mended, missing, facts)) else []), *missing]
    return names + _raising(model, reduce(_mended, names, facts))


def _in_words(name: str, facts: Facts) -> str:
    if name == "code" and not facts.as_claimed and not facts.undetermined:
        return "billed as what it reads as"
    doubtful = not facts.undetermined if name == "code" else not _fails(name, facts)
    words = MENDS[name].change + (" more clearly" if doubtful else "")
    if name == "shared":
        return f"{words} (if it was one-on-one)"
    settles = name == "code" or (name == "technique" and facts.undetermined)
    return f"{words} (if it bears out {facts.judged.code})" if settles else words


def _mended(facts: Facts, name: str) -> Facts:
    """Return the facts were one thing no longer lacking or in doubt; a technique that is written lets an open code be read as billed."""
    if name == "code":
        return replace(facts, as_claimed=True, undetermined=False, otherwise=0.0)
    mended = replace(facts, rules=facts.rules.difference(REASONS[name]), lacking={**facts.lacking, name: 0.0})
    return _mended(mended, "code") if name == "technique" and facts.undetermined else mended


def _as_shown(score: float, level: Level) -> tuple[int, float]:
    return LEVELS.index(level), round(score, 2)
