"""note_review: reads a therapy note before it is billed, and says what reads as 97112, 97110 or 97530, what is missing, and the risk.

>>> from note_review import Note, Reviewer
>>> review = Reviewer().review(Note(text="Neuro re-ed (97112) x 23 min: tandem stance on foam, CGA."))
>>> review.risk.code
'97112'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from note_review.settings import DEFAULT_ENGINE

if TYPE_CHECKING:
    from note_review.findings import Finding
    from note_review.note import ClaimLine, Note
    from note_review.review import Review
    from note_review.reviewer import Reviewer
    from note_review.settings import Settings

__version__ = "0.1.0"
__all__ = ["ClaimLine", "Finding", "Note", "Review", "Reviewer", "Settings", "review"]
_HOMES = {
    "ClaimLine": "note",
    "Finding": "findings",
    "Note": "note",
    "Review": "review",
    "Reviewer": "reviewer",
    "Settings": "settings",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: importing the package loads no model library."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def review(text: str, *, claim: str | None = None, engine: str = DEFAULT_ENGINE) -> Review:
    """Review one text.

    Parameters
    ----------
    text
        The note.
    claim
        What is billed, as the command line takes it: ``97112:2:GP,97110:1:GP``.
    engine
        ``fast``, ``accurate`` or ``cascade``.

    Raises
    ------
    InputError, SettingsError
        The claim cannot be read, or there is no such engine.
    """
    from note_review.note import Note, parse_claim
    from note_review.reviewer import Reviewer
    from note_review.settings import Settings

    return Reviewer(Settings(engine=engine)).review(Note(text=text, claim=parse_claim(claim) if claim else ()))
