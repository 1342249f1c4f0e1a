"""Who may act: designations and mandates; and who of them can be written to."""

from __future__ import annotations

from collections.abc import Collection as CollectionOf
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from chassis import readmodel
from chassis.database import Work
from contracts.identifiers import BceNumber
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.designations import Designation
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.roles import MANAGE
from services.delegation.storage import tables
from services.delegation.storage.collections import Collection


class Designations(Collection[Designation]):
    entity = Designation
    table = tables.designations

    def find(self, *, bce_number: BceNumber, person_id: UUID) -> Designation | None:
        found = self._list(self._of_enterprise(bce_number), self._of_person(person_id))
        return found[0] if found else None


class Mandates(Collection[Mandate]):
    entity = Mandate
    table = tables.mandates

    def get_for_change(self, mandate_id: UUID) -> Mandate:
        return self._get_for_change(self.table.c.mandate_id == mandate_id)

    def access_managers_of(self, bce_number: BceNumber, *, now: datetime) -> AccessManagers:
        managing = sa.select(tables.roles.c.name).where(tables.roles.c.permissions.contains([MANAGE]))
        statement = (
            sa.select(Mandate)
            .where(
                self._of_enterprise(bce_number),
                self.table.c.revoked_at.is_(None),
                self.table.c.role_name.in_(managing),
            )
            .order_by(self.table.c.granted_at, self.table.c.mandate_id)
        )
        return AccessManagers(self.session.scalars(statement), now=now)

    def of_person_in(self, *, bce_number: BceNumber, person_id: UUID) -> list[Mandate]:
        """All he ever had there: one query on the index (person_id, bce_number)."""
        return self._list(self._of_person(person_id), self._of_enterprise(bce_number))

    def of_person(self, person_id: UUID) -> list[Mandate]:
        return self._list(self._of_person(person_id), self.table.c.revoked_at.is_(None))

    def of_enterprise(self, bce_number: BceNumber) -> list[Mandate]:
        return self._list(self._of_enterprise(bce_number), newest=self.table.c.granted_at)

    def find_of_designation(self, designation_id: UUID) -> Mandate | None:
        """The one not revoked."""
        found = self._list(self.table.c.designation_id == designation_id, self.table.c.revoked_at.is_(None))
        return found[0] if found else None


class ReachablePeople:
    """Who has an e-mail address: one that the registry told of for this enterprise, or one confirmed with identity."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.session = work.session

    def add(self, person_id: UUID, *, version: tuple[int, int]) -> None:
        readmodel.apply(self._work, tables.reachable_people, key={"person_id": person_id}, version=version, values={})

    def forget_untold(self, *, publisher: str, epoch: int) -> None:
        readmodel.forget_untold(self._work, tables.reachable_people, publisher=publisher, epoch=epoch)

    def among(self, person_ids: CollectionOf[UUID], *, bce_number: BceNumber) -> set[UUID]:
        told, confirmed = tables.designations, tables.reachable_people
        statement = sa.union(
            sa.select(told.c.person_id).where(
                told.c.bce_number == bce_number, told.c.person_id.in_(person_ids), told.c.sealed.is_not(None)
            ),
            sa.select(confirmed.c.person_id).where(confirmed.c.person_id.in_(person_ids)),
        )
        return set(self.session.execute(statement).scalars())
