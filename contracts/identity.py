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

Language = Literal["fr", "de", "nl", "en"]
MeansName = Literal["eid", "itsme", "email", "sms", "app", "eidas"]

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
    """Who is behind a session right now. ``citizen_space``: absent, awaiting (its e-mail's confirmation), open."""

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
    person_id: UUID
    given_name: str
    surname: str
    national_number: str
    csam_email: str | None
    private_email: str | None
    awaiting_email: str | None
    language: Language
    domicile: Domicile | None


@dataclass(frozen=True, kw_only=True)
class CitizenSpace:
    """``state``: awaiting until the link sent to ``email`` was followed, then open."""

    person_id: UUID
    email: str
    state: Literal["awaiting", "open"]
    link_expires_at: datetime | None


# ---------------------------------------------------------------- events


@dataclass(frozen=True, kw_only=True)
class EmailConfirmationRequested(Event):
    """A link must be sent. ``sealed``: {"email", "secret"} for notifications."""

    publisher: ClassVar[str] = "identity"
    type: ClassVar[str] = "email_confirmation_requested"
    subject_id: ClassVar[str] = "confirmation_id"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    confirmation_id: UUID
    person_id: UUID
    language: Language
    expires_at: datetime
    sealed: Sealed


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


class LinkInvalid(Refusal):
    code = "link_invalid"
    sentence = "The link is unknown, was replaced by a newer one, or is more than 24 hours old."


class AskedTooOften(Refusal):
    """``details["again_at"]``: instant from which it may be asked again."""

    code = "asked_too_often"
    sentence = "A link was sent a moment ago; look in the mailbox before asking again."


# ---------------------------------------------------------------- RPC


class Identity(Protocol):
    """Statement needed: scope ``identity.sign_in`` (the portal) where no actor exists yet, else the actor's own."""

    # scope identity.sign_in
    def list_means(self) -> list[Means]: ...

    def begin_sign_in(
        self, *, return_to: str, callback_url: str, means: str | None, minimum_level: int, command_id: UUID
    ) -> SignInBegun: ...

    def complete_sign_in(self, *, state: str, code: str, browser_secret: str, command_id: UUID) -> SignedIn: ...

    def present_session(self, *, session_token: str) -> Presence: ...

    def sign_out(self, *, session_token: str, command_id: UUID) -> None: ...

    def confirm_email(self, *, secret: str, command_id: UUID) -> CitizenSpace: ...

    # actor
    def get_profile(self) -> Profile: ...

    def create_citizen_space(self, *, email: str, command_id: UUID) -> CitizenSpace: ...

    def resend_confirmation(self, *, command_id: UUID) -> CitizenSpace: ...

    def acknowledge_notice(self, *, notice: str, command_id: UUID) -> None: ...

    def choose_language(self, *, language: str, command_id: UUID) -> None: ...

    def issue_person_statement(self) -> str: ...

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
