"""The same rows and commits by hand: cause and outbox row together, a relay that sends in batches with confirms."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import amqp
import psycopg
from uuid_utils.compat import uuid7

from bench.causes import WORDS, Write, json_of, write_all
from bench.events.floor_listener import EXCHANGE, declare, listen
from bench.rpc.floor import connect
from bench.verbs import choose

BATCH = 500

CAUSE = "INSERT INTO causes (cause_id, words) VALUES (%s, %s)"
ANNOUNCE = (
    "INSERT INTO outbox (event_id, type, subject, version, body, occurred_at, traceparent, republished) "
    "VALUES (%s, %s, %s, 1, %s::jsonb, %s, NULL, false)"
)
PENDING = (
    f"SELECT position, event_id, type, body::text FROM outbox WHERE sent_at IS NULL ORDER BY position LIMIT {BATCH}"
)
MARK = "UPDATE outbox SET sent_at = %s WHERE position = ANY(%s)"


class Relay:
    """Woken after each commit; leaves when told to and nothing is left."""

    def __init__(self, amqp_uri: str, database_url: str) -> None:
        self._connection = connect(amqp_uri)
        self._channel = self._connection.channel()
        self._database = psycopg.connect(database_url, autocommit=True, options="-c synchronous_commit=off")
        self._woken = threading.Event()
        self._last = False
        self._published = 0
        self._unconfirmed: set[int] = set()
        declare(self._channel)
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._note_confirmed)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        self._last = True
        self.wake()
        self._thread.join()

    def _run(self) -> None:
        while True:
            last = self._last
            while self._send_batch() == BATCH:
                pass
            if last:
                return
            self._woken.wait()
            self._woken.clear()

    def _send_batch(self) -> int:
        rows = self._database.execute(PENDING).fetchall()
        for _, event_id, event_type, body in rows:
            message = amqp.Message(body, message_id=str(event_id), content_type="application/json", delivery_mode=2)
            self._published += 1
            self._unconfirmed.add(self._published)
            self._channel.basic_publish(message, EXCHANGE, event_type, mandatory=True)
        while self._unconfirmed:
            self._connection.drain_events()
        if rows:
            self._database.execute(MARK, [datetime.now(UTC), [row[0] for row in rows]])
        return len(rows)

    def _note_confirmed(self, tag: int, multiple: bool) -> None:
        if multiple:
            self._unconfirmed = {number for number in self._unconfirmed if number > tag}
        else:
            self._unconfirmed.discard(tag)


def cause(amqp_uri: str, database_url: str, count: int, per_second: float | None) -> None:
    relay = Relay(amqp_uri, database_url)

    def open_writer() -> Write:
        database = psycopg.connect(database_url)

        def write(cause_id: UUID) -> None:
            now: Any = datetime.now(UTC)
            with database.transaction():
                database.execute(CAUSE, [cause_id, WORDS])
                database.execute(ANNOUNCE, [uuid7(), "caused", str(cause_id), json_of(cause_id), now])
            relay.wake()

        return write

    write_all(open_writer, count, per_second)
    relay.stop()


if __name__ == "__main__":
    choose(cause=cause, listen=listen)
