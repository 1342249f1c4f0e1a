"""Sessions in use and their end."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chassis.sessions import revoke_session
from contracts.errors import NotFound
from contracts.events import ActorFacts
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
        if session is not None and session.ended_at is None:
            # The portal vouches for what only she has.
            _end(work, session, by=ActorFacts(person_id=session.person_id, level=session.level), now=now)


def end_session(work: IdentityWork, *, person_id: UUID, session_id: UUID, now: datetime) -> None:
    """One of the person's own, in whichever browser. Raises NotFound."""
    with work:
        session = work.sessions.find(session_id)
        if session is None or session.person_id != person_id:
            raise NotFound()
        if session.ended_at is None:
            _end(work, session, by=work.actor_facts, now=now)
        else:
            work.record("end_session", subject=f"session:{session_id}", party=person_id)


def sign_out_everywhere(work: IdentityWork, *, person_id: UUID, now: datetime) -> None:
    with work:
        for session in work.sessions.of_person(person_id):
            _end(work, session, by=work.actor_facts, now=now)


def _end(work: IdentityWork, session: Session, *, by: ActorFacts, now: datetime) -> None:
    revoked = session.end(by=by, now=now)
    work.announce(revoked)
    # Our own doors need not wait for the announcement to come round.
    revoke_session(work, revoked)
