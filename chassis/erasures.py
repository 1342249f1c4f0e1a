"""Who deleted her account, and when: what was told of her before is not kept again, though it come late; what is told
of her after she came back is. The table is each service's own: ``person_id`` (its key) and ``erased_at``."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.database import Work


def lock(work: Work, person_id: UUID) -> None:
    """Until the transaction ends. Without it, what is told of somebody and her erasure could miss each other, each not
    seeing what the other has not committed yet."""
    work.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(str(person_id), 0))))


def note(work: Work, table: sa.Table, person_id: UUID, *, erased_at: datetime) -> None:
    """Her last erasure counts, whichever is heard of first."""
    erased = insert(table).values(person_id=person_id, erased_at=erased_at)
    later = sa.func.greatest(table.c.erased_at, erased.excluded.erased_at)
    work.execute(erased.on_conflict_do_update(index_elements=["person_id"], set_={"erased_at": later}))


def is_noted(work: Work, table: sa.Table, person_id: UUID, *, since: datetime) -> bool:
    """Has she deleted her account after this instant?"""
    erased = sa.exists().where(table.c.person_id == person_id, table.c.erased_at >= since)
    return bool(work.session.scalar(sa.select(erased)))
