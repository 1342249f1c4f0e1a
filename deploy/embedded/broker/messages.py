"""Messages and their places in queues."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pamqp import commands, constants

from deploy.embedded.broker import wire
from deploy.embedded.broker.errors import precondition_failed

PERSISTENT = 2


class Message:
    """What was published; `header`, the payload of its content header, is kept as it came and leaves unchanged."""

    def __init__(self, exchange: str, routing_key: str, header: bytes, body: bytes) -> None:
        self.exchange = exchange
        self.routing_key = routing_key
        self.header = header
        self.body = body

    @cached_property
    def properties(self) -> commands.Basic.Properties:
        return wire.read_header(self.header).properties

    @property
    def headers(self) -> dict[str, Any]:
        return self.properties.headers or {}

    @property
    def is_persistent(self) -> bool:
        return self.properties.delivery_mode == PERSISTENT

    @property
    def lifetime(self) -> float | None:
        """Seconds, from the property `expiration` (a string of milliseconds)."""
        expiration = self.properties.expiration
        if not expiration:
            return None
        if not (expiration.isascii() and expiration.isdigit() and len(expiration) <= 10 and int(expiration) < 2**32):
            raise precondition_failed(f"invalid expiration '{expiration}'")
        return int(expiration) / 1000

    def frames(self, channel: int, frame_max: int) -> bytes:
        """The content header and as many body frames as the peer's frame size asks for."""
        longest = frame_max - wire.FRAME_OVERHEAD
        parts = [wire.frame(constants.FRAME_HEADER, channel, self.header)]
        for start in range(0, len(self.body), longest):
            parts.append(wire.frame(constants.FRAME_BODY, channel, self.body[start : start + longest]))
        return b"".join(parts)

    def with_headers(self, headers: dict[str, Any], **changed: Any) -> "Message":
        """A copy with other headers; `changed` are properties of a message, None takes one away."""
        properties = commands.Basic.Properties()
        for name in properties.__slots__:
            setattr(properties, name, getattr(self.properties, name))
        for name, value in {"headers": headers, **changed}.items():
            setattr(properties, name, value)
        return Message(self.exchange, self.routing_key, wire.content_header(properties, len(self.body)), self.body)


@dataclass(eq=False, slots=True)
class Entry:
    """A message's place in one queue. Positions grow over all queues and never change: a requeued entry goes back."""

    position: int
    message: Message
    expires_at: float | None = None
    journaled: bool = False
    redelivered: bool = False
    delivery_count: int = 0

    def __lt__(self, other: "Entry") -> bool:
        return self.position < other.position
