"""Messages as a relay would send them, for the rig to spoil, repeat or send in another order."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import amqp
import psycopg

from chassis.bus import LOST, connect, topology
from chassis.outbox.messages import headers_of
from tests.faults.brokers import uri_for
from tests.faults.reconciling.events import LISTENERS
from tests.faults.town import Town

CONFIRMED_WITHIN = 10  # seconds
PUBLISHERS = ("identity", "delegation", "dossiers")
TOLD = (
    "SELECT event_id, type, subject, version, body, occurred_at, traceparent, false AS republished, 1 AS epoch"
    " FROM outbox WHERE sent_at IS NOT NULL AND NOT republished"
)


@dataclass(kw_only=True)
class Parcel:
    """``sender``: the user of the broker that it is sent by."""

    publisher: str
    type: str
    body: bytes
    properties: dict[str, Any]
    headers: dict[str, Any]
    sender: str


def some_told(
    town: Town, chance: random.Random, most: int, *, listener: str | None = None
) -> Generator[Callable[[], bool], None, list[Parcel]]:
    """Some of what a publisher has told its listeners so far, or this one; waited for, as by a fault between its
    steps. One that has told nothing yet is not waited for while another has: perhaps nothing goes on meanwhile."""
    heard = {told for told, listeners in LISTENERS.items() if (listener in listeners if listener else listeners)}
    publishers = sorted({publisher for publisher, _ in heard})
    chance.shuffle(publishers)
    found: dict[str, list[dict[str, Any]]] = {}

    def find() -> bool:
        for publisher in publishers:
            try:
                told = town.databases.rows(publisher, TOLD)
            except psycopg.OperationalError:
                # On a busy machine it may be so slow that it seems away.
                return False
            if rows := [row for row in told if (publisher, row["type"]) in heard]:
                found[publisher] = rows
                return True
        return False

    yield find
    ((publisher, rows),) = found.items()
    return [
        Parcel(
            publisher=publisher,
            type=row["type"],
            body=json.dumps(row["body"], ensure_ascii=False).encode(),
            properties={"message_id": str(row["event_id"]), "user_id": publisher},
            headers=headers_of(SimpleNamespace(**row), publisher),
            sender=publisher,
        )
        for row in chance.sample(rows, min(most, len(rows)))
    ]


def send(town: Town, *parcels: Parcel) -> bool:
    """All of one sender. False when nobody knows whether they arrived."""
    if not parcels:
        return True
    try:
        with channel_of(town, parcels[0].sender) as channel:
            for parcel in parcels:
                publish(channel, parcel)
    except (*LOST, amqp.exceptions.MessageNacked):
        return False
    return True


def publish(channel: amqp.Channel, parcel: Parcel) -> None:
    """Raises what the broker answers."""
    message = amqp.Message(
        parcel.body,
        content_type="application/json",
        delivery_mode=2,
        application_headers=parcel.headers,
        **parcel.properties,
    )
    exchange = topology.events_exchange(parcel.publisher)
    channel.basic_publish_confirm(message, exchange, parcel.type, mandatory=True, confirm_timeout=CONFIRMED_WITHIN)


@contextmanager
def channel_of(town: Town, user: str) -> Iterator[amqp.Channel]:
    connection = connect(uri_for(town.node, user), "faults")
    try:
        channel = connection.channel()
        channel.confirm_select()
        yield channel
    finally:
        connection.collect()
