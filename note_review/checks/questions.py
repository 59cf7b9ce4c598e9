"""The question that a fix asks about the judged service, by the code billed: it asks for the fact that is missing and never supplies it (design: law 8)."""

from __future__ import annotations

from note_review.judged import Judged
from note_review.reading.service_names import TIMED_CODES

# What each code treats (billing guide 97112: 97112 vs. 97110 vs. 97530); of any other code nothing is presumed.
_NEUROMUSCULAR = "a neuromuscular impairment"
_TREATED = {"97110": "a limit of strength, endurance, range of motion or flexibility"}
_ANY = "an impairment or a limit of function"
_OF_GIVING = frozenset({
    "deficit_missing", "deficit_not_specific", "technique_missing", "minutes_missing", "response_missing", "response_not_measured",
    "skilled_need_missing",
})  # fmt: skip


def question(reason: str, judged: Judged, *, given: bool = True) -> str | None:
    """Return the question for a missing element or skill; None where the rule's own fits every code.

    ``given`` is False where the note says that the service was not given: then nothing else is asked.
    """
    if not given and reason in _OF_GIVING:
        return whether_given(judged)
    if reason == "deficit_missing":
        treated = _NEUROMUSCULAR if judged.wants_neuromuscular else _ANY if judged.assumed else _TREATED.get(judged.code, _ANY)
        return f"If {treated} was found, which one was it, and how did it show today?"
    if reason == "minutes_missing" and judged.code not in TIMED_CODES:
        return "How long did this service take?"
    return None


def whether_given(judged: Judged) -> str:
    """Return the question where the note says that the judged service was not given."""
    if judged.assumed:
        return "Was a service given in this visit? If so, what was done?"
    return f"Was {judged.code} given in this visit? If so, what was done? If not, it does not belong on the claim."
