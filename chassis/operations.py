"""What an operator does to a service's announcements: tell all states again, raise the epoch after a restore."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa

from chassis import audit
from chassis.doors import Service
from chassis.runtime import build_runtime
from chassis.tables import publication
from contracts.events import ActorFacts, Event

BATCH = 500


def republish(service: type[Service], states: Callable[[Any], Iterator[Event]]) -> int:
    """Put the current state of every subject in the outbox again; the number of them."""
    runtime = build_runtime(service, service.settings_class.load())
    with runtime.work_class(runtime, ActorFacts(service=audit.OPERATOR)) as work:
        work.record("republish")
    count = 0
    with runtime.work_class(runtime) as reading:
        told = iter(states(reading))
        while batch := list(islice(told, BATCH)):
            with runtime.work_class(runtime) as work:
                for event in batch:
                    runtime.outbox.store(work, event, republished=True)
            count += len(batch)
    return count


def raise_epoch(engine: sa.Engine, *, by: audit.Operator) -> int:
    """Neighbours then believe this database again, though its versions are older than what they heard before."""
    with engine.begin() as connection:
        raised = sa.update(publication).values(epoch=publication.c.epoch + 1).returning(publication.c.epoch)
        epoch = int(connection.execute(raised).scalar_one())
        by.record(connection, "raise_epoch", subject=f"epoch:{epoch}")
        return epoch
