"""What identity does about the events of others."""

from __future__ import annotations

from chassis import readmodel
from contracts.dossiers import (
    ComplementAnswered,
    ComplementRequested,
    DossierClaimed,
    DossierDecided,
    DossiersRetold,
    DossierSubmitted,
)
from services.identity.storage import IdentityWork, tables

DossierEvent = DossierSubmitted | DossierClaimed | ComplementRequested | ComplementAnswered | DossierDecided
CLOSED = ("decided", "withdrawn")


def note_dossier(work: IdentityWork, event: DossierEvent, *, version: tuple[int, int]) -> None:
    """Of an enterprise's dossier nothing is noted: it is not the person's. One that is opened while the deletion of her
    account is accepted brings that to an agent."""
    if event.bce_number is not None:
        return
    with work:
        is_new = not work.open_dossiers.knows(event.dossier_id)
        readmodel.apply(
            work,
            tables.dossiers,
            key={"dossier_id": event.dossier_id},
            version=version,
            values={"person_id": event.person_id, "is_open": event.state not in CLOSED},
        )
        deletion = work.deletions.newest_of(event.person_id, locked=True) if is_new else None
        if deletion is not None and deletion.state == "accepted" and event.state not in CLOSED:
            deletion.return_to_agent(open_dossiers=work.open_dossiers.count_of(event.person_id), now=work.runtime.now())
            work.announce(deletion.told(by=work.actor_facts))


def forget_dossiers(work: IdentityWork, event: DossiersRetold) -> None:
    """Those of which dossiers knows no more."""
    with work:
        readmodel.forget_untold(work, tables.dossiers, publisher=event.publisher, epoch=event.epoch)
