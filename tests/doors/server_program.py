"""A server in a process of its own (or more), with a reviewer that never thinks: PORT [fields of Deployment as JSON]."""

import json
import os
import sys

from note_review.server import job_runner
from note_review.server.deployment import Deployment
from note_review.server.services import Limits
from note_review.server.serving import Listen, serve
from note_review.server.webhooks import sender

LIMITS = {
    "note_bytes": 20_000, "notes_bytes": 200_000, "job_bytes": 400_000, "job_notes": 200, "jobs": 3, "seconds": 1.0,
    "threads": 1, "queue": 1, "rate": 1000.0, "recent": 0.0,
}  # fmt: skip
job_runner.LEASE = float(os.environ.get("TEST_LEASE", "20"))
sender.WAITS = tuple(map(float, os.environ["TEST_WAITS"].split())) if "TEST_WAITS" in os.environ else sender.WAITS

if __name__ == "__main__":
    given = json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    limits = Limits(**LIMITS | given.pop("limits", {}))
    serve(Listen(port=int(sys.argv[1])), Deployment(**{"factory": "fake_reviewer:build", "limits": limits} | given))
