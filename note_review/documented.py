"""How sure it is that the judged service shows what a reviewer looks for, each element by two witnesses: the engine's own answer and the words found.

The two are weighed by a logistic regression with weights of zero or more that ``training.calibrate`` fits on notes no engine was trained on.
What no words were found for is never called documented.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from note_review.claims.withheld import was_given
from note_review.encounter import CODES, Assertion, Encounter, Mention
from note_review.judged import (
    UNSKILLED,
    Judged,
    deficits_of,
    is_alone,
    judged_service,
    others_text,
    responses_of,
    shares_of,
    techniques_of,
    wanted,
)
from note_review.spoken_of import only_of_other_services

DOCUMENTED = ("deficit", "specific", "technique", "response", "measured", "skill", "purposeful")
# From this probability on an element counts as documented.
DECIDES = 0.5
_WITH_WORDS = frozenset({"deficit", "technique", "response"})
# Engine's answer, words: what is weighed, each a probability.
Witnesses = tuple[float, float]
# Of these the engine alone speaks: beside its answer, words of skill had a fitted weight of 0.0 (accurate) and 0.06 (fast).
_NO_WORDS = 0.5
_FAR = 0.02
_ELSEWHERE = 0.5
_SAID_SO = 0.9
# How sure the engine must be of a deficit that its words deny, and of one that stands beside the denial.
_SPOKEN_OF = 0.1
_HINTED = 0.3
_VAGUE_WORDS = frozenset(
    "a an and in of the with to her his their pt patient has is continues c/o impaired decreased poor reduced diminished limited deficits deficit problems problem issues issue difficulty difficulties dysfunction "
    "abnormal abnormality abnormalities impairment impairments balance coordination posture postural mobility functional function gait movement proprioception proprioceptive neuromuscular control motor overall general "
    "generalized generally some mild moderate unsteady unsteadiness instability unstable off activity activities adl adls daily living decline weakness weak deconditioned deconditioning endurance strength stability "
    "ambulation lower extremity upper le ue ble bue body core trouble bad fair".split()
)


def documented(
    encounter: Encounter, answers: Mapping[str, Mapping[str, float]], weights: Mapping[str, tuple[float, float, float]]
) -> dict[str, float]:
    """Return the probability (0..1) of each of :data:`DOCUMENTED`, and that the service was given to this patient ``alone``, given an engine's answers about the judged service.

    ``weights`` by element: intercept, weight of the engine's answer, weight of the words; both of their log odds.
    """
    judged = judged_service(encounter)
    found = witnesses(encounter, judged, answers)
    sure = {name: _weighed(found[name], weights[name]) for name in DOCUMENTED}
    # Notes that say outright who else was there are too few to weigh: their words decide.
    alone = answers["one_on_one"]["alone"]
    shared = bool(shares_of(encounter, judged.service))
    if shares_of(encounter, judged.service, UNSKILLED):
        sure["skill"] = min(sure["skill"], 1 - _SAID_SO)
    sure["alone"] = 1 - _SAID_SO if shared else max(alone, _SAID_SO) if is_alone(encounter) else alone
    # A technique put off is another service's matter unless the judged one's are all put off.
    said = {
        m.kind
        for m in (*encounter.mentions, *encounter.faint_deficits)
        if m.assertion is Assertion.PRESENT or m.kind == "technique"
    }
    absent = (
        {element for element in _WITH_WORDS if element not in said}
        | _only_of_other_times(encounter, judged)
        | _only_denied(encounter, judged)
        | _only_put_off(encounter, judged)
        | ({"response"} if only_of_other_services(encounter, judged) else set())
    )
    return {element: 0.0 if element in absent else chance for element, chance in sure.items()}


def _only_of_other_times(encounter: Encounter, judged: Judged) -> set[str]:
    """Return ``measured`` where every measured response of the judged service is a goal's or another visit's."""
    others = others_text(encounter, judged)
    told = [
        m.assertion
        for m in encounter.mentions
        if m.kind == "response" and m.attribute == "measured" and not others.hold(m.span.start)
    ]
    return {"measured"} if told and Assertion.PRESENT not in told else set()


def _only_denied(encounter: Encounter, judged: Judged) -> set[str]:
    """Return ``deficit`` where one that would count is denied and none that would count is named as present."""
    counting = wanted((*(m for m in encounter.mentions if m.kind == "deficit"), *encounter.faint_deficits), judged)
    denied = any(m.assertion is not Assertion.PRESENT and m.confidence >= _SPOKEN_OF for m in counting)
    return {"deficit"} if denied and _surest(deficits_of(encounter, judged)) < _HINTED else set()


def _only_put_off(encounter: Encounter, judged: Judged) -> set[str]:
    """Return ``technique`` where the judged service was not given, or none of those that the whole note names was done in this visit."""
    # An evaluation or a manoeuvre that is judged itself does not hang on the drills put off beside it.
    return (
        {"technique"}
        if not was_given(encounter, judged) or (judged.code in CODES and not encounter.present("technique"))
        else set()
    )


def witnesses(encounter: Encounter, judged: Judged, answers: Mapping[str, Mapping[str, float]]) -> dict[str, Witnesses]:
    """Return both witnesses of each element."""
    deficit, response = answers["deficit"], answers["response"]
    deficits = deficits_of(encounter, judged)
    general = bool(deficits) and all(is_vague(encounter.note.text[m.span.start : m.span.end]) for m in deficits)
    return {
        "deficit": (1 - deficit["none"], _surest(deficits)),
        "specific": (deficit["specific"] / (1 - deficit["none"] + 1e-6), float(not general)),
        "technique": (answers["technique"]["named"], _surest(techniques_of(encounter, judged.service))),
        "response": (1 - response["none"], _response(encounter, judged, {"generic", "measured"})),
        "measured": (response["measured"], _response(encounter, judged, {"measured"})),
        "skill": (answers["skill"]["shown"], _NO_WORDS),
        "purposeful": (answers["exercise"]["purposeful"], _NO_WORDS),
    }


def is_vague(phrase: str) -> bool:
    """Say whether a deficit's words could be anyone's: only general words, no side, task, condition or figure."""
    words = re.findall(r"[a-z]+(?:/[a-z]+)?|\d+", phrase.lower())
    return all(word in _VAGUE_WORDS for word in words)


def _response(encounter: Encounter, judged: Judged, kinds: set[str]) -> float:
    near = [m for m in responses_of(encounter, judged) if m.attribute in kinds]
    rest = [m for m in encounter.present("response") if m.attribute in kinds]
    return max(_surest(near), _ELSEWHERE * _surest(rest))


def _surest(mentions: Iterable[Mention]) -> float:
    return max((m.confidence for m in mentions), default=0.0)


def _weighed(witnesses: Witnesses, weights: tuple[float, float, float]) -> float:
    return 1 / (1 + math.exp(-sum(w * x for w, x in zip(weights, odds_of(witnesses), strict=True))))


def odds_of(witnesses: Witnesses) -> tuple[float, float, float]:
    """Return 1 and the log odds of both witnesses, kept from the ends."""
    one, two = (min(max(chance, _FAR), 1 - _FAR) for chance in witnesses)
    return 1.0, math.log(one / (1 - one)), math.log(two / (1 - two))
