"""Many notes: shards in input order, worker processes, a manifest to go on from, reports made from what was committed."""

from note_review.batch.runner import BatchOptions, BatchResult, run_batch
from note_review.batch.worker import ReviewsNotes

__all__ = ["BatchOptions", "BatchResult", "ReviewsNotes", "run_batch"]
