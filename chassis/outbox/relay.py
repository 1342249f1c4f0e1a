"""The relay: sends what the outbox holds, in the order of its rows, and marks what the broker has confirmed.

A crash between the confirm and the mark repeats; nothing is lost. What nobody listens to is counted and marked sent,
unless the contracts name a listener: then the events of that type wait and are tried again, while others pass.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import amqp
import psycopg
import sqlalchemy as sa
from nameko.extensions import DependencyProvider
from prometheus_client import Counter
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.bus import LOST, Fate, Link, Publisher, connect, together
from chassis.bus.topology import declare_events, events_exchange, events_of
from chassis.direct import Direct
from chassis.logs import log
from chassis.outbox.holds import Holds
from chassis.outbox.messages import COLUMNS, SIZE, headers_of
from chassis.outbox.session import RelaySession, Signal, open_session
from chassis.outbox.upkeep import delete_old, measure
from chassis.tables import outbox

SENT = Counter("outbox_sent_total", "Events that the broker confirmed", ["service"])
RETURNED = Counter("outbox_returned_total", "Events that nobody had a queue for", ["service"])

BATCH = 500
# After so many bytes nothing is added to a batch: it must leave, and be confirmed, within the life of the session.
BATCH_BYTES = 1 << 20
POLL = 5.0  # seconds
# Less than a session may idle: the lock must not go to another while we wait.
CONFIRMED_WITHIN = 10.0
# A channel that still refuses after so long is left for a new one. That of RabbitMQ 3.10 refuses for ever what goes to
# a queue whose leader died while the channel first published to it.
MAY_REFUSE_FOR = 5.0
UPKEEP_EVERY = 15.0

_NEXT = (
    sa.select(*COLUMNS, SIZE, sa.func.sum(SIZE).over(order_by=outbox.c.position).label("total"))
    .where(outbox.c.sent_at.is_(None), outbox.c.type != sa.all_(sa.bindparam("held", type_=ARRAY(sa.Text))))
    .order_by(outbox.c.position)
    .limit(BATCH)
    .subquery("next")
)
_PENDING = Direct(sa.select(_NEXT).where(_NEXT.c.total - _NEXT.c.size < BATCH_BYTES).order_by(_NEXT.c.position))
_MARK = Direct(
    sa.update(outbox)
    .where(outbox.c.position == sa.any_(sa.bindparam("positions", type_=ARRAY(sa.BigInteger))))
    .values(sent_at=sa.bindparam("now"))
)


class Relay(DependencyProvider):
    def __init__(self, *, poll: float = POLL, first_delay: float = 1.0, may_refuse_for: float = MAY_REFUSE_FOR) -> None:
        super().__init__()
        self._poll = poll
        self._may_refuse_for = may_refuse_for
        self._signal = Signal()
        self._holds = Holds(first_delay)
        self._publisher: Publisher | None = None
        self._opened_at = 0.0
        self._declared_for: Publisher | None = None
        self._declared_at = 0.0
        self._upkeep_at = 0.0
        self._stopping = threading.Event()
        self._ended = threading.Event()

    def setup(self) -> None:
        self._runtime = self.container.service_cls.runtime
        self._runtime.wakers["outbox"].append(self._signal.set)
        self._awaited = {event.type for event in events_of(self._runtime.name) if event.listeners}

    def start(self) -> None:
        runtime = self._runtime
        self._link = Link(
            runtime.settings.amqp_uri,
            f"{runtime.name} relay",
            on_open=self._open,
            on_lost=self._lost,
            away=runtime.away,
            spawn=self.container.spawn_managed_thread,
        )
        self._link.start()
        self.container.spawn_managed_thread(self._run, identifier="relay")

    def stop(self) -> None:
        self._stopping.set()
        self._signal.set()
        self._ended.wait(CONFIRMED_WITHIN)
        self._link.stop()

    def _open(self, connection: amqp.Connection) -> None:
        self._publisher = Publisher(connection, user=self._link.user)
        self._opened_at = time.monotonic()
        self._signal.set()

    def _lost(self) -> None:
        publisher, self._publisher = self._publisher, None
        if publisher is not None:
            publisher.lose()

    def _run(self) -> None:
        runtime = self._runtime
        while not self._stopping.is_set():
            try:
                with open_session(runtime.settings.database_url, f"{runtime.name} relay", self._signal) as session:
                    runtime.away.pop("database", None)
                    self._attend(session)
            except (sa.exc.DBAPIError, psycopg.Error, OSError) as error:
                runtime.away["database"] = type(error).__name__
                log.warning("relay_lost_database", error=type(error).__name__)
                self._stopping.wait(1)
            except Exception:
                # A managed thread that ends in error takes the whole service with it.
                log.exception("relay_failed")
                self._stopping.wait(1)
        self._ended.set()

    def _attend(self, session: RelaySession) -> None:
        woken = True
        while not self._stopping.is_set():
            if session.try_to_lead():
                self._send_all(session)
            elif woken:
                session.tell_leader()
            self._look_after(session)
            woken = session.wait(min(self._poll, self._holds.seconds_to_next()))
        if session.leads:
            # What was stored while we were told to stop.
            self._send_all(session)

    def _send_all(self, session: RelaySession) -> None:
        while (publisher := self._publisher) is not None and not self._link.is_blocked and self._declare(publisher):
            rows = session.run(_PENDING, {"held": self._holds.types()})
            if not rows or not self._send(session, publisher, rows):
                return
            if len(rows) < BATCH and rows[-1].total < BATCH_BYTES:
                return

    def _declare(self, publisher: Publisher) -> bool:
        """Everything published from here on finds the queues of those who must hear it."""
        if publisher is self._declared_for and not self._holds.ended_since(self._declared_at):
            return True
        began = time.monotonic()
        try:
            with connect(self._link.uri, f"{self._runtime.name} relay declares") as connection:
                missing = declare_events(connection.channel(), self._runtime.name)
        except LOST as error:
            log.warning("relay_could_not_declare", error=str(error))
            return False
        self._declared_for, self._declared_at = publisher, began
        for event_type, listener in missing.items():
            log.warning("listener_has_no_inbox", event_type=event_type, listener=listener)
            self._holds.add(event_type)
        return True

    def _send(self, session: RelaySession, publisher: Publisher, rows: Any) -> bool:
        """One batch; False when the connection failed and the rest must wait."""
        sent: list[tuple[Any, Fate]] = []
        try:
            with together(publisher.channel):
                for row in rows:
                    sent.append((row, self._publish(publisher, row)))
        except LOST as error:
            log.warning("relay_lost_broker", error=str(error))
        session.keep_alive()
        publisher.wait([fate for _, fate in sent], CONFIRMED_WITHIN)
        done = [row.position for row, fate in sent if self._is_done(row, fate)]
        if done:
            session.run(_MARK, {"positions": done, "now": self._runtime.now()})
            SENT.labels(self._runtime.name).inc(len(done))
        if any(fate.outcome == "" for _, fate in sent):
            log.warning("broker_does_not_confirm")
            self._link.drop()
        if refused := {row.type for row, fate in sent if fate.outcome == "refused"}:
            log.warning("broker_refuses", event_types=sorted(refused))
            if time.monotonic() - self._opened_at > self._may_refuse_for:
                self._link.drop()
        return len(sent) == len(rows) and all(fate.outcome not in ("", "lost") for _, fate in sent)

    def _publish(self, publisher: Publisher, row: Any) -> Fate:
        return publisher.send_confirmed(
            row.body.encode(),
            exchange=events_exchange(self._runtime.name),
            routing_key=row.type,
            message_id=str(row.event_id),
            timestamp=int(row.occurred_at.timestamp()),
            application_headers=headers_of(row, self._runtime.name),
        )

    def _is_done(self, row: Any, fate: Fate) -> bool:
        if fate.outcome == "returned":
            RETURNED.labels(self._runtime.name).inc()
            if row.type in self._awaited:
                self._holds.add(row.type)
                return False
            return True
        if fate.outcome == "refused":
            # A queue is full: to press on would only fill memories.
            self._holds.add(row.type)
        if fate.outcome == "confirmed":
            self._holds.passed(row.type)
            return True
        return False

    def _look_after(self, session: RelaySession) -> None:
        if time.monotonic() < self._upkeep_at:
            return
        measure(session, self._runtime.name)
        more = session.leads and delete_old(session, self._runtime.now())
        self._upkeep_at = time.monotonic() + (1 if more else UPKEEP_EVERY)
