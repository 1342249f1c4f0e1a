"""identity: who are you, how sure are we, and what is yours.

Statements it signs: *actor* and *person*. It alone knows national numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal, Protocol
from uuid import UUID

from contracts.errors import Refusal
from contracts.events import Event, Sealed
from contracts.exports import PersonExport

Language = Literal["fr", "de", "nl", "en"]
MeansName = Literal["eid", "itsme", "email", "sms", "app", "eidas"]
# Of the deletion of an account. "accepted": it may be cancelled until ``erases_at``.
DeletionState = Literal["to_decide", "accepted", "refused", "cancelled", "erased"]

# ---------------------------------------------------------------- answers


@dataclass(frozen=True, kw_only=True)
class Means:
    """A way to sign in. ``level``: FAS assurance level, 100 to 500."""

    name: MeansName
    level: int
    available: bool


@dataclass(frozen=True, kw_only=True)
class SignInBegun:
    """``browser_secret`` must come back from the same browser (a cookie) with the provider's answer."""

    authorization_url: str
    state: str
    browser_secret: str


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    session_token: str
    return_to: str


@dataclass(frozen=True, kw_only=True)
class Presence:
    """Who is behind a session right now. ``citizen_space``: absent, awaiting (its e-mail's confirmation), open.
    ``erases_at``: when the account will be deleted, unless she cancels it before."""

    actor_statement: str
    person_id: UUID
    session_id: UUID
    given_name: str
    surname: str
    language: Language
    level: int
    roles: list[str]
    citizen_space: Literal["absent", "awaiting", "open"]
    notices_to_show: list[str]
    erases_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Domicile:
    """From the National Register. ``nis_code``: of the commune, 5 digits (Statbel)."""

    street: str
    house_number: str
    postal_code: str
    commune: str
    nis_code: str
    province: str
    read_at: datetime


@dataclass(frozen=True, kw_only=True)
class Profile:
    """``register_read_at``: when the National Register said what is told of the domicile; ``is_register_away``: it
    could not be read since."""

    person_id: UUID
    given_name: str
    surname: str
    national_number: str
    csam_email: str | None
    private_email: str | None
    awaiting_email: str | None
    language: Language
    domicile: Domicile | None
    register_read_at: datetime | None
    is_register_away: bool


@dataclass(frozen=True, kw_only=True)
class CitizenSpace:
    """``state``: awaiting until the link sent to ``email`` was followed, then open. ``space``: "citizen", or the BCE
    number for which the address was confirmed; ``is_first``: no address was confirmed for it before."""

    person_id: UUID
    email: str
    state: Literal["awaiting", "open"]
    link_expires_at: datetime | None
    space: str
    is_first: bool


@dataclass(frozen=True, kw_only=True)
class AccountDeletion:
    """``decision_reason``: what the agent wrote to the person. ``open_dossiers``: of her own, when she asked."""

    deletion_id: UUID
    person_id: UUID
    state: DeletionState
    reason: str
    open_dossiers: int
    asked_at: datetime
    erases_at: datetime | None
    decision_reason: str


@dataclass(frozen=True, kw_only=True)
class AccountDeletionCase:
    """For the agent who decides."""

    deletion: AccountDeletion
    given_name: str
    surname: str
    email: str | None


@dataclass(frozen=True, kw_only=True)
class AccountDeletionOutlook:
    """What a person should know before she asks. ``is_education_staff``: she cannot delete her account. ``current``:
    the deletion that was asked for last."""

    is_education_staff: bool
    open_dossiers: int
    current: AccountDeletion | None


@dataclass(frozen=True, kw_only=True)
class ContactView:
    """Where a person is written to for a space: "citizen" or a BCE number. ``awaiting_email``: the address that a link
    was sent to since."""

    space: str
    email: str | None
    awaiting_email: str | None


@dataclass(frozen=True, kw_only=True)
class SessionView:
    """A living session. ``browser`` as it calls itself (User-Agent), ``address`` of the network that it came from."""

    session_id: UUID
    means: MeansName | None
    level: int
    begun_at: datetime
    last_seen_at: datetime
    ends_at: datetime
    browser: str
    address: str
    is_this: bool


# ---------------------------------------------------------------- events


@dataclass(frozen=True, kw_only=True)
class EmailConfirmationRequested(Event):
    """A link must be sent. ``sealed``: {"email", "secret"} for notifications. ``space``: "citizen" or a BCE number;
    ``is_first``: no address was confirmed for it before."""

    publisher: ClassVar[str] = "identity"
    type: ClassVar[str] = "email_confirmation_requested"
    subject_id: ClassVar[str] = "confirmation_id"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    confirmation_id: UUID
    person_id: UUID
    language: Language
    expires_at: datetime
    sealed: Sealed
    space: str = "citizen"
    is_first: bool = True


@dataclass(frozen=True, kw_only=True)
class EmailConfirmed(Event):
    """The contact of a person for a space is now this. ``space``: "citizen" or a BCE number. ``sealed``: {"email"}."""

    publisher: ClassVar[str] = "identity"
    type: ClassVar[str] = "email_confirmed"
    subject_id: ClassVar[str] = "contact_id"
    listeners: ClassVar[tuple[str, ...]] = ("delegation", "notifications")

    contact_id: UUID
    person_id: UUID
    space: str
    language: Language
    sealed: Sealed


@dataclass(frozen=True, kw_only=True)
class LanguageChosen(Event):
    publisher: ClassVar[str] = "identity"
    type: ClassVar[str] = "language_chosen"
    subject_id: ClassVar[str] = "person_id"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    person_id: UUID
    language: Language


@dataclass(frozen=True, kw_only=True)
class SessionRevoked(Event):
    """No statement of this session is to be believed any more. ``until``: after it none can be valid."""

    publisher: ClassVar[str] = "identity"
    type: ClassVar[str] = "session_revoked"
    subject_id: ClassVar[str] = "session_id"
    listeners: ClassVar[tuple[str, ...]] = ("identity", "delegation", "dossiers", "notifications")

    session_id: UUID
    person_id: UUID
    until: datetime


@dataclass(frozen=True, kw_only=True)
class _DeletionState(Event):
    publisher: ClassVar[str] = "identity"
    subject_id: ClassVar[str] = "deletion_id"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    deletion_id: UUID
    person_id: UUID
    state: DeletionState
    erases_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class AccountDeletionRequested(_DeletionState):
    type: ClassVar[str] = "account_deletion_requested"


@dataclass(frozen=True, kw_only=True)
class AccountDeletionAccepted(_DeletionState):
    type: ClassVar[str] = "account_deletion_accepted"


@dataclass(frozen=True, kw_only=True)
class AccountDeletionRefused(_DeletionState):
    type: ClassVar[str] = "account_deletion_refused"


@dataclass(frozen=True, kw_only=True)
class AccountDeletionCancelled(_DeletionState):
    type: ClassVar[str] = "account_deletion_cancelled"


@dataclass(frozen=True, kw_only=True)
class AccountDeletionDiscussed(Event):
    """An agent writes to the person about it. ``sealed``: {"email", "message"} for notifications."""

    publisher: ClassVar[str] = "identity"
    type: ClassVar[str] = "account_deletion_discussed"
    subject_id: ClassVar[str] = "message_id"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    message_id: UUID
    deletion_id: UUID
    person_id: UUID
    language: Language
    sealed: Sealed


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event):
    """What was known of a person is gone; the ``person_id`` stays hers, should she come back. ``version`` counts her
    erasures. ``sealed``: {"email"} for notifications, to tell her for the last time; None when it is told again."""

    publisher: ClassVar[str] = "identity"
    type: ClassVar[str] = "person_erased"
    subject_id: ClassVar[str] = "person_id"
    listeners: ClassVar[tuple[str, ...]] = ("delegation", "dossiers", "notifications")

    person_id: UUID
    language: Language
    sealed: Sealed | None


@dataclass(frozen=True, kw_only=True)
class IdentityRetold(Event):
    """All states there are were told again in this epoch. An address or language told in an older one and not since
    is no more: the database was restored from a time before it."""

    publisher: ClassVar[str] = "identity"
    type: ClassVar[str] = "identity_retold"
    subject_id: ClassVar[str] = "epoch"
    listeners: ClassVar[tuple[str, ...]] = ("delegation", "notifications")

    epoch: int


# ---------------------------------------------------------------- refusals


class SignInUnknown(Refusal):
    code = "sign_in_unknown"
    sentence = "This sign-in was not begun in this browser, was used already, or took too long."


class MeansUnavailable(Refusal):
    code = "means_unavailable"
    sentence = "This means of sign-in is momentarily unavailable."


class ProviderRefused(Refusal):
    """``details["reason"]``: what was wrong with the identity provider's answer."""

    code = "provider_refused"
    sentence = "The identity provider did not vouch for this person."


class SessionUnknown(Refusal):
    code = "session_unknown"
    sentence = "There is no such session, or it has ended."


class SpaceAlreadyOpen(Refusal):
    code = "space_already_open"
    sentence = "The citizen space exists already."


class AddressUnchanged(Refusal):
    code = "address_unchanged"
    sentence = "This address is confirmed already."


class LinkInvalid(Refusal):
    code = "link_invalid"
    sentence = "The link is unknown, was replaced by a newer one, or is more than 24 hours old."


class AskedTooOften(Refusal):
    """``details["again_at"]``: instant from which it may be asked again."""

    code = "asked_too_often"
    sentence = "A link was sent a moment ago; look in the mailbox before asking again."


class EducationStaffStays(Refusal):
    code = "education_staff_stays"
    sentence = "Members of the education staff cannot delete their account."


class DeletionAlreadyAsked(Refusal):
    code = "deletion_already_asked"
    sentence = "The deletion of this account was asked for already."


class NoDeletionPending(Refusal):
    code = "no_deletion_pending"
    sentence = "There is no deletion of an account in a state that allows this."


class NoAddress(Refusal):
    code = "no_address"
    sentence = "This person has confirmed no e-mail address."


class OwnDeletion(Refusal):
    code = "own_deletion"
    sentence = "Nobody decides about the deletion of his own account."


# ---------------------------------------------------------------- RPC


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

    # ``reason`` is needed when dossiers are open; an agent then decides
    def request_account_deletion(self, *, reason: str, command_id: UUID) -> AccountDeletion: ...

    def cancel_account_deletion(self, *, command_id: UUID) -> AccountDeletion: ...

    # role agent
    def list_account_deletions(self) -> list[AccountDeletionCase]: ...

    def write_about_deletion(self, *, deletion_id: UUID, message: str, command_id: UUID) -> None: ...

    def decide_account_deletion(
        self, *, deletion_id: UUID, accept: bool, reason: str, command_id: UUID
    ) -> AccountDeletion: ...

    def set_education_staff(self, *, national_number: str, is_staff: bool, command_id: UUID) -> None: ...

    # what the service holds on the actor
    def export_person(self) -> PersonExport: ...

    # actor, or scope identity.refer
    def refer_to(self, *, national_number: str) -> UUID: ...


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """What a *person* statement says (claims of the same names)."""

    person_id: UUID
    given_name: str
    surname: str
    domicile: Domicile | None
    birth_on: date | None = None
