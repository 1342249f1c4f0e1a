"""Who may see and do what. The answer to somebody who may not see is the same as for what does not exist."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol, Self
from uuid import UUID

from contracts.agents import AGENT_LEVEL
from contracts.delegation import Permission
from contracts.errors import LevelTooLow, NotFound, PermissionMissing, StatementMissing
from contracts.identifiers import BceNumber, EstablishmentNumber
from services.dossiers.domain.parts import By


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """As delegation announced it. ``valid_until``: the last legal day; ``procedure_categories`` empty: all;
    ``establishment_number`` None: the whole enterprise."""

    mandate_id: UUID
    person_id: UUID
    bce_number: BceNumber
    permissions: list[str]
    procedure_categories: list[str]
    valid_from: date
    valid_until: date
    revoked_at: datetime | None
    suspended_at: datetime | None = None
    establishment_number: str | None = None

    def is_in_force(self, today: date) -> bool:
        return self.revoked_at is None and self.suspended_at is None and self.valid_from <= today <= self.valid_until

    def gives(self, permission: Permission, today: date) -> bool:
        """For some of the enterprise's dossiers."""
        return self.is_in_force(today) and permission in self.permissions

    def allows(
        self, permission: Permission, *, category: str | None, establishment_number: str | None, today: date
    ) -> bool:
        """By delegation's own rule. ``category`` None: whatever the procedure; ``establishment_number`` None: for the
        enterprise as a whole."""
        return (
            self.gives(permission, today)
            and (not self.procedure_categories or category in self.procedure_categories)
            and self.establishment_number in (None, establishment_number)
        )


@dataclass(frozen=True, kw_only=True)
class Permit:
    """delegation's signed decision of this minute; it does not rest on our read model. ``procedure``: the category that
    delegation was asked about."""

    bce_number: BceNumber
    permission: str
    procedure: str | None
    mandate_id: UUID
    establishment: str | None = None

    def covers(self, permission: Permission, dossier: Subject) -> bool:
        """Of an establishment's dossier only where delegation was asked about that one: whether it is the enterprise's
        today it alone knows."""
        return (
            self.permission == permission
            and self.bce_number == dossier.bce_number
            and self.establishment == dossier.establishment_number
            and self.procedure in (None, dossier.category)
        )


class Subject(Protocol):
    """What the rules look at of a dossier."""

    category: str
    person_id: UUID
    bce_number: BceNumber | None
    establishment_number: EstablishmentNumber | None

    @property
    def is_draft(self) -> bool: ...

    def is_gone(self, now: datetime) -> bool: ...

    def was_acted_on_by(self, person_id: UUID) -> bool: ...

    def was_submitted_by(self, person_id: UUID) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class Asker:
    """A signed-in person with the mandates she holds today in our read model. ``orphaned``: of the enterprises that she
    once acted for, those where nobody decides any more who acts for them."""

    person_id: UUID
    level: int
    is_agent: bool
    today: date
    mandates: tuple[Mandate, ...] = ()
    orphaned: frozenset[BceNumber] = frozenset()
    permit: Permit | None = None

    def mandate_for(
        self,
        permission: Permission,
        bce_number: BceNumber,
        *,
        category: str | None,
        establishment_number: str | None,
    ) -> Mandate | None:
        scope = {"category": category, "establishment_number": establishment_number}
        fitting = (each for each in self.mandates if each.bce_number == bce_number)
        return next((each for each in fitting if each.allows(permission, **scope, today=self.today)), None)

    def has(self, permission: Permission, bce_number: BceNumber) -> bool:
        """For some of the enterprise's dossiers, whatever their procedure and whichever establishment's they are."""
        return any(each.bce_number == bce_number and each.gives(permission, self.today) for each in self.mandates)

    def may(self, permission: Permission, dossier: Subject) -> bool:
        """On the user's side of the dossier. The author of a dossier in her own name may do everything with it."""
        if dossier.bce_number is None:
            return dossier.person_id == self.person_id
        return self._mandate_on(permission, dossier) is not None

    def may_look_after(self, dossier: Subject) -> bool:
        return self.may("dossier.read", dossier) and self.may("dossier.draft", dossier)

    def holds(self, mandate_id: UUID, bce_number: BceNumber) -> bool:
        """In force or not."""
        return any((each.mandate_id, each.bce_number) == (mandate_id, bce_number) for each in self.mandates)

    def without(self, mandate_id: UUID) -> Self:
        return replace(self, mandates=tuple(each for each in self.mandates if each.mandate_id != mandate_id))

    def is_user_of(self, dossier: Subject) -> bool:
        covered = self.permit is not None and self.permit.covers("dossier.submit", dossier)
        return covered or self.may("dossier.read", dossier) or self._is_author_left_behind(dossier)

    def may_list(self, bce_number: BceNumber) -> bool:
        return bce_number in self.orphaned or self.has("dossier.read", bce_number)

    def require_sight_of(self, dossier: Subject, now: datetime) -> None:
        """Raises NotFound, and LevelTooLow where an agent signed in by too weak a means."""
        if dossier.is_gone(now):
            raise NotFound()
        if not self.is_user_of(dossier):
            if not self.is_agent or dossier.is_draft:
                raise NotFound()
            if self.level < AGENT_LEVEL:
                raise LevelTooLow(required=AGENT_LEVEL, held=self.level)

    def require(self, permission: Permission, dossier: Subject) -> By:
        """For an act of the user's side. To an agent who is nobody of that side, the act does not exist."""
        if not self.is_user_of(dossier):
            raise NotFound()
        if not self.may(permission, dossier):
            raise PermissionMissing(permission=permission, missing="no mandate in force holds it")
        mandate = self._mandate_on(permission, dossier)
        return By(person_id=self.person_id, level=self.level, mandate_id=mandate.mandate_id if mandate else None)

    def require_to_submit(self, dossier: Subject) -> By:
        """Submitting for an enterprise rests on delegation's decision, not on what we last heard."""
        if dossier.bce_number is None:
            return self.require("dossier.submit", dossier)
        if not self.is_user_of(dossier):
            raise NotFound()
        permit = self.require_permit("dossier.submit", dossier)
        return By(person_id=self.person_id, level=self.level, mandate_id=permit.mandate_id)

    def require_permit(self, permission: Permission, dossier: Subject) -> Permit:
        if self.permit is None:
            raise StatementMissing(kind="decision")
        if not self.permit.covers(permission, dossier):
            raise PermissionMissing(permission=permission, missing="the decision is for something else")
        return self.permit

    def require_as_agent(self) -> By:
        if not self.is_agent:
            raise NotFound()
        return By(person_id=self.person_id, level=self.level, side="administration")

    def require_to_treat(self, dossier: Subject) -> By:
        """As ``require_as_agent``, and nobody treats what he filed himself, or what is an enterprise's for some part of
        which he acts."""
        by = self.require_as_agent()
        # Somebody else of the enterprise may look after it by now.
        is_his = dossier.person_id == self.person_id or dossier.was_acted_on_by(self.person_id)
        acts_for_it = dossier.bce_number is not None and self.has("dossier.read", dossier.bce_number)
        if is_his or acts_for_it or self.is_user_of(dossier):
            raise PermissionMissing(permission="dossier.treat", missing="nobody treats his own dossier")
        return by

    def require_for_enterprise(
        self,
        permission: Permission,
        bce_number: BceNumber,
        *,
        category: str,
        establishment_number: EstablishmentNumber | None,
    ) -> Mandate:
        """Before there is a dossier: of an enterprise where she holds nothing, nothing is known here."""
        mandate = self.mandate_for(permission, bce_number, category=category, establishment_number=establishment_number)
        if mandate is not None:
            return mandate
        if not self.has("dossier.read", bce_number):
            raise NotFound()
        raise PermissionMissing(permission=permission, missing="no mandate in force holds it")

    def require_manager_of(self, bce_number: BceNumber) -> None:
        """For what an access manager does with the dossiers of an enterprise; to others nothing of it exists."""
        if not self.has("mandate.manage", bce_number):
            raise NotFound()

    def require_to_manage(self, dossier: Subject) -> By:
        mandate = self._mandate_on("mandate.manage", dossier)
        if mandate is None:
            raise NotFound()
        return By(person_id=self.person_id, level=self.level, mandate_id=mandate.mandate_id)

    def _mandate_on(self, permission: Permission, dossier: Subject) -> Mandate | None:
        if dossier.bce_number is None:
            return None
        return self.mandate_for(
            permission,
            dossier.bce_number,
            category=dossier.category,
            establishment_number=dossier.establishment_number,
        )

    def _is_author_left_behind(self, dossier: Subject) -> bool:
        """What she submitted for an enterprise stays readable to her when nobody is left there to let her."""
        return dossier.bce_number in self.orphaned and dossier.was_submitted_by(self.person_id)
