"""What came of what somebody gave: a mandate is the enterprise's, so it stays when he goes, unless it is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.delegation.domain.mandates import Mandate
from services.delegation.domain.roles import MANAGE


def given_through(giver_id: UUID, mandates: Sequence[Mandate], *, sparing: UUID, now: datetime) -> list[Mandate]:
    """What somebody gave in an enterprise, and what those gave whom he made access managers, as far as it has not
    ended. ``mandates``: all of the enterprise; ``sparing``: whom it is not taken from, nor what he gave. Whom CSAM's
    registry designates gives by that right."""
    designated = {held.person_id for held in mandates if held.designation_id is not None and not held.has_ended(now)}
    givers, given = [giver_id], []
    for giver in givers:
        for mandate in mandates:
            person_id = mandate.person_id
            if mandate.granted_by != giver or mandate.has_ended(now) or person_id in (sparing, giver_id):
                continue
            given.append(mandate)
            if mandate.role.gives(MANAGE) and person_id not in givers and person_id not in designated:
                givers.append(person_id)
    return given
