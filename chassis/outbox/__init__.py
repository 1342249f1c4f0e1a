"""The outbox: an event is stored in the transaction of the change it tells of, and sent when that has committed."""

from chassis.outbox.relay import Relay
from chassis.outbox.store import Outbox

__all__ = ["Outbox", "Relay"]
