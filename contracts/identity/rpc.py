"""The doors of identity."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from contracts.exports import PersonExport
from contracts.identity.answers import (
    AccountDeletion,
    AccountDeletionCase,
    AccountDeletionOutlook,
    CitizenSpace,
    ContactView,
    EuropeanConflict,
    LinkingView,
    Means,
    Presence,
    Profile,
    SessionView,
    SignedIn,
    SignInBegun,
)


class Identity(Protocol):
    """Statement needed: scope ``identity.sign_in`` (the portal) where no actor exists yet, else the actor's own."""

    # scope identity.sign_in
    def list_means(self) -> list[Means]: ...

    # ``address``: of the network, by which attempts are counted
    def begin_sign_in(
        self,
        *,
        return_to: str,
        callback_url: str,
        means: str | None,
        minimum_level: int,
        address: str,
        command_id: UUID,
    ) -> SignInBegun: ...

    # ``browser`` and ``address``: as a person recognises her sessions again
    def complete_sign_in(
        self, *, state: str, code: str, browser_secret: str, browser: str, address: str, command_id: UUID
    ) -> SignedIn: ...

    # whom the provider vouched for, where ``complete_sign_in`` gave a linking_token. Raises TooManyAttempts
    def get_linking(self, *, linking_token: str, address: str) -> LinkingView: ...

    # the first sign-in of a European identity. Raises NumberNotHers, NumberLinkedAlready, TooManyAttempts
    def link_european_identity(
        self,
        *,
        linking_token: str,
        national_number: str,
        email: str,
        telephone: str,
        address: str,
        command_id: UUID,
    ) -> SignedIn: ...

    def present_session(self, *, session_token: str) -> Presence: ...

    def sign_out(self, *, session_token: str, command_id: UUID) -> None: ...

    # where the browser goes to sign out at the provider too (OpenID Connect RP-Initiated Logout 1.0); None: nowhere
    def get_provider_sign_out(self, *, return_url: str) -> str | None: ...

    # ``address``: of the network of who follows the link, by which attempts are counted
    def confirm_email(self, *, secret: str, address: str, command_id: UUID) -> CitizenSpace: ...

    # actor
    def get_profile(self) -> Profile: ...

    def create_citizen_space(self, *, email: str, command_id: UUID) -> CitizenSpace: ...

    def resend_confirmation(self, *, command_id: UUID) -> CitizenSpace: ...

    # ``space``: "citizen", or a BCE number for a professional address; the present one holds until the link is followed
    def give_email(self, *, space: str, email: str, command_id: UUID) -> ContactView: ...

    def list_contacts(self) -> list[ContactView]: ...

    def acknowledge_notice(self, *, notice: str, command_id: UUID) -> None: ...

    def choose_language(self, *, language: str, command_id: UUID) -> None: ...

    def issue_person_statement(self) -> str: ...

    def list_sessions(self) -> list[SessionView]: ...

    def end_session(self, *, session_id: UUID, command_id: UUID) -> None: ...

    # this one included
    def sign_out_everywhere(self, *, command_id: UUID) -> None: ...

    def get_account_deletion(self) -> AccountDeletionOutlook: ...

    # level 350; ``reason`` is needed when dossiers are open; an agent then decides
    def request_account_deletion(self, *, reason: str, command_id: UUID) -> AccountDeletion: ...

    def cancel_account_deletion(self, *, command_id: UUID) -> AccountDeletion: ...

    # role agent, level 400; each case that is shown is a look at a person
    def list_account_deletions(self) -> list[AccountDeletionCase]: ...

    # one that waits for a decision
    def get_account_deletion_case(self, *, deletion_id: UUID) -> AccountDeletionCase: ...

    def write_about_deletion(self, *, deletion_id: UUID, message: str, command_id: UUID) -> None: ...

    def decide_account_deletion(
        self, *, deletion_id: UUID, accept: bool, reason: str, command_id: UUID
    ) -> AccountDeletion: ...

    def list_european_conflicts(self) -> list[EuropeanConflict]: ...

    def get_european_conflict(self, *, identity_id: UUID) -> EuropeanConflict: ...

    # ``accept``: the number becomes this identity's, and is the other's no more
    def decide_european_conflict(
        self, *, identity_id: UUID, person_id: UUID, accept: bool, reason: str, command_id: UUID
    ) -> None: ...

    def set_education_staff(self, *, national_number: str, is_staff: bool, command_id: UUID) -> None: ...

    # what the service holds on the actor
    def export_person(self, *, before: UUID | None = None) -> PersonExport: ...

    # actor, or scope identity.refer
    def refer_to(self, *, national_number: str) -> UUID: ...
