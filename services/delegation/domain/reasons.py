"""A reason is words, not an empty line."""

from __future__ import annotations

from contracts.errors import InvalidRequest


def require_reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise InvalidRequest(fields={"reason": ["a reason is required"]})
    return reason
