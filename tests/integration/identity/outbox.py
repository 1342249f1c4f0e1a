"""What a running identity has announced, read beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.database import connect
from chassis.tables import outbox


def read_outbox(environment: Mapping[str, str], type_: str, person_id: UUID) -> list[dict[str, Any]]:
    """Bodies of the events of that type about that person, oldest first."""
    engine = connect(environment["IDENTITY_DATABASE_URL"], pool=1, name="test")
    with engine.connect() as connection:
        rows = connection.execute(sa.select(outbox.c.body).where(outbox.c.type == type_).order_by(outbox.c.position))
        bodies = [row.body for row in rows]
    engine.dispose()
    return [body for body in bodies if body["person_id"] == str(person_id)]
