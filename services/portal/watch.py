"""One line in the log and one count for each page: its name and outcome, never its address (it may hold a secret)."""

from __future__ import annotations

import time

from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

from chassis.bus.traces import ensure_traceparent, trace_id_of
from chassis.logs import bind, log, unbind_all
from chassis.metrics import method_label

PAGES = Counter("portal_pages_total", "Pages answered", ["page", "method", "status"])
DURATION = Histogram("portal_page_seconds", "Time to answer a page", ["page"])


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_note)


def _begin() -> None:
    g.began = time.perf_counter()
    # A connection is kept for several pages, and its green thread with it: each page is a trace of its own.
    unbind_all()
    g.trace_id = trace_id_of(ensure_traceparent())
    bind(trace_id=g.trace_id)


def _note(response: Response) -> Response:
    page = request.endpoint or "none"
    took = time.perf_counter() - g.began
    method = method_label(request.method)
    PAGES.labels(page, method, str(response.status_code)).inc()
    DURATION.labels(page).observe(took)
    if not page.endswith("static"):
        verb = page.rpartition(".")[2]
        log.info(verb, page=page, method=method, status=response.status_code, milliseconds=round(took * 1000))
    return response
