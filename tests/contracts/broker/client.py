"""A client of a broker, short enough for tests: py-amqp with confirms, deadlines and collected deliveries."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import amqp

WITHIN = 10.0
Arguments = dict[str, Any]


class Client:
    """One connection and its first channel, in confirm mode, so that what `publish` sent has reached its queues."""

    def __init__(self, uri: str, **options: Any) -> None:
        address = urlsplit(uri)
        options = {"userid": address.username, "password": address.password, "read_timeout": 30} | options
        self.connection = amqp.Connection(f"{address.hostname}:{address.port}", **options)
        self.connection.connect()
        self.channel = self.confirming_channel()

    def confirming_channel(self) -> amqp.Channel:
        channel = self.connection.channel()
        channel.confirm_select()
        return channel

    def queue(self, name: str = "", **declared: Any) -> str:
        """Declare a queue that goes with the connection, unless told otherwise; its name."""
        declared = {"exclusive": True, "auto_delete": False} | declared
        return str(self.channel.queue_declare(name, **declared).queue)

    def publish(self, queue: str, *bodies: str | bytes, **properties: Any) -> None:
        for body in bodies:
            self.send("", queue, body, **properties)

    def send(self, exchange: str, routing_key: str, body: str | bytes = "", **properties: Any) -> None:
        message = amqp.Message(body, **properties)
        self.channel.basic_publish_confirm(message, exchange, routing_key, confirm_timeout=WITHIN)

    def take(self, queue: str) -> Any:
        """A message (amqp.Message), or None."""
        return self.channel.basic_get(queue, no_ack=True)

    def bodies(self, queue: str) -> list[Any]:
        """Everything that is ready in the queue, taken out."""
        messages = iter(lambda: self.take(queue), None)
        return [message.body for message in messages]

    def count(self, queue: str) -> int:
        return int(self.channel.queue_declare(queue, passive=True).message_count)

    def exists(self, queue: str) -> bool:
        try:
            self.connection.channel().queue_declare(queue, passive=True)
        except amqp.NotFound:
            return False
        return True

    def wait_for_message(self, queue: str) -> amqp.Message:
        found: list[amqp.Message] = []

        def came() -> bool:
            found.extend(message for message in [self.take(queue)] if message)
            return bool(found)

        wait_for(came, f"a message in {queue}")
        return found[0]

    def close(self) -> None:
        try:
            self.connection.close()
        except (amqp.AMQPError, OSError):
            self.connection.collect()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class Deliveries:
    """What one consumer is given, in order."""

    def __init__(self, channel: amqp.Channel, queue: str, **options: Any) -> None:
        self.channel = channel
        self.queue = queue
        self.messages: list[amqp.Message] = []
        self.cancelled: list[str] = []
        self.tag = channel.basic_consume(
            queue, callback=self.messages.append, on_cancel=self.cancelled.append, **options
        )

    @property
    def bodies(self) -> list[str]:
        return [message.body for message in self.messages]

    def wait_for(self, count: int) -> list[amqp.Message]:
        """Until there are so many, in all."""
        drain(self.channel.connection, lambda: len(self.messages) >= count, f"{count} messages of {self.queue}")
        return self.messages

    def settled(self) -> list[str]:
        """The bodies, once everything that the queue could send has come.

        A queue answers the first declaration after it sent its deliveries, and the channel the second one after it
        passed them on.
        """
        for _ in range(2):
            self.channel.queue_declare(self.queue, passive=True)
        return self.bodies

    def ack(self, message: amqp.Message, *, multiple: bool = False) -> None:
        self.channel.basic_ack(message.delivery_tag, multiple)


def drain(connection: amqp.Connection, condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WITHIN
    while not condition():
        try:
            connection.drain_events(timeout=max(deadline - time.monotonic(), 0.01))
        except TimeoutError:
            raise AssertionError(f"{what}: not within {WITHIN:g} s") from None


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WITHIN
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {WITHIN:g} s"
        time.sleep(0.02)
