"""People who have signed in: rows of identity's own tables, as a sign-in leaves them."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa

from services.identity.domain.session import ABSOLUTE_LIMIT
from services.identity.storage import tables
from services.identity.tokens import hashed


def sign_in(database_url: str, *, count: int) -> list[tuple[UUID, str]]:
    """They, and the tokens of their sessions."""
    now = datetime.now(UTC)
    people = [(uuid4(), secrets.token_urlsafe(32)) for _ in range(count)]
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        for person_id, token in people:
            mentioned = {"blind_index": secrets.token_bytes(32), "mentioned_at": now, "erasures": 0}
            person = {"given_name": "Amélie", "surname": "Dubois", "language": "fr", "version": 1}
            signed_in = {"first_signed_in_at": now, "signed_in_at": now}
            session = {"token_hash": hashed(token), "level": 450, "roles": [], "browser": "", "address": ""}
            lasts = {"begun_at": now, "last_seen_at": now, "ends_at": now + ABSOLUTE_LIMIT, "version": 1}
            connection.execute(sa.insert(tables.person_numbers).values(person_id=person_id, **mentioned))
            connection.execute(sa.insert(tables.people).values(person_id=person_id, **person, **signed_in))
            connection.execute(
                sa.insert(tables.sessions).values(session_id=uuid4(), person_id=person_id, **session, **lasts)
            )
    engine.dispose()
    return people
