"""Entities as the contract shows them."""

from __future__ import annotations

from contracts.identifiers import BceNumber
from contracts.notifications import DeliveryView, MessageView
from services.notifications.domain.contacts import CITIZEN
from services.notifications.domain.deliveries import Delivery
from services.notifications.domain.messages import Message


def message(message: Message) -> MessageView:
    return MessageView(
        message_id=message.message_id,
        kind=message.kind,
        facts=message.facts,
        link=message.link,
        bce_number=None if message.space == CITIZEN else BceNumber(message.space),
        created_at=message.created_at,
        is_read=message.read_at is not None,
    )


def delivery(delivery: Delivery) -> DeliveryView:
    return DeliveryView(
        delivery_id=delivery.delivery_id,
        kind=delivery.kind,
        event_id=delivery.event_id,
        state=delivery.state,
        attempts=delivery.attempts,
        last_error=delivery.last_error,
        created_at=delivery.created_at,
        delivered_at=delivery.delivered_at,
    )
