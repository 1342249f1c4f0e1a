"""notifications: whom to tell, in his language, once. It announces nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from contracts.errors import Refusal
from contracts.exports import PersonExport
from contracts.identifiers import BceNumber

DeliveryState = Literal[
    "waiting", "created", "sending", "delivered", "temporary_failure", "permanent_failure", "technical_failure"
]

# ---------------------------------------------------------------- answers


@dataclass(frozen=True, kw_only=True)
class MessageView:
    """A message in the portal: ``kind`` names its sentence, ``facts`` are public values for it ({"reference": …})."""

    message_id: UUID
    kind: str
    facts: dict[str, str]
    link: str
    bce_number: BceNumber | None
    created_at: datetime
    is_read: bool


@dataclass(frozen=True, kw_only=True)
class DeliveryView:
    """An e-mail as an operator may see it: no address, no content."""

    delivery_id: UUID
    kind: str
    event_id: UUID
    state: DeliveryState
    attempts: int
    last_error: str | None
    created_at: datetime
    delivered_at: datetime | None


# ---------------------------------------------------------------- refusals


class DeliveryNotFailed(Refusal):
    """``details["state"]``: the state the delivery is in."""

    code = "delivery_not_failed"
    sentence = "Only a delivery that failed can be replayed: nobody is written to twice."


# ---------------------------------------------------------------- RPC


class Notifications(Protocol):
    # actor
    def list_messages(self) -> list[MessageView]: ...

    def mark_read(self, *, message_id: UUID, command_id: UUID) -> None: ...

    # what the service holds on the actor
    def export_person(self, *, before: UUID | None = None) -> PersonExport: ...

    # scope notifications.operate
    def list_deliveries(self, *, state: str | None) -> list[DeliveryView]: ...

    def replay_delivery(self, *, delivery_id: UUID, command_id: UUID) -> DeliveryView: ...
