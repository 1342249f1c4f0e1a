"""How often one person may ask for roles, invite, try a link, or look for an enterprise; counted across replicas."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chassis.admission import Call
from chassis.limits import Limit


def _person(call: Call, arguments: dict[str, Any]) -> str:
    return str(call.actor.person_id)


DAY, HOUR = timedelta(days=1), timedelta(hours=1)

# Each is a mail to every access manager of an enterprise.
ROLE_REQUESTS = Limit(what="role_requests", most=30, per=DAY, by=_person)
# An accountant's office may invite its whole staff on one day.
INVITATIONS = Limit(what="invitations", most=500, per=DAY, by=_person)
LINKS = Limit(what="invitation_links", most=60, per=HOUR, by=_person)
# The register is public, but ours is no place to copy it from, and a slip costs the database some hundred milliseconds.
SEARCHES = Limit(what="enterprise_searches", most=300, per=HOUR, by=_person)
