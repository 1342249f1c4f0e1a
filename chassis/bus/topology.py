"""Names of exchanges and queues, and their declaration. All of it is declared before anything is published.

On a RabbitMQ with one user per service, a service may declare what is its own; what belongs to another was declared by
``deploy/rabbitmq/definitions.json``, so it is only looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import amqp
from amqp.exceptions import AccessRefused, NotFound

from contracts.events import Event

RPC_EXCHANGE = "nameko-rpc"

# A day away at ten events a second. RabbitMQ keeps an event, 1 or 2 kB, on its disk and some 100 bytes of it in memory:
# 2 GB and 100 MB. From then on the events wait in the outboxes of their publishers.
INBOX_HOLDS = 1_000_000
# What a service answers within the usual deadline of 5 s is less; who stands behind so many waits for nothing.
RPC_QUEUE_HOLDS = 10_000


def events_exchange(publisher: str) -> str:
    return f"{publisher}.events"


def inbox_queue(service: str) -> str:
    return f"{service}.inbox"


def parking(service: str) -> str:
    """The exchange and the queue of what a service cannot read."""
    return f"{service}.parking"


def replay_exchange(service: str) -> str:
    """What an operator takes from the parking queue goes to the inbox once more by this exchange."""
    return f"{service}.replay"


def rpc_queue(service: str) -> str:
    return f"rpc-{service}"


def declare_rpc_exchange(channel: amqp.Channel) -> None:
    _ensure_exchange(channel, RPC_EXCHANGE)


def declare_rpc_queue(channel: amqp.Channel, service: str) -> None:
    """Bound as a stock nameko service binds its own.

    When it is full, the oldest request goes: its caller has waited longest and gives up first, often before its turn
    would come. To refuse the newest instead would keep the queue full of requests that nobody waits for any more, and
    a caller does not wait for a confirm that could tell him so.
    """
    limits = {"x-max-length": RPC_QUEUE_HOLDS, "x-overflow": "drop-head"}
    channel.queue_declare(rpc_queue(service), durable=True, auto_delete=False, arguments=limits)
    channel.queue_bind(rpc_queue(service), RPC_EXCHANGE, f"{service}.*")


def declare_inbox(channel: amqp.Channel, service: str, heard: Iterable[tuple[str, str]]) -> None:
    """The inbox with its bindings to ``heard``: pairs (publisher, event type). Raises NotFound when a publisher's
    exchange neither exists nor may be declared by us."""
    channel.exchange_declare(parking(service), "topic", durable=True, auto_delete=False)
    channel.queue_declare(parking(service), durable=True, auto_delete=False, arguments=_quorum())
    channel.queue_bind(parking(service), parking(service), "#")
    channel.queue_declare(inbox_queue(service), durable=True, auto_delete=False, arguments=_inbox_arguments(service))
    channel.exchange_declare(replay_exchange(service), "topic", durable=True, auto_delete=False)
    channel.queue_bind(inbox_queue(service), replay_exchange(service), "#")
    for publisher, event_type in heard:
        _ensure_exchange(channel, events_exchange(publisher))
        channel.queue_bind(inbox_queue(service), events_exchange(publisher), event_type)


def declare_events(channel: amqp.Channel, publisher: str) -> dict[str, str]:
    """The publisher's exchange, and the inbox of each listener that the contracts name, so that a service which was
    never started yet misses nothing. What could not be: {event type: listener}."""
    channel.exchange_declare(events_exchange(publisher), "topic", durable=True, auto_delete=False)
    missing: dict[str, str] = {}
    for event in events_of(publisher):
        for listener in event.listeners:
            if not _ensure_inbox_of(channel, listener, publisher, event.type):
                missing[event.type] = listener
    return missing


def events_of(publisher: str) -> Iterator[type[Event]]:
    """The events that the contracts of this publisher name."""
    waiting = list(Event.__subclasses__())
    while waiting:
        event = waiting.pop()
        waiting.extend(event.__subclasses__())
        if "type" in vars(event) and getattr(event, "publisher", None) == publisher:
            yield event


def _quorum() -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        # RabbitMQ 4 drops after 20 deliveries unless told otherwise, and "unlimited" is not the same in all versions.
        "x-delivery-limit": 1_000_000,
        "x-max-length": INBOX_HOLDS,
        # A publisher is told that his message was not taken. At-least-once dead-lettering asks for it too.
        "x-overflow": "reject-publish",
    }


def _inbox_arguments(service: str) -> dict[str, Any]:
    return {
        **_quorum(),
        "x-dead-letter-exchange": parking(service),
        "x-dead-letter-strategy": "at-least-once",
    }


def _ensure_exchange(channel: amqp.Channel, name: str) -> None:
    """One that belongs to another, or to all. RabbitMQ asks for rights to declare what exists, none to look it up."""
    try:
        channel.exchange_declare(name, "topic", passive=True)
    except NotFound as absent:
        try:
            channel.exchange_declare(name, "topic", durable=True, auto_delete=False)
        except AccessRefused:
            raise absent from None


def _ensure_inbox_of(channel: amqp.Channel, listener: str, publisher: str, event_type: str) -> bool:
    try:
        declare_inbox(channel, listener, [(publisher, event_type)])
    except AccessRefused:
        try:
            channel.queue_declare(inbox_queue(listener), passive=True)
        except NotFound:
            return False
    return True
