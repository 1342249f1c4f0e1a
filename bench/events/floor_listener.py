"""The floor's listener: stored in batches, acknowledged after, then one transaction for each reaction.

It claims and marks with one statement, as ours does.
"""

from __future__ import annotations

import json
import select
import threading
from datetime import UTC, datetime
from typing import Any

import amqp
import psycopg

from bench.causes import AT_ONCE
from bench.rpc.floor import connect
from bench.verbs import ready

EXCHANGE, QUEUE = "bench-events-floor", "bench-events-floor"
PREFETCH = 200

STORE = (
    "INSERT INTO inbox (event_id, handler, publisher, type, subject, epoch, version, body, republished, arrived_at, "
    "due_at) VALUES (%s, 'on_caused', 'cause', %s, %s, 1, 1, %s::jsonb, false, %s, %s) ON CONFLICT DO NOTHING"
)
# By the database's clock at the moment of the claim: by an earlier one, a row that came meanwhile would stay behind.
CLAIM = (
    "WITH next AS (SELECT event_id, handler FROM inbox "
    "WHERE done_at IS NULL AND parked_at IS NULL AND due_at <= clock_timestamp() "
    "ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) "
    "UPDATE inbox SET done_at = %s FROM next "
    "WHERE inbox.event_id = next.event_id AND inbox.handler = next.handler RETURNING inbox.body"
)
EFFECT = "INSERT INTO effects (cause_id, words) VALUES (%s, %s)"


def declare(channel: amqp.Channel) -> None:
    """A quorum queue, as the chassis has: it is written to the disk before it is confirmed."""
    channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
    channel.queue_declare(QUEUE, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(QUEUE, EXCHANGE, "#")


def listen(amqp_uri: str, database_url: str) -> None:
    wanted = threading.Semaphore(0)
    for _ in range(AT_ONCE):
        threading.Thread(target=_react, args=(database_url, wanted), daemon=True).start()
    connection = connect(amqp_uri)
    channel = connection.channel()
    declare(channel)
    # What the floor of another measurement announced to nobody.
    channel.queue_purge(QUEUE)
    channel.basic_qos(0, PREFETCH, False)
    arrived: list[amqp.Message] = []
    channel.basic_consume(QUEUE, callback=arrived.append)
    database = psycopg.connect(database_url)
    ready()
    while True:
        connection.drain_events()
        while len(arrived) < PREFETCH and select.select([connection.sock], [], [], 0)[0]:
            connection.drain_events()
        if arrived:
            _store(database, arrived)
            channel.basic_ack(arrived[-1].delivery_tag, multiple=True)
            wanted.release(len(arrived))
            arrived.clear()


def _store(database: psycopg.Connection[Any], arrived: list[amqp.Message]) -> None:
    now = datetime.now(UTC)
    rows = []
    for message in arrived:
        subject = json.loads(message.body)["cause_id"]
        event_type = message.delivery_info["routing_key"]
        rows.append((message.properties["message_id"], event_type, subject, message.body, now, now))
    with database.transaction(), database.cursor() as cursor:
        cursor.executemany(STORE, rows)


def _react(database_url: str, wanted: threading.Semaphore) -> None:
    database = psycopg.connect(database_url)
    while True:
        wanted.acquire()
        with database.transaction():
            row = database.execute(CLAIM, [datetime.now(UTC)]).fetchone()
            if row is None:
                # Another took the row that we were woken for; his came after this statement began.
                wanted.release()
                continue
            (body,) = row
            database.execute(EFFECT, [body["cause_id"], body["words"]])
