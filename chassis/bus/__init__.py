"""The broker: a connection that comes back by itself, the names of exchanges and queues, confirmed publishing."""

from chassis.bus.link import LOST, Link, connect, user_of
from chassis.bus.publisher import Fate, Publisher, publish

__all__ = ["LOST", "Fate", "Link", "Publisher", "connect", "publish", "user_of"]
