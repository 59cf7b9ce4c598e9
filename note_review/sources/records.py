"""A decoded record made a note, with nothing of the record in what is said when it is none."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from note_review.errors import InputError
from note_review.note import Note, note_of

# How like a field's name another has to be to be taken for a slip of it: "stge" and "dateOfService" are, "payer_id" is not.
LIKENESS = 0.88
LONGEST_NAME = 40


def note_from(record: object, *, is_exact: bool = False) -> Note:
    """Make a note of a record.

    Parameters
    ----------
    is_exact
        Refuse misspelled fields, which would be left out unnoticed.

    Raises
    ------
    InputError
        It is none; a value of a type that no rule foresaw is an error of the input too.
    """
    if is_exact:
        refuse_misspelled(record, Note.model_fields)
    try:
        return note_of(record)
    except InputError as error:
        raise InputError(error.reason, place=error.place) from None
    except (TypeError, AttributeError):
        raise InputError("a field is not what the contract says") from None


def refuse_misspelled(record: object, fields: Iterable[str]) -> None:
    """Refuse an object with a name that is a slip of one of ``fields``; other names, and other things than objects, pass.

    Raises
    ------
    InputError
        It has one; the message names the field that is meant, and holds nothing of the object.
    """
    known = {_plain(field): field for field in fields}
    for name in record if isinstance(record, dict) else ():
        if isinstance(name, str) and len(name) <= LONGEST_NAME and name not in known.values():
            for meant in get_close_matches(_plain(name), known, n=1, cutoff=LIKENESS):
                raise InputError("its name is misspelled", place=f"field {known[meant]}")


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
