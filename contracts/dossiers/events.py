"""What dossiers announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from contracts.dossiers.answers import DossierState
from contracts.events import Event
from contracts.identifiers import BceNumber, EstablishmentNumber


@dataclass(frozen=True, kw_only=True)
class DossierEvent(Event):
    """``person_id``: who looks after it. ``establishment_number``: of the establishment that it is for; None: the
    enterprise as a whole. A draft has no reference, time and digest yet."""

    publisher: ClassVar[str] = "dossiers"
    subject_id: ClassVar[str] = "dossier_id"

    dossier_id: UUID
    reference: str | None
    procedure: str
    title: dict[str, str]
    person_id: UUID
    bce_number: BceNumber | None
    state: DossierState
    is_late: bool
    submitted_at: datetime | None
    content_digest: str | None
    claimed_by: UUID | None
    complement_due_at: datetime | None
    outcome: str | None
    establishment_number: EstablishmentNumber | None = None


@dataclass(frozen=True, kw_only=True)
class _Filed(DossierEvent):
    reference: str
    submitted_at: datetime
    content_digest: str


@dataclass(frozen=True, kw_only=True)
class DossierSubmitted(_Filed):
    type: ClassVar[str] = "dossier_submitted"
    listeners: ClassVar[tuple[str, ...]] = ("identity", "notifications")


@dataclass(frozen=True, kw_only=True)
class DossierClaimed(_Filed):
    type: ClassVar[str] = "dossier_claimed"
    listeners: ClassVar[tuple[str, ...]] = ("identity",)


@dataclass(frozen=True, kw_only=True)
class ComplementRequested(_Filed):
    type: ClassVar[str] = "complement_requested"
    listeners: ClassVar[tuple[str, ...]] = ("identity", "notifications")


@dataclass(frozen=True, kw_only=True)
class ComplementAnswered(_Filed):
    type: ClassVar[str] = "complement_answered"
    listeners: ClassVar[tuple[str, ...]] = ("identity",)


@dataclass(frozen=True, kw_only=True)
class DossierDecided(_Filed):
    type: ClassVar[str] = "dossier_decided"
    listeners: ClassVar[tuple[str, ...]] = ("identity", "notifications")


@dataclass(frozen=True, kw_only=True)
class DossierReassigned(DossierEvent):
    """Somebody else of the enterprise looks after it from now on, be it still a draft."""

    type: ClassVar[str] = "dossier_reassigned"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    bce_number: BceNumber


@dataclass(frozen=True, kw_only=True)
class DossiersRetold(Event):
    """All states there are were told again in this epoch. A dossier told in an older one and not since is no more: the
    database was restored from a time before it."""

    publisher: ClassVar[str] = "dossiers"
    type: ClassVar[str] = "dossiers_retold"
    subject_id: ClassVar[str] = "epoch"
    listeners: ClassVar[tuple[str, ...]] = ("identity",)

    epoch: int
