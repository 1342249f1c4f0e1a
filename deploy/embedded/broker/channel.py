"""A channel: answers methods, and keeps what was delivered until it is acknowledged."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pamqp import base, commands, constants

from deploy.embedded.broker import wire
from deploy.embedded.broker.consumers import Consumer, Unacked
from deploy.embedded.broker.errors import AmqpError, precondition_failed
from deploy.embedded.broker.messages import Entry, Message
from deploy.embedded.broker.publishing import Publishing
from deploy.embedded.broker.queues import Queue

if TYPE_CHECKING:
    from deploy.embedded.broker.connection import Connection
    from deploy.embedded.broker.vhost import VirtualHost

# Takes the method that it is registered for.
Answer = Callable[["Channel", Any], base.Frame | None]


class Channel:
    """`prefetch_of_each` is for each consumer that comes, `prefetch_of_all` for all of them together; 0 is no bound."""

    def __init__(self, connection: "Connection", number: int, answers: dict[type[base.Frame], Answer]) -> None:
        self.connection = connection
        self.number = number
        self.publishing = Publishing(self)
        self.consumers: dict[str, Consumer] = {}
        self.unacked: dict[int, Unacked] = {}
        self.prefetch_of_each = 0
        self.prefetch_of_all = 0
        self.outstanding = 0
        self.last_queue = ""
        self.is_closing = False
        self._answers = answers
        self._delivered = 0

    @property
    def vhost(self) -> "VirtualHost":
        return self.connection.vhost

    def send(self, method: base.Frame) -> None:
        self.connection.send(wire.method_frame(self.number, method))

    def send_message(self, method: base.Frame, message: Message) -> None:
        content = message.frames(self.number, self.connection.terms.frame_max)
        self.connection.send(wire.method_frame(self.number, method) + content)

    def take(self, kind: int, payload: bytes) -> None:
        """One frame; raises AmqpError when the whole connection must end."""
        if self.is_closing:
            return
        method: base.Frame | None = self.publishing.method
        try:
            if kind == constants.FRAME_HEADER:
                self.publishing.take_header(payload)
            elif kind == constants.FRAME_BODY:
                self.publishing.take_body(payload)
            else:
                method = wire.read_method(payload)
                self._take_method(method)
        except AmqpError as error:
            self._fail(error, method)

    def _take_method(self, method: base.Frame) -> None:
        if self.publishing.method is not None:
            raise AmqpError(505, f"expected content of basic.publish, got {method.name} instead")
        if isinstance(method, commands.Basic.Publish):
            self.publishing.method = method
            return
        answer = self._answers.get(type(method))
        if answer is None:
            raise AmqpError(540, f"{method.name} is not implemented")
        reply = answer(self, method)
        if reply is not None and not getattr(method, "nowait", False):
            self.send(reply)

    def has_room(self) -> bool:
        return not 0 < self.prefetch_of_all <= self.outstanding

    def deliver(self, consumer: Consumer, entry: Entry) -> None:
        tag = self.keep(Unacked(entry, consumer.queue, consumer), no_ack=consumer.no_ack)
        message = entry.message
        delivery = commands.Basic.Deliver(consumer.tag, tag, entry.redelivered, message.exchange, message.routing_key)
        self.send_message(delivery, consumer.queue.presented(entry))

    def keep(self, delivery: Unacked, *, no_ack: bool) -> int:
        """The tag of the delivery."""
        self._delivered += 1
        if no_ack:
            delivery.queue.forget(delivery.entry)
            return self._delivered
        self.unacked[self._delivered] = delivery
        if delivery.consumer is not None:
            delivery.consumer.outstanding += 1
            self.outstanding += 1
        return self._delivered

    def settle(self, tag: int, *, multiple: bool) -> list[Unacked]:
        """The deliveries that an acknowledgement names; they are outstanding no more."""
        if multiple:
            tags = [known for known in self.unacked if tag == 0 or known <= tag]
        else:
            tags = [tag] if tag in self.unacked else []
        if not tags and not (multiple and tag == 0):
            raise precondition_failed(f"unknown delivery tag {tag}")
        settled = [self.unacked.pop(known) for known in tags]
        for delivery in settled:
            if delivery.consumer is not None:
                delivery.consumer.outstanding -= 1
                self.outstanding -= 1
        return settled

    def advance(self) -> None:
        """Room was made: the queues may have something for it."""
        for queue in {consumer.queue for consumer in self.consumers.values()}:
            queue.advance()

    def on_queue_gone(self, consumer: Consumer) -> None:
        self.consumers.pop(consumer.tag, None)
        if self.connection.terms.hears_cancels and not self.is_closing:
            self.send(commands.Basic.Cancel(consumer.tag, nowait=True))

    def _fail(self, error: AmqpError, method: base.Frame | None) -> None:
        if error.closes_connection:
            self.connection.fail(error, method)
            return
        release([self])
        self.publishing.forget()
        index = method.index if method is not None else 0
        self.send(commands.Channel.Close(error.code, error.text, index >> 16, index & 0xFFFF))


def release(channels: Iterable[Channel]) -> None:
    """Take the consumers away first, so that what is given back doesn't come to another channel that is ending."""
    channels = list(channels)
    for channel in channels:
        channel.is_closing = True
        consumers, channel.consumers = list(channel.consumers.values()), {}
        for consumer in consumers:
            consumer.queue.remove_consumer(consumer)
    returned: dict[Queue, list[Entry]] = {}
    for channel in channels:
        for delivery in channel.settle(0, multiple=True):
            returned.setdefault(delivery.queue, []).append(delivery.entry)
    for queue, entries in returned.items():
        queue.requeue(entries)
