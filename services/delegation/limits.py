"""How often one person may invite, or try a link. Counted across replicas."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chassis.admission import Call
from chassis.limits import Limit


def _person(call: Call, arguments: dict[str, Any]) -> str:
    return str(call.actor.person_id)


DAY, HOUR = timedelta(days=1), timedelta(hours=1)

# An accountant's office may invite its whole staff on one day.
INVITATIONS = Limit(what="invitations", most=500, per=DAY, by=_person)
LINKS = Limit(what="invitation_links", most=60, per=HOUR, by=_person)
