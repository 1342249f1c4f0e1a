"""What an operator can do about what was parked: reactions in the table, unreadable messages in the parking queue.

rows of the table: list_parked, show_parked, replay_parked, drop_parked
raw messages:      list_unreadable, show_unreadable, replay_unreadable, drop_unreadable
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import amqp
import sqlalchemy as sa

from chassis import audit
from chassis.bus import connect, user_of
from chassis.bus.topology import declare_inbox, parking, replay_exchange
from chassis.tables import inbox

CONFIRMED_WITHIN = 10.0  # seconds

_LISTED = (
    inbox.c.event_id,
    inbox.c.handler,
    inbox.c.publisher,
    inbox.c.type,
    inbox.c.subject,
    inbox.c.attempts,
    inbox.c.error,
    inbox.c.arrived_at,
    inbox.c.parked_at,
)

Rows = list[dict[str, Any]]


def list_parked(engine: sa.Engine) -> Rows:
    parked = sa.select(*_LISTED).where(inbox.c.parked_at.is_not(None)).order_by(inbox.c.parked_at)
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(parked)]


def show_parked(engine: sa.Engine, event_id: UUID | str) -> Rows:
    """All columns of the reactions to one event that are parked."""
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(sa.select(inbox).where(_parked(event_id)))]


def replay_parked(engine: sa.Engine, event_id: UUID | str, *, by: audit.Operator) -> Rows:
    """Due at once, with all its attempts; a running service notices within its poll of some seconds."""
    again = sa.update(inbox).where(_parked(event_id))
    fresh = again.values(parked_at=None, attempts=0, due_at=inbox.c.arrived_at).returning(*_LISTED)
    return _change(engine, fresh, "replay_parked", event_id, by)


def drop_parked(engine: sa.Engine, event_id: UUID | str, *, by: audit.Operator) -> Rows:
    dropped = sa.delete(inbox).where(_parked(event_id)).returning(*_LISTED)
    return _change(engine, dropped, "drop_parked", event_id, by)


def list_unreadable(amqp_uri: str, service: str) -> Rows:
    """Id, reason, origin and size of each message in the parking queue; never its content."""
    with _parking_queue(amqp_uri, service) as (_, messages):
        return [_described(message) for message in messages]


def show_unreadable(amqp_uri: str, service: str, message_id: str) -> Rows:
    """With its headers; its content may be personal and stays where it is."""
    with _parking_queue(amqp_uri, service) as (_, messages):
        chosen = [message for message in messages if message.properties.get("message_id") == message_id]
        return [_described(message) | {"headers": message.headers or {}} for message in chosen]


def replay_unreadable(amqp_uri: str, service: str, message_id: str) -> Rows:
    """Back to the inbox as it first came, after a fix of the reader; what cannot be read yet is parked again."""
    with _parking_queue(amqp_uri, service) as (channel, messages):
        chosen = [message for message in messages if message.properties.get("message_id") == message_id]
        for message in chosen:
            # Who sent it first is judged again; what the broker itself parked still says so by its property.
            headers = {"parked_user_id": str(message.properties.get("user_id", "")), **(message.headers or {})}
            again = amqp.Message(
                message.body,
                content_type=message.properties.get("content_type", "application/octet-stream"),
                delivery_mode=2,
                message_id=headers.get("parked_message_id") or message_id,
                user_id=user_of(amqp_uri),
                application_headers=headers,
            )
            channel.basic_publish_confirm(
                again,
                replay_exchange(service),
                message.delivery_info["routing_key"],
                mandatory=True,
                confirm_timeout=CONFIRMED_WITHIN,
            )
            channel.basic_ack(message.delivery_tag)
        return [_described(message) for message in chosen]


def drop_unreadable(amqp_uri: str, service: str, message_id: str) -> Rows:
    with _parking_queue(amqp_uri, service) as (channel, messages):
        chosen = [message for message in messages if message.properties.get("message_id") == message_id]
        for message in chosen:
            channel.basic_ack(message.delivery_tag)
        return [_described(message) for message in chosen]


@contextmanager
def _parking_queue(amqp_uri: str, service: str) -> Iterator[tuple[amqp.Channel, Iterator[amqp.Message]]]:
    """All that is in the queue, one after the other; what is not acknowledged returns to it at the end."""
    with connect(amqp_uri, f"{service} operator") as connection:
        channel = connection.channel()
        declare_inbox(channel, service, [])
        yield channel, iter(lambda: channel.basic_get(parking(service)), None)


def _described(message: amqp.Message) -> dict[str, Any]:
    headers = message.headers or {}
    return {
        "message_id": message.properties.get("message_id"),
        "reason": headers.get("parked_reason", "delivered too often"),
        "exchange": headers.get("parked_exchange"),
        "routing_key": message.delivery_info["routing_key"],
        "sender": headers.get("parked_user_id"),
        "bytes": len(message.body),
    }


def _change(engine: sa.Engine, statement: sa.Executable, action: str, event_id: UUID | str, by: audit.Operator) -> Rows:
    with engine.begin() as connection:
        rows = [dict(row._mapping) for row in connection.execute(statement)]
        if rows:
            by.record(connection, action, subject=f"event:{event_id}")
    return rows


def _parked(event_id: UUID | str) -> sa.ColumnElement[bool]:
    return sa.and_(sa.cast(inbox.c.event_id, sa.Text) == str(event_id), inbox.c.parked_at.is_not(None))
