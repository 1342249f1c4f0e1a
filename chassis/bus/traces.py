"""W3C trace context: one trace id for all that follows from one click, over RPC, events and logs."""

from __future__ import annotations

import re
import secrets
from typing import TypeGuard

import structlog

_SHAPE = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def is_traceparent(given: object) -> TypeGuard[str]:
    return isinstance(given, str) and _SHAPE.fullmatch(given) is not None


def ensure_traceparent(given: object = None) -> str:
    """The one given when it is well formed, else one of the trace whose id is bound to the logs, else a new one."""
    if is_traceparent(given):
        return given
    trace_id = structlog.contextvars.get_contextvars().get("trace_id") or secrets.token_hex(16)
    return f"00-{trace_id}-{secrets.token_hex(8)}-01"


def trace_id_of(traceparent: str) -> str:
    return traceparent[3:35]
