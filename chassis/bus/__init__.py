"""The broker: a connection that comes back by itself, the names of exchanges and queues, confirmed publishing."""

from chassis.bus.connection import LOST, Connection, connect, together, user_of
from chassis.bus.link import Link
from chassis.bus.publisher import Fate, Publisher, publish

__all__ = ["LOST", "Connection", "Fate", "Link", "Publisher", "connect", "publish", "together", "user_of"]
