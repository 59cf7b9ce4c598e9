"""What both clients do alike: requests made, answers taken, and whether and when to try again."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from note_review.errors import NoteReviewError, SettingsError
from note_review.note import Note
from note_review.review import Review

try:
    import httpx
except ModuleNotFoundError:
    raise SettingsError("the client wants the extra 'api': pip install 'note-review[api]'") from None

AGAIN = frozenset({408, 429, 502, 503, 504})
NoteLike = Note | Mapping[str, Any]


class Failed(NoteReviewError):
    """The server could not be reached, or was busy until the last try."""


class Refused(NoteReviewError):
    """The server refused; ``status``, ``kind`` and ``place`` say why, and none of the note is in it.

    Parameters
    ----------
    status
        The HTTP status; 0 where a note was refused in its place among others and had none.
    problem
        The members of RFC 9457.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status, self.place = status, str(problem.get("place", ""))
        self.kind = str(problem.get("type", "")).rpartition(":")[2]
        detail = str(problem.get("detail", "no reason given"))
        super().__init__(f"{status}: {self.place + ': ' if self.place else ''}{detail}")


@dataclass(frozen=True, slots=True)
class Retries:
    """How patient a client is: full jitter below a doubling limit, and never less than the server's ``Retry-After``.

    Parameters
    ----------
    times
        Tries after the first.
    first, longest
        Seconds: the limit of the first pause, and of any.
    """

    times: int = 4
    first: float = 0.25
    longest: float = 20.0

    def pause(self, tried: int, answer: httpx.Response | None) -> float | None:
        """Return the seconds until the next try, or None where there is none. ``tried`` counts from 1."""
        if tried > self.times or (answer is not None and answer.status_code not in AGAIN and not _in_flight(answer)):
            return None
        asked = answer.headers.get("retry-after", "") if answer is not None else ""
        least = min(float(asked), self.longest) if asked.isdecimal() else 0.0
        return least + random.uniform(0, min(self.longest, self.first * 2 ** (tried - 1)))


@dataclass(frozen=True, slots=True)
class Call:
    """One request; ``key`` makes it safe to send again."""

    method: str
    path: str
    content: bytes | None = None
    type: str = "application/json"
    etag: str | None = None
    key: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """Its headers."""
        named = {"Content-Type": self.type if self.content is not None else None, "If-None-Match": self.etag}
        named["Idempotency-Key"] = self.key
        return {name: value for name, value in named.items() if value is not None}


def review_call(note: NoteLike, etag: str | None = None) -> Call:
    """Return the call for one note."""
    return Call("POST", "/v1/review", _encoded(_plain(note)), etag=etag)


def reviews_call(notes: Iterable[NoteLike]) -> Call:
    """Return the call for many notes."""
    return Call("POST", "/v1/reviews", _encoded({"notes": [_plain(note) for note in notes]}))


def job_call(notes: Iterable[NoteLike], key: str | None) -> Call:
    """Return the call that makes a job; a key of its own, where none is given, keeps a retry from making two."""
    lines = b"".join(_encoded(_plain(note)) + b"\n" for note in notes)
    return Call("POST", "/v1/jobs", lines, "application/jsonl", key=key or uuid.uuid4().hex)


def review_of(record: Mapping[str, Any]) -> Review | Refused:
    """Return the review, or what stands in its place."""
    if "error" in record:
        return Refused(int(record["error"].get("status", 0)), record["error"])
    return Review.model_validate(record)


def reviews_of_lines(lines: str) -> Iterator[Review | Refused]:
    """Return what a job's lines hold."""
    return (review_of(json.loads(line)) for line in lines.split("\n") if line)


def checked(answer: httpx.Response) -> httpx.Response:
    """Return an answer that is one.

    Raises
    ------
    Refused
        It is a problem.
    """
    if answer.is_success or answer.status_code == 304:
        return answer
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    raise Refused(answer.status_code, problem if isinstance(problem, dict) else {})


def _in_flight(answer: httpx.Response) -> bool:
    return (
        answer.status_code == 409
        and answer.headers.get("content-type", "").endswith("problem+json")
        and "in-flight" in answer.text
    )


def _plain(note: NoteLike) -> Mapping[str, Any]:
    # What a note read from a file knows beside the contract stays here.
    return note.model_dump(mode="json", include=set(Note.model_fields), exclude_unset=True) if isinstance(note, Note) else note


def _encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
