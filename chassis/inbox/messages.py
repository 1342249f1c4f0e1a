"""Reading what arrived: a message becomes one row for each reaction to it, or is malformed."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any
from uuid import UUID

import amqp

from chassis.bus.topology import replay_exchange
from chassis.bus.traces import is_traceparent
from chassis.inbox.handlers import Handlers
from contracts import wire

LARGEST_EVENT = 1 << 20  # bytes

_VERSION = re.compile(r"(\d{1,9})\.(\d{1,9})")


class Malformed(Exception):
    """Can never be read; the text says why, without quoting the content."""


class Reader:
    """``user``: as whom we are connected to the broker."""

    def __init__(self, service: str, user: str, handlers: Handlers) -> None:
        self._replay_exchange = replay_exchange(service)
        self._user = user
        self._handlers = handlers

    def rows(self, message: amqp.Message, now: datetime) -> list[dict[str, Any]]:
        """Rows of the inbox; none when nobody here reacts to it any more. Raises Malformed."""
        try:
            return self._rows(message, now)
        except Malformed:
            raise
        except Exception as unforeseen:
            # It would come again and again, and hold up all others.
            raise Malformed(f"reading it fails with {type(unforeseen).__name__}") from unforeseen

    def _rows(self, message: amqp.Message, now: datetime) -> list[dict[str, Any]]:
        headers = message.headers or {}
        exchange, event_type = origin_of(message, self._replay_exchange)
        publisher = exchange.removesuffix(".events")
        self._require_owner(message, publisher)
        handlers = self._handlers.of(publisher, event_type)
        if not handlers:
            return []
        body = _body(message)
        try:
            (event, *_) = [wire.load(handler.event, body) for handler in handlers]
        except (ValueError, TypeError, RecursionError) as error:
            raise Malformed(f"the body is not a {event_type}") from error
        epoch, version = _version(headers.get("subject_version"))
        traceparent = headers.get("traceparent")
        common = {
            "event_id": _event_id(message),
            "publisher": publisher,
            "type": event_type,
            "subject": event.subject,
            "epoch": epoch,
            "version": version,
            "body": body,
            "traceparent": traceparent if is_traceparent(traceparent) else None,
            "republished": headers.get("republished") is True,
            "arrived_at": now,
            "due_at": now,
        }
        return [common | {"handler": handler.name} for handler in handlers]

    def _require_owner(self, message: amqp.Message, publisher: str) -> None:
        # The broker vouches for user_id. With one user for all (development), everybody is this one.
        sender = self.sender_of(message)
        # By the default exchange, which anybody may use and nobody owns, no event comes.
        if not publisher or sender not in (publisher, self._user):
            raise Malformed(f"it was sent by {sender or 'nobody'}, not by {publisher or 'a publisher'}")

    def sender_of(self, message: amqp.Message) -> str:
        """Who sent it first: that an operator sends it again makes nobody's message the publisher's."""
        sender = message.properties.get("user_id", "")
        if message.delivery_info["exchange"] == self._replay_exchange and sender == self._user:
            sender = (message.headers or {}).get("parked_user_id", "")
        return str(sender)


def origin_of(message: amqp.Message, replayed_by: str) -> tuple[str, str]:
    """The exchange and the routing key that it was first published with."""
    exchange, routing_key = message.delivery_info["exchange"], message.delivery_info["routing_key"]
    if exchange == replayed_by:
        headers = message.headers or {}
        return str(headers.get("parked_exchange", exchange)), str(headers.get("parked_routing_key", routing_key))
    return exchange, routing_key


def _body(message: amqp.Message) -> dict[str, Any]:
    raw = message.body
    if len(raw) > LARGEST_EVENT:
        raise Malformed(f"it is larger than {LARGEST_EVENT} bytes")
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Malformed("the body is not JSON") from error
    if not isinstance(body, dict):
        raise Malformed("the body is not a JSON object")
    return body


def _event_id(message: amqp.Message) -> UUID:
    try:
        return UUID(message.properties.get("message_id", ""))
    except ValueError as error:
        raise Malformed("the message id is not a UUID") from error


def _version(subject_version: object) -> tuple[int, int]:
    found = _VERSION.fullmatch(subject_version) if isinstance(subject_version, str) else None
    if found is None:
        raise Malformed("the header subject_version is not epoch.n")
    return int(found[1]), int(found[2])
