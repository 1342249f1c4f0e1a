"""What delegation can be asked."""

from __future__ import annotations

from datetime import date
from typing import Final, Protocol
from uuid import UUID

from contracts.delegation.answers import (
    CheckQuestion,
    CheckResult,
    EnterpriseAccess,
    EnterpriseMandateView,
    EnterpriseMatch,
    EnterpriseView,
    EstablishmentView,
    InvitationView,
    MandateView,
    RoleRequestView,
    RoleView,
)
from contracts.exports import PersonExport
from contracts.identifiers import BceNumber, EstablishmentNumber

# Who gives a role signs in by more than a code that was sent to a mailbox: it may submit what asks for as much.
GIVING_LEVEL: Final = 350


class Delegation(Protocol):
    """Statement needed: the actor's, unless a scope is named; at ``GIVING_LEVEL`` for whatever gives somebody a role,
    or leaves it to him for longer. Of another's enterprise everything is ``not_found``."""

    def list_roles(self) -> list[RoleView]: ...

    def get_enterprise(self, *, bce_number: BceNumber) -> EnterpriseView: ...

    # by number, its beginning, or name: accents, signs, forms and typing slips don't matter; the likeliest first
    def search_enterprises(self, *, query: str, most: int = 10) -> list[EnterpriseMatch]: ...

    # 500 at most, the open ones first; with ``numbers`` those of them alone
    def list_establishments(
        self, *, bce_number: BceNumber, numbers: list[EstablishmentNumber] | None = None
    ) -> list[EstablishmentView]: ...

    # also the person statement (the requester's name, shown to those who decide)
    def request_role(self, *, bce_number: BceNumber, role: str, message: str, command_id: UUID) -> RoleRequestView: ...

    def list_my_role_requests(self) -> list[RoleRequestView]: ...

    # by who asked; the second writes to the access managers again
    def withdraw_role_request(self, *, role_request_id: UUID, command_id: UUID) -> RoleRequestView: ...

    def resend_role_request(self, *, role_request_id: UUID, command_id: UUID) -> RoleRequestView: ...

    def list_role_requests(self, *, bce_number: BceNumber) -> list[RoleRequestView]: ...

    # for the whole enterprise and all procedures, unless an establishment or categories of the catalogue are named
    def accept_role_request(
        self,
        *,
        role_request_id: UUID,
        valid_until: date | None,
        establishment_number: str | None = None,
        procedure_categories: list[str] | None = None,
        command_id: UUID,
    ) -> MandateView: ...

    def refuse_role_request(self, *, role_request_id: UUID, reason: str, command_id: UUID) -> RoleRequestView: ...

    # exactly one of email and person_id (from identity.refer_to); ``language``: of the mail to an address; limited as
    # accept_role_request
    def invite_person(
        self,
        *,
        bce_number: BceNumber,
        role: str,
        email: str | None,
        person_id: UUID | None,
        valid_until: date | None,
        language: str = "fr",
        establishment_number: str | None = None,
        procedure_categories: list[str] | None = None,
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

    # as accept_invitation
    def decline_invitation(
        self, *, secret: str | None, invitation_id: UUID | None, command_id: UUID
    ) -> InvitationView: ...

    def list_my_enterprises(self) -> list[EnterpriseAccess]: ...

    # of one enterprise, or with ``ended`` of all, whatever has become of them; else those that have not ended. The
    # newest first
    def list_my_mandates(self, *, bce_number: BceNumber | None = None, ended: bool = False) -> list[MandateView]: ...

    # what the service holds on the actor
    def export_person(self, *, before: UUID | None = None) -> PersonExport: ...

    # of which the asker is the only access manager left
    def list_managed_alone(self) -> list[EnterpriseAccess]: ...

    def list_people_of(self, *, bce_number: BceNumber) -> list[MandateView]: ...

    # by an access manager of the enterprise, or of the office that assigned it, or the holder. With ``cascade``, what
    # the holder gave there ends too, to offices as well
    def revoke_mandate(
        self, *, mandate_id: UUID, reason: str, cascade: bool = False, command_id: UUID
    ) -> MandateView: ...

    # all of one person's mandates in the enterprise
    def revoke_mandates_of(
        self, *, bce_number: BceNumber, person_id: UUID, reason: str, command_id: UUID
    ) -> list[MandateView]: ...

    # take one category of procedures away
    def narrow_mandate(self, *, mandate_id: UUID, category: str, command_id: UUID) -> MandateView: ...

    # None: a year from today, or as before where that is later; what is suspended stays so
    def renew_mandate(self, *, mandate_id: UUID, valid_until: date | None, command_id: UUID) -> MandateView: ...

    def suspend_mandate(self, *, mandate_id: UUID, reason: str, command_id: UUID) -> MandateView: ...

    def resume_mandate(self, *, mandate_id: UUID, command_id: UUID) -> MandateView: ...

    # those of which the access managers are asked whether they are still needed, as they are once a year
    def list_to_confirm(self, *, bce_number: BceNumber) -> list[MandateView]: ...

    # all or none; renewed or resumed, a mandate is confirmed too
    def confirm_mandates(
        self, *, bce_number: BceNumber, mandate_ids: list[UUID], command_id: UUID
    ) -> list[MandateView]: ...

    # by an access manager of the client ``bce_number``: the office acts for it, limited as accept_role_request, never
    # in a role that decides who acts
    def mandate_enterprise(
        self,
        *,
        bce_number: BceNumber,
        office_bce_number: BceNumber,
        role: str,
        valid_until: date | None,
        establishment_number: str | None = None,
        procedure_categories: list[str] | None = None,
        command_id: UUID,
    ) -> EnterpriseMandateView: ...

    # given and received, with the office's people who act by them; all of them, or one
    def list_enterprise_mandates(
        self, *, bce_number: BceNumber, enterprise_mandate_id: UUID | None = None
    ) -> list[EnterpriseMandateView]: ...

    # also the person statement; by an access manager of the office, to one who has a mandate in force there
    def assign_person(self, *, enterprise_mandate_id: UUID, person_id: UUID, command_id: UUID) -> MandateView: ...

    # by an access manager of the client; None: as renew_mandate. What the office's people have by it follows
    def renew_enterprise_mandate(
        self, *, enterprise_mandate_id: UUID, valid_until: date | None, command_id: UUID
    ) -> EnterpriseMandateView: ...

    # given, of which the client's access managers are asked as of ``list_to_confirm``; without the office's people
    def list_enterprise_mandates_to_confirm(self, *, bce_number: BceNumber) -> list[EnterpriseMandateView]: ...

    # by an access manager of the client, who is asked once a year; renewed or resumed, it is confirmed too
    def confirm_enterprise_mandate(self, *, enterprise_mandate_id: UUID, command_id: UUID) -> EnterpriseMandateView: ...

    # by an access manager of the client; what the office's people have by it rests too
    def suspend_enterprise_mandate(
        self, *, enterprise_mandate_id: UUID, reason: str, command_id: UUID
    ) -> EnterpriseMandateView: ...

    # by an access manager of the client: of one that was suspended, by them or for want of an answer
    def resume_enterprise_mandate(self, *, enterprise_mandate_id: UUID, command_id: UUID) -> EnterpriseMandateView: ...

    # by an access manager of either; what its people have by it ends too
    def end_enterprise_mandate(
        self, *, enterprise_mandate_id: UUID, reason: str, command_id: UUID
    ) -> EnterpriseMandateView: ...

    # a decision statement of 30 s at most; refused with PermissionMissing. ``procedure``: as in ``check``
    def issue_decision(
        self,
        *,
        bce_number: BceNumber,
        permission: str,
        procedure: str | None,
        establishment: str | None = None,
    ) -> str: ...

    # scope delegation.check. ``procedure``: its category in the catalogue; None: whatever the procedure.
    # ``establishment``: its number; None: the enterprise as a whole
    def check(
        self,
        *,
        person_id: UUID,
        bce_number: BceNumber,
        permission: str,
        procedure: str | None = None,
        establishment: str | None = None,
    ) -> CheckResult: ...

    # scope delegation.check. 100 questions at most, answered in their order, all as things stand at one instant
    def check_many(self, *, questions: list[CheckQuestion]) -> list[CheckResult]: ...

    # scope delegation.check. For whom the person may act today; with ``permission``, where she holds it
    def list_enterprises_of(self, *, person_id: UUID, permission: str | None = None) -> list[EnterpriseAccess]: ...

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
