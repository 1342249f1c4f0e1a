"""Enterprises, as the Crossroads Bank's adaptor and its open data told us of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from contracts.delegation import (
    Address,
    AssignmentsEnded,
    EnterpriseChanged,
    EnterpriseMandatesExpiring,
    EnterpriseOrphaned,
    EnterpriseUnknown,
    EstablishmentLost,
    MandatesExpiring,
    MandatesToConfirm,
    Permission,
)
from contracts.identifiers import BceNumber, EstablishmentNumber
from services.delegation.domain.terms import legal_day

State = Literal["active", "struck_off"]
# Of a mandate from enterprise to enterprise: which of the two it is.
Side = Literal["client", "office"]
# What became of an establishment that it had.
Loss = Literal["closed", "moved"]

# A struck-off enterprise can no longer act, but what it did stays readable, and mandates of it can still be ended.
_LEFT_AFTER_STRIKE_OFF: tuple[Permission, ...] = ("dossier.read", "mandate.manage")


@dataclass(eq=False)
class Enterprise:
    """``names``, ``seat`` and what follows are the open data's: see ``register.Entry``. ``orphaned_on``: when it was
    told last that it has no access manager."""

    bce_number: BceNumber
    name: str
    state: State
    registered_at: datetime
    version: int = 1
    struck_off_on: date | None = None
    names: list[list[str]] = field(default_factory=list)
    seat: dict[str, str] | None = None
    juridical_form: str | None = None
    main_activity: str | None = None
    started_on: date | None = None
    orphaned_on: date | None = None

    def register(self, *, name: str, state: State, now: datetime) -> bool:
        """Take what the register says now; False when it says nothing new."""
        if (self.name, self.state) == (name, state):
            return False
        if state != self.state:
            self.struck_off_on = legal_day(now) if state == "struck_off" else None
        self.name, self.state, self.registered_at = name, state, now
        self.version += 1
        return True

    def lose_last_access_manager(self, *, holder_ids: list[UUID], now: datetime) -> EnterpriseOrphaned:
        """``holder_ids``: who still has a mandate in force."""
        self.orphaned_on = legal_day(now)
        self.version += 1
        return EnterpriseOrphaned(
            version=self.version,
            occurred_at=now,
            bce_number=self.bce_number,
            enterprise_name=self.name,
            holder_ids=holder_ids,
        )

    def lose_establishment(
        self,
        establishment_number: EstablishmentNumber,
        *,
        name: str,
        became: Loss,
        holder_ids: list[UUID],
        manager_ids: list[UUID],
        now: datetime,
    ) -> EstablishmentLost:
        """``holder_ids``: whom a mandate limited to it concerns."""
        self.version += 1
        return EstablishmentLost(
            version=self.version,
            occurred_at=now,
            bce_number=self.bce_number,
            enterprise_name=self.name,
            establishment_number=establishment_number,
            establishment_name=name,
            became=became,
            holder_ids=holder_ids,
            manager_ids=manager_ids,
        )

    def tell_expiring(self, *, count: int, first_on: date, manager_ids: list[UUID], now: datetime) -> MandatesExpiring:
        """Of so many of its mandates the last day is near."""
        self.version += 1
        return MandatesExpiring(
            version=self.version,
            occurred_at=now,
            bce_number=self.bce_number,
            enterprise_name=self.name,
            count=count,
            first_on=first_on,
            manager_ids=manager_ids,
        )

    def tell_chains_expiring(
        self, *, told_as: Side, count: int, first_on: date, manager_ids: list[UUID], now: datetime
    ) -> EnterpriseMandatesExpiring:
        """Of so many that it gave, or has, from enterprise to enterprise."""
        self.version += 1
        return EnterpriseMandatesExpiring(
            version=self.version,
            occurred_at=now,
            bce_number=self.bce_number,
            enterprise_name=self.name,
            told_as=told_as,
            count=count,
            first_on=first_on,
            manager_ids=manager_ids,
        )

    def tell_assignments_ended(self, *, person_id: UUID, count: int, now: datetime) -> AssignmentsEnded:
        """So many that it, as an office, had assigned to one person."""
        self.version += 1
        return AssignmentsEnded(
            version=self.version,
            occurred_at=now,
            bce_number=self.bce_number,
            enterprise_name=self.name,
            person_id=person_id,
            count=count,
        )

    def ask_to_confirm(
        self, *, count: int, confirm_by: date, will_suspend: bool, manager_ids: list[UUID], now: datetime
    ) -> MandatesToConfirm:
        """So many of its mandates."""
        self.version += 1
        return MandatesToConfirm(
            version=self.version,
            occurred_at=now,
            bce_number=self.bce_number,
            enterprise_name=self.name,
            count=count,
            confirm_by=confirm_by,
            will_suspend=will_suspend,
            manager_ids=manager_ids,
        )

    def as_event(self) -> EnterpriseChanged:
        return EnterpriseChanged(
            version=self.version,
            occurred_at=self.registered_at,
            bce_number=self.bce_number,
            name=self.name,
            state=self.state,
            struck_off_on=self.struck_off_on,
            juridical_form=self.juridical_form,
            seat=Address(**self.seat) if self.seat else None,
        )

    def require_active(self) -> None:
        if self.state != "active":
            raise EnterpriseUnknown(bce_number=self.bce_number)

    def allows(self, permission: str) -> bool:
        return is_left_to(self.state, permission)


def is_left_to(state: State, permission: str) -> bool:
    """May somebody do it for an enterprise in this state?"""
    return state == "active" or permission in _LEFT_AFTER_STRIKE_OFF
