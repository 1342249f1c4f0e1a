"""May this person do this for this enterprise: the mandate that allows it, or in words what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.delegation.domain.mandates import Mandate
from services.delegation.domain.scopes import WHOLE, Scope
from services.delegation.domain.terms import legal_day


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Either ``mandate`` allows it, or ``missing`` says why none does."""

    mandate: Mandate | None = None
    missing: str | None = None


def find_permission(permission: str, mandates: Sequence[Mandate], *, scope: Scope = WHOLE, now: datetime) -> Finding:
    """``mandates``: all that the person ever had for the enterprise; ``scope``: what of its affairs it is to be done
    in. Of several that allow it, the longest."""
    giving = [mandate for mandate in mandates if mandate.role.gives(permission)]
    in_force = [held for held in giving if held.is_in_force(now) and held.enterprise.allows(permission)]
    allowing = [held for held in in_force if held.scope.covers(scope)]
    if allowing:
        return Finding(mandate=max(allowing, key=lambda mandate: mandate.valid_until))
    return Finding(missing=_missing(permission, mandates, giving, now))


def _missing(permission: str, mandates: Sequence[Mandate], giving: list[Mandate], now: datetime) -> str:
    if not mandates:
        return "no mandate for this enterprise"
    if there := [mandate for mandate in giving if mandate.is_in_force(now)]:
        if not there[0].enterprise.allows(permission):
            return "the enterprise is struck off in the Crossroads Bank"
        return f"the mandate as {there[0].role.name} is limited to {there[0].scope.in_words()}"
    in_force = sorted({mandate.role.name for mandate in mandates if mandate.is_in_force(now)})
    if in_force:
        return f"{permission} is not among the permissions of {', '.join(in_force)}"
    latest = max(giving or mandates, key=lambda mandate: (mandate.valid_until, mandate.granted_at))
    return f"the mandate as {latest.role.name} {_why_not_in_force(latest, now)}"


def _why_not_in_force(mandate: Mandate, now: datetime) -> str:
    if mandate.revoked_at is not None:
        return f"was revoked on {legal_day(mandate.revoked_at)}"
    if mandate.suspended_at is not None and not mandate.has_ended(now):
        return f"is suspended since {legal_day(mandate.suspended_at)}"
    if legal_day(now) < mandate.valid_from:
        return f"begins on {mandate.valid_from}"
    return f"ended on {mandate.valid_until}"
