"""Where a person is written to for a space, and the links that prove that the address is hers.

The citizen space *is* the contact for the space "citizen": awaiting until a link was followed, then open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from contracts.events import ActorFacts, Sealed
from contracts.identity import (
    AddressUnchanged,
    AskedTooOften,
    EmailConfirmationRequested,
    EmailConfirmed,
    Language,
    LinkInvalid,
    SpaceAlreadyOpen,
)

CITIZEN: Final = "citizen"
# The service that writes to people: addresses and secrets of links are sealed for it.
WRITER: Final = "notifications"
LINK_LASTS: Final = timedelta(hours=24)
PAUSE: Final = timedelta(minutes=1)
PERIOD: Final = timedelta(hours=1)
LINKS_IN_A_PERIOD: Final = 5


@dataclass(eq=False, kw_only=True)
class Link:
    """A secret that was sent to an address, once followable for 24 hours; only its hash rests here. ``is_first``: no
    address was confirmed before for its space."""

    confirmation_id: UUID
    contact_id: UUID
    person_id: UUID
    email: str
    secret_hash: bytes
    asked_at: datetime
    expires_at: datetime
    is_first: bool
    used_at: datetime | None = None
    voided_at: datetime | None = None
    version: int = 1

    def is_open(self, now: datetime) -> bool:
        return self.used_at is None and self.voided_at is None and now < self.expires_at

    def use(self, *, now: datetime) -> None:
        if not self.is_open(now):
            raise LinkInvalid()
        self.used_at = now
        self.version += 1

    def void(self, *, now: datetime) -> None:
        self.voided_at = now
        self.version += 1

    def requested(
        self, *, space: str, language: Language, sealed: Sealed, by: ActorFacts
    ) -> EmailConfirmationRequested:
        return EmailConfirmationRequested(
            confirmation_id=self.confirmation_id,
            person_id=self.person_id,
            language=language,
            expires_at=self.expires_at,
            sealed=sealed,
            space=space,
            is_first=self.is_first,
            version=self.version,
            occurred_at=self.asked_at,
            actor=by,
        )


@dataclass(eq=False, kw_only=True)
class Contact:
    """``email`` is the confirmed address; ``awaiting_email`` the one to which a link was sent since."""

    contact_id: UUID
    person_id: UUID
    space: str
    email: str | None = None
    awaiting_email: str | None = None
    confirmed_at: datetime | None = None
    version: int = 1

    @property
    def is_open(self) -> bool:
        return self.email is not None

    def ask_confirmation(
        self, *, email: str, earlier: Sequence[Link], confirmation_id: UUID, secret_hash: bytes, now: datetime
    ) -> Link:
        """A link for a first address, or for another in its place: the present one holds until it is followed. Earlier
        links of this contact are void from now on. ``earlier``: all links of the person, to whatever address."""
        _require_patience(earlier, email=email, now=now)
        self._void(earlier, now)
        self.awaiting_email = email
        self.version += 1
        return Link(
            confirmation_id=confirmation_id,
            contact_id=self.contact_id,
            person_id=self.person_id,
            email=email,
            secret_hash=secret_hash,
            asked_at=now,
            expires_at=now + LINK_LASTS,
            is_first=not self.is_open,
        )

    def keep_address(self, *, earlier: Sequence[Link], now: datetime) -> None:
        """The confirmed address after all: who received a link to another, perhaps by a slip of hers, comes too late.
        Raises AddressUnchanged where no other is awaited."""
        if self.awaiting_email is None:
            raise AddressUnchanged()
        self._void(earlier, now)
        self.awaiting_email = None
        self.version += 1

    def require_not_open(self) -> None:
        if self.is_open:
            raise SpaceAlreadyOpen()

    def confirm(self, link: Link, *, now: datetime) -> None:
        link.use(now=now)
        self.email, self.awaiting_email, self.confirmed_at = link.email, None, now
        self.version += 1

    def confirmed(
        self, *, language: Language, sealed: Sealed, by: ActorFacts, sealed_former: Sealed | None = None
    ) -> EmailConfirmed:
        """Of a contact with an address: what is announced, now or again. ``sealed_former``: the address before."""
        assert self.confirmed_at is not None
        return EmailConfirmed(
            contact_id=self.contact_id,
            person_id=self.person_id,
            space=self.space,
            language=language,
            sealed=sealed,
            sealed_former=sealed_former,
            version=self.version,
            occurred_at=self.confirmed_at,
            actor=by,
        )

    def _void(self, links: Sequence[Link], now: datetime) -> None:
        for link in links:
            if link.contact_id == self.contact_id and link.is_open(now):
                link.void(now=now)


def _require_patience(earlier: Sequence[Link], *, email: str, now: datetime) -> None:
    # Who mistyped her address may mend it at once; nobody may have mailboxes flooded in her name.
    recent = sorted(link.asked_at for link in earlier if now - link.asked_at < PERIOD)
    to_the_same = [link.asked_at for link in earlier if link.email == email and now - link.asked_at < PAUSE]
    if to_the_same:
        raise AskedTooOften(again_at=(max(to_the_same) + PAUSE).isoformat())
    if len(recent) >= LINKS_IN_A_PERIOD:
        raise AskedTooOften(again_at=(recent[-LINKS_IN_A_PERIOD] + PERIOD).isoformat())
