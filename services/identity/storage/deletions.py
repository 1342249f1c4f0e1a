"""Collections: deletions of accounts, whose dossiers are open, who belongs to the education staff."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Transaction

from contracts.errors import NotFound
from contracts.identity import DeletionAlreadyAsked
from services.identity.domain.deletion import PENDING, Deletion
from services.identity.storage import tables


class Deletions:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, deletion: Deletion) -> None:
        """Raises DeletionAlreadyAsked; of two at once one finds it."""
        self._transaction.add(deletion)
        try:
            self._transaction.flush()
        except IntegrityError as error:
            raise DeletionAlreadyAsked() from error

    def get(self, deletion_id: UUID) -> Deletion:
        found = self._transaction.get(Deletion, deletion_id, with_for_update=True)
        if found is None:
            raise NotFound()
        return found

    def newest_of(self, person_id: UUID, *, locked: bool = False) -> Deletion | None:
        rest = tables.deletions.c
        wanted = sa.select(Deletion).where(rest.person_id == person_id).order_by(rest.asked_at.desc()).limit(1)
        return self._transaction.scalars(wanted.with_for_update() if locked else wanted).one_or_none()

    def to_decide(self) -> Sequence[Deletion]:
        """Those that wait longest go first."""
        rest = tables.deletions.c
        return self._transaction.scalars(
            sa.select(Deletion).where(rest.state == "to_decide").order_by(rest.changed_at)
        ).all()

    def pending(self) -> Sequence[Deletion]:
        return self._transaction.scalars(sa.select(Deletion).where(tables.deletions.c.state.in_(PENDING))).all()

    def forget_words(self, person_id: UUID) -> None:
        """What she and agents wrote about this deletion and those before it."""
        rest = tables.deletions
        hers = sa.update(rest).where(rest.c.person_id == person_id)
        self._transaction.execute(hers.values(reason="", decision_reason=""))

    def next_due(self, *, now: datetime, but: Collection[UUID]) -> Deletion | None:
        """One that no replica carries out at this moment; none of ``but``."""
        rest = tables.deletions.c
        due = sa.select(Deletion).where(
            rest.state == "accepted", rest.erases_at <= now, rest.deletion_id.not_in(list(but))
        )
        return self._transaction.scalars(
            due.order_by(rest.erases_at).limit(1).with_for_update(skip_locked=True)
        ).one_or_none()


class OpenDossiers:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def knows(self, dossier_id: UUID) -> bool:
        rest = tables.dossiers.c
        return bool(self._transaction.scalar(sa.select(sa.exists().where(rest.dossier_id == dossier_id))))

    def count_of(self, person_id: UUID) -> int:
        rest = tables.dossiers.c
        counted = sa.select(sa.func.count()).where(rest.person_id == person_id, rest.is_open)
        return self._transaction.execute(counted).scalar_one()


class EducationStaff:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def has(self, person_id: UUID) -> bool:
        """Named by an agent, or by CSAM when she last signed in."""
        rest, people = tables.education_staff.c, tables.people.c
        named = sa.exists().where(rest.person_id == person_id)
        vouched = sa.exists().where(people.person_id == person_id, people.is_education_staff)
        return bool(self._transaction.scalar(sa.select(sa.or_(named, vouched))))

    def set(self, person_id: UUID, *, is_staff: bool) -> None:
        rest = tables.education_staff
        if is_staff:
            self._transaction.execute(insert(rest).values(person_id=person_id).on_conflict_do_nothing())
        else:
            self._transaction.execute(sa.delete(rest).where(rest.c.person_id == person_id))
