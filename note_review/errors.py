"""Everything this package raises on purpose.

``NoteReviewError``
    ├── ``InputError``      a note, file or claim cannot be read; ``source`` and ``place`` say where
    ├── ``PolicyError``     a policy or payer file is wrong; the message names file, line and reason
    ├── ``ModelError``      a trained model is absent, damaged or of another version
    ├── ``OutputError``     results cannot be written: a full disk, a folder that is not ours
    └── ``SettingsError``   the caller asked for something that does not exist

No message holds text of a note.
"""

from __future__ import annotations


class NoteReviewError(Exception):
    """Base of all errors of this package."""


class InputError(NoteReviewError):
    """A note, file or claim cannot be read.

    Parameters
    ----------
    reason
        What is wrong, in words that hold nothing of the note.
    source
        The file or record it is about.
    place
        Where in it: ``line 3``, ``page 2``, ``column text``.
    """

    def __init__(self, reason: str, *, source: str = "", place: str = "") -> None:
        self.reason, self.source, self.place = reason, source, place
        super().__init__(": ".join(part for part in (source, place, reason) if part))


class PolicyError(NoteReviewError):
    """A policy or payer file is wrong."""


class ModelError(NoteReviewError):
    """A trained model is absent, damaged or of another version."""


class OutputError(NoteReviewError):
    """Results cannot be written."""


class SettingsError(NoteReviewError):
    """The caller asked for an engine, payer, rule or format that does not exist."""
