"""Which cores a worker process keeps to.

A request is handed from thread to thread: the event loop, the one that reviews, the one that writes the audit log. Where they share a core,
nothing has to be woken elsewhere and its caches know the data; only one thread of a process runs Python at a time anyway.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress


def share_of_cores(place: int, *, workers: int, cores: Iterable[int]) -> set[int]:
    """Return the cores of one of several workers: as many for each as there are, or one core for several workers.

    Parameters
    ----------
    place
        The worker's number, from 0.
    workers
        How many there are.
    cores
        The cores that all of them may use, at least one.
    """
    usable = sorted(cores)
    return set(usable[place::workers]) if workers < len(usable) else {usable[place % len(usable)]}


def keep_to(process: int, cores: set[int]) -> None:
    """Keep all threads of a process to some cores (Linux); those that they start keep to them too. One that has ended by now is passed over."""
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{process}/task"):
            os.sched_setaffinity(int(thread), cores)
