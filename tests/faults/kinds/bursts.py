"""Much at once: a relay that finds hundreds of events, and listeners that hear the newest first."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import amqp
import psycopg

from chassis.bus import LOST, topology
from chassis.outbox.session import LOCK
from tests.faults.brokers import ADMINISTRATOR
from tests.faults.kinds.parcels import CONFIRMED_WITHIN, PUBLISHERS, channel_of
from tests.faults.kinds.servers import BROKER, DATABASE
from tests.faults.ledger import Ledger
from tests.faults.schedule import Kind, Plan, Steps
from tests.faults.town import Town

UNSENT = "SELECT count(*) FROM outbox WHERE sent_at IS NULL"
# Who holds the relays' lock is turned out, and we take it before another does.
TURN_OUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    f" AND classid = 0 AND objid = {LOCK}"
)
LEAD = f"SELECT pg_try_advisory_lock({LOCK})"
# So many events are more than a listener is sent in advance; or so long, in seconds, on a slow machine.
BURST, BURST_FOR = 300, 15.0
LOOKED_EVERY = 0.5
# While they are sent, the connections are cut so often.
CUTS, CUT_EVERY = 4, 0.3

# Listeners of which so many messages are turned round, or what has come after so long.
LISTENERS = ("dossiers", "notifications")
TURNED, TURNED_WITHIN = 30, 10.0


def burst(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    """No relay of identity sends, while hundreds of languages are chosen; then one sends them all, over connections
    that are cut: of a batch some are confirmed and some are not."""
    replicas = town.replicas_of("identity")

    def steps() -> Steps:
        with psycopg.connect(town.databases.urls["identity"], autocommit=True, connect_timeout=60) as session:
            while not _leads(session):
                yield 0.05
            ledger.rush.set()
            try:
                for _ in range(int(BURST_FOR / LOOKED_EVERY)):
                    yield LOOKED_EVERY
                    ((waiting,),) = session.execute(UNSENT).fetchall()
                    ledger.note_largest("events that waited for a relay", waiting)
                    if waiting >= BURST:
                        break
            finally:
                ledger.rush.clear()
        for _ in range(CUTS):
            yield CUT_EVERY
            for replica in replicas:
                replica.gates["broker"].cut()

    names = [replica.name for replica in replicas]
    return Plan(kind="burst", target="identity", needs=frozenset({*names, BROKER, DATABASE}), steps=steps)


def _leads(session: psycopg.Connection[Any]) -> bool:
    session.execute(TURN_OUT)
    ((leads,),) = session.execute(LEAD).fetchall()
    return bool(leads)


def turn_round(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    """What waits for a service that is away is put into its queue again in the other order: it hears the newest state
    of a thing first, and nothing of it was heard before."""
    service = chance.choice(LISTENERS)
    replicas, queue = town.replicas_of(service), topology.inbox_queue(service)

    def steps() -> Steps:
        for replica in replicas:
            replica.kill()
        ledger.news_wanted.set()
        try:
            for _ in range(int(TURNED_WITHIN / LOOKED_EVERY)):
                yield LOOKED_EVERY
                if _count(town, queue) >= TURNED:
                    break
            yield partial(_turn_round, town, ledger, queue)
        finally:
            ledger.news_wanted.clear()
        for replica in replicas:
            replica.start()

    names = [replica.name for replica in replicas]
    return Plan(kind="turned round", target=" and ".join(names), needs=frozenset({*names, BROKER}), steps=steps)


def _count(town: Town, queue: str) -> int:
    try:
        with channel_of(town, ADMINISTRATOR) as channel:
            return int(channel.queue_declare(queue, passive=True).message_count)
    except LOST:
        return 0


def _turn_round(town: Town, ledger: Ledger, queue: str) -> bool:
    """False when there was nothing yet. They are taken out only when the broker has them once more."""
    try:
        with channel_of(town, ADMINISTRATOR) as channel, _publishers(town) as channels:
            taken = _take(channel, queue)
            for message in reversed(taken):
                exchange, routing_key = message.delivery_info["exchange"], message.delivery_info["routing_key"]
                channels[exchange].basic_publish_confirm(
                    amqp.Message(message.body, **message.properties),
                    exchange,
                    routing_key,
                    mandatory=True,
                    confirm_timeout=CONFIRMED_WITHIN,
                )
                channel.basic_ack(message.delivery_tag)
    except (*LOST, amqp.exceptions.MessageNacked):
        # A queue that was full still is for a moment. What was not confirmed goes back with the channel.
        return False
    ledger.note_largest("messages turned round at once", len(taken))
    return bool(taken)


def _take(channel: amqp.Channel, queue: str) -> list[amqp.Message]:
    """What the rig forged goes back: it may not be sent in its publisher's name."""
    taken: list[amqp.Message] = []
    forged: list[amqp.Message] = []
    while len(taken) + len(forged) < 10 * TURNED and (message := channel.basic_get(queue)) is not None:
        is_ours = "marker" in (message.headers or {}) or not message.delivery_info["exchange"].endswith(".events")
        (forged if is_ours else taken).append(message)
    for message in forged:
        channel.basic_reject(message.delivery_tag, requeue=True)
    return taken


@contextmanager
def _publishers(town: Town) -> Iterator[dict[str, amqp.Channel]]:
    """{exchange: a channel of its owner}."""
    identity, delegation, dossiers = PUBLISHERS
    with (
        channel_of(town, identity) as first,
        channel_of(town, delegation) as second,
        channel_of(town, dossiers) as third,
    ):
        owners = zip(PUBLISHERS, (first, second, third), strict=True)
        yield {topology.events_exchange(publisher): channel for publisher, channel in owners}


KINDS: list[Kind] = [burst, turn_round]
