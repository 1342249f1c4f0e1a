"""Storing an event beside the change that it tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from chassis.direct import Direct
from chassis.tables import outbox, publication
from contracts import wire
from contracts.events import ActorFacts, Event

if TYPE_CHECKING:
    from chassis.database import Work

_NOBODY = ActorFacts()
_STORE = Direct(
    sa.insert(outbox).inline(),
    ("event_id", "type", "subject", "version", "body", "occurred_at", "traceparent", "republished"),
)


class Outbox:
    def epoch(self, work: Work) -> int:
        """That of the database, which goes before the versions of all subjects."""
        return int(work.execute(sa.select(publication.c.epoch)).scalar_one())

    def store(self, work: Work, event: Event, *, republished: bool = False) -> None:
        """Inside ``with work:``. An event that does not say who acted tells of the one for whom the work is done."""
        body = wire.dump(event)
        if event.actor == _NOBODY:
            body["actor"] = wire.dump(work.actor_facts)
        work.run(
            _STORE,
            {
                "event_id": uuid7(),
                "type": event.type,
                "subject": event.subject,
                "version": event.version,
                "body": body,
                "occurred_at": event.occurred_at,
                "traceparent": work.traceparent,
                "republished": republished,
            },
        )
