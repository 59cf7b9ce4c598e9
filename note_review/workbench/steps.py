"""The steps by which a reading is changed, each one key: a mark added, moved by a word, relabelled or deleted; code, risk, element, reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from pydantic import ValidationError

from note_review.encounter import DOMAINS, FAMILIES
from note_review.evaluation.annotated import REASONS, RESPONSE_KINDS
from note_review.risk import ELEMENTS, LEVELS
from note_review.server.problem import Problem
from note_review.workbench.readings import (
    ELEMENT_OF_REASON,
    WHYS,
    Label,
    Mark,
    Reading,
    ReadsAs,
    ServiceRead,
    settled,
    tightened,
)

WORD = re.compile(r"\S+")
SCOPE = re.compile(r"(\d{5}|[A-Z]\d{4}|total_timed|total_treatment|unspecified):\d{1,3}")
DEFAULTS = {"D": "balance", "T": "neuromuscular", "R": "measured"}
NUMBER = re.compile(r"\d{1,3}")
Step = Mapping[str, Any]


def taken(reading: Reading, step: Step, *, text: str, claim: Iterable[Mapping[str, Any]]) -> Reading:
    """Return the reading after a step.

    Parameters
    ----------
    step
        ``{"do": "add", "label": "D", "start": 3, "end": 9}``, and so on: the name of one of the steps below and what it wants.

    Raises
    ------
    Problem
        422: there is no such step, or it wants something else.
    """
    do = STEPS.get(str(step.get("do")))
    if do is None:
        raise _refused("there is no such step")
    try:
        return settled(do(reading, step, text), claim)
    except (KeyError, IndexError, TypeError, ValueError, ValidationError):
        raise _refused("the step lacks something, or wants what the guide does not know") from None


def _add(reading: Reading, step: Step, text: str) -> Reading:
    label = _label(step)
    start, end = int(step["start"]), int(step["end"])
    if not 0 <= start < end <= len(text):
        raise _refused("the stretch is not in the note")
    attribute = str(step.get("attribute") or DEFAULTS.get(label) or _minutes_in(text[start:end]))
    mark = tightened(Mark(label=label, attribute=_known(label, attribute), start=start, end=end), text)
    if mark is None or any(m.start < mark.end and mark.start < m.end for m in reading.marks):
        raise _refused("marks do not overlap: move or delete the other one first")
    return _with_marks(reading, [*reading.marks, mark])


def _delete(reading: Reading, step: Step, text: str) -> Reading:
    place = _place(reading, step)
    return _with_marks(reading, [m for number, m in enumerate(reading.marks) if number != place])


def _relabel(reading: Reading, step: Step, text: str) -> Reading:
    place, label = _place(reading, step), _label(step)
    mark = reading.marks[place]
    attribute = str(step.get("attribute") or DEFAULTS.get(label) or _minutes_in(text[mark.start : mark.end]))
    return _replaced(reading, place, mark.model_copy(update={"label": label, "attribute": _known(label, attribute)}))


def _move(reading: Reading, step: Step, text: str) -> Reading:
    """Move one edge by words, never over the next mark nor past the other edge."""
    place, by = _place(reading, step), 1 if int(step["by"]) > 0 else -1
    mark = reading.marks[place]
    lowest = max((m.end for m in reading.marks if m.end <= mark.start), default=0)
    highest = min((m.start for m in reading.marks if m.start >= mark.end), default=len(text))
    if step["edge"] == "end":
        end = _next_end(text, mark.end) if by > 0 else _last_end(text, mark.end)
        moved = mark.model_copy(update={"end": min(end, highest)})
    else:
        start = _next_start(text, mark.start) if by > 0 else _last_start(text, mark.start)
        moved = mark.model_copy(update={"start": max(start, lowest)})
    tight = tightened(moved, text) if moved.start < moved.end else None
    return _replaced(reading, place, tight) if tight else reading


def _code(reading: Reading, step: Step, text: str) -> Reading:
    """Say what a service reads as, or, without a service, what the note does."""
    code = cast(ReadsAs, step["code"])
    if step.get("service") is None:
        return Reading.model_validate({**reading.model_dump(), "reads_as": code})
    return _with_service(reading, step, {"reads_as": code})


def _minutes(reading: Reading, step: Step, text: str) -> Reading:
    return _with_service(reading, step, {"minutes": None if step["minutes"] in (None, "") else int(step["minutes"])})


def _risk(reading: Reading, step: Step, text: str) -> Reading:
    """Say the risk by hand; ``guide`` lets it follow the guide again."""
    if step["risk"] == "guide":
        return reading.model_copy(update={"risk_set": False})
    if step["risk"] not in LEVELS:
        raise _refused("a risk is low, moderate or high")
    return reading.model_copy(update={"risk": step["risk"], "risk_set": True})


def _element(reading: Reading, step: Step, text: str) -> Reading:
    element = step["element"]
    if element not in ELEMENTS:
        raise _refused("there are four elements")
    kept = [e for e in ELEMENTS if (e in reading.missing) != (e == element)]
    return reading.model_copy(update={"missing": tuple(kept)})


def _reason(reading: Reading, step: Step, text: str) -> Reading:
    """Take a reason on, or off again."""
    reason = step["reason"]
    if reason not in REASONS:
        raise _refused("the guide knows no such reason")
    if reason in reading.reasons:
        return _without(reading, reason)
    element = ELEMENT_OF_REASON.get(reason)
    missing = [e for e in ELEMENTS if e in reading.missing or e == element]
    others = [r for r in reading.reasons if element is None or ELEMENT_OF_REASON.get(r) != element]
    dismissed = {r: why for r, why in reading.dismissed.items() if r != reason}
    return reading.model_copy(update={"reasons": (*others, reason), "missing": tuple(missing), "dismissed": dismissed})


def _dismiss(reading: Reading, step: Step, text: str) -> Reading:
    """Say that a reason does not hold, and why."""
    reason, why = str(step["reason"]), str(step["why"])
    if why not in WHYS or reason not in REASONS:
        raise _refused("a reason is dismissed for one of the reasons given")
    reading = _without(reading, reason)
    return reading.model_copy(update={"dismissed": {**reading.dismissed, reason: why}})


STEPS: Mapping[str, Callable[[Reading, Step, str], Reading]] = {
    "add": _add, "delete": _delete, "relabel": _relabel, "move": _move, "code": _code, "minutes": _minutes, "risk": _risk,
    "element": _element, "reason": _reason, "dismiss": _dismiss,
}  # fmt: skip


def _without(reading: Reading, reason: str) -> Reading:
    element = ELEMENT_OF_REASON.get(reason)
    missing = tuple(e for e in reading.missing if e != element)
    return reading.model_copy(update={"reasons": tuple(r for r in reading.reasons if r != reason), "missing": missing})


def _with_service(reading: Reading, step: Step, change: dict[str, Any]) -> Reading:
    place = int(step["service"])
    if not 0 <= place < len(reading.services):
        raise _refused("there is no such service")
    changed = ServiceRead.model_validate({**reading.services[place].model_dump(), **change})
    return reading.model_copy(update={"services": (*reading.services[:place], changed, *reading.services[place + 1 :])})


def _with_marks(reading: Reading, marks: Iterable[Mark]) -> Reading:
    return reading.model_copy(update={"marks": tuple(sorted(marks, key=lambda mark: mark.start))})


def _replaced(reading: Reading, place: int, mark: Mark) -> Reading:
    return reading.model_copy(update={"marks": (*reading.marks[:place], mark, *reading.marks[place + 1 :])})


def _place(reading: Reading, step: Step) -> int:
    """Return which mark begins where the step says: marks do not overlap, so its start names it."""
    start = int(step["mark"])
    place = next((number for number, mark in enumerate(reading.marks) if mark.start == start), None)
    if place is None:
        raise _refused("there is no such mark any more")
    return place


def _label(step: Step) -> Label:
    if step["label"] not in ("D", "T", "M", "R"):
        raise _refused("a mark is a deficit, technique, minutes or response")
    return cast(Label, step["label"])


def _known(label: Label, attribute: str) -> str:
    right = SCOPE.fullmatch(attribute) if label == "M" else attribute in {"D": DOMAINS, "T": FAMILIES, "R": RESPONSE_KINDS}[label]
    if not right:
        raise _refused("the guide knows no such label")
    return attribute


def _minutes_in(text: str) -> str:
    found = NUMBER.search(text)
    return f"unspecified:{int(found[0]) if found else 0}"


def _next_end(text: str, end: int) -> int:
    following = WORD.search(text, end)
    return following.end() if following else end


def _last_end(text: str, end: int) -> int:
    return text.rfind(text[:end].rsplit(maxsplit=1)[-1], 0, end) if text[:end].split() else end


def _next_start(text: str, start: int) -> int:
    here = WORD.match(text, start)
    following = WORD.search(text, here.end() if here else start)
    return following.start() if following else start


def _last_start(text: str, start: int) -> int:
    before = text[:start].rstrip()
    return max(before.rfind(" "), before.rfind("\n"), before.rfind("\t")) + 1 if before else start


def _refused(detail: str) -> Problem:
    return Problem(422, "no-such-step", detail)
