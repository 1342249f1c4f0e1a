"""What notifications keeps."""

from __future__ import annotations

import functools

from chassis.database import Work
from services.notifications.storage.collections import Contacts, Deliveries, Messages


class NotificationsWork(Work):
    """One transaction, with the collections of notifications."""

    @functools.cached_property
    def contacts(self) -> Contacts:
        return Contacts(self)

    @functools.cached_property
    def messages(self) -> Messages:
        return Messages(self)

    @functools.cached_property
    def deliveries(self) -> Deliveries:
        return Deliveries(self)
