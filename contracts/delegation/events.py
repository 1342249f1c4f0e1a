"""What delegation announces of enterprises, access managers, role requests and invitations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from contracts.delegation.answers import Address, RoleName
from contracts.events import Event, Sealed
from contracts.identifiers import BceNumber, EstablishmentNumber
from contracts.identity import Language


@dataclass(frozen=True, kw_only=True)
class AccessManagerDesignated(Event):
    """CSAM's registry names an access manager. ``sealed``: {"email"} for notifications, or None when none is known."""

    publisher: ClassVar[str] = "delegation"
    type: ClassVar[str] = "access_manager_designated"
    subject_id: ClassVar[str] = "designation_id"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    designation_id: UUID
    person_id: UUID
    bce_number: BceNumber
    language: Language
    sealed: Sealed | None


@dataclass(frozen=True, kw_only=True)
class AccessManagerWithdrawn(Event):
    """CSAM's registry names him no more. ``sealed``: {"email"} for notifications, as it was told last: the address of
    the mail that tells him so."""

    publisher: ClassVar[str] = "delegation"
    type: ClassVar[str] = "access_manager_withdrawn"
    subject_id: ClassVar[str] = "designation_id"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    designation_id: UUID
    person_id: UUID
    bce_number: BceNumber
    enterprise_name: str
    language: Language
    sealed: Sealed | None
    withdrawn_at: datetime


@dataclass(frozen=True, kw_only=True)
class EnterpriseOrphaned(Event):
    """The registry withdrew its last access manager, he deleted his account, or his term ended: nobody decides who acts
    for it. ``holder_ids``: who still may."""

    publisher: ClassVar[str] = "delegation"
    type: ClassVar[str] = "enterprise_orphaned"
    subject_id: ClassVar[str] = "bce_number"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    bce_number: BceNumber
    enterprise_name: str
    holder_ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class EstablishmentLost(Event):
    """The Crossroads Bank says that it closed, or is another enterprise's now: by a mandate limited to it nobody begins
    or submits anything. ``holder_ids``: who has one, or manages access to an office that has; ``manager_ids``: who may
    give others. Where it opens again or comes back, mandates hold again, and nobody is told."""

    publisher: ClassVar[str] = "delegation"
    type: ClassVar[str] = "establishment_lost"
    subject_id: ClassVar[str] = "bce_number"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    bce_number: BceNumber
    enterprise_name: str
    establishment_number: EstablishmentNumber
    establishment_name: str
    became: Literal["closed", "moved"]
    holder_ids: list[UUID]
    manager_ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class _RoleRequestState(Event):
    publisher: ClassVar[str] = "delegation"
    subject_id: ClassVar[str] = "role_request_id"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    role_request_id: UUID
    person_id: UUID
    bce_number: BceNumber
    enterprise_name: str
    role: RoleName


@dataclass(frozen=True, kw_only=True)
class RoleRequested(_RoleRequestState):
    """``manager_ids``: the access managers who may decide, at that moment; ``told_ids``: those of them whom this is to
    tell, None: all. Told again to who became one later, alone."""

    type: ClassVar[str] = "role_requested"

    manager_ids: list[UUID]
    requested_at: datetime
    told_ids: list[UUID] | None = None


@dataclass(frozen=True, kw_only=True)
class RoleRefused(_RoleRequestState):
    type: ClassVar[str] = "role_refused"

    reason: str
    decided_by: UUID
    decided_at: datetime


@dataclass(frozen=True, kw_only=True)
class RoleRequestWithdrawn(Event):
    """Nobody needs to decide it any more: who asked thought better of it, or has deleted his account."""

    publisher: ClassVar[str] = "delegation"
    type: ClassVar[str] = "role_request_withdrawn"
    subject_id: ClassVar[str] = "role_request_id"

    role_request_id: UUID
    person_id: UUID
    bce_number: BceNumber


@dataclass(frozen=True, kw_only=True)
class RoleRequestExpired(_RoleRequestState):
    """Nobody decided it within 30 days."""

    type: ClassVar[str] = "role_request_expired"

    requested_at: datetime


@dataclass(frozen=True, kw_only=True)
class PersonInvited(Event):
    """``sealed``: {"email", "secret"} for notifications; ``person_id`` when invited by national number. Told again when
    it is sent again."""

    publisher: ClassVar[str] = "delegation"
    type: ClassVar[str] = "person_invited"
    subject_id: ClassVar[str] = "invitation_id"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    invitation_id: UUID
    person_id: UUID | None
    bce_number: BceNumber
    enterprise_name: str
    role: RoleName
    language: Language
    expires_at: datetime
    sealed: Sealed | None
    establishment_number: EstablishmentNumber | None = None
    procedure_categories: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class InvitationEnded(Event):
    """Nobody can take it any more: an access manager took it back, or who was invited declined it."""

    publisher: ClassVar[str] = "delegation"
    type: ClassVar[str] = "invitation_ended"
    subject_id: ClassVar[str] = "invitation_id"

    invitation_id: UUID
    person_id: UUID | None
    bce_number: BceNumber
    state: Literal["declined", "withdrawn"]


@dataclass(frozen=True, kw_only=True)
class EnterpriseChanged(Event):
    """Its name, state, form or seat. Told of those only that a mandate, a role request or an invitation names, by which
    others first hear of them."""

    publisher: ClassVar[str] = "delegation"
    type: ClassVar[str] = "enterprise_changed"
    subject_id: ClassVar[str] = "bce_number"
    listeners: ClassVar[tuple[str, ...]] = ("dossiers",)

    bce_number: BceNumber
    name: str
    state: Literal["active", "struck_off"]
    struck_off_on: date | None
    juridical_form: str | None
    seat: Address | None


@dataclass(frozen=True, kw_only=True)
class DelegationRetold(Event):
    """All states there are were told again in this epoch. A mandate or designation told in an older one and not since
    is no more: the database was restored from a time before it."""

    publisher: ClassVar[str] = "delegation"
    type: ClassVar[str] = "delegation_retold"
    subject_id: ClassVar[str] = "epoch"
    listeners: ClassVar[tuple[str, ...]] = ("dossiers", "notifications")

    epoch: int
