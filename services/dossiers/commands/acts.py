"""What is done with a dossier and no event announces, in the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from contracts.events import ActorFacts
from services.dossiers.domain.dossier import Dossier
from services.dossiers.domain.parts import By
from services.dossiers.storage import DossiersWork
from services.dossiers.storage.collections import Removed


def record(work: DossiersWork, action: str, dossier: Dossier, *, by: By, attachment_id: UUID | None = None) -> None:
    """About the dossier, or about one of its files."""
    subject = f"attachment:{attachment_id}" if attachment_id else f"dossier:{dossier.dossier_id}"
    actor = ActorFacts(person_id=by.person_id, level=by.level or None, mandate_id=by.mandate_id)
    work.record(action, subject=subject, party=dossier.person_id, enterprise=dossier.bce_number, by=actor)


def record_removals(work: DossiersWork, action: str, removed: Iterable[Removed]) -> None:
    """By the service itself."""
    for draft in removed:
        work.record(action, subject=f"dossier:{draft.dossier_id}", party=draft.person_id, enterprise=draft.bce_number)
