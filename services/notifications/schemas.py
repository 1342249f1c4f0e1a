"""What the doors accept."""

from __future__ import annotations

from typing import get_args

from marshmallow import fields, validate

from chassis.doors import CommandSchema, QuerySchema
from contracts.notifications import DeliveryState


class ListMessages(QuerySchema):
    pass


class MarkRead(CommandSchema):
    message_id = fields.UUID(required=True)


class ListDeliveries(QuerySchema):
    state = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(get_args(DeliveryState), error="Must be one of: {choices}."),
    )


class ReplayDelivery(CommandSchema):
    delivery_id = fields.UUID(required=True)
