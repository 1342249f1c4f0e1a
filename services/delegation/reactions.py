"""What delegation does about the events of others."""

from __future__ import annotations

from contracts.identity import EmailConfirmed
from services.delegation.storage import DelegationWork


def note_reachable(work: DelegationWork, event: EmailConfirmed) -> None:
    """That there is an address is all we learn: it is sealed for notifications."""
    with work:
        work.reachable_people.add(event.person_id)
