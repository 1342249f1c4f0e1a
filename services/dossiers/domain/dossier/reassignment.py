"""Who looks after a dossier of an enterprise: its author, until another is asked to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.dossiers import DossierReassigned, DossierState, LookedAfterByAnother, MayNotTakeOver
from contracts.errors import InvalidRequest
from services.dossiers.domain.access import Asker
from services.dossiers.domain.dossier.draft import DRAFT_KEPT
from services.dossiers.domain.dossier.record import Record
from services.dossiers.domain.parts import By

# What is decided or withdrawn asks nothing more of anybody.
OPEN: tuple[DossierState, ...] = ("draft", "submitted", "in_treatment")


@dataclass(eq=False, kw_only=True)
class Reassignment(Record):
    def is_stranded(self, *, holder: Asker) -> bool:
        """``holder``: somebody with the mandates that would be left to him."""
        return self.state in OPEN and self.person_id == holder.person_id and not holder.may_look_after(self)

    def reassign(self, *, from_person_id: UUID, to: Asker, by: By, now: datetime) -> DossierReassigned:
        if self.person_id != from_person_id:
            raise LookedAfterByAnother(dossier_id=str(self.dossier_id))
        if to.person_id == from_person_id:
            raise InvalidRequest(fields={"to_person_id": ["somebody else is expected"]})
        self.require_state(*OPEN)
        if not to.may_look_after(self):
            raise MayNotTakeOver(dossier_id=str(self.dossier_id))
        self.person_id = to.person_id
        if self.is_draft:
            self.expires_at = now + DRAFT_KEPT
        self.note("reassigned", by, now)
        self.touched(now)
        return self.told(DossierReassigned, now=now, by=by)
