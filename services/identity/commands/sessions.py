"""Sessions in use and their end."""

from __future__ import annotations

from datetime import datetime

from chassis.sessions import revoke_session
from contracts.identity import SessionUnknown
from services.identity.domain.session import Session
from services.identity.storage import IdentityWork
from services.identity.tokens import hashed


def present_session(work: IdentityWork, *, session_token: str, now: datetime) -> Session:
    """The living session of a token; it counts as used. Raises SessionUnknown."""
    with work:
        session = work.sessions.find_by_token(hashed(session_token))
        if session is None or not session.is_alive(now):
            raise SessionUnknown()
        work.sessions.see(session, now=now)
        return session


def sign_out(work: IdentityWork, *, session_token: str, now: datetime) -> None:
    """Of a session that has ended already there is nothing left to do."""
    with work:
        session = work.sessions.find_by_token(hashed(session_token))
        if session is None or session.ended_at is not None:
            return
        revoked = session.end(by=work.actor_facts, now=now)
        work.announce(revoked)
        # Our own doors need not wait for the announcement to come round.
        revoke_session(work, revoked)
