"""The two clients: the same calls, one blocking, one for ``asyncio``."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from types import TracebackType
from typing import Any, Self

import httpx

from note_review.client.calls import (
    Call,
    Failed,
    NoteLike,
    Refused,
    Retries,
    checked,
    job_call,
    review_call,
    review_of,
    reviews_call,
    reviews_of_lines,
)
from note_review.client.types import JobStatus
from note_review.review import Review

PAGE = 500
POLL = 1.0
UNREACHED = "the server could not be reached"


class Client:
    """Calls a server and waits.

    Parameters
    ----------
    url
        The server's, without ``/v1``.
    token
        An API key, an access token or the single user's token.
    timeout
        Seconds that one try may take.
    retries
        How patient it is with a server that is busy or away.
    verify
        As of httpx: certificate authorities, or an SSL context.

    Raises
    ------
    Failed
        From every call: no answer until the last try.
    Refused
        From every call: the server said why not.
    """

    def __init__(self, url: str, token: str, *, timeout: float = 60.0, retries: Retries = Retries(), verify: Any = True) -> None:
        self._http = httpx.Client(base_url=url, headers=_credential(token), timeout=timeout, verify=verify)
        self._retries = retries

    def review(self, note: NoteLike) -> Review:
        """Review one note."""
        return Review.model_validate_json(self._send(review_call(note)).content)

    def review_if_changed(self, note: NoteLike, etag: str | None = None) -> tuple[Review | None, str]:
        """Review one note unless ``etag`` (as this answered before) is of the very same: then None. Return the ETag too."""
        answer = self._send(review_call(note, etag))
        return None if answer.status_code == 304 else Review.model_validate_json(answer.content), answer.headers["etag"]

    def reviews(self, notes: Iterable[NoteLike]) -> list[Review | Refused]:
        """Review up to 1,000 notes in order; what was no note is ``Refused`` in its place."""
        return [review_of(record) for record in self._send(reviews_call(notes)).json()["reviews"]]

    def start_job(self, notes: Iterable[NoteLike], *, key: str | None = None) -> JobStatus:
        """Send notes to be reviewed in their own time; the same ``key`` never makes two jobs."""
        return JobStatus.model_validate_json(self._send(job_call(notes, key)).content)

    def job(self, id: str) -> JobStatus:
        """Tell how a job stands."""
        return JobStatus.model_validate_json(self._send(Call("GET", f"/v1/jobs/{id}")).content)

    def wait(self, id: str, *, seconds: float = 3600.0) -> JobStatus:
        """Wait for a job's end.

        Raises
        ------
        Failed
            It is not done after ``seconds``.
        """
        until = time.monotonic() + seconds
        while (job := self.job(id)).state != "done":
            if time.monotonic() > until:
                raise Failed(f"the job is not done after {seconds:g} s")
            time.sleep(POLL)
        return job

    def job_reviews(self, id: str) -> Iterator[Review | Refused]:
        """Give a finished job's reviews in the order of its notes, a page at a time."""
        page: str | None = f"/v1/jobs/{id}/reviews?limit={PAGE}"
        while page:
            answer = self._send(Call("GET", page))
            yield from reviews_of_lines(answer.text)
            page = answer.links.get("next", {}).get("url")

    def delete_job(self, id: str) -> None:
        """Delete a job with all notes and reviews."""
        self._send(Call("DELETE", f"/v1/jobs/{id}"))

    def rules(self) -> list[dict[str, Any]]:
        """Tell the rules."""
        rules: list[dict[str, Any]] = self._send(Call("GET", "/v1/rules")).json()
        return rules

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _send(self, call: Call) -> httpx.Response:
        tried = 0
        while True:
            answer, tried = None, tried + 1
            with contextlib.suppress(httpx.TransportError):
                answer = self._http.request(call.method, call.path, content=call.content, headers=call.headers)
            pause = self._retries.pause(tried, answer)
            if pause is None:
                return _last(answer)
            time.sleep(pause)


class AsyncClient:
    """Calls a server from ``asyncio``; parameters, calls and errors are those of ``Client``."""

    def __init__(self, url: str, token: str, *, timeout: float = 60.0, retries: Retries = Retries(), verify: Any = True) -> None:
        self._http = httpx.AsyncClient(base_url=url, headers=_credential(token), timeout=timeout, verify=verify)
        self._retries = retries

    async def review(self, note: NoteLike) -> Review:
        """Review one note."""
        return Review.model_validate_json((await self._send(review_call(note))).content)

    async def review_if_changed(self, note: NoteLike, etag: str | None = None) -> tuple[Review | None, str]:
        """Review one note unless ``etag`` (as this answered before) is of the very same: then None. Return the ETag too."""
        answer = await self._send(review_call(note, etag))
        return None if answer.status_code == 304 else Review.model_validate_json(answer.content), answer.headers["etag"]

    async def reviews(self, notes: Iterable[NoteLike]) -> list[Review | Refused]:
        """Review up to 1,000 notes in order; what was no note is ``Refused`` in its place."""
        return [review_of(record) for record in (await self._send(reviews_call(notes))).json()["reviews"]]

    async def start_job(self, notes: Iterable[NoteLike], *, key: str | None = None) -> JobStatus:
        """Send notes to be reviewed in their own time; the same ``key`` never makes two jobs."""
        return JobStatus.model_validate_json((await self._send(job_call(notes, key))).content)

    async def job(self, id: str) -> JobStatus:
        """Tell how a job stands."""
        return JobStatus.model_validate_json((await self._send(Call("GET", f"/v1/jobs/{id}"))).content)

    async def wait(self, id: str, *, seconds: float = 3600.0) -> JobStatus:
        """Wait for a job's end.

        Raises
        ------
        Failed
            It is not done after ``seconds``.
        """
        until = time.monotonic() + seconds
        while (job := await self.job(id)).state != "done":
            if time.monotonic() > until:
                raise Failed(f"the job is not done after {seconds:g} s")
            await asyncio.sleep(POLL)
        return job

    async def job_reviews(self, id: str) -> AsyncIterator[Review | Refused]:
        """Give a finished job's reviews in the order of its notes, a page at a time."""
        page: str | None = f"/v1/jobs/{id}/reviews?limit={PAGE}"
        while page:
            answer = await self._send(Call("GET", page))
            for review in reviews_of_lines(answer.text):
                yield review
            page = answer.links.get("next", {}).get("url")

    async def delete_job(self, id: str) -> None:
        """Delete a job with all notes and reviews."""
        await self._send(Call("DELETE", f"/v1/jobs/{id}"))

    async def rules(self) -> list[dict[str, Any]]:
        """Tell the rules."""
        rules: list[dict[str, Any]] = (await self._send(Call("GET", "/v1/rules"))).json()
        return rules

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def _send(self, call: Call) -> httpx.Response:
        tried = 0
        while True:
            answer, tried = None, tried + 1
            with contextlib.suppress(httpx.TransportError):
                answer = await self._http.request(call.method, call.path, content=call.content, headers=call.headers)
            pause = self._retries.pause(tried, answer)
            if pause is None:
                return _last(answer)
            await asyncio.sleep(pause)


def _credential(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _last(answer: httpx.Response | None) -> httpx.Response:
    if answer is None:
        raise Failed(UNREACHED)
    return checked(answer)
