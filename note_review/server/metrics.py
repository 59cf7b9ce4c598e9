"""What the server counts, for Prometheus: by route, outcome or code, never by note, client or tenant."""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

SHARED_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
WEBHOOK_OUTCOMES = ("delivered", "retried", "dead_lettered")
ACKNOWLEDGEMENTS = ("AA", "AE", "AR")
BUCKETS = (0.005, 0.01, 0.015, 0.025, 0.04, 0.06, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The counters of one application.

    Parameters
    ----------
    engine, version
        What reviews; a version names the model first and the policy last, parted by slashes.
    """

    def __init__(self, *, engine: str, version: str) -> None:
        self._registry, self._engine = CollectorRegistry(), engine
        self._seconds = Histogram(
            "note_review_request_seconds", "Seconds to a request's answer", ("method", "route", "status", "engine"),
            buckets=BUCKETS, registry=self._registry,
        )  # fmt: skip
        self._refused = Counter(
            "note_review_refused", "Requests refused before a route saw them", ("why",), registry=self._registry
        )
        self._waiting = Gauge(
            "note_review_requests_waiting",
            "Requests that have a place at the desk",
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        self._queued = Gauge(
            "note_review_job_notes_waiting", "Notes of jobs that wait", registry=self._registry, multiprocess_mode="mostrecent"
        )
        self._webhooks = Counter(
            "note_review_webhook_deliveries", "Webhook deliveries by what came of a try", ("outcome",), registry=self._registry
        )
        self._messages = Counter(
            "note_review_mllp_messages",
            "HL7 v2 messages by the code of their acknowledgement",
            ("code",),
            registry=self._registry,
        )
        # At nought from the start, so that the first dead letter is an increase.
        for outcome in WEBHOOK_OUTCOMES:
            self._webhooks.labels(outcome)
        for code in ACKNOWLEDGEMENTS:
            self._messages.labels(code)
        info = Gauge(
            "note_review_info", "What reviews: 1", ("engine", "version", "model", "policy"), registry=self._registry,
            multiprocess_mode="max",
        )  # fmt: skip
        model, *rest = version.split("/")
        info.labels(engine, version, model, rest[-1] if rest else "").set(1)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._seconds.labels(method, route, str(status), self._engine).observe(seconds)

    def refused(self, why: str) -> None:
        """Count a request that no route saw."""
        self._refused.labels(why).inc()

    def waiting(self, requests: int) -> None:
        """State how many requests have a place at this process's desk."""
        self._waiting.set(requests)

    def webhook(self, outcome: str) -> None:
        """Count what came of a webhook's try: one of ``WEBHOOK_OUTCOMES``."""
        self._webhooks.labels(outcome).inc()

    def acknowledged(self, code: str) -> None:
        """Count an HL7 v2 message by its acknowledgement: one of ``ACKNOWLEDGEMENTS``."""
        self._messages.labels(code).inc()

    def exposition(self, *, queued: int) -> bytes:
        """Return all counters of all worker processes in Prometheus's text format."""
        self._queued.set(queued)
        if SHARED_VARIABLE not in os.environ:
            return bytes(generate_latest(self._registry))
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return bytes(generate_latest(together))


def share(folder: Path) -> None:
    """Let the processes started from here count together: their counters are files in ``folder``."""
    os.environ[SHARED_VARIABLE] = str(folder)
