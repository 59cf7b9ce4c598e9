"""The question that goes back to the clinician: open, about what is missing, naming no answer and no payment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from note_review.catalogue import rule_named
from note_review.errors import SettingsError
from note_review.workbench.readings import Reading

OPENING = "About your note"
CLOSING = (
    "Please answer from the record and your own knowledge of the visit, as a dated addendum. If something was not done, not measured "
    "or not observed, please say so; nothing is to be added that did not happen."
)


def query_for(reading: Reading, review: Mapping[str, Any], *, day: str | None) -> str:
    """Return the question for the reasons that a reader holds.

    Each is the rule's own question about the missing fact; no answer is offered, no code, no amount and no risk is named.
    """
    asked = dict.fromkeys(filter(None, (_question(reason, review) for reason in reading.reasons)))
    visit = f"{OPENING} of {day}" if day else OPENING
    lines = [f"{number}. {question}" for number, question in enumerate(asked, 1)] or ["1. "]
    return "\n".join([f"{visit}:", "", *lines, "", CLOSING])


def _question(reason: str, review: Mapping[str, Any]) -> str | None:
    """Return the question that the review asks for a reason, else the rule's own."""
    said = next((found["fix"] for found in review["risk"]["reasons"] if found["reason"] == reason), "")
    if said.rstrip().endswith("?"):
        return str(said)
    try:
        fix = rule_named(reason).fix
    except SettingsError:
        return None
    return fix if fix.rstrip().endswith("?") else None
