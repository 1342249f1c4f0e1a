"""Publishing on one channel, from any thread, with the fate of each message where it matters."""

from __future__ import annotations

import threading
from typing import Any

import amqp
from amqp import spec


class Publisher:
    """Publishes on one channel from any thread; each message's fate is told by ``wait``. Made while a link opens."""

    def __init__(self, connection: amqp.Connection, *, user: str) -> None:
        self.channel = connection.channel()
        self._user = user
        self._lock = threading.Lock()
        self._last_tag = 0
        self._fates: dict[int, Fate] = {}
        self._waited_for: dict[str, Fate] = {}
        self._settled = threading.Condition()
        self.channel.confirm_select()
        self.channel.events["basic_ack"].add(self._on_ack)
        self.channel.events["basic_nack"].add(self._on_nack)
        self.channel.events["basic_return"].add(self._on_return)

    def send_confirmed(
        self, body: bytes, *, exchange: str, routing_key: str, message_id: str, **properties: Any
    ) -> Fate:
        """Persistent and mandatory. The fate is settled by the broker, or by the loss of the connection."""
        message = amqp.Message(
            body,
            content_type=properties.pop("content_type", "application/json"),
            content_encoding="utf-8",
            delivery_mode=2,
            message_id=message_id,
            user_id=self._user,
            **properties,
        )
        fate = Fate()
        # The broker counts messages in the order in which they arrive, so number and write under one lock.
        with self._lock:
            self._last_tag += 1
            self._fates[self._last_tag] = self._waited_for[message_id] = fate
            fate.message_id = message_id
            publish(self.channel, message, exchange, routing_key, mandatory=True)
        return fate

    def wait(self, fates: list[Fate], timeout: float) -> None:
        """Until all are settled; the outcome of those that are not after ``timeout`` seconds stays ""."""
        with self._settled:
            self._settled.wait_for(lambda: all(fate.outcome for fate in fates), timeout)

    def lose(self) -> None:
        """The connection is gone: what was not settled may or may not have arrived."""
        self._settle(list(self._fates), "lost")

    def _on_ack(self, tag: int, multiple: bool) -> None:
        self._settle(self._up_to(tag, multiple), "confirmed")

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self._settle(self._up_to(tag, multiple), "refused")

    def _on_return(self, error: object, exchange: str, routing_key: str, message: amqp.Message) -> None:
        # The return comes before the confirm of the same message.
        fate = self._waited_for.get(str(message.properties.get("message_id")))
        if fate is not None:
            fate.outcome = "returned"

    def _up_to(self, tag: int, multiple: bool) -> list[int]:
        # Of a copy: whoever publishes in another thread adds to it meanwhile.
        return [known for known in list(self._fates) if known <= tag] if multiple else [tag]

    def _settle(self, tags: list[int], outcome: str) -> None:
        with self._settled:
            for tag in tags:
                fate = self._fates.pop(tag, None)
                if fate is not None:
                    self._waited_for.pop(fate.message_id, None)
                    fate.outcome = fate.outcome or outcome
            self._settled.notify_all()


class Fate:
    """``outcome``: "" while unknown, then confirmed, returned (nobody listens), refused (a queue is full) or lost."""

    __slots__ = ("message_id", "outcome")

    def __init__(self) -> None:
        self.message_id = ""
        self.outcome = ""


def publish(
    channel: amqp.Channel, message: amqp.Message, exchange: str, routing_key: str, *, mandatory: bool = False
) -> None:
    # Not channel.basic_publish: that one reads the socket too, which is the reading thread's alone.
    channel.send_method(spec.Basic.Publish, "Bssbb", (0, exchange, routing_key, mandatory, False), message)
