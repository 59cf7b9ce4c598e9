"""Many notes: shards in input order, worker processes, a manifest to go on from, reports made from what was committed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from note_review.batch.runner import BatchOptions, BatchResult, run_batch
    from note_review.batch.worker import ReviewsNotes

__all__ = ["BatchOptions", "BatchResult", "ReviewsNotes", "run_batch"]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: the command line mounts the batch's commands without its workers."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    home = "worker" if name == "ReviewsNotes" else "runner"
    return getattr(importlib.import_module(f"{__name__}.{home}"), name)
