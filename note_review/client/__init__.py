"""Calls a note-review server: ``Client`` and ``AsyncClient``, typed by the contract, patient with a busy server. Wants the extra ``api``.

with Client("http://127.0.0.1:8000", token="nr_...") as client:
review = client.review({"text": "97112 x 23 min: tandem stance on foam."})
"""

from note_review.client.calls import Failed, Refused, Retries
from note_review.client.clients import AsyncClient, Client
from note_review.client.types import JobStatus

__all__ = ["AsyncClient", "Client", "Failed", "JobStatus", "Refused", "Retries"]
