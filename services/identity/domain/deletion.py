"""Deleting one's account: asked for, decided where dossiers are open, cancelled within 30 days, then done.

Who has no open dossier needs nobody's leave. What is deleted is what identity holds of the person; dossiers and
official documents stay with the administration (reference text 002).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from contracts.errors import InvalidRequest
from contracts.events import ActorFacts
from contracts.identity import (
    AccountDeletionAccepted,
    AccountDeletionCancelled,
    AccountDeletionRefused,
    AccountDeletionRequested,
    DeletionState,
    EducationStaffStays,
    NoDeletionPending,
    OwnDeletion,
)
from contracts.texts import can_be_seen

EDUCATION_STAFF: Final = "education_staff"
CANCELLABLE_FOR: Final = timedelta(days=30)
PENDING: Final[tuple[DeletionState, ...]] = ("to_decide", "accepted")

DeletionEvent = AccountDeletionRequested | AccountDeletionAccepted | AccountDeletionRefused | AccountDeletionCancelled
_EVENTS: Final[dict[str, type[DeletionEvent]]] = {
    "to_decide": AccountDeletionRequested,
    "accepted": AccountDeletionAccepted,
    "refused": AccountDeletionRefused,
    "cancelled": AccountDeletionCancelled,
}


@dataclass(eq=False, kw_only=True)
class Deletion:
    """``open_dossiers``: how many there were when it was asked for. ``erases_at``: set once it is accepted."""

    deletion_id: UUID
    person_id: UUID
    state: DeletionState
    reason: str
    open_dossiers: int
    asked_at: datetime
    changed_at: datetime
    erases_at: datetime | None = None
    decided_by: UUID | None = None
    decision_reason: str = ""
    version: int = 1

    @classmethod
    def ask(
        cls,
        *,
        deletion_id: UUID,
        person_id: UUID,
        reason: str,
        open_dossiers: int,
        roles: Collection[str],
        now: datetime,
    ) -> Deletion:
        """Raises EducationStaffStays, or InvalidRequest where dossiers are open and no reason is given."""
        if EDUCATION_STAFF in roles:
            raise EducationStaffStays()
        if open_dossiers and not can_be_seen(reason):
            raise InvalidRequest(fields={"reason": ["with open dossiers a reason is needed"]})
        deletion = cls(
            deletion_id=deletion_id,
            person_id=person_id,
            state="to_decide",
            reason=reason,
            open_dossiers=open_dossiers,
            asked_at=now,
            changed_at=now,
        )
        if not open_dossiers:
            deletion._accept(now)
        return deletion

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING

    def accept(self, *, by: UUID, reason: str, now: datetime) -> None:
        self._decide(by, reason)
        self._accept(now)
        self.version += 1

    def refuse(self, *, by: UUID, reason: str, now: datetime) -> None:
        self._decide(by, reason)
        self.state, self.changed_at = "refused", now
        self.version += 1

    def cancel(self, *, now: datetime) -> None:
        """By the person, until the account is deleted."""
        if not self.is_pending:
            raise NoDeletionPending()
        self.state, self.changed_at, self.erases_at = "cancelled", now, None
        self.version += 1

    def return_to_agent(self, *, open_dossiers: int, now: datetime) -> None:
        """Dossiers were opened since it was accepted."""
        self.state, self.open_dossiers, self.changed_at, self.erases_at = "to_decide", open_dossiers, now, None
        self.version += 1

    def carry_out(self, *, now: datetime) -> None:
        """What remains says that it was done, and nothing more of the person."""
        self.state, self.changed_at, self.erases_at = "erased", now, None
        self.reason = self.decision_reason = ""
        self.version += 1

    def told(self, *, by: ActorFacts) -> DeletionEvent:
        """The state that was reached, as it is announced."""
        return _EVENTS[self.state](
            deletion_id=self.deletion_id,
            person_id=self.person_id,
            state=self.state,
            erases_at=self.erases_at,
            version=self.version,
            occurred_at=self.changed_at,
            actor=by,
        )

    def _decide(self, by: UUID, reason: str) -> None:
        if self.state != "to_decide":
            raise NoDeletionPending()
        if by == self.person_id:
            raise OwnDeletion()
        self.decided_by, self.decision_reason = by, reason

    def _accept(self, now: datetime) -> None:
        self.state, self.changed_at, self.erases_at = "accepted", now, now + CANCELLABLE_FOR
