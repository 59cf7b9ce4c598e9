"""Reviews out: one renderer per file, no judging of its own."""

from __future__ import annotations

from note_review.errors import SettingsError
from note_review.note import Note
from note_review.reports import json, text
from note_review.review import Review
from note_review.settings import FORMATS

__all__ = ["render"]


def render(review: Review, note: Note, *, format: str = "text", terminal: bool = False) -> str:
    """Return a review in one of :data:`note_review.settings.FORMATS`.

    Parameters
    ----------
    review, note
        The review and the note it is about.
    format
        ``text``, ``json`` (the contract's, on one line) or ``html`` (one page).
    terminal
        Whether text is for a terminal that shows colour and frames.

    Raises
    ------
    SettingsError
        There is no such format.
    """
    if format == "text":
        return text.render(review, note.text, terminal=terminal)
    if format == "json":
        return json.render(review)
    if format == "html":
        # Its templates take longer to load than all else that a review on the terminal wants.
        from note_review.reports import html

        return html.render((review, note.text))
    raise SettingsError(f"no format {format!r}: there are {', '.join(FORMATS)}")
