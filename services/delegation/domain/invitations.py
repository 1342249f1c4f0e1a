"""Invitations: an access manager offers a role; who was invited takes it once, while the other may still give it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from contracts.delegation import (
    AlreadyDecided,
    AlreadyInvited,
    InvitationEnded,
    InvitationForAnother,
    InvitationInvalid,
    PersonInvited,
    RoleGranted,
)
from contracts.errors import InvalidRequest, NotFound
from contracts.events import Sealed
from contracts.identifiers import BceNumber, EstablishmentNumber
from contracts.identity import Language
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.enterprises import Enterprise, Loss
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.reminders import require_may_resend
from services.delegation.domain.roles import Role
from services.delegation.domain.scopes import WHOLE, Scope
from services.delegation.domain.standing import require_not_held
from services.delegation.domain.terms import INVITATION_LASTS, last_day_of_term, legal_day

Ending = Literal["declined", "withdrawn"]
State = Literal["open", "accepted", "declined", "withdrawn", "expired"]


def hash_of(secret: str) -> str:
    """What is kept of a link's secret. It is 256 random bits, so that a plain digest cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hash_of_address(address: str, secret: str) -> str:
    """Nobody who has the database alone can try addresses: he does not know the link's secret."""
    return hashlib.sha256(f"{secret} {address.casefold()}".encode()).hexdigest()


def index_of_address(address: str, *, bce_number: BceNumber, key: bytes) -> str:
    """The same for one address in one enterprise alone. Nobody who has the database alone can try addresses."""
    return hmac.digest(key, f"{bce_number} {address.casefold()}".encode(), hashlib.sha256).hex()


@dataclass(eq=False)
class Invitation:
    """To a known person (``person_id``), or to whoever holds the link that went to an address: then ``secret_hash`` is
    what is kept of the link's secret, ``sealed`` the address and the secret, for notifications only, and
    ``address_hash`` what tells, together with the secret, whether an address is that one, ``address_index`` whether
    another invitation went to it, ``address_hint`` what the access managers see of it, for as long as that."""

    invitation_id: UUID
    enterprise: Enterprise
    role: Role
    invited_by: UUID
    invited_at: datetime
    expires_at: datetime
    valid_until: date | None
    language: Language
    person_id: UUID | None
    secret_hash: str | None
    sealed: Sealed | None
    accepted_by: UUID | None = None
    accepted_at: datetime | None = None
    ended_as: Ending | None = None
    ended_by: UUID | None = None
    ended_at: datetime | None = None
    resent_at: datetime | None = None
    times_resent: int = 0
    address_hash: str | None = None
    version: int = 1
    establishment_number: str | None = None
    categories: list[str] = field(default_factory=list)
    address_index: str | None = None
    address_hint: str | None = None
    establishment_name: str | None = None
    establishment_lost: Loss | None = None

    @classmethod
    def invite(
        cls,
        *,
        invitation_id: UUID,
        enterprise: Enterprise,
        role: Role,
        by: UUID,
        managers: AccessManagers,
        held: Iterable[Mandate],
        valid_until: date | None,
        language: Language,
        person_id: UUID | None = None,
        secret_hash: str | None = None,
        sealed: Sealed | None = None,
        address_hash: str | None = None,
        address_index: str | None = None,
        address_hint: str | None = None,
        scope: Scope = WHOLE,
        beside: Iterable[Invitation] = (),
        now: datetime,
    ) -> tuple[Self, PersonInvited]:
        """``held``: the mandates in this enterprise of the person invited, where he is known; ``beside``: what else
        invites him, or that address, to it."""
        managers.authority_of(by, over=role)
        enterprise.require_active()
        if person_id == by:
            raise InvalidRequest(fields={"person_id": ["nobody invites himself"]})
        scope.require_fits(role)
        require_not_held(role, held, scope=scope, now=now)
        _require_none_open(role, scope, beside, managers, now)
        if valid_until is not None:
            last_day_of_term(valid_until, valid_from=legal_day(now))
        invitation = cls(
            invitation_id=invitation_id,
            enterprise=enterprise,
            role=role,
            invited_by=by,
            invited_at=now,
            expires_at=now + INVITATION_LASTS,
            valid_until=valid_until,
            language=language,
            person_id=person_id,
            secret_hash=secret_hash,
            sealed=sealed,
            address_hash=address_hash,
            address_index=address_index,
            address_hint=address_hint,
            establishment_number=scope.establishment_number,
            categories=sorted(scope.categories),
        )
        return invitation, invitation._invited()

    @property
    def scope(self) -> Scope:
        return Scope.of(self.establishment_number, self.categories)

    def accept(
        self,
        *,
        by: UUID,
        person_name: str,
        managers: AccessManagers,
        held: Iterable[Mandate],
        mandate_id: UUID,
        now: datetime,
    ) -> tuple[Mandate, RoleGranted]:
        """``managers``: the enterprise's today; ``held``: the mandates there of him who accepts."""
        self.require_addressed_to(by)
        if self.state(managers, now=now) != "open":
            raise InvitationInvalid()
        self._require_of_use()
        require_not_held(self.role, held, scope=self.scope, now=now)
        last_day = last_day_of_term(self.valid_until, valid_from=legal_day(now))
        # The link has done its work: nothing of it is kept but what tells that it was used.
        self.accepted_by, self.accepted_at = by, now
        self.sealed = self.address_index = self.address_hint = None
        self.version += 1
        return Mandate.begin(
            mandate_id=mandate_id,
            enterprise=self.enterprise,
            role=self.role,
            person_id=by,
            person_name=person_name,
            valid_until=last_day,
            granted_by=self.invited_by,
            invitation_id=self.invitation_id,
            scope=self.scope,
            now=now,
        )

    def require_sent_to(self, addresses: Iterable[str], *, secret: str) -> None:
        """``addresses``: those that he who holds the link has confirmed."""
        if self.address_hash is not None and self.address_hash not in {hash_of_address(a, secret) for a in addresses}:
            raise InvitationForAnother()

    def decline(self, *, by: UUID, managers: AccessManagers, now: datetime) -> InvitationEnded:
        """By who was invited."""
        self.require_addressed_to(by)
        if self.state(managers, now=now) != "open":
            raise InvitationInvalid()
        return self._end("declined", by, now)

    def withdraw(self, *, by: UUID, managers: AccessManagers, now: datetime) -> InvitationEnded:
        """By any access manager; also one that is over."""
        managers.authority_of(by)
        self._require_unanswered()
        return self._end("withdrawn", by, now)

    def resend(
        self, *, by: UUID, managers: AccessManagers, beside: Iterable[Invitation] = (), now: datetime
    ) -> PersonInvited:
        """By an access manager who could invite to this role himself; it is his invitation then. ``beside``: as for
        ``invite``, this one among them."""
        managers.authority_of(by, over=self.role)
        self._require_unanswered()
        self._require_of_use()
        if by == self.person_id or (self.secret_hash is not None and self.sealed is None):
            raise InvitationInvalid()
        _require_none_open(self.role, self.scope, [other for other in beside if other is not self], managers, now)
        if self.valid_until is not None:
            last_day_of_term(self.valid_until, valid_from=legal_day(now))
        require_may_resend(sent_at=self.resent_at or self.invited_at, times_resent=self.times_resent, now=now)
        self.invited_by, self.resent_at, self.expires_at = by, now, now + INVITATION_LASTS
        self.times_resent += 1
        self.version += 1
        return self._invited()

    def require_addressed_to(self, person_id: UUID) -> None:
        """One to a known person is for him alone; a link is for whoever got it, but not for him who sent it."""
        if self.person_id is not None and self.person_id != person_id:
            raise NotFound()
        if self.invited_by == person_id:
            raise InvitationInvalid()

    def require_shown_to(self, person_id: UUID) -> None:
        """A link that was used says nothing any more, but to him who used it."""
        if self.accepted_at is not None and self.accepted_by != person_id:
            raise InvitationInvalid()

    def state(self, managers: AccessManagers, *, now: datetime) -> State:
        """It ends with its term, with that of the mandate it offers, and with the right of who invited to give it."""
        if self.accepted_at is not None:
            return "accepted"
        if self.ended_as is not None:
            return self.ended_as
        is_over = (
            now >= self.expires_at
            or (self.valid_until is not None and self.valid_until < legal_day(now))
            or managers.find_authority(self.invited_by, over=self.role) is None
        )
        return "expired" if is_over else "open"

    def as_event(self) -> PersonInvited | InvitationEnded | None:
        """The present state, told with the event that led to it. None: accepted, which its mandate tells."""
        if self.ended_as is not None:
            return self._ended(self.ended_as)
        return self._invited() if self.accepted_at is None else None

    def _require_of_use(self) -> None:
        """What nobody could act by is not given; it is again where the establishment opens again or comes back."""
        self.enterprise.require_active()
        if self.establishment_lost is not None:
            raise InvalidRequest(fields={"establishment_number": ["the enterprise has it no more"]})

    def _require_unanswered(self) -> None:
        if self.accepted_at is not None:
            raise AlreadyDecided(state="accepted")
        if self.ended_as is not None:
            raise AlreadyDecided(state=self.ended_as)

    def _end(self, ending: Ending, by: UUID, now: datetime) -> InvitationEnded:
        self.ended_as, self.ended_by, self.ended_at = ending, by, now
        self.sealed = self.address_index = self.address_hint = None
        self.version += 1
        return self._ended(ending)

    def _ended(self, ending: Ending) -> InvitationEnded:
        assert self.ended_at is not None
        return InvitationEnded(
            version=self.version,
            occurred_at=self.ended_at,
            invitation_id=self.invitation_id,
            person_id=self.person_id,
            bce_number=self.enterprise.bce_number,
            state=ending,
        )

    def _invited(self) -> PersonInvited:
        number = self.establishment_number
        return PersonInvited(
            version=self.version,
            occurred_at=self.resent_at or self.invited_at,
            invitation_id=self.invitation_id,
            person_id=self.person_id,
            bce_number=self.enterprise.bce_number,
            enterprise_name=self.enterprise.name,
            role=self.role.name,
            language=self.language,
            expires_at=self.expires_at,
            sealed=self.sealed,
            establishment_number=EstablishmentNumber(number) if number else None,
            procedure_categories=list(self.categories),
        )


def _require_none_open(
    role: Role, scope: Scope, beside: Iterable[Invitation], managers: AccessManagers, now: datetime
) -> None:
    """``beside``: to one person, or to one address, in one enterprise."""
    same = [other for other in beside if other.role.name == role.name and other.scope.covers(scope)]
    if any(other.state(managers, now=now) == "open" for other in same):
        raise AlreadyInvited()
