"""A session: one person, signed in once in one browser at one level."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from contracts.events import ActorFacts
from contracts.identity import MeansName, SessionRevoked

IDLE_LIMIT: Final = timedelta(minutes=30)
ABSOLUTE_LIMIT: Final = timedelta(hours=12)
# An actor statement lives five minutes; clocks that differ a little are covered.
STATEMENTS_LAST: Final = timedelta(minutes=5)
REVOKED_FOR: Final = STATEMENTS_LAST + timedelta(minutes=1)


@dataclass(eq=False, kw_only=True)
class Session:
    """``last_seen_at`` is recorded to the minute. ``ends_at``: the absolute limit."""

    session_id: UUID
    token_hash: bytes
    person_id: UUID
    level: int
    means: MeansName | None
    roles: list[str] = field(default_factory=list)
    browser: str = ""
    address: str = ""
    begun_at: datetime
    last_seen_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    version: int = 1

    @classmethod
    def begin(
        cls,
        *,
        session_id: UUID,
        token_hash: bytes,
        person_id: UUID,
        level: int,
        means: MeansName | None,
        roles: list[str],
        browser: str,
        address: str,
        now: datetime,
    ) -> Session:
        return cls(
            session_id=session_id,
            token_hash=token_hash,
            person_id=person_id,
            level=level,
            means=means,
            roles=roles,
            browser=browser,
            address=address,
            begun_at=now,
            last_seen_at=now,
            ends_at=now + ABSOLUTE_LIMIT,
        )

    def is_alive(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.ends_at and now - self.last_seen_at < IDLE_LIMIT

    def statement_lasts(self, now: datetime) -> timedelta:
        """No statement outlives its session."""
        return min(STATEMENTS_LAST, self.ends_at - now)

    def end(self, *, by: ActorFacts, now: datetime) -> SessionRevoked:
        self.ended_at = now
        self.version += 1
        return self.revoked(by=by)

    def revoked(self, *, by: ActorFacts) -> SessionRevoked:
        """Of a session that was ended: what is announced, now or again."""
        assert self.ended_at is not None
        return SessionRevoked(
            session_id=self.session_id,
            person_id=self.person_id,
            until=self.ended_at + REVOKED_FOR,
            version=self.version,
            occurred_at=self.ended_at,
            actor=by,
        )
