"""What identity announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from contracts.events import Event, Sealed
from contracts.identity.answers import DeletionState, Language


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
    """The contact of a person for a space is now this. ``space``: "citizen" or a BCE number. ``sealed``: {"email"}.
    ``sealed_former``: {"email"}, the address in whose place it came, to tell it there; None for a first one, and when
    it is told again."""

    publisher: ClassVar[str] = "identity"
    type: ClassVar[str] = "email_confirmed"
    subject_id: ClassVar[str] = "contact_id"
    listeners: ClassVar[tuple[str, ...]] = ("delegation", "notifications")

    contact_id: UUID
    person_id: UUID
    space: str
    language: Language
    sealed: Sealed
    sealed_former: Sealed | None = None


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
class _EuropeanIdentityState(Event):
    publisher: ClassVar[str] = "identity"
    subject_id: ClassVar[str] = "identity_id"
    listeners: ClassVar[tuple[str, ...]] = ("notifications",)

    identity_id: UUID
    country: str
    language: Language
    sealed: Sealed


@dataclass(frozen=True, kw_only=True)
class EuropeanIdentityLinked(_EuropeanIdentityState):
    """A person signs in with the identity of another country (``country``: two letters of eIDAS) from now on.
    ``sealed``: {"email"}, the address that she gave, for notifications; ``is_known``: she is told where she was
    written to before, too."""

    type: ClassVar[str] = "european_identity_linked"

    person_id: UUID
    is_known: bool


@dataclass(frozen=True, kw_only=True)
class EuropeanIdentityContested(_EuropeanIdentityState):
    """The number that was given is linked to another European identity: an agent decides. ``sealed``: {"email"} of
    the one to whom it is linked, who is warned."""

    type: ClassVar[str] = "european_identity_contested"

    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class EuropeanIdentityRefused(_EuropeanIdentityState):
    """An agent decided that the number is not hers. ``sealed``: {"email", "reason"} for notifications."""

    type: ClassVar[str] = "european_identity_refused"


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
