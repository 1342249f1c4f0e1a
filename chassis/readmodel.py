"""Read models: a service's own copy of what others announced, where the newest version wins whatever the order."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from chassis.database import Work


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
