"""What delegation does about the events of others."""

from __future__ import annotations

from datetime import datetime

from chassis import idempotency
from contracts.events import Event
from contracts.identity import EmailConfirmed, IdentityRetold, PersonErased
from services.delegation.commands import tell_if_orphaned
from services.delegation.commands.mandates import CHAINS
from services.delegation.domain.roles import MANAGE
from services.delegation.storage import DelegationWork


def note_reachable(work: DelegationWork, event: EmailConfirmed, *, version: tuple[int, int]) -> None:
    """That there is an address is all we learn: it is sealed for notifications."""
    with work:
        work.reachable_people.add(
            event.person_id, contact_id=event.contact_id, told_at=event.occurred_at, version=version
        )


def end_what_was_of(work: DelegationWork, event: PersonErased, *, now: datetime) -> None:
    """An account was deleted: its mandates end, its requests need no decision, invitations to it are over, its name
    goes, and so do the reasons that others gave about it, and those for which it ended or suspended the mandate of an
    office or a client. What was done under a mandate stays, and so does what began after she came back, should this
    come late; an enterprise may be left without access manager."""
    erased_at = event.occurred_at
    with work:
        mandates = work.mandates.of_person_for_change(event.person_id)
        asked = [one for one in work.role_requests.of_person(event.person_id) if one.requested_at <= erased_at]
        # What she had asked for may have been granted since.
        came_of_it = {one.role_request_id for one in asked}
        managed = {}
        work.wake(CHAINS)
        for mandate in mandates:
            if mandate.granted_at <= erased_at or mandate.role_request_id in came_of_it:
                decided = mandate.is_in_force(now) and mandate.role.gives(MANAGE)
                _announce(work, mandate.end_with_account(now=now))
                if decided:
                    managed[mandate.enterprise.bce_number] = mandate.enterprise
        for _, enterprise in sorted(managed.items()):
            # Once nothing is hers any more, so that it does not name her.
            tell_if_orphaned(work, enterprise, now=now)
        for role_request in asked:
            if role_request.state == "open":
                _announce(work, role_request.end_with_account(now=now))
        work.flush()
        work.mandates.forget_words(event.person_id, before=erased_at)
        work.enterprise_mandates.forget_words(event.person_id, before=erased_at)
        work.role_requests.forget_words(event.person_id, before=erased_at)
        idempotency.forget_person(work, event.person_id, before=erased_at)
        work.reachable_people.erase(event.person_id, erased_at=erased_at)
        work.designations.forget_addresses(event.person_id, before=erased_at)
        work.invitations.end_those_to(event.person_id, before=erased_at, now=now)


def _announce(work: DelegationWork, event: Event | None) -> None:
    if event is not None:
        work.announce(event)


def forget_unreachable(work: DelegationWork, event: IdentityRetold) -> None:
    """Those of whose address identity knows no more."""
    with work:
        work.reachable_people.forget_untold(publisher=event.publisher, epoch=event.epoch)
