"""Collections: sign-ins on their way, sessions, which means an operator took away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Transaction

from contracts.errors import ConcurrentChange
from services.identity.domain.session import Session
from services.identity.domain.sign_in import SignIn
from services.identity.storage import tables
from services.identity.storage.clean_up import delete_some

SEEN_EVERY: Final = timedelta(minutes=1)


class SignIns:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, sign_in: SignIn) -> None:
        """Raises ConcurrentChange when the same command does so at this moment."""
        self._transaction.add(sign_in)
        try:
            self._transaction.flush()
        except IntegrityError as error:
            raise ConcurrentChange() from error

    def find_by_state(self, state_hash: bytes, *, locked: bool = False) -> SignIn | None:
        wanted = sa.select(SignIn).where(tables.sign_ins.c.state_hash == state_hash)
        return self._transaction.scalars(wanted.with_for_update() if locked else wanted).one_or_none()

    def forget_expired(self, *, before: datetime) -> int:
        return delete_some(self._transaction, tables.sign_ins, tables.sign_ins.c.expires_at < before)


class Sessions:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, session: Session) -> None:
        self._transaction.add(session)

    def find(self, session_id: UUID) -> Session | None:
        return self._transaction.get(Session, session_id)

    def find_by_token(self, token_hash: bytes) -> Session | None:
        return self._transaction.scalars(
            sa.select(Session).where(tables.sessions.c.token_hash == token_hash)
        ).one_or_none()

    def of_person(self, person_id: UUID) -> Sequence[Session]:
        """Those that were not ended; the one used last goes first."""
        rest = tables.sessions.c
        wanted = sa.select(Session).where(rest.person_id == person_id, rest.ended_at.is_(None))
        return self._transaction.scalars(wanted.order_by(rest.last_seen_at.desc())).all()

    def ended_after(self, instant: datetime) -> Iterator[Session]:
        wanted = sa.select(Session).where(tables.sessions.c.ended_at > instant)
        return iter(self._transaction.scalars(wanted.execution_options(yield_per=500)))

    def see(self, session: Session, *, now: datetime) -> None:
        """Record that it is used, once a minute. Outside the version: two pages at once must not refuse each other."""
        if now - session.last_seen_at < SEEN_EVERY:
            return
        rest = tables.sessions.c
        self._transaction.execute(
            sa.update(tables.sessions)
            .where(rest.session_id == session.session_id, rest.last_seen_at < now)
            .values(last_seen_at=now)
        )

    def forget_ended(self, *, before: datetime) -> int:
        return delete_some(self._transaction, tables.sessions, tables.sessions.c.ends_at < before)


class MeansAvailability:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def put(self, means: str, *, available: bool) -> None:
        row = insert(tables.means_availability).values(means=means, available=available)
        self._transaction.execute(row.on_conflict_do_update(index_elements=["means"], set_={"available": available}))

    def unavailable(self) -> set[str]:
        rest = tables.means_availability.c
        return set(self._transaction.scalars(sa.select(rest.means).where(~rest.available)))
