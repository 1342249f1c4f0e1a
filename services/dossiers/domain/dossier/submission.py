"""The moment it becomes the administration's."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from contracts.dossiers import (
    AnswersInvalid,
    ComplementRequested,
    DossierSubmitted,
    LateFilingNotConfirmed,
    NotValidated,
    ProcedureClosed,
)
from services.dossiers.domain.calendar import end_of, legal_day
from services.dossiers.domain.dossier.draft import require_level, require_open
from services.dossiers.domain.dossier.record import Record
from services.dossiers.domain.parts import DECLARATION, By, Complement


@dataclass(eq=False, kw_only=True)
class Submission(Record):
    def require_submittable(self, *, by: By, late_confirmed: bool, now: datetime) -> None:
        self.require_draft()
        require_open(self.definition, now)
        require_level(self.definition.level_to_submit, by)
        if self.declaration_id is None:
            raise NotValidated()
        errors = self.form.errors(today=legal_day(now))
        errors |= self.form.missing_files((each.heading for each in self.files), steps={"form", "submission"})
        if errors:
            raise AnswersInvalid(fields=errors)
        self._require_in_time(late_confirmed=late_confirmed, now=now)

    def _require_in_time(self, *, late_confirmed: bool, now: datetime) -> None:
        term = self.definition.term
        if term is None or not self.is_late_at(now):
            return
        late_since = end_of(term.last_day(self.form.known)).isoformat()
        if term.late == "refuse":
            raise ProcedureClosed(opens_at=self.definition.opens_at.isoformat(), closes_at=late_since)
        if not late_confirmed:
            raise LateFilingNotConfirmed(late_since=late_since)

    def submit(self, *, by: By, reference: str, late_confirmed: bool, now: datetime) -> DossierSubmitted:
        self.require_submittable(by=by, late_confirmed=late_confirmed, now=now)
        filed = {heading.heading for heading in self.form.headings()} | {DECLARATION}
        self.attachments = [each for each in self.attachments if each.heading in filed]
        self.is_late = self.is_late_at(now)
        self.answers = {name: value for name, value in self.form.known.items() if name not in self.locked}
        self.state = "submitted"
        self.reference = reference
        self.submitted_at = now
        self.expires_at = None
        self.content_digest = self.digest()
        self.note("submitted", by, now)
        self.touched(now)
        return self.told(DossierSubmitted, now=now, by=by)

    def open_complement_at_submission(self, *, complement_id: UUID, now: datetime) -> ComplementRequested | None:
        """Where the answers say that pieces are still to come."""
        rule = self.definition.complement_at_submission
        if rule is None or not self.definition.opens_complement(self.form.known):
            return None
        self.complements.append(
            Complement(
                complement_id=complement_id,
                elements=[element["fr"] for element in rule.elements],
                message=rule.message["fr"],
                due_at=end_of(legal_day(now) + timedelta(days=rule.days)),
                asked_at=now,
                asked_by=None,
            )
        )
        self.note("complement_requested", None, now)
        self.touched(now)
        return self.told(ComplementRequested, now=now, by=None)

    def digest(self) -> str:
        """SHA-256 over the canonical JSON (sorted keys, no spaces, UTF-8) of what is filed."""
        content = {
            "procedure": self.procedure,
            "procedure_version": self.procedure_version,
            "answers": self.form.known,
            "attachments": sorted([each.heading, each.file_name, each.sha256] for each in self.attachments),
        }
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()
