"""The last reviews of this process, for a minute and in memory alone: text that was not changed is not read twice."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable


class Recent:
    """Keeps answers for a short time.

    Parameters
    ----------
    seconds
        How long; 0 keeps nothing.
    most
        Bytes of all answers together; the oldest go first.
    now
        The clock.
    """

    def __init__(self, *, seconds: float, most: int = 16 * 1024 * 1024, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._most, self._now, self._size = seconds, most, now, 0
        self._answers: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    def get(self, name: str) -> bytes | None:
        """Return what was kept under a name, while its time lasts."""
        self._forget()
        kept = self._answers.get(name)
        return kept[1] if kept else None

    def keep(self, name: str, answer: bytes) -> None:
        """Keep an answer."""
        if self._seconds and name not in self._answers and len(answer) <= self._most:
            self._answers[name] = (self._now() + self._seconds, answer)
            self._size += len(answer)
            self._forget()

    def _forget(self) -> None:
        while self._answers:
            until, answer = next(iter(self._answers.values()))
            if until > self._now() and self._size <= self._most:
                return
            self._answers.popitem(last=False)
            self._size -= len(answer)
