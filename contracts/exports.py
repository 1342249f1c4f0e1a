"""What a service holds on a person, as she may take it with her (GDPR, articles 15 and 20)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class PersonExport:
    """``holds``: by the names of the service's own answers. ``acts``: of the audit trail, the newest first: what she
    did and what others did that concerns her ({"at", "action", "subject", "actor", "service", …})."""

    service: str
    holds: dict[str, Any]
    acts: list[dict[str, Any]]
