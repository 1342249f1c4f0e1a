"""Mandates: this person may act for this enterprise in this role, from one day until another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, Self
from uuid import UUID

from contracts.delegation import AlreadyHeld, LastAccessManager, MandateRevoked, RoleGranted
from services.delegation.domain.enterprises import Enterprise
from services.delegation.domain.reasons import require_reason
from services.delegation.domain.roles import Role
from services.delegation.domain.terms import legal_day

if TYPE_CHECKING:
    from services.delegation.domain.access_managers import AccessManagers

# Why a mandate ended, where nobody gave a reason.
ACCOUNT_DELETED, DESIGNATION_WITHDRAWN = "account deleted", "designation withdrawn"


@dataclass(eq=False)
class Mandate:
    """``valid_from`` and ``valid_until`` are legal days, both included. ``granted_by`` None: CSAM's registry did, for
    as long as the designation lasts (``valid_until`` is then ``contracts.delegation.NO_END``)."""

    mandate_id: UUID
    enterprise: Enterprise
    role: Role
    person_id: UUID
    person_name: str | None
    valid_from: date
    valid_until: date
    granted_by: UUID | None
    granted_at: datetime
    designation_id: UUID | None = None
    role_request_id: UUID | None = None
    invitation_id: UUID | None = None
    revoked_at: datetime | None = None
    revoked_by: UUID | None = None
    revocation_reason: str | None = None
    version: int = 1

    @classmethod
    def begin(
        cls,
        *,
        mandate_id: UUID,
        enterprise: Enterprise,
        role: Role,
        person_id: UUID,
        person_name: str | None,
        valid_until: date,
        granted_by: UUID | None,
        now: datetime,
        designation_id: UUID | None = None,
        role_request_id: UUID | None = None,
        invitation_id: UUID | None = None,
    ) -> tuple[Self, RoleGranted]:
        mandate = cls(
            mandate_id=mandate_id,
            enterprise=enterprise,
            role=role,
            person_id=person_id,
            person_name=person_name,
            valid_from=legal_day(now),
            valid_until=valid_until,
            granted_by=granted_by,
            granted_at=now,
            designation_id=designation_id,
            role_request_id=role_request_id,
            invitation_id=invitation_id,
        )
        return mandate, mandate._granted()

    def revoke(self, *, by: UUID, managers: AccessManagers, reason: str, now: datetime) -> MandateRevoked | None:
        """By an access manager of the enterprise, or by the holder himself. None: it had ended already."""
        if by != self.person_id:
            managers.authority_of(by)
        reason = require_reason(reason)
        if self.has_ended(now):
            return None
        if managers.would_end_without(self):
            raise LastAccessManager(bce_number=self.enterprise.bce_number)
        return self._end(by=by, reason=reason, now=now)

    def end_with_account(self, *, now: datetime) -> MandateRevoked | None:
        """The holder has deleted his account, also where he was the last access manager: he was told what that means.
        None: it had ended already."""
        return None if self.has_ended(now) else self._end(by=self.person_id, reason=ACCOUNT_DELETED, now=now)

    def end_with_designation(self, *, now: datetime) -> MandateRevoked:
        """CSAM's registry names the holder no more, also where he was the last access manager."""
        return self._end(by=None, reason=DESIGNATION_WITHDRAWN, now=now)

    def is_in_force(self, now: datetime) -> bool:
        return self.revoked_at is None and self.valid_from <= legal_day(now) <= self.valid_until

    def has_ended(self, now: datetime) -> bool:
        return self.state(now) != "active"

    def state(self, now: datetime) -> Literal["active", "expired", "revoked"]:
        if self.revoked_at is not None:
            return "revoked"
        return "active" if legal_day(now) <= self.valid_until else "expired"

    def as_event(self) -> RoleGranted | MandateRevoked:
        """The present state, told with the event that led to it."""
        return self._granted() if self.revoked_at is None else self._revoked(self.revoked_at)

    def _end(self, *, by: UUID | None, reason: str, now: datetime) -> MandateRevoked:
        self.revoked_at, self.revoked_by, self.revocation_reason = now, by, reason
        self.version += 1
        return self._revoked(now)

    def _granted(self) -> RoleGranted:
        return RoleGranted(occurred_at=self.granted_at, **self._public_state())

    def _revoked(self, revoked_at: datetime) -> MandateRevoked:
        return MandateRevoked(
            occurred_at=revoked_at,
            ended_with_account=self.revocation_reason == ACCOUNT_DELETED and self.revoked_by == self.person_id,
            ended_with_designation=self.revoked_by is None,
            **self._public_state(),
        )

    def _public_state(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "mandate_id": self.mandate_id,
            "person_id": self.person_id,
            "bce_number": self.enterprise.bce_number,
            "enterprise_name": self.enterprise.name,
            "establishment_number": None,
            "role": self.role.name,
            "permissions": list(self.role.permissions),
            "procedure_categories": [],
            "valid_from": self.valid_from,
            "valid_until": self.valid_until,
            "granted_by": self.granted_by,
            "role_request_id": self.role_request_id,
            "invitation_id": self.invitation_id,
            "revoked_at": self.revoked_at,
        }


def require_not_held(role: Role, mandates: Iterable[Mandate], *, now: datetime) -> None:
    """``mandates``: those of one person in one enterprise."""
    if any(mandate.role.name == role.name and mandate.is_in_force(now) for mandate in mandates):
        raise AlreadyHeld(role=role.name)
