"""OpenTelemetry traces, where the operator configures an exporter by its usual variables: a span a request, with nothing of the request."""

from __future__ import annotations

import os

from opentelemetry import propagate, trace
from starlette.types import Scope

from note_review.errors import SettingsError

EXPORTER, ENDPOINTS = "OTEL_TRACES_EXPORTER", ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
CARRIED = frozenset({"traceparent", "tracestate"})
tracer = trace.get_tracer("note_review.server")


def set_up() -> None:
    """Export spans as ``OTEL_TRACES_EXPORTER`` (``otlp`` or ``console``) says, or to the OTLP endpoint that is named; else not at all.

    Raises
    ------
    SettingsError
        The exporter is another, or the extra ``api`` is not installed.
    """
    wanted = os.environ.get(EXPORTER) or ("otlp" if any(os.environ.get(name) for name in ENDPOINTS) else "none")
    if wanted == "none":
        return
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter

        exporter: SpanExporter
        if wanted == "console":
            exporter = ConsoleSpanExporter()
        elif wanted == "otlp":
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

            exporter = OTLPSpanExporter()
        else:
            raise SettingsError(f"{EXPORTER} is otlp, console or none")
    except ModuleNotFoundError:
        raise SettingsError("OpenTelemetry wants the extra 'api': pip install 'note-review[api]'") from None
    provider = TracerProvider(resource=Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", "note-review")}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


def request_span(scope: Scope) -> trace.Span:
    """Begin a request's span, inside the caller's trace where it names one."""
    carrier = {name.decode(): value.decode("latin-1") for name, value in scope["headers"] if name.decode("latin-1") in CARRIED}
    return tracer.start_span("request", context=propagate.extract(carrier), kind=trace.SpanKind.SERVER)


def end_span(span: trace.Span, *, method: str, route: str, status: int) -> None:
    """Name a request's span by its route's template and end it."""
    span.update_name(f"{method} {route}")
    span.set_attributes({"http.request.method": method, "http.route": route, "http.response.status_code": status})
    if status >= 500 or not status:
        span.set_status(trace.StatusCode.ERROR)
    span.end()


def flush() -> None:
    """Send what waits."""
    provider = trace.get_tracer_provider()
    if hasattr(provider, "shutdown"):
        provider.shutdown()
