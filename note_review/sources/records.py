"""A decoded record made a note, with nothing of the record in what is said when it is none."""

from __future__ import annotations

from note_review.errors import InputError
from note_review.note import Note, note_of


def note_from(record: object) -> Note:
    """Make a note of a record.

    Raises
    ------
    InputError
        It is none; a value of a type that no rule foresaw is an error of the input too.
    """
    try:
        return note_of(record)
    except InputError as error:
        raise InputError(error.reason, place=error.place) from None
    except (TypeError, AttributeError):
        raise InputError("a field is not what the contract says") from None
