"""Which characters of a text are taken: a test for overlap that stays fast on long texts."""

from __future__ import annotations

from collections.abc import Iterable

from note_review.note import Span


class Marks:
    """Marked stretches of a text."""

    def __init__(self, length: int, taken: Iterable[Span] = ()) -> None:
        self._marked = bytearray(length + 1)
        for span in taken:
            self.take(*span)

    def hold(self, offset: int) -> bool:
        """Return whether the character at an offset is marked."""
        return self._marked.find(1, offset, offset + 1) >= 0

    def free(self, start: int, end: int) -> bool:
        """Return whether no character of a stretch is marked."""
        return self._marked.find(1, start, end) < 0

    def take(self, start: int, end: int) -> None:
        """Mark a stretch."""
        self._marked[start:end] = b"\x01" * (end - start)

    def take_if_free(self, span: Span) -> bool:
        """Mark a stretch unless it is marked already, and return whether it was free."""
        if not self.free(*span):
            return False
        self.take(*span)
        return True
