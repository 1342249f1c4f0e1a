"""Role requests that wait, and who decides from now on."""

from __future__ import annotations

from datetime import datetime

from services.delegation.domain.mandates import Mandate
from services.delegation.domain.roles import MANAGE
from services.delegation.storage import DelegationWork


def tell_of_open_requests(work: DelegationWork, mandate: Mandate, *, now: datetime) -> None:
    """Where it makes somebody access manager, for the first time or again: they were sent to those who were so then."""
    if not mandate.role.gives(MANAGE):
        return
    bce_number, manager_id = mandate.enterprise.bce_number, mandate.person_id
    managers = work.mandates.access_managers_of(bce_number, now=now)
    reachable = work.reachable_people.among(managers.person_ids, bce_number=bce_number)
    for role_request in work.role_requests.open_of_enterprise(bce_number):
        requested = role_request.tell_also(manager_id, managers=managers, reachable=reachable, now=now)
        if requested is not None:
            work.announce(requested)
