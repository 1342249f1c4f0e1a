"""delegation: for whom may you act. It signs *decision* statements."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Literal, Protocol
from uuid import UUID

from contracts.errors import Refusal
from contracts.events import Event, Sealed
from contracts.exports import PersonExport
from contracts.identifiers import BceNumber, EstablishmentNumber
from contracts.identity import Language

RoleName = Literal["access_manager", "signatory", "contributor", "reader"]
Permission = Literal["dossier.read", "dossier.draft", "dossier.submit", "dossier.sign", "mandate.manage"]

# The last day of a mandate that has none: an access manager's lasts as long as CSAM's registry designates him.
NO_END = date(9999, 12, 31)

# ---------------------------------------------------------------- answers


@dataclass(frozen=True, kw_only=True)
class RoleView:
    name: RoleName
    permissions: list[Permission]


@dataclass(frozen=True, kw_only=True)
class Address:
    """As the Crossroads Bank has it: what is bilingual there twice, what it does not say empty."""

    street_fr: str = ""
    street_nl: str = ""
    house_number: str = ""
    box: str = ""
    zipcode: str = ""
    municipality_fr: str = ""
    municipality_nl: str = ""
    country_fr: str = ""
    country_nl: str = ""
    extra: str = ""


@dataclass(frozen=True, kw_only=True)
class Coded:
    """A code of the Crossroads Bank, and what it means: {language: label}."""

    code: str
    labels: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class EnterpriseView:
    """``names``: {language: name}; ``seat`` None where the Crossroads Bank tells none, as of people who are
    self-employed."""

    bce_number: BceNumber
    name: str
    state: Literal["active", "struck_off"]
    has_access_manager: bool
    struck_off_on: date | None = None
    names: dict[str, str] = field(default_factory=dict)
    abbreviation: str | None = None
    seat: Address | None = None
    juridical_form: Coded | None = None
    main_activity: Coded | None = None


@dataclass(frozen=True, kw_only=True)
class EnterpriseMatch:
    """One that was looked for."""

    bce_number: BceNumber
    name: str
    state: Literal["active", "struck_off"]
    struck_off_on: date | None
    abbreviation: str | None
    seat: Address | None
    juridical_form: Coded | None


@dataclass(frozen=True, kw_only=True)
class EstablishmentView:
    """``name`` is empty where it has none of its own."""

    establishment_number: EstablishmentNumber
    bce_number: BceNumber
    name: str
    address: Address | None
    state: Literal["open", "closed"]


@dataclass(frozen=True, kw_only=True)
class EnterpriseAccess:
    """An enterprise for which the asker may act today, and what he may do there. One that is struck off does nothing
    any more; one without access manager is orphaned until its legal representative designates one through CSAM."""

    bce_number: BceNumber
    name: str
    roles: list[RoleName]
    permissions: list[Permission]
    state: Literal["active", "struck_off"] = "active"
    has_access_manager: bool = True


@dataclass(frozen=True, kw_only=True)
class RoleRequestView:
    """``requester_name`` is shown to the access managers who decide and to the requester. ``managers_without_address``:
    access managers who could not be reached by e-mail."""

    role_request_id: UUID
    person_id: UUID
    requester_name: str
    bce_number: BceNumber
    enterprise_name: str
    role: RoleName
    message: str
    state: Literal["open", "accepted", "refused", "withdrawn", "expired"]
    requested_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    reason: str | None
    managers_without_address: int


@dataclass(frozen=True, kw_only=True)
class MandateView:
    """``valid_until`` is the last day, until 23:59:59 Europe/Brussels; ``NO_END`` when it has none."""

    mandate_id: UUID
    person_id: UUID
    person_name: str | None
    bce_number: BceNumber
    role: RoleName
    permissions: list[Permission]
    valid_from: date
    valid_until: date
    state: Literal["active", "expired", "revoked"]


@dataclass(frozen=True, kw_only=True)
class InvitationView:
    """``is_by_link``: sent to an address, for who confirmed it with identity; else to a known person.
    ``accepted_by_name`` is told to the access managers, who see it among the mandates too."""

    invitation_id: UUID
    bce_number: BceNumber
    enterprise_name: str
    role: RoleName
    state: Literal["open", "accepted", "declined", "withdrawn", "expired"]
    invited_at: datetime
    expires_at: datetime
    is_by_link: bool = True
    accepted_by_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """AuthZEN 1.0 evaluation in our words: the decision, the mandate that allows it or what is missing, until when."""

    decision: bool
    mandate_id: UUID | None
    missing: str | None
    holds_until: datetime | None


# ---------------------------------------------------------------- events


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
    """No access manager is left, and nobody decides who acts for it. ``holder_ids``: who still may."""

    publisher: ClassVar[str] = "delegation"
    type: ClassVar[str] = "enterprise_orphaned"
    subject_id: ClassVar[str] = "bce_number"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    bce_number: BceNumber
    enterprise_name: str
    holder_ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class RoleRequested(Event):
    """``manager_ids``: the access managers who may decide, at that moment."""

    publisher: ClassVar[str] = "delegation"
    type: ClassVar[str] = "role_requested"
    subject_id: ClassVar[str] = "role_request_id"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    role_request_id: UUID
    person_id: UUID
    bce_number: BceNumber
    enterprise_name: str
    role: RoleName
    manager_ids: list[UUID]
    requested_at: datetime


@dataclass(frozen=True, kw_only=True)
class RoleRefused(Event):
    publisher: ClassVar[str] = "delegation"
    type: ClassVar[str] = "role_refused"
    subject_id: ClassVar[str] = "role_request_id"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    role_request_id: UUID
    person_id: UUID
    bce_number: BceNumber
    enterprise_name: str
    role: RoleName
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
class RoleRequestExpired(Event):
    """Nobody decided it within 30 days."""

    publisher: ClassVar[str] = "delegation"
    type: ClassVar[str] = "role_request_expired"
    subject_id: ClassVar[str] = "role_request_id"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    role_request_id: UUID
    person_id: UUID
    bce_number: BceNumber
    enterprise_name: str
    role: RoleName
    requested_at: datetime


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


@dataclass(frozen=True, kw_only=True)
class RoleGranted(_MandateState):
    """A mandate began. ``procedure_categories`` empty: all. ``granted_by`` None: CSAM's registry."""

    type: ClassVar[str] = "role_granted"
    listeners: ClassVar[tuple[str, ...]] = ("dossiers", "notifications")


@dataclass(frozen=True, kw_only=True)
class MandateRevoked(_MandateState):
    """``ended_with_account``: its holder deleted his account, and nobody is left to be told.
    ``ended_with_designation``: CSAM's registry names him no more, of which ``AccessManagerWithdrawn`` tells him."""

    type: ClassVar[str] = "mandate_revoked"
    listeners: ClassVar[tuple[str, ...]] = ("dossiers", "notifications")

    ended_with_account: bool = False
    ended_with_designation: bool = False


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


# ---------------------------------------------------------------- refusals


class EnterpriseUnknown(Refusal):
    code = "enterprise_unknown"
    sentence = "The Crossroads Bank knows no active enterprise by this number."


class NoAccessManager(Refusal):
    """``details["help_url"]``: where a legal representative designates one."""

    code = "no_access_manager"
    sentence = "No access manager is designated; a legal representative must do so through CSAM."


class AlreadyRequested(Refusal):
    code = "already_requested"
    sentence = "You have an open request for this role in this enterprise."


class AlreadyHeld(Refusal):
    code = "already_held"
    sentence = "You hold this role in this enterprise already."


class AlreadyDecided(Refusal):
    code = "already_decided"
    sentence = "This request was decided already."


class OwnRequest(Refusal):
    code = "own_request"
    sentence = "Nobody decides his own request."


class InvitationInvalid(Refusal):
    code = "invitation_invalid"
    sentence = "The invitation is unknown, was used already, has expired, or is for somebody else."


class InvitationForAnother(Refusal):
    """It went to an address that he who holds the link has not confirmed: perhaps it was forwarded to him."""

    code = "invitation_for_another"
    sentence = "The invitation was sent to an address that is none of yours; confirm that address first."


class ResentTooOften(Refusal):
    """Once a day, three times in all. ``details["again_at"]``: when it may be sent again, None: never."""

    code = "resent_too_often"
    sentence = "It was sent again already; that is done once a day, and three times at most."


class TermTooLong(Refusal):
    code = "term_too_long"
    sentence = "A mandate lasts five years at most."


class LastAccessManager(Refusal):
    code = "last_access_manager"
    sentence = "The last access manager of an enterprise cannot be removed."


# ---------------------------------------------------------------- RPC


class Delegation(Protocol):
    """Statement needed: the actor's, unless a scope is named. Of another's enterprise everything is ``not_found``."""

    def list_roles(self) -> list[RoleView]: ...

    def get_enterprise(self, *, bce_number: BceNumber) -> EnterpriseView: ...

    # by number, its beginning, or name: accents, signs, forms and typing slips don't matter; the likeliest first
    def search_enterprises(self, *, query: str, most: int = 10) -> list[EnterpriseMatch]: ...

    def list_establishments(self, *, bce_number: BceNumber) -> list[EstablishmentView]: ...

    # also the person statement (the requester's name, shown to those who decide)
    def request_role(self, *, bce_number: BceNumber, role: str, message: str, command_id: UUID) -> RoleRequestView: ...

    def list_my_role_requests(self) -> list[RoleRequestView]: ...

    # by who asked; the second writes to the access managers again
    def withdraw_role_request(self, *, role_request_id: UUID, command_id: UUID) -> RoleRequestView: ...

    def resend_role_request(self, *, role_request_id: UUID, command_id: UUID) -> RoleRequestView: ...

    def list_role_requests(self, *, bce_number: BceNumber) -> list[RoleRequestView]: ...

    def accept_role_request(
        self, *, role_request_id: UUID, valid_until: date | None, command_id: UUID
    ) -> MandateView: ...

    def refuse_role_request(self, *, role_request_id: UUID, reason: str, command_id: UUID) -> RoleRequestView: ...

    # exactly one of email and person_id (from identity.refer_to); ``language``: of the mail to an address
    def invite_person(
        self,
        *,
        bce_number: BceNumber,
        role: str,
        email: str | None,
        person_id: UUID | None,
        valid_until: date | None,
        language: str = "fr",
        command_id: UUID,
    ) -> InvitationView: ...

    def list_invitations(self, *, bce_number: BceNumber) -> list[InvitationView]: ...

    # by any access manager of the enterprise; sent again, it is open for 30 days more
    def withdraw_invitation(self, *, invitation_id: UUID, command_id: UUID) -> InvitationView: ...

    def resend_invitation(self, *, invitation_id: UUID, command_id: UUID) -> InvitationView: ...

    # by link (secret), or of those addressed to the actor himself
    def list_my_invitations(self) -> list[InvitationView]: ...

    def get_invitation(self, *, secret: str) -> InvitationView: ...

    # also the person statement; exactly one of secret and invitation_id
    def accept_invitation(self, *, secret: str | None, invitation_id: UUID | None, command_id: UUID) -> MandateView: ...

    def decline_invitation(
        self, *, secret: str | None, invitation_id: UUID | None, command_id: UUID
    ) -> InvitationView: ...

    def list_my_enterprises(self) -> list[EnterpriseAccess]: ...

    # what the service holds on the actor
    def export_person(self, *, before: UUID | None = None) -> PersonExport: ...

    # of which the asker is the only access manager left
    def list_managed_alone(self) -> list[EnterpriseAccess]: ...

    def list_people_of(self, *, bce_number: BceNumber) -> list[MandateView]: ...

    def revoke_mandate(self, *, mandate_id: UUID, reason: str, command_id: UUID) -> MandateView: ...

    # a decision statement of 30 s at most; refused with PermissionMissing
    def issue_decision(self, *, bce_number: BceNumber, permission: str, procedure: str | None) -> str: ...

    # scope delegation.check
    def check(
        self, *, person_id: UUID, bce_number: BceNumber, permission: str, procedure: str | None = None
    ) -> CheckResult: ...

    # scope delegation.register: what the registries' adaptors tell us
    def register_enterprise(
        self, *, bce_number: BceNumber, name: str, state: str, command_id: UUID
    ) -> EnterpriseView: ...

    def designate_access_manager(
        self, *, bce_number: BceNumber, person_id: UUID, email: str | None, language: str, command_id: UUID
    ) -> MandateView: ...

    # not_found where he was never designated; also the last one goes, for the registry's word counts
    def withdraw_access_manager(
        self, *, bce_number: BceNumber, person_id: UUID, command_id: UUID
    ) -> EnterpriseView: ...
