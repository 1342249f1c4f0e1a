"""A channel: assembles what is published, answers methods, and keeps what was delivered until it is acknowledged."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pamqp import base, commands, constants, header

from deploy.embedded.broker import wire
from deploy.embedded.broker.consumers import Consumer, Unacked
from deploy.embedded.broker.errors import AmqpError, precondition_failed
from deploy.embedded.broker.messages import Entry, Message
from deploy.embedded.broker.queues import Queue

if TYPE_CHECKING:
    from deploy.embedded.broker.connection import Connection
    from deploy.embedded.broker.vhost import VirtualHost

# Takes the method that it is registered for.
Answer = Callable[["Channel", Any], base.Frame | None]
# RabbitMQ 4's default limit; larger things travel otherwise.
LARGEST_BODY = 16 * 1024 * 1024


class Channel:
    def __init__(self, connection: "Connection", number: int, answers: dict[type[base.Frame], Answer]) -> None:
        self.connection = connection
        self.number = number
        self.consumers: dict[str, Consumer] = {}
        self.unacked: dict[int, Unacked] = {}
        self.prefetch_of_each = 0
        self.prefetch_of_all = 0
        self.outstanding = 0
        self.last_queue = ""
        self.is_confirming = False
        self.is_closing = False
        self._answers = answers
        self._delivered = 0
        self._published = 0
        self._confirmed = 0
        self._publish: commands.Basic.Publish | None = None
        self._header: tuple[bytes, header.ContentHeader] | None = None
        self._body = bytearray()

    @property
    def vhost(self) -> "VirtualHost":
        return self.connection.vhost

    def send(self, method: base.Frame) -> None:
        self.connection.send(wire.method_frame(self.number, method))

    def send_message(self, method: base.Frame, message: Message) -> None:
        content = message.frames(self.number, self.connection.frame_max)
        self.connection.send(wire.method_frame(self.number, method) + content)

    # What arrives

    def take(self, kind: int, payload: bytes) -> None:
        """One frame; raises AmqpError."""
        if kind == constants.FRAME_METHOD:
            self._take_method(wire.read_method(payload))
        elif kind == constants.FRAME_HEADER:
            self._take_header(payload)
        else:
            self._take_body(payload)

    def _take_method(self, method: base.Frame) -> None:
        if self.is_closing:
            return
        if self._publish is not None:
            raise AmqpError(505, f"expected content of basic.publish, got {method.name} instead")
        if isinstance(method, commands.Basic.Publish):
            self._publish = method
            return
        self.answer(method)

    def answer(self, method: base.Frame) -> None:
        answer = self._answers.get(type(method))
        if answer is None:
            raise AmqpError(540, f"{method.name} is not implemented")
        try:
            reply = answer(self, method)
        except AmqpError as error:
            self.fail(error, method)
            return
        if reply is not None and not getattr(method, "nowait", False):
            self.send(reply)

    def _take_header(self, payload: bytes) -> None:
        if self.is_closing:
            return
        if self._publish is None or self._header is not None:
            raise AmqpError(505, "expected a method, got a content header instead")
        content = wire.read_header(payload)
        if content.body_size > LARGEST_BODY:
            too_large = f"message size {content.body_size} is larger than configured max size {LARGEST_BODY}"
            self.fail(precondition_failed(too_large), self._publish)
            return
        self._header = (payload, content)
        self._complete()

    def _take_body(self, payload: bytes) -> None:
        if self.is_closing:
            return
        if self._header is None:
            raise AmqpError(505, "expected a method, got a content body instead")
        self._body += payload
        if len(self._body) > self._header[1].body_size:
            raise AmqpError(501, "a content body is longer than its header said")
        self._complete()

    def _complete(self) -> None:
        if self._publish is None or self._header is None or len(self._body) < self._header[1].body_size:
            return
        method, message = self._publish, Message("", "", self._header[0], bytes(self._body))
        message.properties = self._header[1].properties
        self._publish, self._header, self._body = None, None, bytearray()
        try:
            self._accept(method, message)
        except AmqpError as error:
            self.fail(error, method)

    # What is published

    def _accept(self, method: commands.Basic.Publish, message: Message) -> None:
        if method.immediate:
            raise AmqpError(540, "immediate=true")
        self._published += self.is_confirming
        message.exchange, message.routing_key = method.exchange, method.routing_key
        self._check(message)
        queues = self.vhost.route(message)
        if not queues and method.mandatory:
            returned = commands.Basic.Return(312, "NO_ROUTE", method.exchange, method.routing_key)
            self.send_message(returned, message)
        if any(queue.refuses() for queue in queues):
            self._nack()
            return
        for queue in queues:
            queue.publish(message)
        if self.is_confirming:
            self.vhost.journal.after_commit(self.confirm)

    def _check(self, message: Message) -> None:
        if self.vhost.exchange(message.exchange).internal:
            raise AmqpError(403, f"cannot publish to internal exchange '{message.exchange}' in vhost '/'")
        sender = message.properties.user_id
        if sender and sender != self.connection.user:
            forged = f"user_id property set to '{sender}' but authenticated user was '{self.connection.user}'"
            raise precondition_failed(forged)
        _ = message.lifetime  # an expiration that cannot be read is refused here

    def confirm(self) -> None:
        """Confirm all that was published until now; its rows are committed."""
        waiting = self._published - self._confirmed
        if waiting and not self.is_closing:
            self._confirmed = self._published
            self.send(commands.Basic.Ack(self._published, multiple=waiting > 1))

    def _nack(self) -> None:
        if self.is_confirming:
            self._published -= 1
            self.vhost.journal.flush()
            self._published += 1
            self._confirmed = self._published
            self.send(commands.Basic.Nack(self._published, multiple=False, requeue=False))

    # What is delivered

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
            tags = [known for known in self.unacked if tag in (0, known) or known < tag]
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
        if self.connection.hears_cancels and not self.is_closing:
            self.send(commands.Basic.Cancel(consumer.tag, nowait=True))

    # How it ends

    def fail(self, error: AmqpError, method: base.Frame) -> None:
        """Close what the error closes: the channel, or with an error raised on, the connection."""
        if error.closes_connection:
            self.connection.fail(error, method)
            return
        self.is_closing = True
        release([self])
        self._publish, self._header, self._body = None, None, bytearray()
        self.send(commands.Channel.Close(error.code, error.text, method.index >> 16, method.index & 0xFFFF))


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
