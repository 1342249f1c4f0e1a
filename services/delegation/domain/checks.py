"""May this person do this for this enterprise: the mandate that allows it, or in words what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from contracts.identifiers import BceNumber
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.domain.enterprises import State, is_left_to
from services.delegation.domain.roles import Role
from services.delegation.domain.scopes import WHOLE, Scope
from services.delegation.domain.standing import Standing
from services.delegation.domain.terms import legal_day

# At once.
MOST_QUESTIONS = 100


@dataclass(frozen=True, kw_only=True)
class Question:
    """``scope``: what of the enterprise's affairs it is to be done in."""

    person_id: UUID
    bce_number: BceNumber
    permission: str
    scope: Scope = WHOLE

    @classmethod
    def of(
        cls,
        *,
        person_id: UUID,
        bce_number: BceNumber,
        permission: str,
        procedure: str | None = None,
        establishment: str | None = None,
    ) -> Self:
        scope = Scope.of(establishment, [procedure] if procedure is not None else [])
        return cls(person_id=person_id, bce_number=bce_number, permission=permission, scope=scope)


@dataclass(eq=False)
class Held(Standing):
    """A mandate as far as a check looks at it, with what its enterprise is today. ``uncarried``: why one by an office
    allows nothing."""

    role: Role
    enterprise_state: State
    mandate_id: UUID
    valid_from: date
    valid_until: date
    granted_at: datetime
    revoked_at: datetime | None
    suspended_at: datetime | None
    establishment_number: str | None
    categories: list[str]
    enterprise_mandate_id: UUID | None = None
    uncarried: str | None = None

    def is_in_force(self, now: datetime) -> bool:
        return self.uncarried is None and super().is_in_force(now)

    def is_left(self, permission: str) -> bool:
        return is_left_to(self.enterprise_state, permission)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Either ``mandate`` allows it, or ``missing`` says why none does."""

    mandate: Standing | None = None
    missing: str | None = None


def find_permission(
    permission: str,
    mandates: Sequence[Standing],
    *,
    scope: Scope = WHOLE,
    has_establishment: bool = True,
    now: datetime,
) -> Finding:
    """``mandates``: all that the person ever had for the enterprise; ``scope``: what of its affairs it is to be done
    in; ``has_establishment``: is the scope's one the enterprise's today? Of several that allow it, the longest."""
    if mandates and not has_establishment:
        # It may have moved to another enterprise since somebody was given a mandate for it.
        return Finding(missing="the enterprise has no such establishment")
    giving = [mandate for mandate in mandates if mandate.role.gives(permission)]
    in_force = [held for held in giving if held.is_in_force(now) and held.is_left(permission)]
    allowing = [held for held in in_force if held.scope.covers(scope)]
    if allowing:
        return Finding(mandate=max(allowing, key=_lasting))
    return Finding(missing=_missing(permission, mandates, giving, scope, now))


def why_uncarried(chain: EnterpriseMandate, now: datetime) -> str:
    """Why somebody does not act by it."""
    if chain.has_ended(now):
        return "the office's mandate has ended"
    if chain.office.state != "active":
        return "the office is struck off in the Crossroads Bank"
    if chain.rests:
        return "the office's mandate is suspended"
    return "the person's role in the office has ended or rests"


def _missing(permission: str, mandates: Sequence[Standing], giving: list[Standing], scope: Scope, now: datetime) -> str:
    if not mandates:
        return "no mandate for this enterprise"
    if there := [mandate for mandate in giving if mandate.is_in_force(now)]:
        longest = max(there, key=_lasting)
        if not longest.is_left(permission):
            return "the enterprise is struck off in the Crossroads Bank"
        return f"the mandate as {longest.role.name} is limited to {longest.scope.in_words()}"
    in_force = sorted({mandate.role.name for mandate in mandates if mandate.is_in_force(now)})
    if in_force:
        return f"{permission} is not among the permissions of {', '.join(in_force)}"
    over = giving or mandates
    # Where there is one, one that would be enough if it were in force.
    enough = [mandate for mandate in over if mandate.scope.covers(scope)]
    latest = max(enough or over, key=lambda mandate: (mandate.valid_until, mandate.granted_at, mandate.mandate_id))
    limit = "" if enough else f", limited to {latest.scope.in_words()},"
    return f"the mandate as {latest.role.name}{limit} {_why_not_in_force(latest, now)}"


def _lasting(mandate: Standing) -> tuple[date, UUID]:
    # Of two that end on one day always the same, in whatever order they were read.
    return mandate.valid_until, mandate.mandate_id


def _why_not_in_force(mandate: Standing, now: datetime) -> str:
    if mandate.uncarried is not None:
        return f"does not hold: {mandate.uncarried}"
    if mandate.revoked_at is not None:
        return f"was revoked on {legal_day(mandate.revoked_at)}"
    if mandate.suspended_at is not None and not mandate.has_ended(now):
        return f"is suspended since {legal_day(mandate.suspended_at)}"
    if legal_day(now) < mandate.valid_from:
        return f"begins on {mandate.valid_from}"
    return f"ended on {mandate.valid_until}"
