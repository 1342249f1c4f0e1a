"""Role requests: somebody asks to act for an enterprise, and an access manager of it decides, once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from contracts.delegation import (
    AlreadyDecided,
    NoAccessManager,
    OwnRequest,
    RoleGranted,
    RoleRefused,
    RoleRequested,
    RoleRequestWithdrawn,
)
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.enterprises import Enterprise
from services.delegation.domain.mandates import Mandate, require_not_held
from services.delegation.domain.reasons import require_reason
from services.delegation.domain.roles import Role
from services.delegation.domain.terms import last_day_of_term, legal_day

# Where a legal representative designates an access manager.
HELP_URL = "https://www.csam.be/fr/gestion-gestionnaires-acces.html"


@dataclass(eq=False)
class RoleRequest:
    """``manager_ids``: the access managers who could decide when it was made, of whom ``managers_without_address``
    could not be written to."""

    role_request_id: UUID
    enterprise: Enterprise
    role: Role
    person_id: UUID
    requester_name: str
    message: str
    manager_ids: list[UUID]
    managers_without_address: int
    requested_at: datetime
    state: Literal["open", "accepted", "refused", "withdrawn"] = "open"
    decided_by: UUID | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    version: int = 1

    @classmethod
    def ask(
        cls,
        *,
        role_request_id: UUID,
        enterprise: Enterprise,
        role: Role,
        person_id: UUID,
        requester_name: str,
        message: str,
        held: Iterable[Mandate],
        managers: AccessManagers,
        reachable: Collection[UUID],
        now: datetime,
    ) -> tuple[Self, RoleRequested]:
        """``held``: the requester's mandates in this enterprise; ``reachable``: who of its access managers has an
        e-mail address."""
        enterprise.require_active()
        require_not_held(role, held, now=now)
        # Nobody decides his own request, so an only access manager who asks has nobody to ask either.
        manager_ids = managers.others_than(person_id)
        if not manager_ids:
            raise NoAccessManager(help_url=HELP_URL)
        role_request = cls(
            role_request_id=role_request_id,
            enterprise=enterprise,
            role=role,
            person_id=person_id,
            requester_name=requester_name,
            message=message,
            manager_ids=manager_ids,
            managers_without_address=sum(manager_id not in reachable for manager_id in manager_ids),
            requested_at=now,
        )
        return role_request, role_request._requested()

    def accept(
        self,
        *,
        by: UUID,
        managers: AccessManagers,
        held: Iterable[Mandate],
        mandate_id: UUID,
        valid_until: date | None,
        now: datetime,
    ) -> tuple[Mandate, RoleGranted]:
        """``valid_until`` None: a year from today."""
        self._require_decidable(by, managers)
        self.enterprise.require_active()
        managers.authority_of(by, over=self.role)
        require_not_held(self.role, held, now=now)
        last_day = last_day_of_term(valid_until, valid_from=legal_day(now))
        self._decide("accepted", by=by, now=now)
        return Mandate.begin(
            mandate_id=mandate_id,
            enterprise=self.enterprise,
            role=self.role,
            person_id=self.person_id,
            person_name=self.requester_name,
            valid_until=last_day,
            granted_by=by,
            role_request_id=self.role_request_id,
            now=now,
        )

    def refuse(self, *, by: UUID, managers: AccessManagers, reason: str, now: datetime) -> RoleRefused:
        self._require_decidable(by, managers)
        self.reason = require_reason(reason)
        self._decide("refused", by=by, now=now)
        return self._refused(self.reason, decided_by=by, decided_at=now)

    def withdraw(self, *, now: datetime) -> RoleRequestWithdrawn:
        """Of one that is open: who asked has deleted his account."""
        self._decide("withdrawn", by=self.person_id, now=now)
        return self._withdrawn(now)

    def as_event(self) -> RoleRequested | RoleRefused | RoleRequestWithdrawn | None:
        """The present state, told with the event that led to it. None: accepted, which its mandate tells."""
        if self.state == "open":
            return self._requested()
        if self.state == "accepted":
            return None
        assert self.decided_by is not None
        assert self.decided_at is not None
        if self.state == "withdrawn":
            return self._withdrawn(self.decided_at)
        assert self.reason is not None
        return self._refused(self.reason, decided_by=self.decided_by, decided_at=self.decided_at)

    def _require_decidable(self, by: UUID, managers: AccessManagers) -> None:
        if by == self.person_id:
            raise OwnRequest()
        managers.authority_of(by)
        if self.state != "open":
            raise AlreadyDecided(state=self.state)

    def _decide(self, state: Literal["accepted", "refused", "withdrawn"], *, by: UUID, now: datetime) -> None:
        self.state, self.decided_by, self.decided_at = state, by, now
        self.version += 1

    def _requested(self) -> RoleRequested:
        return RoleRequested(
            version=self.version,
            occurred_at=self.requested_at,
            role_request_id=self.role_request_id,
            person_id=self.person_id,
            bce_number=self.enterprise.bce_number,
            enterprise_name=self.enterprise.name,
            role=self.role.name,
            manager_ids=list(self.manager_ids),
            requested_at=self.requested_at,
        )

    def _withdrawn(self, withdrawn_at: datetime) -> RoleRequestWithdrawn:
        return RoleRequestWithdrawn(
            version=self.version,
            occurred_at=withdrawn_at,
            role_request_id=self.role_request_id,
            person_id=self.person_id,
            bce_number=self.enterprise.bce_number,
        )

    def _refused(self, reason: str, *, decided_by: UUID, decided_at: datetime) -> RoleRefused:
        return RoleRefused(
            version=self.version,
            occurred_at=decided_at,
            role_request_id=self.role_request_id,
            person_id=self.person_id,
            bce_number=self.enterprise.bce_number,
            enterprise_name=self.enterprise.name,
            role=self.role.name,
            reason=reason,
            decided_by=decided_by,
            decided_at=decided_at,
        )
