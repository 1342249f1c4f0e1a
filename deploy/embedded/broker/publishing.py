"""What a channel publishes: assembled from its frames, checked, routed, confirmed."""

from typing import TYPE_CHECKING

from pamqp import commands, header

from deploy.embedded.broker import wire
from deploy.embedded.broker.errors import AmqpError, precondition_failed
from deploy.embedded.broker.messages import Message

if TYPE_CHECKING:
    from deploy.embedded.broker.channel import Channel

# RabbitMQ 4's default limit; larger things travel otherwise.
LARGEST_BODY = 16 * 1024 * 1024


class Publishing:
    """`method` is the basic.publish whose content is on its way, if one is."""

    def __init__(self, channel: "Channel") -> None:
        self.channel = channel
        self.method: commands.Basic.Publish | None = None
        self.is_confirming = False
        self._header = b""
        self._content: header.ContentHeader | None = None
        self._body = bytearray()
        self._published = 0
        self._confirmed = 0

    def take_header(self, payload: bytes) -> None:
        if self.method is None or self._content is not None:
            raise AmqpError(505, "expected a method, got a content header instead")
        content = wire.read_header(payload)
        if content.body_size > LARGEST_BODY:
            raise precondition_failed(
                f"message size {content.body_size} is larger than configured max size {LARGEST_BODY}"
            )
        self._header, self._content = payload, content
        self._complete(content)

    def take_body(self, payload: bytes) -> None:
        if self._content is None:
            raise AmqpError(505, "expected a method, got a content body instead")
        self._body += payload
        if len(self._body) > self._content.body_size:
            raise AmqpError(501, "a content body is longer than its header said")
        self._complete(self._content)

    def forget(self) -> None:
        self.method, self._content, self._body = None, None, bytearray()

    def confirm(self) -> None:
        """Confirm all that was published until now: its rows are committed."""
        waiting = self._published - self._confirmed
        if waiting and not self.channel.is_closing:
            self._confirmed = self._published
            self.channel.send(commands.Basic.Ack(self._published, multiple=waiting > 1))

    def _complete(self, content: header.ContentHeader) -> None:
        if self.method is None or len(self._body) < content.body_size:
            return
        method, body = self.method, bytes(self._body)
        self.forget()
        message = Message(method.exchange, method.routing_key, self._header, body)
        message.properties = content.properties
        self._accept(message, mandatory=method.mandatory, immediate=method.immediate)

    def _accept(self, message: Message, *, mandatory: bool, immediate: bool) -> None:
        if immediate:
            raise AmqpError(540, "immediate=true")
        self._check(message)
        vhost = self.channel.vhost
        queues = vhost.route(message)
        if not queues and mandatory:
            returned = commands.Basic.Return(312, "NO_ROUTE", message.exchange, message.routing_key)
            self.channel.send_message(returned, message)
        takers = [queue for queue in queues if not queue.refuses()]
        for queue in takers:
            queue.publish(message)
        if len(takers) < len(queues):
            self._refuse()
            return
        self._published += self.is_confirming
        if self.is_confirming:
            vhost.journal.after_commit(self.confirm)

    def _check(self, message: Message) -> None:
        if self.channel.vhost.exchange(message.exchange).internal:
            raise AmqpError(403, f"cannot publish to internal exchange '{message.exchange}' in vhost '/'")
        sender, user = message.properties.user_id, self.channel.connection.terms.user
        if sender and sender != user:
            raise precondition_failed(f"user_id property set to '{sender}' but authenticated user was '{user}'")
        _ = message.lifetime  # an expiration that cannot be read is refused here

    def _refuse(self) -> None:
        if self.is_confirming:
            # Those before it are confirmed first, so that no multiple confirm takes this one along.
            self.channel.vhost.journal.flush()
            self._published += 1
            self._confirmed = self._published
            self.channel.send(commands.Basic.Nack(self._published, multiple=False, requeue=False))
