"""The inbox: what is heard is stored once, acknowledged, then reacted to in a transaction until it is done or parked.

arrivals.py    from the queue into the table
reactions.py   from the table to the service's methods
parked.py      what an operator can do about the rest
"""

from chassis.inbox.extension import HearsEntrypoint, Inbox
from chassis.inbox.reactions import NotYet

__all__ = ["HearsEntrypoint", "Inbox", "NotYet"]
