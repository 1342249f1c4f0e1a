"""What delegation announces of mandates, of people and of enterprises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from contracts.delegation.answers import Permission, RoleName
from contracts.events import Event
from contracts.identifiers import BceNumber, EstablishmentNumber


@dataclass(frozen=True, kw_only=True)
class _MandateState(Event):
    subject_id: ClassVar[str] = "mandate_id"
    publisher: ClassVar[str] = "delegation"

    mandate_id: UUID
    person_id: UUID
    bce_number: BceNumber
    enterprise_name: str
    establishment_number: EstablishmentNumber | None
    role: RoleName
    permissions: list[Permission]
    procedure_categories: list[str]
    valid_from: date
    valid_until: date
    granted_by: UUID | None
    role_request_id: UUID | None
    invitation_id: UUID | None
    revoked_at: datetime | None
    suspended_at: datetime | None = None
    via_bce_number: BceNumber | None = None


@dataclass(frozen=True, kw_only=True)
class RoleGranted(_MandateState):
    """A mandate began. ``establishment_number`` None: the whole enterprise. ``procedure_categories`` empty: all.
    ``granted_by`` None: CSAM's registry. ``via_bce_number``: the office that assigned it, acting for the enterprise."""

    type: ClassVar[str] = "role_granted"
    listeners: ClassVar[tuple[str, ...]] = ("dossiers", "notifications")


@dataclass(frozen=True, kw_only=True)
class MandateChanged(_MandateState):
    """``change``: it has another last day, rests or rests no more, one of its categories was taken away, or an access
    manager said that it is still needed. ``with_office``: it rests, or rests no more, with its holder's own role in the
    office that assigned it, of which he is told."""

    type: ClassVar[str] = "mandate_changed"
    listeners: ClassVar[tuple[str, ...]] = ("dossiers", "notifications")

    change: Literal["renewed", "suspended", "resumed", "narrowed", "confirmed"]
    with_office: bool = False


@dataclass(frozen=True, kw_only=True)
class MandateExpiring(_MandateState):
    """Its last day is 30 days away, or 7."""

    type: ClassVar[str] = "mandate_expiring"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)


@dataclass(frozen=True, kw_only=True)
class _EnterpriseMandateState(Event):
    publisher: ClassVar[str] = "delegation"
    subject_id: ClassVar[str] = "enterprise_mandate_id"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    enterprise_mandate_id: UUID
    bce_number: BceNumber
    enterprise_name: str
    office_bce_number: BceNumber
    office_name: str
    role: RoleName
    establishment_number: EstablishmentNumber | None
    procedure_categories: list[str]
    valid_from: date
    valid_until: date
    granted_by: UUID
    manager_ids: list[UUID]
    suspended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class EnterpriseMandated(_EnterpriseMandateState):
    """The enterprise has an office act for it. ``manager_ids``: the office's access managers, who say which of its
    people do; empty when it is told again."""

    type: ClassVar[str] = "enterprise_mandated"


@dataclass(frozen=True, kw_only=True)
class EnterpriseMandateRenewed(_EnterpriseMandateState):
    """It has another last day, as has what the office's people have by it. ``manager_ids``: the office's; empty when it
    is told again."""

    type: ClassVar[str] = "enterprise_mandate_renewed"


@dataclass(frozen=True, kw_only=True)
class EnterpriseMandateChanged(_EnterpriseMandateState):
    """It rests, or rests no more. ``by_client``: it rests as one of the client's access managers decided, and not for
    want of an answer whether it is still needed. ``manager_ids``: the access managers of the side ``told_bce_number``;
    empty when it is told again."""

    type: ClassVar[str] = "enterprise_mandate_changed"

    told_bce_number: BceNumber
    change: Literal["suspended", "resumed"]
    by_client: bool = False


@dataclass(frozen=True, kw_only=True)
class EnterpriseMandateEnded(_EnterpriseMandateState):
    """One side ended it; the mandates of the office's people ended with it. ``manager_ids``: the access managers of the
    other side, ``told_bce_number``; empty when it is told again."""

    type: ClassVar[str] = "enterprise_mandate_ended"

    told_bce_number: BceNumber
    revoked_at: datetime


@dataclass(frozen=True, kw_only=True)
class EnterpriseMandatesExpiring(Event):
    """``count`` mandates that the enterprise gave to others (``told_as`` client), or has from its clients (office), end
    soon; the first on ``first_on``. ``manager_ids``: its access managers. The client's may renew them, the office's ask
    for it."""

    publisher: ClassVar[str] = "delegation"
    type: ClassVar[str] = "enterprise_mandates_expiring"
    subject_id: ClassVar[str] = "bce_number"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    bce_number: BceNumber
    enterprise_name: str
    told_as: Literal["client", "office"]
    count: int
    first_on: date
    manager_ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class AssignmentsEnded(Event):
    """``count`` roles that the enterprise, an office, had assigned to the person for its clients ended at once: he is
    its no more, it was struck off, or their last day has passed."""

    publisher: ClassVar[str] = "delegation"
    type: ClassVar[str] = "assignments_ended"
    subject_id: ClassVar[str] = "bce_number"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    bce_number: BceNumber
    enterprise_name: str
    person_id: UUID
    count: int


@dataclass(frozen=True, kw_only=True)
class MandatesExpiring(Event):
    """``count`` mandates of the enterprise were told today that their last day is near; the first is on ``first_on``.
    ``manager_ids``: who may renew them."""

    publisher: ClassVar[str] = "delegation"
    type: ClassVar[str] = "mandates_expiring"
    subject_id: ClassVar[str] = "bce_number"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    bce_number: BceNumber
    enterprise_name: str
    count: int
    first_on: date
    manager_ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class MandatesToConfirm(Event):
    """Whether ``count`` mandates of the enterprise are still needed is to be said until the end of ``confirm_by``.
    ``will_suspend``: those of which nothing is said then are suspended. ``manager_ids``: who may say it."""

    publisher: ClassVar[str] = "delegation"
    type: ClassVar[str] = "mandates_to_confirm"
    subject_id: ClassVar[str] = "bce_number"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    bce_number: BceNumber
    enterprise_name: str
    count: int
    confirm_by: date
    will_suspend: bool
    manager_ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class MandateRevoked(_MandateState):
    """``ended_with_account``: its holder deleted his account, and nobody is left to be told.
    ``ended_with_designation``: CSAM's registry names him no more, of which ``AccessManagerWithdrawn`` tells him.
    ``ended_with_office``: he has lost the office that assigned it, of which ``AssignmentsEnded`` tells him once."""

    type: ClassVar[str] = "mandate_revoked"
    listeners: ClassVar[tuple[str, ...]] = ("dossiers", "notifications")

    ended_with_account: bool = False
    ended_with_designation: bool = False
    ended_with_office: bool = False
