"""A server in a process of its own, with a reviewer that never thinks."""

import sys

import fake_reviewer

from note_review.server.database import open_database
from note_review.server.services import Catalogue, Limits
from note_review.server.serving import Listen, serve

if __name__ == "__main__":
    catalogue = Catalogue(rules=lambda: [{"code": "NR201"}], policy=lambda: {"as_of": "2026-01-01"})
    limits = Limits(note_bytes=20_000, notes_bytes=200_000, seconds=1.0, threads=1, queue=1)
    serve(
        fake_reviewer.FakeReviewer(), Listen(port=int(sys.argv[1])), database=open_database(), catalogue=catalogue, limits=limits
    )
