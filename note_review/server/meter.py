"""How many requests each client makes: one account a client, shared by all worker processes of a machine.

The accounts are in a file mapped into memory, so that a client's limit does not depend on which worker its connection reached.
Each account is one number, the theoretical arrival time of the generic cell rate algorithm (ITU-T I.371).
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ACCOUNT = struct.Struct("<Qd")
ACCOUNTS = 4096
BURST_SECONDS = 2.0


class Meter:
    """Counts requests.

    Parameters
    ----------
    file
        The accounts' file, made if absent; without one, the accounts are this process's.
    now
        A clock that is the same in all processes of the machine.
    """

    def __init__(self, file: Path | None = None, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._file = now, None
        if file is not None:
            self._file = file.open("a+b")
            self._file.truncate(ACCOUNT.size * ACCOUNTS)
        self._accounts = mmap.mmap(self._file.fileno() if self._file else -1, ACCOUNT.size * ACCOUNTS)

    def take(self, client: str, *, rate: float) -> float:
        """Count one request of a client; return 0 where it may go on, else the seconds after which it may.

        Parameters
        ----------
        rate
            Requests a second; a client that was silent may make ``BURST_SECONDS`` times as many at once.
        """
        name = int.from_bytes(hashlib.sha256(client.encode()).digest()[:8], "little") | 1
        with self._alone():
            place, due = self._find(name)
            now, each = self._now(), 1.0 / rate
            due = max(due, now) + each
            wait = due - now - max(BURST_SECONDS, each)
            if wait > 1e-9:
                return wait
            ACCOUNT.pack_into(self._accounts, place, name, due)
            return 0.0

    def close(self) -> None:
        """Let the file go."""
        self._accounts.close()
        if self._file:
            self._file.close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes out; in this one only the event loop comes here."""
        if self._file is None:
            yield
            return
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _find(self, name: int) -> tuple[int, float]:
        """Return a client's account: its own, else the next that is free or has been silent; past all, its first."""
        start, now = name % ACCOUNTS, self._now()
        free = None
        for step in range(64):
            place = (start + step) % ACCOUNTS * ACCOUNT.size
            holder, due = ACCOUNT.unpack_from(self._accounts, place)
            if holder == name:
                return place, due
            if free is None and due < now:
                free = place
            if not holder:
                break
        return (free if free is not None else start * ACCOUNT.size), 0.0
