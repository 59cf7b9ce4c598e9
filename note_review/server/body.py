"""A request's body: JSON, no larger than allowed, read no longer than allowed."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.requests import Request

from note_review.server.problem import Problem


async def read_json(request: Request, *, limit: int, seconds: float) -> Any:
    """Return the decoded body.

    Raises
    ------
    Problem
        415 for another type, 413 over the limit (at once), 408 for a sender that dawdles, 400 for what is no JSON.
    """
    _require_json(request.headers.get("content-type", ""))
    if request.headers.get("content-length", "0").isdecimal() and int(request.headers.get("content-length", "0")) > limit:
        raise _too_large(limit)
    try:
        async with asyncio.timeout(seconds):
            data = await _read(request, limit)
    except TimeoutError:
        raise Problem(408, "too-slow", f"the body took longer than {seconds:g} s", headers={"Connection": "close"}) from None
    try:
        return await asyncio.to_thread(json.loads, data)
    except (ValueError, RecursionError):
        raise Problem(400, "not-json", "the body is not JSON in UTF-8") from None


async def _read(request: Request, limit: int) -> bytes:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limit:
            raise _too_large(limit)
    return bytes(data)


def _too_large(limit: int) -> Problem:
    return Problem(413, "too-large", f"the body is larger than {limit // 1024} KiB", headers={"Connection": "close"})


def _require_json(content_type: str) -> None:
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [p.partition("=")[2].strip('"') for p in parameters if p.startswith("charset")]
    if kind != "application/json" or any(charset not in ("utf-8", "utf8") for charset in charsets):
        raise Problem(415, "not-json-type", "send application/json in UTF-8")
