"""What a dossier is, and how each change to it is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from contracts.dossiers import (
    ComplementNotOpen,
    DossierEvent,
    DossierReassigned,
    DossierState,
    NotADraft,
    WrongState,
)
from contracts.errors import NotFound
from contracts.events import ActorFacts
from contracts.identifiers import BceNumber, EstablishmentNumber
from services.dossiers.domain.calendar import legal_day
from services.dossiers.domain.form import Form
from services.dossiers.domain.parts import COMPLEMENT, DECLARATION, Attachment, By, Complement, Side, Step
from services.dossiers.domain.procedure import Procedure

E = TypeVar("E", bound=DossierEvent)


@dataclass(eq=False, kw_only=True)
class Record:
    """``definition``: the version of the procedure that the draft began on. ``person_id``: who looks after it: who
    started it, by the name of ``applicant``, until it is reassigned. ``expires_at``: of an untouched draft.
    ``declaration_id``: while the form is validated. ``establishment_number``: the one of the enterprise's that it is
    for, from its beginning on; None: the enterprise as a whole."""

    dossier_id: UUID
    definition: Procedure
    procedure: str
    procedure_version: int
    category: str
    person_id: UUID
    applicant: str
    bce_number: BceNumber | None
    answers: Mapping[str, Any]
    locked: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None
    state: DossierState = "draft"
    version: int = 1
    declaration_id: UUID | None = None
    reference: str | None = None
    submitted_at: datetime | None = None
    is_late: bool = False
    content_digest: str | None = None
    claimed_by: UUID | None = None
    outcome: str | None = None
    motivation: str | None = None
    decided_at: datetime | None = None
    establishment_number: EstablishmentNumber | None = None
    attachments: list[Attachment] = field(default_factory=list)
    complements: list[Complement] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def form(self) -> Form:
        return Form(self.definition, self.answers, self.locked)

    @property
    def is_draft(self) -> bool:
        return self.state == "draft"

    def is_gone(self, now: datetime) -> bool:
        """A draft past its term is not there any more, though the timer has not come round to it."""
        return self.is_draft and self.expires_at is not None and self.expires_at <= now

    def was_acted_on_by(self, person_id: UUID) -> bool:
        """On the user's side."""
        return any(step.by == "user" and step.person_id == person_id for step in self.steps)

    def was_submitted_by(self, person_id: UUID) -> bool:
        return any(step.verb == "submitted" and step.person_id == person_id for step in self.steps)

    @property
    def files(self) -> list[Attachment]:
        """Those that belong to the form: neither the declaration nor a complement's."""
        return [each for each in self.attachments if each.heading not in (DECLARATION, COMPLEMENT)]

    def attachments_for(self, *, user_side: bool) -> list[Attachment]:
        """The administration sees what was filed, not what is still being prepared for an answer."""
        prepared = {each.complement_id for each in self.complements if each.answered_at is None}
        return [each for each in self.attachments if user_side or each.complement_id not in prepared]

    def files_of(self, complement_id: UUID) -> list[Attachment]:
        return [each for each in self.attachments if each.complement_id == complement_id]

    def get_attachment(self, attachment_id: UUID) -> Attachment:
        for attachment in self.attachments:
            if attachment.attachment_id == attachment_id:
                return attachment
        raise NotFound()

    def complement_due_at(self) -> datetime | None:
        """The first due date that an answer is still awaited for."""
        return min((each.due_at for each in self.complements if each.answered_at is None), default=None)

    def answerable(self, now: datetime) -> list[Complement]:
        """The complement requests that an answer is still taken for."""
        if self.state not in ("submitted", "in_treatment"):
            return []
        taken = {"open", "overdue"} if self.definition.complements.late_answers == "accepted" else {"open"}
        return [each for each in self.complements if each.state(now) in taken]

    def must_act(self, now: datetime) -> bool:
        """The person has to do something before the administration can go on."""
        return bool(self.answerable(now))

    # ------------------------------------------------------------ for the verbs

    def require_draft(self) -> None:
        if not self.is_draft:
            raise NotADraft()

    def require_state(self, *states: DossierState) -> None:
        if self.state not in states:
            raise WrongState(state=self.state)

    def require_answerable(self, complement_id: UUID, *, now: datetime) -> Complement:
        for complement in self.answerable(now):
            if complement.complement_id == complement_id:
                return complement
        raise ComplementNotOpen()

    def touched(self, now: datetime) -> None:
        self.updated_at = now
        self.version += 1

    def note(self, verb: str, by: By | None, now: datetime) -> None:
        """Add to the history; ``by`` None: the service itself."""
        side: Side = by.side if by else "system"
        self.steps.append(
            Step(
                number=len(self.steps) + 1,
                verb=verb,
                at=now,
                by=side,
                person_id=by.person_id if by else None,
                mandate_id=by.mandate_id if by else None,
                level=by.level if by else None,
            )
        )

    def told(self, kind: type[E], *, now: datetime, by: By | None) -> E:
        """The event that says what the dossier is now."""
        # Of a draft nothing else is told.
        assert kind is DossierReassigned or not self.is_draft
        actor = ActorFacts(person_id=by.person_id, mandate_id=by.mandate_id, level=by.level) if by else ActorFacts()
        return kind(
            version=self.version,
            occurred_at=now,
            actor=actor,
            dossier_id=self.dossier_id,
            reference=self.reference,
            procedure=self.procedure,
            title=self.definition.title,
            person_id=self.person_id,
            bce_number=self.bce_number,
            state=self.state,
            is_late=self.is_late,
            submitted_at=self.submitted_at,
            content_digest=self.content_digest,
            claimed_by=self.claimed_by,
            complement_due_at=self.complement_due_at(),
            outcome=self.outcome,
            establishment_number=self.establishment_number,
        )

    def is_late_at(self, now: datetime) -> bool:
        """Would filing now be late?"""
        term = self.definition.term
        return term is not None and legal_day(now) > term.last_day(self.form.known)
