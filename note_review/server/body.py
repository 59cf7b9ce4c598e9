"""A request's body: JSON or JSON lines, no larger than allowed, read no longer than allowed."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from note_review.server.problem import Problem

LINE_TYPES = (
    "application/jsonl", "application/x-ndjson", "application/jsonlines", "application/x-jsonlines", "application/json", "text/plain",
)  # fmt: skip
LINES_TOGETHER = 500
SHORT = 32_768


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a body and its number, from 1; with nothing in it where it was too long to be kept."""

    number: int
    data: bytes | None

    @property
    def record(self) -> Any:
        """The decoded line.

        Raises
        ------
        Problem
            413 for a line over the limit, 422 for one that is no JSON.
        """
        if self.data is None:
            raise Problem(413, "too-large", "the note is larger than allowed")
        try:
            return json.loads(self.data)
        except (ValueError, RecursionError):
            raise Problem(422, "not-json", "the line is not JSON in UTF-8") from None


async def read_lines(
    request: Request, *, limit: int, line_limit: int, seconds: float, digest: hmac.HMAC
) -> AsyncIterator[list[Line]]:
    """Give the lines of a body that are not blank, some hundreds at a time, as they come; feed ``digest`` with all of it.

    Raises
    ------
    Problem
        As of ``read_json``; a line over ``line_limit`` bytes is given without its data.
    """
    _require(LINE_TYPES, request.headers.get("content-type", ""))
    _require_length(request, limit)
    splitter, size, waiting = _Splitter(line_limit), 0, list[Line]()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise _too_large(limit)
                digest.update(chunk)
                waiting += splitter.feed(chunk)
                if len(waiting) >= LINES_TOGETHER:
                    yield waiting
                    waiting = []
    except TimeoutError:
        raise _too_slow(seconds) from None
    waiting += splitter.feed(b"\n")
    if waiting:
        yield waiting


class _Splitter:
    """Cuts chunks into lines and holds no more of one than is allowed."""

    def __init__(self, limit: int) -> None:
        self._limit, self._begun, self._size, self._number = limit, bytearray(), 0, 0

    def feed(self, chunk: bytes) -> Iterator[Line]:
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            self._add(part)
            self._number += 1
            line = Line(self._number, bytes(self._begun) if self._size <= self._limit else None)
            self._begun, self._size = bytearray(), 0
            if line.data is None or line.data.strip():
                yield line
        self._add(rest)

    def _add(self, part: bytes) -> None:
        self._size += len(part)
        if self._size <= self._limit:
            self._begun += part


async def read_json(
    request: Request,
    *,
    limit: int,
    seconds: float,
    digest: hmac.HMAC | None = None,
    types: tuple[str, ...] = ("application/json",),
) -> Any:
    """Return the decoded body, of one of ``types``; feed ``digest`` with it.

    Raises
    ------
    Problem
        As of ``read_bytes``; 400 for what is no JSON.
    """
    data = await read_bytes(request, types=types, limit=limit, seconds=seconds)
    if digest is not None:
        digest.update(data)
    try:
        # A short text is decoded sooner than handed to a thread.
        return json.loads(data) if len(data) < SHORT else await asyncio.to_thread(json.loads, data)
    except (ValueError, RecursionError):
        raise Problem(400, "not-json", "the body is not JSON in UTF-8") from None


async def read_bytes(request: Request, *, types: tuple[str, ...], limit: int, seconds: float) -> bytes:
    """Return the body.

    Raises
    ------
    Problem
        415 for another type, 413 over the limit (at once), 408 for a sender that dawdles.
    """
    _require(types, request.headers.get("content-type", ""))
    _require_length(request, limit)
    try:
        async with asyncio.timeout(seconds):
            return await _read(request, limit)
    except TimeoutError:
        raise _too_slow(seconds) from None


async def _read(request: Request, limit: int) -> bytes:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limit:
            raise _too_large(limit)
    return bytes(data)


def _too_large(limit: int) -> Problem:
    return Problem(413, "too-large", f"the body is larger than {limit // 1024} KiB", headers={"Connection": "close"})


def _too_slow(seconds: float) -> Problem:
    return Problem(408, "too-slow", f"the body took longer than {seconds:g} s", headers={"Connection": "close"})


def _require_length(request: Request, limit: int) -> None:
    stated = request.headers.get("content-length", "0")
    if stated.isdecimal() and int(stated) > limit:
        raise _too_large(limit)


def _require(types: tuple[str, ...], content_type: str) -> None:
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [p.partition("=")[2].strip('"') for p in parameters if p.startswith("charset")]
    if kind not in types or any(charset not in ("utf-8", "utf8") for charset in charsets):
        raise Problem(415, "not-json-type", f"send {types[0]} in UTF-8")
