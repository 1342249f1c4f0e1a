"""A queue: what is ready in it, who consumes it, and when messages and the queue itself expire."""

import asyncio
import heapq
import time
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from deploy.embedded.broker import deaths
from deploy.embedded.broker.arguments import MAX_LENGTH, MESSAGE_TTL, REJECT_PUBLISH, UNUSED_TTL
from deploy.embedded.broker.consumers import Consumer
from deploy.embedded.broker.messages import Entry, Message

if TYPE_CHECKING:
    from deploy.embedded.broker.connection import Connection
    from deploy.embedded.broker.vhost import VirtualHost


# A queue that names no limit has this one in production; -1 is none. RabbitMQ 3.10 read both otherwise.
DELIVERY_LIMIT_OF_RABBITMQ_4 = 20


class Queue:
    """Knows nothing of frames: consumers take entries, the virtual host journals them and routes the dead ones."""

    def __init__(
        self,
        vhost: "VirtualHost",
        name: str,
        *,
        durable: bool,
        auto_delete: bool,
        owner: "Connection | None",
        arguments: dict[str, Any],
    ) -> None:
        self.vhost = vhost
        self.name = name
        self.durable = durable
        self.auto_delete = auto_delete
        self.owner = owner
        self.arguments = arguments
        self.is_deleted = False
        self.ready: list[Entry] = []
        self.consumers: deque[Consumer] = deque()
        self._expiry: asyncio.TimerHandle | None = None
        self._lease: asyncio.TimerHandle | None = None
        self.renew_lease()

    @property
    def is_journaled(self) -> bool:
        return self.durable and self.owner is None

    @property
    def is_quorum(self) -> bool:
        return self.arguments.get("x-queue-type") == "quorum"

    def refuses(self) -> bool:
        """Full, and told to refuse new messages rather than to drop old ones."""
        longest = self.arguments.get(MAX_LENGTH)
        overflow = str(self.arguments.get("x-overflow", ""))
        return longest is not None and overflow.startswith(REJECT_PUBLISH) and len(self.ready) >= longest

    def publish(self, message: Message) -> None:
        lifetimes = [t for t in (message.lifetime, self._message_lifetime()) if t is not None]
        entry = Entry(
            position=self.vhost.next_position(),
            message=message,
            expires_at=time.time() + min(lifetimes) if lifetimes else None,
            journaled=self.is_journaled and (message.is_persistent or self.is_quorum),
        )
        if entry.journaled:
            self.vhost.journal.add_message(self.name, entry)
        self._drop_expired()
        heapq.heappush(self.ready, entry)
        # What has no time left may still go to somebody who waits for it, so it is offered first and dropped then.
        self._deliver()
        self._drop_expired()
        self._drop_overflow()
        self._arm_expiry()

    def restore(self, entry: Entry) -> None:
        heapq.heappush(self.ready, entry)

    def take(self) -> Entry | None:
        """The first message, for basic.get."""
        self.renew_lease()
        self._drop_expired()
        entry = heapq.heappop(self.ready) if self.ready else None
        self._arm_expiry()
        return entry

    def requeue(self, entries: Iterable[Entry]) -> None:
        if self.is_deleted:
            return
        for entry in entries:
            entry.redelivered = True
            entry.delivery_count += 1
            if self._is_poison(entry):
                self.bury(entry, deaths.DELIVERY_LIMIT)
            else:
                heapq.heappush(self.ready, entry)
        self.advance()

    def presented(self, entry: Entry) -> Message:
        """As a consumer sees it: quorum queues count the deliveries that failed."""
        if not (self.is_quorum and entry.delivery_count):
            return entry.message
        return entry.message.with_headers({**entry.message.headers, "x-delivery-count": entry.delivery_count})

    def forget(self, entry: Entry) -> None:
        """It was acknowledged, or it goes elsewhere."""
        if entry.journaled:
            self.vhost.journal.remove_message(entry)

    def bury(self, entry: Entry, reason: str) -> None:
        """To the dead-letter exchange, where there is one."""
        if self.is_deleted:
            return
        self.forget(entry)
        self.vhost.dead_letter(self, entry.message, reason)

    def purge(self) -> int:
        purged, self.ready = self.ready, []
        for entry in purged:
            self.forget(entry)
        return len(purged)

    def add_consumer(self, consumer: Consumer) -> None:
        self.consumers.append(consumer)
        self.renew_lease()
        self.advance()

    def remove_consumer(self, consumer: Consumer) -> None:
        if self.is_deleted:
            return
        self.consumers.remove(consumer)
        self.renew_lease()
        if self.auto_delete and not self.consumers:
            self.vhost.delete_queue(self)

    def advance(self) -> None:
        """Something changed: drop what is too old, give out what is wanted, and wake for the next to grow too old."""
        self._drop_expired()
        self._deliver()
        self._arm_expiry()

    def close(self) -> None:
        self.is_deleted = True
        for timer in (self._expiry, self._lease):
            if timer is not None:
                timer.cancel()

    def renew_lease(self) -> None:
        """x-expires counts from the last time that anybody declared, consumed or got from the queue."""
        if self._lease is not None:
            self._lease.cancel()
            self._lease = None
        unused = self.arguments.get(UNUSED_TTL)
        if unused is not None and not self.consumers and not self.is_deleted:
            self._lease = asyncio.get_running_loop().call_later(unused / 1000, self.vhost.delete_queue, self)

    def _deliver(self) -> None:
        while self.ready and (consumer := self._next_consumer()):
            consumer.deliver(heapq.heappop(self.ready))

    def _next_consumer(self) -> Consumer | None:
        for _ in range(len(self.consumers)):
            consumer = self.consumers[0]
            self.consumers.rotate(-1)
            if consumer.is_ready():
                return consumer
        return None

    def _message_lifetime(self) -> float | None:
        ttl = self.arguments.get(MESSAGE_TTL)
        return None if ttl is None else ttl / 1000

    def _drop_expired(self) -> None:
        """Only the head is looked at, as in RabbitMQ: a message behind a longer-lived one waits for it."""
        now = time.time()
        while self.ready and (at := self.ready[0].expires_at) is not None and at <= now:
            self.bury(heapq.heappop(self.ready), deaths.EXPIRED)

    def _arm_expiry(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        if self.ready and (at := self.ready[0].expires_at) is not None:
            self._expiry = asyncio.get_running_loop().call_later(at - time.time(), self.advance)

    def _drop_overflow(self) -> None:
        longest = self.arguments.get(MAX_LENGTH)
        while longest is not None and len(self.ready) > longest:
            self.bury(heapq.heappop(self.ready), deaths.MAXLEN)

    def _is_poison(self, entry: Entry) -> bool:
        limit = self.arguments.get("x-delivery-limit", DELIVERY_LIMIT_OF_RABBITMQ_4)
        return self.is_quorum and 0 <= limit < entry.delivery_count
