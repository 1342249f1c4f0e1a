"""What an event is: a fact in the past tense, with the whole public state that it left."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, NewType
from uuid import UUID

# A PyNaCl sealed box in URL-safe base64, that only the named consumer can open.
Sealed = NewType("Sealed", str)


@dataclass(frozen=True, kw_only=True)
class ActorFacts:
    """Who did it, as verified at the door. ``level`` is the FAS assurance level, 100 to 500."""

    person_id: UUID | None = None
    mandate_id: UUID | None = None
    level: int | None = None
    service: str | None = None


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events.

    ``publisher`` and ``type`` give the exchange ``<publisher>.events`` and the routing key;
    ``subject_id`` names the field that says what the state is of; ``version`` counts the subject's changes
    (the epoch of the database goes before it on the wire: ``subject_version`` = "epoch.n").
    ``listeners`` are the services that must hear it: a message that none of them has a queue for waits.
    """

    publisher: ClassVar[str]
    type: ClassVar[str]
    subject_id: ClassVar[str]
    listeners: ClassVar[tuple[str, ...]] = ()

    version: int
    occurred_at: datetime
    actor: ActorFacts = field(default_factory=ActorFacts)

    @property
    def subject(self) -> str:
        return str(getattr(self, self.subject_id))
