"""From the table to the service's methods: claimed with SKIP LOCKED, one transaction each: replicas never double.

A failure is tried again with growing delays, then parked. What waits for a fact not known yet uses up no attempt.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy as sa
from prometheus_client import Counter
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.bus.traces import ensure_traceparent, trace_id_of
from chassis.direct import Direct
from chassis.inbox.handlers import Handlers
from chassis.logs import bind, log, unbind_all
from chassis.tables import inbox
from contracts import wire
from contracts.errors import Refusal

if TYPE_CHECKING:
    from chassis.runtime import Runtime

REACTIONS = Counter("inbox_reactions_total", "Reactions by how they ended", ["service", "handler", "outcome"])

SHORTEST_WAIT, LONGEST_WAIT = 0.25, 30.0  # seconds, for a fact not known yet
LONGEST_ERROR = 300  # characters

_DUE = sa.and_(
    inbox.c.done_at.is_(None),
    inbox.c.parked_at.is_(None),
    # A replica of yesterday leaves alone what only today's can do.
    inbox.c.handler == sa.any_(sa.bindparam("handlers", type_=ARRAY(sa.Text))),
)
# Between the roll-back of a failure and its record, another worker could take the row again.
_NOT_IN_FLIGHT = sa.func.concat(inbox.c.event_id, inbox.c.handler) != sa.all_(
    sa.bindparam("in_flight", type_=ARRAY(sa.Text))
)
_NEXT = (
    sa.select(inbox.c.event_id, inbox.c.handler)
    .where(_DUE, _NOT_IN_FLIGHT, inbox.c.due_at <= sa.bindparam("now"))
    .order_by(inbox.c.due_at)
    .limit(1)
    .with_for_update(skip_locked=True)
    .cte("next")
)
# Marked as done in the transaction that does it: with a failure the mark is rolled back too.
_CLAIM = Direct(
    sa.update(inbox)
    .where(inbox.c.event_id == _NEXT.c.event_id, inbox.c.handler == _NEXT.c.handler)
    .values(done_at=sa.bindparam("now"), error=None, waits_for=None)
    .returning(inbox)
)
_NEXT_DUE = sa.select(sa.func.min(inbox.c.due_at)).where(_DUE)
_THIS = sa.and_(inbox.c.event_id == sa.bindparam("this_event"), inbox.c.handler == sa.bindparam("this_handler"))


class NotYet(Exception):
    """The reaction needs a fact that has not been heard yet; ``waits_for`` says which, for the operator."""

    def __init__(self, waits_for: str) -> None:
        super().__init__(waits_for)
        self.waits_for = waits_for


@dataclass(frozen=True, kw_only=True)
class Patience:
    """``attempts`` that fail park a reaction; delays in seconds, doubled from the first to the longest."""

    attempts: int
    first_delay: float
    longest_delay: float

    def delay(self, attempts: int) -> timedelta:
        seconds = min(self.longest_delay, self.first_delay * 2 ** min(attempts - 1, 30))
        return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311


class Reactions:
    def __init__(
        self,
        runtime: Runtime,
        service_class: type[Any],
        handlers: Handlers,
        patience: Patience,
        when_due: Callable[[], None],
    ) -> None:
        self._runtime = runtime
        self._service = service_class()
        self._handlers = handlers
        self._names = handlers.names()
        self._patience = patience
        self._when_due = when_due
        self._in_flight: list[str] = []

    def next_due(self) -> datetime | None:
        with self._runtime.engine.connect() as connection:
            due: datetime | None = connection.execute(_NEXT_DUE, {"handlers": self._names}).scalar()
        return due

    def react_to_next(self) -> datetime | None:
        """Claim what is due and react to it; when it arrived, or None when nothing is due. Raises what tells that the
        database is away."""
        row: Any = None
        now = self._runtime.now()
        work = self._runtime.work_class(self._runtime)
        try:
            with work:
                due = {"now": now, "handlers": self._names, "in_flight": self._in_flight}
                claimed = work.run(_CLAIM, due)
                if not claimed:
                    return None
                (row,) = claimed
                self._in_flight.append(f"{row.event_id}{row.handler}")
                self._react(work, row, now)
        except NotYet as wait:
            self._postpone(row, wait, now)
        except Exception as error:
            if row is None:
                raise
            self._note_failure(row, error, now)
        else:
            self._count(row, "done")
        finally:
            if row is not None:
                self._in_flight.remove(f"{row.event_id}{row.handler}")
        arrived_at: datetime = row.arrived_at
        return arrived_at

    def _react(self, work: Any, row: Any, now: datetime) -> None:
        # Doors import this module to declare the inbox of every service.
        from chassis.doors import Heard

        work.traceparent = ensure_traceparent(row.traceparent)
        unbind_all()
        bind(
            trace_id=trace_id_of(work.traceparent),
            service=self._runtime.name,
            method=row.handler,
            event_id=str(row.event_id),
        )
        event = wire.load(self._handlers.named(row.handler).event, row.body)
        heard = Heard(
            runtime=self._runtime,
            work=work,
            now=now,
            event_id=row.event_id,
            event=event,
            version=(row.epoch, row.version),
            republished=row.republished,
        )
        getattr(self._service, row.handler)(heard)

    def _postpone(self, row: Any, wait: NotYet, now: datetime) -> None:
        """Longer each time: half of the time it has waited already."""
        waited = (now - row.arrived_at).total_seconds()
        delay = timedelta(seconds=min(LONGEST_WAIT, max(SHORTEST_WAIT, waited / 2)))
        self._update(row, due_at=now + delay, waits_for=wait.waits_for[:LONGEST_ERROR], error=None)
        self._count(row, "waits")

    def _note_failure(self, row: Any, error: Exception, now: datetime) -> None:
        attempts = row.attempts + 1
        last = attempts >= self._patience.attempts
        log.error("reaction_parked" if last else "reaction_failed", attempts=attempts, exc_info=error)
        self._update(
            row,
            attempts=attempts,
            error=describe(error),
            due_at=now + self._patience.delay(attempts),
            parked_at=now if last else None,
        )
        self._count(row, "parked" if last else "failed")

    def _update(self, row: Any, **values: Any) -> None:
        # Between the roll-back and this a replica may have claimed the row and done it, or failed as we did.
        as_it_was = (inbox.c.done_at.is_(None), inbox.c.parked_at.is_(None), inbox.c.attempts == row.attempts)
        still = sa.update(inbox).where(_THIS, *as_it_was)
        with self._runtime.engine.begin() as connection:
            connection.execute(still.values(**values), _key(row))
        self._when_due()

    def _count(self, row: Any, outcome: str) -> None:
        REACTIONS.labels(self._runtime.name, row.handler, outcome).inc()


def describe(error: Exception) -> str:
    """Class and message, for an operator. A database's message is cut before the values that it quotes."""
    if isinstance(error, Refusal):
        text = error.code
    elif isinstance(error, (sa.exc.DBAPIError, psycopg.Error)):
        text = str(getattr(error, "orig", error)).partition("\n")[0]
    else:
        text = str(error)
    return f"{type(error).__name__}: {text}"[:LONGEST_ERROR]


def _key(row: Any) -> dict[str, Any]:
    return {"this_event": row.event_id, "this_handler": row.handler}
