"""A decoded record made a note, with nothing of the record in what is said when it is none."""

from __future__ import annotations

import re
from collections.abc import Iterable

from note_review.errors import InputError
from note_review.note import Note, note_of

# What is shaped like a field's name may be told; anything else may be words of a note.
FIELD_NAME = re.compile(r"[a-z][A-Za-z0-9_]{0,39}")


def note_from(record: object, *, is_exact: bool = False) -> Note:
    """Make a note of a record.

    Parameters
    ----------
    is_exact
        Refuse fields that the contract does not have, where a misspelled one would be left out unnoticed.

    Raises
    ------
    InputError
        It is none; a value of a type that no rule foresaw is an error of the input too.
    """
    if is_exact:
        require_known(record, Note.model_fields)
    try:
        return note_of(record)
    except InputError as error:
        raise InputError(error.reason, place=error.place) from None
    except (TypeError, AttributeError):
        raise InputError("a field is not what the contract says") from None


def require_known(record: object, fields: Iterable[str]) -> None:
    """Refuse an object with a field that is none of ``fields``; other things than objects pass.

    Raises
    ------
    InputError
        It has one; the message names the field, by its number where its name is shaped like none, and never its value.
    """
    known = tuple(fields)
    for number, name in enumerate(record if isinstance(record, dict) else (), 1):
        if name not in known:
            told = name if isinstance(name, str) and FIELD_NAME.fullmatch(name) else f"number {number}"
            raise InputError(f"there is no such field; there are {', '.join(known) or 'none'}", place=f"field {told}")
