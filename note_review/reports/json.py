"""A review as JSON: the same characters on every door."""

from __future__ import annotations

from note_review.review import Review


def render(review: Review, *, indent: int | None = None) -> str:
    """Return the review contract's JSON and a line end."""
    return review.as_json(indent=indent) + "\n"
