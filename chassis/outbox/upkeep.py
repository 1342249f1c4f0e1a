"""How much waits in the outbox, and the end of what was sent long ago."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from prometheus_client import Gauge

from chassis.outbox.session import RelaySession
from chassis.tables import outbox

PENDING = Gauge("outbox_pending_events", "Events stored and not yet sent", ["service"])
OLDEST = Gauge("outbox_oldest_pending_seconds", "Age of the oldest event not yet sent", ["service"])

KEPT = timedelta(days=30)
DELETED_AT_ONCE = 1000

_UNSENT = sa.select(outbox.c.event_id).where(outbox.c.sent_at.is_(None))
_COUNT = sa.select(sa.func.count()).select_from(_UNSENT.subquery())
_FIRST = _UNSENT.order_by(outbox.c.position).limit(1)
_OLD = (
    sa.select(outbox.c.position)
    .where(outbox.c.sent_at < sa.bindparam("before"))
    .order_by(outbox.c.sent_at)
    .limit(DELETED_AT_ONCE)
)
_DELETE_OLD = sa.delete(outbox).where(outbox.c.position.in_(_OLD))


def measure(session: RelaySession, service: str) -> None:
    PENDING.labels(service).set(session.execute(_COUNT).scalar_one())
    first = session.execute(_FIRST).scalar()
    OLDEST.labels(service).set(age(first) if first else 0)


def delete_old(session: RelaySession, now: datetime) -> bool:
    """One small batch; is there more?"""
    return session.execute(_DELETE_OLD, {"before": now - KEPT}).rowcount >= DELETED_AT_ONCE


def age(event_id: UUID) -> float:
    """Seconds since an event was stored, from the time in its id (uuid7): what is told again occurred long before."""
    return max(0.0, time.time() - (event_id.int >> 80) / 1000)
