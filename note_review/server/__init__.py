"""The HTTP door: the same calls over HTTP, no judging of its own."""

from note_review.server.app import Catalogue, Limits, create_app
from note_review.server.serving import Listen, serve

__all__ = ["Catalogue", "Limits", "Listen", "create_app", "serve"]
