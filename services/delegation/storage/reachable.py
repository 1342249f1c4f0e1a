"""Who can be written to."""

from __future__ import annotations

from collections.abc import Collection as CollectionOf
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from chassis import erasures, readmodel
from chassis.database import Work
from contracts.identifiers import BceNumber
from services.delegation.storage import tables

_told, _confirmed = tables.designations.c, tables.reachable_people.c
# Made once, as it is asked with most calls: to make a statement anew takes longer than to run it.
_AMONG = sa.any_(sa.bindparam("person_ids", type_=ARRAY(sa.UUID)))
_REACHABLE = sa.union(
    sa.select(_told.person_id).where(
        _told.bce_number == sa.bindparam("bce_number"), _told.person_id == _AMONG, _told.sealed.is_not(None)
    ),
    sa.select(_confirmed.person_id).where(_confirmed.person_id == _AMONG),
)


class ReachablePeople:
    """Who has an e-mail address: one that the registry told of for this enterprise, or one confirmed with identity."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.session = work.session

    def add(self, person_id: UUID, *, contact_id: UUID, told_at: datetime, version: tuple[int, int]) -> None:
        """Unless her account was deleted since."""
        erasures.lock(self._work, person_id)
        if not erasures.is_noted(self._work, tables.erased_people, person_id, since=told_at):
            key, values = {"contact_id": contact_id}, {"person_id": person_id, "told_at": told_at}
            readmodel.apply(self._work, tables.reachable_people, key=key, version=version, values=values)

    def erase(self, person_id: UUID, *, erased_at: datetime) -> None:
        erasures.lock(self._work, person_id)
        erasures.note(self._work, tables.erased_people, person_id, erased_at=erased_at)
        hers = (_confirmed.person_id == person_id, _confirmed.told_at <= erased_at)
        self._work.execute(sa.delete(tables.reachable_people).where(*hers))

    def is_erased(self, person_id: UUID, *, since: datetime) -> bool:
        """Has she deleted her account after this instant?"""
        return erasures.is_noted(self._work, tables.erased_people, person_id, since=since)

    def forget_untold(self, *, publisher: str, epoch: int) -> None:
        readmodel.forget_untold(self._work, tables.reachable_people, publisher=publisher, epoch=epoch)

    def among(self, person_ids: CollectionOf[UUID], *, bce_number: BceNumber) -> set[UUID]:
        asked = {"person_ids": list(person_ids), "bce_number": bce_number}
        return set(self.session.execute(_REACHABLE, asked).scalars())
