"""What is not as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

What = Literal["lost", "doubled", "stuck", "wrong"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """``trace_id`` and ``event_id``: by which its story can be told."""

    what: What
    sentence: str
    trace_id: str | None = None
    event_id: UUID | None = None


def trace_of(row: dict[str, Any]) -> str | None:
    traceparent = row["traceparent"]
    return traceparent[3:35] if traceparent else None
