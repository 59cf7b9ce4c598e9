"""Sends what is due: signed, without redirects, again after longer and longer waits, at last to the dead letters."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import logging
import random
import time
from collections.abc import Callable
from typing import Any

from note_review.batch.worker import why
from note_review.errors import SettingsError
from note_review.server.audit import AuditLog, Entry
from note_review.server.database import Database
from note_review.server.webhooks import outbox
from note_review.server.webhooks.endpoints import Endpoints, forget
from note_review.server.webhooks.outbox import DEAD, DELIVERED, WAITING, Delivery

# Seconds to the next try, as the Standard Webhooks specification proposes; after the last, a message is dead.
WAITS: tuple[float, ...] = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
SECONDS = 15.0
LEASE = 60.0
TOGETHER = 8
PAUSE = 1.0
SWEEP = 3600.0
LONGEST_WAIT = 86_400.0
GONE = 410
OUTCOMES = {DELIVERED: "delivered", WAITING: "retried", DEAD: "dead_lettered"}
log = logging.getLogger("note_review.webhooks")


class Sender:
    """The work on webhooks, in every worker process.

    Parameters
    ----------
    database, audit
        Where deliveries are, and where it is written what came of them.
    endpoints
        The addresses.
    watch
        Is told what came of each try, for the counters.
    """

    def __init__(self, database: Database, audit: AuditLog, endpoints: Endpoints, *, watch: Callable[[str], None]) -> None:
        self._database, self._audit, self._endpoints, self._watch = database, audit, endpoints, watch
        self._stopped, self._swept = asyncio.Event(), 0.0

    def stop(self) -> None:
        """Let the loop end after the tries at hand."""
        self._stopped.set()

    async def run(self) -> None:
        """Send until stopped; a database that does not answer is asked again."""
        client: Any = None
        try:
            while not self._stopped.is_set():
                sent = False
                try:
                    if await self._database.read(outbox.is_due):
                        client = client or new_client()
                        sent = await self._some(client)
                    await self._sweep()
                except Exception as error:
                    log.error("webhooks: %s", why(error))
                if not sent:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._stopped.wait(), PAUSE)
        finally:
            if client is not None:
                await client.aclose()

    async def _some(self, client: Any) -> bool:
        taken = await self._database.write(lambda c: outbox.claim(c, most=TOGETHER, lease=LEASE))
        await asyncio.gather(*(self._deliver(client, delivery) for delivery in taken))
        return bool(taken)

    async def _deliver(self, client: Any, delivery: Delivery) -> None:
        found = await self._database.read(lambda c: self._endpoints.address(c, delivery.endpoint))
        if found is None:
            await self._settle(delivery, DEAD, "address gone")
            return
        url, key = found
        status, wait = await _posted(client, url, key, delivery)
        if status.isdecimal() and 200 <= int(status) < 300:
            await self._settle(delivery, DELIVERED, status)
        elif status == str(GONE):
            await self._database.write(lambda c: forget(c, delivery.endpoint))
            await self._settle(delivery, DEAD, status)
        elif delivery.tries >= len(WAITS):
            await self._settle(delivery, DEAD, status)
        else:
            base = max(WAITS[delivery.tries], wait)
            await self._settle(delivery, WAITING, status, due=time.time() + base * random.uniform(1.0, 1.2))

    async def _settle(self, delivery: Delivery, state: str, outcome: str, *, due: float = 0.0) -> None:
        await self._database.write(lambda c: outbox.settle(c, delivery, state=state, outcome=outcome, due=due))
        self._watch(OUTCOMES[state])
        log.info("%s to %s, try %d: %s (%s)", delivery.message, delivery.endpoint, delivery.tries + 1, outcome, state)
        if state != WAITING:
            entry = Entry(delivery.tenant, delivery.endpoint, "webhook.deliver", delivery.message, f"{state} {outcome}"[:40])
            await self._audit.append(entry)

    async def _sweep(self) -> None:
        if time.monotonic() - self._swept > SWEEP:
            self._swept = time.monotonic()
            await self._database.write(outbox.delete_old)


def new_client() -> Any:
    """Return an HTTP client that follows no redirect and reads no proxy from the environment.

    Raises
    ------
    SettingsError
        The extra that sends is not installed.
    """
    try:
        import httpx
    except ModuleNotFoundError:
        raise SettingsError("webhooks want the extra 'api': pip install 'note-review[api]'") from None
    # It tells the address of each request at INFO, and an address may hold a secret.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # SSL_CERT_FILE alone is heeded: a receiver inside the house has a certificate of the house.
    trust = httpx.create_ssl_context(trust_env=True)
    return httpx.AsyncClient(verify=trust, timeout=SECONDS, follow_redirects=False, trust_env=False)


def signed_headers(delivery: Delivery, key: bytes, *, at: int) -> dict[str, str]:
    """Return the headers of Standard Webhooks: id, time, and HMAC-SHA-256 over both and the body."""
    signed = f"{delivery.message}.{at}.".encode() + delivery.body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "Content-Type": "application/json", "User-Agent": "note-review", "webhook-id": delivery.message,
        "webhook-timestamp": str(at), "webhook-signature": f"v1,{signature}",
    }  # fmt: skip


async def _posted(client: Any, url: str, key: bytes, delivery: Delivery) -> tuple[str, float]:
    """Return the status, or what kind of error came of it, and how long the receiver asks to wait."""
    try:
        async with asyncio.timeout(SECONDS):
            headers = signed_headers(delivery, key, at=int(time.time()))
            # The answer's body is of no interest, and is not read.
            async with client.stream("POST", url, content=delivery.body, headers=headers) as response:
                asked = response.headers.get("retry-after", "")
                return str(response.status_code), min(float(asked), LONGEST_WAIT) if asked.isdecimal() else 0.0
    except Exception as error:
        return type(error).__name__[:40], 0.0
