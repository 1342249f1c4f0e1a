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
    """Of an enterprise's dossier nothing is noted: it is not the person's."""
    if event.bce_number is not None:
        return
    with work:
        readmodel.apply(
            work,
            tables.dossiers,
            key={"dossier_id": event.dossier_id},
            version=version,
            values={"person_id": event.person_id, "is_open": event.state not in CLOSED},
        )


def forget_dossiers(work: IdentityWork, event: DossiersRetold) -> None:
    """Those of which dossiers knows no more."""
    with work:
        readmodel.forget_untold(work, tables.dossiers, publisher=event.publisher, epoch=event.epoch)
