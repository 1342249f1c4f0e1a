"""What a person reads in the portal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(eq=False, kw_only=True)
class Message:
    """``link`` is a path of the portal; ``space`` "citizen" or a BCE number."""

    message_id: UUID
    event_id: UUID
    person_id: UUID
    kind: str
    space: str
    facts: dict[str, str]
    link: str
    created_at: datetime
    read_at: datetime | None = None
    version: int = 1

    def read(self, *, now: datetime) -> None:
        if self.read_at is None:
            self.read_at = now
            self.version += 1
