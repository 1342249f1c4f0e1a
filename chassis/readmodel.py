"""Read models: a service's own copy of what others announced, where the newest version wins whatever the order."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.database import Work
from chassis.inbox import NotYet
from chassis.tables import inbox


def apply(
    work: Work, table: sa.Table, *, key: dict[str, Any], version: tuple[int, int], values: dict[str, Any]
) -> bool:
    """Store a subject's state unless a newer one (or this one) is there already. True when it was stored.

    The table has the columns ``epoch`` and ``version`` beside its own; ``key`` is its primary key.
    """
    epoch, number = version
    fresh = insert(table).values(**key, **values, epoch=epoch, version=number)
    newer = sa.tuple_(table.c.epoch, table.c.version) < sa.tuple_(fresh.excluded.epoch, fresh.excluded.version)
    changed = {name: fresh.excluded[name] for name in (*values, "epoch", "version")}
    stored = fresh.on_conflict_do_update(index_elements=list(key), set_=changed, where=newer)
    return work.execute(stored.returning(table.c.version)).first() is not None


def forget_untold(work: Work, table: sa.Table, *where: sa.ColumnElement[bool], publisher: str, epoch: int) -> int:
    """Drop what ``publisher`` told in an older epoch and has not told again since; the number of rows.

    Its database was restored: it does not know these subjects any more, and will never tell of them. Raises NotYet
    while something it told waits here: what is told again would be missing for that long, and what is older would come
    back after.
    """
    waits = sa.and_(inbox.c.done_at.is_(None), inbox.c.parked_at.is_(None), inbox.c.type != f"{publisher}_retold")
    if work.execute(sa.select(sa.exists().where(waits, inbox.c.publisher == publisher))).scalar():
        raise NotYet(f"the reactions to all that {publisher} told")
    dropped = work.execute(sa.delete(table).where(table.c.epoch < epoch, *where).returning(table.c.epoch))
    return len(dropped.all())
