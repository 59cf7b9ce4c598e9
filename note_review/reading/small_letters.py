"""Patterns blind to capitals: written small once, matched against the text in small letters, several times faster than IGNORECASE.

The matches are those of IGNORECASE, at the same places: small letters keep the length of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_KEPT_OR_LETTER = re.compile(r"\\.|\(\?P<|.", re.DOTALL)


def small(text: str) -> str:
    """Return a text in small letters at the same length; the odd i, s and k are plain ones, as IGNORECASE takes them."""
    if text.isascii():
        return text.lower()
    return text.replace("\u0130", "i").lower().replace("\u0131", "i").replace("\u017f", "s")


def has_any(text: str, words: Iterable[str]) -> bool:
    """Return whether a text has one of some words, parts of others included: sooner told than that a long pattern finds nothing."""
    return any(map(text.__contains__, words))


def any_case(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Compile a pattern, however it is written, for matching against :func:`small` text.

    Raises
    ------
    ValueError
        The pattern sets IGNORECASE, or unsets it in places: there are no capitals to tell.
    """
    if "(?i" in pattern or "(?-i" in pattern or flags & re.IGNORECASE:
        raise ValueError("small text has no capitals")
    return re.compile(_KEPT_OR_LETTER.sub(lambda m: m[0] if len(m[0]) > 1 else m[0].lower(), pattern), flags)
