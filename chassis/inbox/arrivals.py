"""From the queue into the table, in batches: stored first, acknowledged after.

While the database is away nothing is acknowledged, so the broker sends no more than the prefetch and keeps the rest.
"""

from __future__ import annotations

import threading
import uuid
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import amqp
import sqlalchemy as sa
from prometheus_client import Counter
from sqlalchemy.dialects.postgresql import insert

from chassis.bus import LOST, Link, Publisher
from chassis.bus.link import Spawn
from chassis.bus.topology import declare_inbox, inbox_queue, parking, replay_exchange
from chassis.inbox.handlers import Handlers
from chassis.inbox.messages import Malformed, Reader, origin_of
from chassis.logs import log
from chassis.tables import inbox

if TYPE_CHECKING:
    from chassis.runtime import Runtime

MALFORMED = Counter("inbox_malformed_total", "Messages put in the parking queue: unreadable or forged", ["service"])
REPEATED = Counter("inbox_repeated_total", "Reactions not stored again: the message had come before", ["service"])

PREFETCH = 200
PARKED_WITHIN = 10.0  # seconds
LARGEST_HEADERS = 16_000  # characters
_INSERT = insert(inbox).on_conflict_do_nothing().inline().execution_options(preserve_rowcount=True)


class Arrivals:
    def __init__(self, runtime: Runtime, handlers: Handlers, *, on_stored: Callable[[int], None]) -> None:
        self._runtime = runtime
        self._service = runtime.name
        self._handlers = handlers
        self._on_stored = on_stored
        self._arrived: deque[amqp.Message] = deque()
        self._signal = threading.Event()
        self._channel: amqp.Channel | None = None
        self._publisher: Publisher | None = None
        self._stopping = threading.Event()
        self._ended = threading.Event()

    def start(self, spawn: Spawn) -> None:
        self._link = Link(
            self._runtime.settings.amqp_uri,
            f"{self._service} inbox",
            on_open=self._open,
            on_lost=self._lost,
            away=self._runtime.away,
            spawn=spawn,
        )
        self._reader = Reader(self._service, self._link.user, self._handlers)
        self._link.start()
        spawn(self._run)

    def stop(self) -> None:
        self._stopping.set()
        self._signal.set()
        self._ended.wait(PARKED_WITHIN)
        # Closing gives back what was not acknowledged.
        self._link.stop()

    def _open(self, connection: amqp.Connection) -> None:
        channel = connection.channel()
        declare_inbox(channel, self._service, self._handlers.heard())
        publisher = Publisher(connection, user=self._link.user)
        self._publisher = publisher
        channel.basic_qos(0, PREFETCH, False)
        self._channel = channel
        if not self._stopping.is_set():
            channel.basic_consume(inbox_queue(self._service), callback=self._note)

    def _lost(self) -> None:
        self._channel = None
        # They come again by the next connection.
        self._arrived.clear()
        if self._publisher is not None:
            self._publisher.lose()

    def _note(self, message: amqp.Message) -> None:
        self._arrived.append(message)
        self._signal.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._signal.wait()
            self._signal.clear()
            try:
                while self._arrived and not self._stopping.is_set():
                    self._take([self._arrived.popleft() for _ in range(min(len(self._arrived), PREFETCH))])
            except Exception:
                # A managed thread that ends in error takes the whole service with it; the broker sends again.
                log.exception("inbox_failed")
                self._stopping.wait(1)
                self._link.drop()
        self._ended.set()

    def _take(self, batch: list[amqp.Message]) -> None:
        """Keep a batch, however long the database is away, unless it goes back to the broker meanwhile."""
        channel = batch[0].channel
        while self._is_current(channel):
            try:
                self._keep(batch)
                self._runtime.away.pop("database", None)
                channel.basic_ack(batch[-1].delivery_tag, multiple=True)
            except sa.exc.SQLAlchemyError as error:
                self._runtime.away["database"] = type(error).__name__
                log.warning("inbox_cannot_store", error=type(error).__name__)
                self._stopping.wait(1)
                continue
            except LOST as error:
                log.info("inbox_lost_broker", error=str(error))
                if self._is_current(channel):
                    # Made anew, it brings what was not acknowledged.
                    self._link.drop()
            return

    def _is_current(self, channel: amqp.Channel) -> bool:
        return self._channel is channel and not self._stopping.is_set()

    def _keep(self, batch: list[amqp.Message]) -> None:
        """Store what is readable and park what is not."""
        now = self._runtime.now()
        readable: list[tuple[amqp.Message, list[dict[str, Any]]]] = []
        unreadable: list[tuple[amqp.Message, str]] = []
        for message in batch:
            try:
                readable.append((message, self._reader.rows(message, now)))
            except Malformed as why:
                unreadable.append((message, str(why)))
        self._park(unreadable + self._store(readable))

    def _store(self, arrivals: list[tuple[amqp.Message, list[dict[str, Any]]]]) -> list[tuple[amqp.Message, str]]:
        """Those that the database refuses, with the reason."""
        rows = [row for _, rows in arrivals for row in rows]
        if not rows:
            return []
        try:
            self._insert(rows)
            return []
        except (sa.exc.DataError, sa.exc.StatementError, UnicodeError) as error:
            if isinstance(error, sa.exc.DBAPIError) and not isinstance(error, sa.exc.DataError):
                raise
            if len(arrivals) == 1:
                # JSON that PostgreSQL cannot hold: a NUL, NaN, a surrogate.
                return [(arrivals[0][0], "the database cannot hold the body")]
        # One of them spoils the batch: which, they tell one by one.
        return [refused for arrival in arrivals for refused in self._store([arrival])]

    def _insert(self, rows: list[dict[str, Any]]) -> None:
        with self._runtime.engine.begin() as connection:
            stored = int(connection.execute(_INSERT, rows if len(rows) > 1 else rows[0]).rowcount)
        REPEATED.labels(self._service).inc(len(rows) - stored)
        # Right after the commit: whatever becomes of the rest, in the next try they are no news.
        self._on_stored(stored)

    def _park(self, unreadable: list[tuple[amqp.Message, str]]) -> None:
        if not unreadable:
            return
        publisher = self._publisher
        if publisher is None:
            raise OSError("there is no channel to park a message by")
        fates = []
        for message, why in unreadable:
            exchange, routing_key = origin_of(message, replay_exchange(self._service))
            log.warning("message_parked", exchange=exchange, routing_key=routing_key, why=why)
            headers = {
                **_as_far_as_they_fit(message.headers or {}),
                "parked_reason": why,
                "parked_exchange": exchange,
                "parked_routing_key": routing_key,
                "parked_message_id": str(message.properties.get("message_id", "")),
                "parked_user_id": self._reader.sender_of(message),
            }
            fates.append(
                publisher.send_confirmed(
                    message.body,
                    exchange=parking(self._service),
                    routing_key=routing_key,
                    message_id=str(uuid.uuid4()),
                    content_type=str(message.properties.get("content_type", "application/octet-stream")),
                    application_headers=headers,
                )
            )
        publisher.wait(fates, PARKED_WITHIN)
        if any(fate.outcome != "confirmed" for fate in fates):
            self._link.drop()
            raise OSError("the parking queue did not take a message")
        MALFORMED.labels(self._service).inc(len(fates))


def _as_far_as_they_fit(headers: dict[str, Any]) -> dict[str, Any]:
    # All properties leave in one frame. Those that filled it already would leave no room for ours.
    return headers if len(repr(headers)) <= LARGEST_HEADERS else {}
