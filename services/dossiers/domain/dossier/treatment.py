"""In the administration's hands: claim, complement requests and their answers, decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from contracts.dossiers import (
    AlreadyClaimed,
    ComplementAnswered,
    ComplementRequested,
    DossierClaimed,
    DossierDecided,
    WrongState,
)
from contracts.errors import InvalidRequest
from contracts.texts import can_be_seen
from services.dossiers.domain.calendar import end_of, legal_day
from services.dossiers.domain.dossier.record import Record
from services.dossiers.domain.parts import By, Complement

LONGEST_COMPLEMENT = timedelta(days=366)


@dataclass(eq=False, kw_only=True)
class Treatment(Record):
    def require_claimable(self, by: By) -> None:
        if self.claimed_by is not None and self.claimed_by != by.person_id:
            raise AlreadyClaimed()
        self.require_state("submitted")

    def claim(self, *, by: By, now: datetime) -> DossierClaimed:
        self.require_claimable(by)
        self.state = "in_treatment"
        self.claimed_by = by.person_id
        self.note("claimed", by, now)
        self.touched(now)
        return self.told(DossierClaimed, now=now, by=by)

    def require_treated_by(self, by: By) -> None:
        if self.claimed_by is not None and self.claimed_by != by.person_id:
            raise AlreadyClaimed()
        self.require_state("in_treatment")

    def request_complement(
        self, *, complement_id: UUID, elements: list[str], message: str, due_on: date, by: By, now: datetime
    ) -> ComplementRequested:
        self.require_treated_by(by)
        if due_on <= legal_day(now):
            raise InvalidRequest(fields={"due_on": ["the due date must be after today"]})
        # Until it is answered or overdue nothing can be decided: a slip of the year must not hold a person for ever.
        if due_on > legal_day(now) + LONGEST_COMPLEMENT:
            raise InvalidRequest(fields={"due_on": ["the due date must be within a year"]})
        self.complements.append(
            Complement(
                complement_id=complement_id,
                elements=elements,
                message=message,
                due_at=end_of(due_on),
                asked_at=now,
                asked_by=by.person_id,
            )
        )
        self.note("complement_requested", by, now)
        self.touched(now)
        return self.told(ComplementRequested, now=now, by=by)

    def answer_complement(self, complement_id: UUID, *, answer: str, by: By, now: datetime) -> ComplementAnswered:
        complement = self.require_answerable(complement_id, now=now)
        if not can_be_seen(answer) and not self.files_of(complement_id):
            raise InvalidRequest(fields={"answer": ["a text or a file is expected"]})
        complement.answer = answer
        complement.answered_at = now
        complement.answered_by = by.person_id
        self.note("complement_answered", by, now)
        self.touched(now)
        return self.told(ComplementAnswered, now=now, by=by)

    def require_decidable(self, *, by: By, now: datetime) -> None:
        self.require_treated_by(by)
        # Whoever was given time to answer has it whole; once it has passed, silence does not block the decision.
        running = [each.due_at for each in self.complements if each.state(now) == "open"]
        if running:
            raise WrongState(state=self.state, complement_due_at=max(running).isoformat())

    def decide(self, *, outcome: str, motivation: str, by: By, now: datetime) -> DossierDecided:
        self.require_decidable(by=by, now=now)
        known = [each.value for each in self.definition.outcomes]
        if outcome not in known:
            raise InvalidRequest(fields={"outcome": [f"one of {', '.join(known)}"]})
        if not can_be_seen(motivation):
            raise InvalidRequest(fields={"motivation": ["a decision is motivated"]})
        self.state = "decided"
        self.outcome = outcome
        self.motivation = motivation
        self.decided_at = now
        self.note("decided", by, now)
        self.touched(now)
        return self.told(DossierDecided, now=now, by=by)
