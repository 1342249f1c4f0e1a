"""What crosses the RPC exchange: nameko's bodies and headers, a refusal's code and details as the error's arguments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from contracts.errors import InternalError, Refusal, UnknownMethod

PREFIX = "nameko."
# How long the caller waits, and when it began to by its own clock (seconds since 1970).
DEADLINE = "nameko.deadline_ms"
SENT_AT = "nameko.sent_at"


# To make an encoder takes as long as to encode with it.
_READABLE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_ESCAPING = json.JSONEncoder(separators=(",", ":"))


def encode(body: Any) -> bytes:
    """Raises TypeError or ValueError for what JSON cannot hold."""
    try:
        return _READABLE.encode(body).encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair, which a caller may send and find again in a refusal.
        return _ESCAPING.encode(body).encode()


def context_of(headers: Mapping[str, Any]) -> dict[str, Any]:
    # A name that is no UTF-8 arrives as bytes.
    return {name.removeprefix(PREFIX): value for name, value in headers.items() if isinstance(name, str)}


def headers_of(context: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{PREFIX}{name}": value for name, value in context.items() if value is not None}


def error_body(refusal: Refusal) -> dict[str, Any]:
    """A stock nameko client raises it as ``RemoteError`` with the class's name and the sentence."""
    kind = type(refusal)
    details = json.loads(json.dumps(refusal.details, default=str))
    return {
        "exc_type": kind.__name__,
        "exc_path": f"{kind.__module__}.{kind.__name__}",
        "exc_args": [refusal.code, details],
        "value": str(refusal),
    }


def refusal_of(error: Mapping[str, Any]) -> Refusal:
    """The refusal of an error body; what a stranger's service raised is an ``InternalError`` that names the class."""
    match error.get("exc_args"):
        case [str(code), dict(details)] if str(error.get("exc_path", "")).startswith("contracts."):
            return Refusal.from_code(code, details)
    if error.get("exc_type") == "MethodNotFound":
        return UnknownMethod()
    return InternalError(error=str(error.get("exc_type")))
