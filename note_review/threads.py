"""How many threads numeric libraries take."""

from __future__ import annotations

import os


def one_thread() -> None:
    """Keep numeric libraries to one thread, where the environment says nothing else. They read it when they are loaded: call it before.

    On one short note a second thread mostly waits, and takes a core from the next note.
    """
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
