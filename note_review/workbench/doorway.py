"""What stands before the pages: which need no session, and where somebody without one is sent."""

from __future__ import annotations

import re

from starlette.types import Scope

from note_review.server.problem import Problem
from note_review.workbench.sessions import ROOT

LOGIN = f"{ROOT}/login"
STATIC_ROOT = f"{ROOT}/static/"
_NOTE = re.compile(rf"{ROOT}/notes/[a-z0-9]{{12}}")
_PAGE = re.compile(rf"{ROOT}(?:/[a-z0-9/-]*)?")


def is_open(path: str) -> bool:
    """Whether a path needs no session: signing in, and the files that look the same for all."""
    return path == LOGIN or path.startswith(STATIC_ROOT)


def wants_page(scope: Scope) -> bool:
    """Whether a person looks at the answer: a browser asks for one of our pages."""
    path = scope["path"]
    return (path == ROOT or path.startswith(f"{ROOT}/")) and _is_browser(scope)


def sign_in_instead(scope: Scope) -> Problem | None:
    """Return where a browser without a session is sent from one of our pages, to come back after signing in, or from the server's bare address."""
    path = scope["path"]
    if path == "/" and _is_browser(scope):
        return Problem(303, "workbench", "the workbench is another page", headers={"Location": ROOT})
    if not wants_page(scope):
        return None
    back = path if scope["method"] == "GET" else (_NOTE.match(path) or [ROOT])[0]
    return Problem(303, "sign-in", "sign in first", headers={"Location": f"{LOGIN}?next={safe_return(back)}"})


def safe_return(path: str) -> str:
    """Return a path of ours to go back to, whatever was asked for."""
    return path if _PAGE.fullmatch(path) else ROOT


def _is_browser(scope: Scope) -> bool:
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])
