"""A decoded record made a note, with nothing of the record in what is said when it is none."""

from __future__ import annotations

from note_review.errors import InputError
from note_review.note import Assistant, ClaimLine, Note, PlanOfCare, PriorNote, note_of

NAMES = frozenset(name for model in (Note, ClaimLine, PlanOfCare, Assistant, PriorNote) for name in model.model_fields)


def note_from(record: object) -> Note:
    """Make a note of a record.

    Raises
    ------
    InputError
        It is none. The place keeps to the contract's own names, for a key may be a person's; a value of a type that no rule
        foresaw is an error of the input too.
    """
    try:
        return note_of(record)
    except InputError as error:
        raise InputError(error.reason, place=_ours(error.place)) from None
    except (TypeError, AttributeError):
        raise InputError("a field is not what the contract says") from None


def _ours(place: str) -> str:
    word, _, path = place.partition(" ")
    if word != "field":
        return place
    kept = []
    for part in path.split("."):
        if part not in NAMES and not part.isdecimal():
            break
        kept.append(part)
    return f"field {'.'.join(kept)}" if kept else ""
