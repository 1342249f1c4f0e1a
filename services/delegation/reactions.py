"""What delegation does about the events of others."""

from __future__ import annotations

from contracts.identity import EmailConfirmed, IdentityRetold
from services.delegation.storage import DelegationWork


def note_reachable(work: DelegationWork, event: EmailConfirmed, *, version: tuple[int, int]) -> None:
    """That there is an address is all we learn: it is sealed for notifications."""
    with work:
        work.reachable_people.add(event.person_id, version=version)


def forget_unreachable(work: DelegationWork, event: IdentityRetold) -> None:
    """Those of whose address identity knows no more."""
    with work:
        work.reachable_people.forget_untold(publisher=event.publisher, epoch=event.epoch)
