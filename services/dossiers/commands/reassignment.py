"""Dossiers of an enterprise pass from one of its people to another."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from contracts.identifiers import BceNumber
from services.dossiers.commands.lines import log_done
from services.dossiers.domain.access import Asker
from services.dossiers.domain.calendar import legal_day
from services.dossiers.domain.dossier import Dossier
from services.dossiers.storage import DossiersWork


def reassign_dossiers(
    work: DossiersWork,
    *,
    bce_number: BceNumber,
    dossier_ids: list[UUID],
    from_person_id: UUID,
    to_person_id: UUID,
    asker: Asker,
    now: datetime,
) -> list[Dossier]:
    with work:
        asker.require_manager_of(bce_number)
        dossiers = work.dossiers.list_to_change(dossier_ids, bce_number=bce_number, now=now)
        taking_over = work.mandates.asker(to_person_id, level=0, is_agent=False, today=legal_day(now))
        for dossier in dossiers:
            by = asker.require_to_manage(dossier)
            work.announce(dossier.reassign(from_person_id=from_person_id, to=taking_over, by=by, now=now))
            log_done(work, "reassign_dossiers", dossier_id=dossier.dossier_id, to_person_id=to_person_id)
    return dossiers
