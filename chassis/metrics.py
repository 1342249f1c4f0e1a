"""Metrics that every process has; each module of the chassis declares its own beside what it measures."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

HTTP_REQUESTS = Counter("http_requests_total", "HTTP requests answered", ["service", "door", "method", "status"])
HTTP_DURATION = Histogram("http_request_duration_seconds", "Time to answer an HTTP request", ["service", "door"])
TIMER_RUNS = Counter("timer_runs_total", "Turns of a timer", ["service", "timer", "outcome"])
TIMER_SUCCEEDED = Gauge(
    "timer_succeeded_timestamp_seconds",
    "When a turn of a timer last succeeded, or its process began",
    ["service", "timer"],
)
TIMER_PERIOD = Gauge("timer_period_seconds", "How often a timer takes its turn at least", ["service", "timer"])

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})


def method_label(method: str) -> str:
    """A request may name any method; each value of a label is kept for as long as the process lives."""
    return method if method in _METHODS else "other"


def exposition() -> tuple[bytes, str]:
    """All metrics of this process in Prometheus' text format, with their content type."""
    return generate_latest(), CONTENT_TYPE_LATEST
