"""A sign-in that waits: the provider vouched for a European identity that is linked to nobody yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from contracts.identity import LinkingUnknown, MeansName

LASTS: Final = timedelta(minutes=30)


@dataclass(eq=False, kw_only=True)
class Linking:
    """``level``, ``means``, ``roles``, ``browser`` and ``address``: of the session that it becomes. ``email``: what the
    provider knows."""

    linking_id: UUID
    token_hash: bytes
    identity_id: UUID
    return_to: str
    level: int
    means: MeansName | None
    roles: list[str]
    email: str | None
    browser: str
    address: str
    expires_at: datetime
    session_id: UUID | None = None
    version: int = 1

    def require_open(self, now: datetime) -> None:
        if now >= self.expires_at:
            raise LinkingUnknown()

    def succeed(self, *, session_id: UUID) -> None:
        self.session_id = session_id
        self.version += 1
