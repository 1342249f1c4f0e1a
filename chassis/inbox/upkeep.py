"""How much waits in the inbox, and the end of what was reacted to long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from prometheus_client import Gauge

from chassis.tables import inbox

WAITING = Gauge("inbox_waiting_events", "Reactions that are neither done nor parked", ["service"])
PARKED = Gauge("inbox_parked_events", "Reactions given up, for an operator to look at", ["service"])
OLDEST = Gauge("inbox_oldest_seconds", "Age of the oldest reaction that waits", ["service"])

KEPT = timedelta(days=30)
DELETED_AT_ONCE = 1000
FURTHEST_DUE = timedelta(days=1)

_WAITS = sa.and_(inbox.c.done_at.is_(None), inbox.c.parked_at.is_(None))
_WAITING = sa.select(sa.func.count(), sa.func.min(inbox.c.arrived_at)).where(_WAITS)
_PARKED = sa.select(sa.func.count()).where(inbox.c.parked_at.is_not(None))
_OLD = (
    sa.select(inbox.c.event_id, inbox.c.handler)
    .where(inbox.c.done_at < sa.bindparam("before"))
    .order_by(inbox.c.done_at)
    .limit(DELETED_AT_ONCE)
)
_DELETE_OLD = sa.delete(inbox).where(sa.tuple_(inbox.c.event_id, inbox.c.handler).in_(_OLD))


def measure(engine: sa.Engine, service: str, now: datetime) -> None:
    with engine.connect() as connection:
        waiting, oldest = connection.execute(_WAITING).one()
        parked = connection.execute(_PARKED).scalar_one()
    WAITING.labels(service).set(waiting)
    PARKED.labels(service).set(parked)
    OLDEST.labels(service).set(max(0.0, (now - oldest).total_seconds()) if oldest else 0)


def delete_old(engine: sa.Engine, now: datetime) -> bool:
    """One small batch; is there more?"""
    with engine.begin() as connection:
        return connection.execute(_DELETE_OLD, {"before": now - KEPT}).rowcount >= DELETED_AT_ONCE


def mend_clock(engine: sa.Engine, now: datetime) -> None:
    """A development clock that was started in the past again would wait for what was due by the former one."""
    late = sa.update(inbox).where(_WAITS, inbox.c.due_at > now + FURTHEST_DUE).values(due_at=now)
    with engine.begin() as connection:
        connection.execute(late)
