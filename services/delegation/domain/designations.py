"""Designations: CSAM's registry says that this person is access manager of this enterprise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from contracts.delegation import NO_END, AccessManagerDesignated, AccessManagerWithdrawn, RoleGranted
from contracts.events import Sealed
from contracts.identity import Language
from services.delegation.domain.enterprises import Enterprise
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.roles import Role


@dataclass(eq=False)
class Designation:
    """One for each person and enterprise. ``sealed``: his e-mail address as the registry knows it, for notifications
    only; None when the registry knows none, and once it was withdrawn."""

    designation_id: UUID
    enterprise: Enterprise
    person_id: UUID
    language: Language
    sealed: Sealed | None
    designated_at: datetime
    version: int = 1
    withdrawn_at: datetime | None = None

    @classmethod
    def designate(
        cls,
        *,
        designation_id: UUID,
        enterprise: Enterprise,
        person_id: UUID,
        language: Language,
        sealed: Sealed | None,
        now: datetime,
    ) -> tuple[Self, AccessManagerDesignated]:
        enterprise.require_active()
        designation = cls(
            designation_id=designation_id,
            enterprise=enterprise,
            person_id=person_id,
            language=language,
            sealed=sealed,
            designated_at=now,
        )
        return designation, designation.as_event()

    def repeat(self, *, language: Language, sealed: Sealed | None, now: datetime) -> AccessManagerDesignated | None:
        """The registry says it again, perhaps with another address, or after it was withdrawn. None when that changes
        nothing.

        A sealed address cannot be compared with another, so one that is told again is announced again.
        """
        self.enterprise.require_active()
        if sealed is None and self.sealed is None and language == self.language and self.withdrawn_at is None:
            return None
        self.language, self.sealed, self.designated_at, self.withdrawn_at = language, sealed, now, None
        self.version += 1
        return self.as_event()

    def withdraw(self, *, now: datetime) -> AccessManagerWithdrawn | None:
        """The registry names him no more. None: that was known."""
        if self.withdrawn_at is not None:
            return None
        self.withdrawn_at = now
        self.version += 1
        sealed, self.sealed = self.sealed, None
        return AccessManagerWithdrawn(
            version=self.version,
            occurred_at=now,
            designation_id=self.designation_id,
            person_id=self.person_id,
            bce_number=self.enterprise.bce_number,
            enterprise_name=self.enterprise.name,
            language=self.language,
            sealed=sealed,
            withdrawn_at=now,
        )

    def give_mandate(self, *, mandate_id: UUID, role: Role, now: datetime) -> tuple[Mandate, RoleGranted]:
        """It lasts as long as the designation, whose end the registry tells: it has no last day of its own."""
        return Mandate.begin(
            mandate_id=mandate_id,
            enterprise=self.enterprise,
            role=role,
            person_id=self.person_id,
            person_name=None,
            valid_until=NO_END,
            granted_by=None,
            designation_id=self.designation_id,
            now=now,
        )

    def as_event(self) -> AccessManagerDesignated:
        return AccessManagerDesignated(
            version=self.version,
            occurred_at=self.designated_at,
            designation_id=self.designation_id,
            person_id=self.person_id,
            bce_number=self.enterprise.bce_number,
            language=self.language,
            sealed=self.sealed,
        )
