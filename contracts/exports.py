"""What a service holds on a person, as she may take it with her (GDPR, articles 15 and 20)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class PersonExport:
    """``holds``: by the names of the service's own answers. ``acts``: of the audit trail, the newest first: what she
    did and what others did that concerns her ({"at", "action", "subject", "actor", "service", …}), a thousand at most;
    ``more_before``: with which to ask for those before them, None where these are the last. What is held comes with the
    first thousand."""

    service: str
    holds: dict[str, Any]
    acts: list[dict[str, Any]]
    more_before: UUID | None = None


class Exports(Protocol):
    """Every service with a database."""

    def export_person(self, *, before: UUID | None = None) -> PersonExport: ...
