"""Worker processes keep to their share of the cores, those that take a dead one's place too."""

import os
import signal
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server_process import Server, wait_for

from note_review.server.cores import share_of_cores


@given(cores=st.sets(st.integers(0, 200), min_size=1, max_size=70), workers=st.integers(1, 64))
def test_shares_leave_no_core_idle_and_no_worker_without(cores, workers):
    shares = [share_of_cores(place, workers=workers, cores=cores) for place in range(workers)]
    assert set().union(*shares) == cores if workers <= len(cores) else all(len(share) == 1 for share in shares)
    assert all(share <= cores and share for share in shares)
    assert sum(map(len, shares)) == max(len(cores), workers)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2, reason="needs two cores of Linux")
def test_two_workers_share_the_cores_and_so_does_one_that_is_started_again(tmp_path):
    server = Server(tmp_path / "log", deployment={"workers": 2})
    try:
        wait_for(lambda: _is_shared(server.process.pid))
        first = _workers(server.process.pid)
        # The supervisor greets new workers; one that dies before it answers is given up after half a minute only.
        time.sleep(1)
        os.kill(max(first), signal.SIGKILL)
        wait_for(lambda: _workers(server.process.pid) - first, 60)
        assert wait_for(lambda: _is_shared(server.process.pid))
        assert len(_workers(server.process.pid) & first) == 1
    finally:
        server.stop()


def _workers(parent):
    """The worker processes: children that have been told what they are, not the one that tracks resources."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return {int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()}


def _is_shared(parent):
    """Say whether two workers, with all their threads, have half of the cores each."""
    try:
        shares = [
            {frozenset(os.sched_getaffinity(int(thread))) for thread in os.listdir(f"/proc/{worker}/task")}
            for worker in _workers(parent)
        ]
    except OSError:
        return False
    if len(shares) != 2 or any(len(share) != 1 for share in shares):
        return False
    one, other = (next(iter(share)) for share in shares)
    return not one & other and one | other == os.sched_getaffinity(parent)
