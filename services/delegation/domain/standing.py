"""What of a mandate decides: of the entity, as of the row that a check reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from contracts.delegation import AlreadyHeld
from services.delegation.domain.roles import Role
from services.delegation.domain.scopes import WHOLE, Scope
from services.delegation.domain.terms import legal_day

if TYPE_CHECKING:
    from services.delegation.domain.mandates import Mandate

State = Literal["active", "suspended", "expired", "revoked"]
# For whom something was ended: he who holds it, the enterprise that it is for, or the office that assigned it.
Party = Literal["holder", "enterprise", "office"]


class Lasting:
    """It ends with its last day, or before by somebody's wish, and may rest until then."""

    valid_until: date
    revoked_at: datetime | None
    suspended_at: datetime | None

    def has_ended(self, now: datetime) -> bool:
        """For good; a suspended one has not."""
        return self.state(now) in ("expired", "revoked")

    def state(self, now: datetime) -> State:
        if self.revoked_at is not None:
            return "revoked"
        if legal_day(now) > self.valid_until:
            return "expired"
        return "active" if self.suspended_at is None else "suspended"


class Standing(Lasting):
    """``valid_from`` and ``valid_until`` are legal days, both included."""

    mandate_id: UUID
    role: Role
    valid_from: date
    valid_until: date
    granted_at: datetime
    revoked_at: datetime | None
    suspended_at: datetime | None
    establishment_number: str | None
    categories: list[str]
    enterprise_mandate_id: UUID | None
    uncarried: str | None = None

    def is_left(self, permission: str) -> bool:
        """Does the enterprise's own state leave it to those who act for it?"""
        raise NotImplementedError

    @property
    def scope(self) -> Scope:
        return Scope.of(self.establishment_number, self.categories)

    def is_in_force(self, now: datetime) -> bool:
        return (
            self.revoked_at is None
            and self.suspended_at is None
            and self.valid_from <= legal_day(now) <= self.valid_until
        )


def require_not_held(role: Role, mandates: Iterable[Mandate], *, scope: Scope = WHOLE, now: datetime) -> None:
    """``mandates``: those of one person in one enterprise. One that is suspended is held: it is resumed; but nobody
    here resumes what rests with an office."""
    there = [mandate for mandate in mandates if not mandate.has_ended(now) and not mandate.rests_with_office]
    held = [mandate for mandate in there if mandate.role.name == role.name]
    if any(mandate.suspended_at is not None or mandate.scope.covers(scope) for mandate in held):
        raise AlreadyHeld(role=role.name)
