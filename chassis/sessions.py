"""Revoked sessions, as identity announced them: a statement of one is not believed though its signature is good."""

from __future__ import annotations

import functools
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.database import Work
from chassis.runtime import Runtime
from chassis.statements import Actor
from chassis.tables import revoked_sessions
from contracts.errors import SessionIsRevoked
from contracts.identity import SessionRevoked

# A replica that did not hear the event itself reads the table this often.
REFRESHED_EVERY = timedelta(seconds=2)

_known: dict[str, tuple[datetime, frozenset[UUID]]] = {}


def revoke_session(work: Work, event: SessionRevoked) -> None:
    row = insert(revoked_sessions).values(session_id=event.session_id, until=event.until).on_conflict_do_nothing()
    work.execute(row)
    work.after_commit(functools.partial(_known.pop, work.runtime.name, None))


def forget_sessions(work: Work, *, before: datetime) -> None:
    """No statement of these can be valid any more."""
    with work:
        work.execute(sa.delete(revoked_sessions).where(revoked_sessions.c.until < before))


def require_not_revoked(runtime: Runtime, actor: Actor, *, now: datetime) -> None:
    read_at, revoked = _known.get(runtime.name, (datetime.min.replace(tzinfo=now.tzinfo), frozenset()))
    if now - read_at > REFRESHED_EVERY:
        with Work(runtime) as work:
            still = sa.select(revoked_sessions.c.session_id).where(revoked_sessions.c.until > now)
            revoked = frozenset(work.execute(still).scalars())
        _known[runtime.name] = (now, revoked)
    if actor.session_id in revoked:
        raise SessionIsRevoked()
