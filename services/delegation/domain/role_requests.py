"""Role requests: somebody asks to act for an enterprise, and an access manager of it decides, once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
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
    RoleRequestExpired,
    RoleRequestWithdrawn,
)
from contracts.errors import NotFound
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.enterprises import Enterprise
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.reasons import HELP_URL, require_reason
from services.delegation.domain.reminders import require_may_resend
from services.delegation.domain.roles import Role
from services.delegation.domain.scopes import WHOLE, Scope
from services.delegation.domain.standing import require_not_held
from services.delegation.domain.terms import REQUEST_LASTS, last_day_of_term, legal_day

State = Literal["open", "accepted", "refused", "withdrawn", "expired"]


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
    state: State = "open"
    decided_by: UUID | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    resent_at: datetime | None = None
    times_resent: int = 0
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
        role_request = cls(
            role_request_id=role_request_id,
            enterprise=enterprise,
            role=role,
            person_id=person_id,
            requester_name=requester_name,
            message=message,
            manager_ids=[],
            managers_without_address=0,
            requested_at=now,
        )
        role_request._address(managers, reachable)
        return role_request, role_request._requested()

    def resend(
        self, *, by: UUID, managers: AccessManagers, reachable: Collection[UUID], now: datetime
    ) -> RoleRequested:
        """To who is access manager today."""
        self._require_own(by, now)
        require_may_resend(sent_at=self.resent_at or self.requested_at, times_resent=self.times_resent, now=now)
        self._address(managers, reachable)
        self.resent_at = now
        self.times_resent += 1
        self.version += 1
        return self._requested()

    def tell_also(
        self, manager_id: UUID, *, managers: AccessManagers, reachable: Collection[UUID], now: datetime
    ) -> RoleRequested | None:
        """Him who became access manager while it waits, alone. None: he was told, it is his own, or it is over."""
        if manager_id in self.manager_ids or manager_id == self.person_id or self.state_at(now) != "open":
            return None
        self._address(managers, reachable)
        self.version += 1
        return replace(self._requested(), occurred_at=now, told_ids=[manager_id])

    def accept(
        self,
        *,
        by: UUID,
        managers: AccessManagers,
        held: Iterable[Mandate],
        mandate_id: UUID,
        valid_until: date | None,
        scope: Scope = WHOLE,
        now: datetime,
    ) -> tuple[Mandate, RoleGranted]:
        """``valid_until`` None: a year from today. Who accepts may limit the role to a scope."""
        self._require_decidable(by, managers, now)
        self.enterprise.require_active()
        managers.authority_of(by, over=self.role)
        require_not_held(self.role, held, scope=scope, now=now)
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
            scope=scope,
            now=now,
        )

    def refuse(self, *, by: UUID, managers: AccessManagers, reason: str, now: datetime) -> RoleRefused:
        self._require_decidable(by, managers, now)
        self.reason = require_reason(reason)
        self._decide("refused", by=by, now=now)
        return self._refused(self.reason, decided_by=by, decided_at=now)

    def withdraw(self, *, by: UUID, now: datetime) -> RoleRequestWithdrawn:
        self._require_own(by, now)
        return self.end_with_account(now=now)

    def end_with_account(self, *, now: datetime) -> RoleRequestWithdrawn:
        """Of one that nobody decided."""
        self._decide("withdrawn", by=self.person_id, now=now)
        return self._withdrawn(now)

    def expire(self, *, now: datetime) -> RoleRequestExpired | None:
        """None: it is not over yet, or was decided."""
        if self.state_at(now) == self.state:
            return None
        self._decide("expired", by=None, now=now)
        return self._expired(now)

    def state_at(self, now: datetime) -> State:
        """It is over with its last moment, also where nobody has noted it yet."""
        return "expired" if self.state == "open" and now >= self.expires_at else self.state

    @property
    def expires_at(self) -> datetime:
        return self.requested_at + REQUEST_LASTS

    def as_event(self) -> RoleRequested | RoleRefused | RoleRequestWithdrawn | RoleRequestExpired | None:
        """The present state, told with the event that led to it. None: accepted, which its mandate tells."""
        if self.state == "open":
            return self._requested()
        if self.state == "accepted":
            return None
        assert self.decided_at is not None
        if self.state == "expired":
            return self._expired(self.decided_at)
        if self.state == "withdrawn":
            return self._withdrawn(self.decided_at)
        assert self.decided_by is not None
        assert self.reason is not None
        return self._refused(self.reason, decided_by=self.decided_by, decided_at=self.decided_at)

    def _require_own(self, by: UUID, now: datetime) -> None:
        """Another's does not exist for him."""
        if by != self.person_id:
            raise NotFound()
        self._require_open(now)

    def _require_decidable(self, by: UUID, managers: AccessManagers, now: datetime) -> None:
        if by == self.person_id:
            raise OwnRequest()
        managers.authority_of(by)
        self._require_open(now)

    def _require_open(self, now: datetime) -> None:
        if self.state_at(now) != "open":
            raise AlreadyDecided(state=self.state_at(now))

    def _address(self, managers: AccessManagers, reachable: Collection[UUID]) -> None:
        # Nobody decides his own request, so an only access manager who asks has nobody to ask either.
        manager_ids = managers.others_than(self.person_id)
        if not manager_ids:
            raise NoAccessManager(help_url=HELP_URL)
        self.manager_ids = manager_ids
        self.managers_without_address = sum(manager_id not in reachable for manager_id in self.manager_ids)

    def _decide(self, state: State, *, by: UUID | None, now: datetime) -> None:
        self.state, self.decided_by, self.decided_at = state, by, now
        self.version += 1

    def _requested(self) -> RoleRequested:
        return RoleRequested(
            version=self.version,
            occurred_at=self.resent_at or self.requested_at,
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

    def _expired(self, expired_at: datetime) -> RoleRequestExpired:
        return RoleRequestExpired(
            version=self.version,
            occurred_at=expired_at,
            role_request_id=self.role_request_id,
            person_id=self.person_id,
            bce_number=self.enterprise.bce_number,
            enterprise_name=self.enterprise.name,
            role=self.role.name,
            requested_at=self.requested_at,
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
