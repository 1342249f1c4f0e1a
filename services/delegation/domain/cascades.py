"""What came of what somebody gave: a mandate is the enterprise's, so it stays when he goes, unless it is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from services.delegation.domain.mandates import Mandate
from services.delegation.domain.roles import MANAGE


def givers_through(giver_id: UUID, mandates: Sequence[Mandate], *, sparing: UUID, now: datetime) -> list[UUID]:
    """He, and whom he and those made access managers. ``mandates``: all of the enterprise; ``sparing``: who is left
    out. Whom CSAM's registry designates gives by that right; who has left since gave by his all the same."""
    designated = {held.person_id for held in mandates if held.designation_id is not None and not held.has_ended(now)}
    givers = [giver_id]
    for giver in givers:
        for mandate in mandates:
            is_by_him = mandate.granted_by == giver and mandate.role.gives(MANAGE)
            if is_by_him and mandate.person_id not in (sparing, *givers, *designated):
                givers.append(mandate.person_id)
    return givers


def given_by(
    givers: Iterable[UUID], mandates: Sequence[Mandate], *, sparing: Sequence[UUID], now: datetime
) -> list[Mandate]:
    """What they gave, as far as it has not ended, but to those who are spared."""
    return [
        mandate
        for giver in givers
        for mandate in mandates
        if mandate.granted_by == giver and not mandate.has_ended(now) and mandate.person_id not in sparing
    ]
