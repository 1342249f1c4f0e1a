"""Answers; they change nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from prometheus_client import Gauge

from contracts.events import Event
from services.notifications import views
from services.notifications.domain.deliveries import Delivery
from services.notifications.domain.messages import Message
from services.notifications.storage import NotificationsWork

PENDING = Gauge("notifications_pending_mails", "Mails that were not delivered, by state", ["state"])
OLDEST = Gauge("notifications_oldest_due_mail_seconds", "How long the mail due longest has been due")

UNFINISHED = ("waiting", "created", "sending", "temporary_failure", "permanent_failure", "technical_failure")
MOST_MESSAGES = 200
MOST_DELIVERIES = 500


def list_messages(work: NotificationsWork, *, person_id: UUID) -> Sequence[Message]:
    """The newest first."""
    with work:
        return work.messages.list_newest(person_id, most=MOST_MESSAGES)


def get_holdings(work: NotificationsWork, *, person_id: UUID) -> dict[str, Any]:
    """For an export."""
    with work:
        return {
            "addresses": work.contacts.list_of(person_id),
            "language": work.contacts.find_language(person_id),
            "messages": [views.message(one) for one in work.messages.list_newest(person_id, most=None)],
            "mails": [views.delivery(one) for one in work.deliveries.list_of(person_id)],
        }


def list_deliveries(work: NotificationsWork, *, state: str | None) -> Sequence[Delivery]:
    """The newest first."""
    with work:
        return work.deliveries.list_newest(state=state, most=MOST_DELIVERIES)


def measure_mails(work: NotificationsWork, *, now: datetime) -> None:
    """Set the gauges; every replica tells the same."""
    with work:
        counted = work.deliveries.count_unfinished()
        oldest = work.deliveries.find_oldest_due_at()
    for state in UNFINISHED:
        PENDING.labels(state).set(counted.get(state, 0))
    OLDEST.set(max((now - oldest).total_seconds(), 0) if oldest else 0)


def states(work: NotificationsWork) -> Iterator[Event]:
    """Nothing: this service announces no event."""
    return iter(())
