"""Dead-lettering as RabbitMQ tells it: the header `x-death`, newest first, one entry per queue and reason."""

from datetime import UTC, datetime
from typing import Any

from deploy.embedded.broker.messages import Message

REJECTED, EXPIRED, MAXLEN, DELIVERY_LIMIT = "rejected", "expired", "maxlen", "delivery_limit"


def dead(message: Message, *, queue: str, reason: str, at: float) -> Message:
    """The message as its dead-letter exchange receives it: with its history, without its expiration."""
    headers = dict(message.headers)
    headers["x-death"] = _history(message, queue, reason, at)
    for fact, value in (("reason", reason), ("queue", queue), ("exchange", message.exchange)):
        headers.setdefault(f"x-first-death-{fact}", value)
    return message.with_headers(headers, expiration=None)


def is_cycle(message: Message, queue: str) -> bool:
    """Would it come back to a queue where it died, with no rejection on the way? RabbitMQ drops such a message."""
    on_the_way = []
    for death in deaths_of(message):
        on_the_way.append(death.get("reason"))
        if death.get("queue") == queue:
            return REJECTED not in on_the_way
    return False


def deaths_of(message: Message) -> list[dict[str, Any]]:
    deaths = message.headers.get("x-death")
    return [death for death in deaths if isinstance(death, dict)] if isinstance(deaths, list) else []


def _history(message: Message, queue: str, reason: str, at: float) -> list[dict[str, Any]]:
    past = deaths_of(message)
    same = [death for death in past if (death.get("queue"), death.get("reason")) == (queue, reason)]
    if same:
        count = same[0].get("count")
        newest = {**same[0], "count": (count if isinstance(count, int) else 0) + 1}
    else:
        newest = {
            "count": 1,
            "reason": reason,
            "queue": queue,
            "time": datetime.fromtimestamp(int(at), UTC),
            "exchange": message.exchange,
            "routing-keys": [message.routing_key],
        }
        if message.properties.expiration:
            newest["original-expiration"] = message.properties.expiration
    return [newest, *(death for death in past if death not in same)]
