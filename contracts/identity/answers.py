"""What identity answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

Language = Literal["fr", "de", "nl", "en"]
MeansName = Literal["eid", "itsme", "email", "sms", "app", "eidas"]
# Of a European identity and the national number that its holder gave; "contested" until an agent has decided.
EuropeanState = Literal["unlinked", "contested", "linked"]
# Of the deletion of an account. "accepted": it may be cancelled until ``erases_at``.
DeletionState = Literal["to_decide", "accepted", "refused", "cancelled", "erased"]


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
    """``session_token`` is None where a European identity must first be linked to a national number: with
    ``linking_token``, within half an hour."""

    session_token: str | None
    return_to: str
    linking_token: str | None = None


@dataclass(frozen=True, kw_only=True)
class LinkingView:
    """Whom her own country vouched for, by eIDAS. ``country``: two letters, as eIDAS has them (EL is Greece).
    ``email``: what CSAM knows, to begin with. ``state``: "contested" while an agent looks at it."""

    given_name: str
    surname: str
    birth_on: date
    country: str
    email: str | None
    state: EuropeanState


@dataclass(frozen=True, kw_only=True)
class EuropeanConflict:
    """For the agent who decides. ``person_id``: whose national number was given; she is linked to another identity,
    of ``other_country``, since ``linked_at``."""

    identity_id: UUID
    person_id: UUID
    given_name: str
    surname: str
    birth_on: date
    country: str
    email: str
    telephone: str
    contested_at: datetime
    other_given_name: str
    other_surname: str
    other_country: str
    other_email: str
    other_telephone: str
    linked_at: datetime


@dataclass(frozen=True, kw_only=True)
class EuropeanIdentityView:
    """What the person's own country vouched for, and what she gave when it was linked to her."""

    country: str
    given_name: str
    surname: str
    birth_on: date
    email: str
    telephone: str
    linked_at: datetime


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
    could not be read since; ``is_in_register``: whether it knew her when it last answered, None before that.
    ``european``: the identity of another country with which she signs in too."""

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
    european: EuropeanIdentityView | None
    is_in_register: bool | None = None


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
    """For the agent who decides. ``is_education_staff``: the account cannot be deleted."""

    deletion: AccountDeletion
    given_name: str
    surname: str
    email: str | None
    is_education_staff: bool = False


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


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """What a *person* statement says (claims of the same names). ``confirmed_emails``: her addresses in all spaces."""

    person_id: UUID
    given_name: str
    surname: str
    domicile: Domicile | None
    birth_on: date | None = None
    confirmed_emails: list[str] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.surname}".strip()
