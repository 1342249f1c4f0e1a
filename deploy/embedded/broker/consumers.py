"""Who takes messages, and how many at once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deploy.embedded.broker.messages import Entry

if TYPE_CHECKING:
    from deploy.embedded.broker.channel import Channel
    from deploy.embedded.broker.queues import Queue


@dataclass(eq=False)
class Consumer:
    channel: "Channel"
    queue: "Queue"
    tag: str
    no_ack: bool
    exclusive: bool
    prefetch: int
    outstanding: int = 0

    def is_ready(self) -> bool:
        if self.channel.connection.is_congested:
            return False
        return self.no_ack or (not (0 < self.prefetch <= self.outstanding) and self.channel.has_room())

    def deliver(self, entry: Entry) -> None:
        self.channel.deliver(self, entry)


@dataclass(eq=False, slots=True)
class Unacked:
    """A delivery that waits for its acknowledgement; `consumer` is None when it was got with basic.get."""

    entry: Entry
    queue: "Queue"
    consumer: Consumer | None
