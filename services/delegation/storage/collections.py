"""What all collections share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from contracts.identifiers import BceNumber
from services.delegation.domain.recertification import ANSWERED_WITHIN, CONFIRMED_FOR, Setting, answer_due_on
from services.delegation.domain.roles import MANAGE
from services.delegation.domain.terms import BRUSSELS, NOTICES, legal_day
from services.delegation.storage import tables

E = TypeVar("E")

STREAMED_BY = 500


class Collection(Generic[E]):
    """Entities of one kind, all in one table."""

    entity: ClassVar[type[Any]]
    table: ClassVar[sa.Table]

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, entity: E) -> None:
        # Sent at once: the unique indexes object here, and what refers to it may follow.
        self.session.add(entity)
        self.session.flush()

    def all(self) -> Iterator[E]:
        """Every one, a few at a time, so that memory stays small."""
        key = list(self.table.primary_key)
        yield from self.session.scalars(sa.select(self.entity).order_by(*key).execution_options(yield_per=STREAMED_BY))

    def _list(self, *conditions: sa.ColumnElement[bool], newest: sa.Column[Any] | None = None) -> list[E]:
        statement = sa.select(self.entity).where(*conditions)
        if newest is not None:
            statement = statement.order_by(newest.desc(), *self.table.primary_key)
        return list(self.session.scalars(statement))

    def _get_for_change(self, *conditions: sa.ColumnElement[bool], beside: sa.Column[Any] | None = None) -> E:
        """Locks the enterprise that it belongs to, and the one that it names ``beside``, in the order of their numbers,
        then reads it: what it says can no longer change beneath us.

        Whatever changes or rests on who is access manager of an enterprise takes this lock: so one request is not
        decided twice, two last access managers do not leave at once, and nobody gives a role while his is revoked.
        """
        enterprises = tables.enterprises.c.bce_number
        owners = [self.table.c.bce_number] if beside is None else [self.table.c.bce_number, beside]
        owned = sa.select(enterprises).join(self.table, enterprises.in_(owners)).where(*conditions)
        if not self.session.execute(owned.order_by(enterprises).with_for_update(of=tables.enterprises)).all():
            raise NotFound()
        chosen = sa.select(self.entity).where(*conditions).execution_options(populate_existing=True)
        found: E = self.session.scalars(chosen).one()
        return found

    def _of_enterprise(self, bce_number: BceNumber) -> sa.ColumnElement[bool]:
        return self.table.c.bce_number == bce_number

    def _of_person(self, person_id: UUID) -> sa.ColumnElement[bool]:
        return self.table.c.person_id == person_id


def needed_at(mandates: sa.Table) -> sa.ColumnElement[Any]:
    """See ``Confirmable.needed_at``."""
    return sa.func.coalesce(mandates.c.confirmed_at, mandates.c.granted_at)


def is_step_due(
    mandates: sa.Table, *, setting: Setting, now: datetime, holder: sa.Column[Any] | None = None
) -> sa.ColumnElement[bool]:
    """Nobody has confirmed it for a year, somebody but its holder may, and he is to be asked, or an answer is overdue:
    see ``recertification.next_step``."""
    c, managing, roles, today = mandates.c, tables.mandates.alias(), tables.roles.c, legal_day(now)
    answering = [
        managing.c.bce_number == c.bce_number,
        managing.c.role_name.in_(sa.select(roles.name).where(roles.permissions.contains([MANAGE]))),
        *in_force(managing, today),
    ]
    if holder is not None:
        answering.append(managing.c.person_id != holder)
    # See ``AccessManagers.in_place_on``.
    began_at = sa.case((managing.c.changed_as == "resumed", managing.c.changed_at), else_=managing.c.granted_at)
    began_on = sa.cast(sa.func.timezone(BRUSSELS.key, began_at), sa.Date)
    was_asked = sa.exists().where(*answering, began_on <= c.confirm_by - ANSWERED_WITHIN.days)
    to_ask = sa.and_(sa.or_(c.confirm_by.is_(None), ~was_asked), c.valid_until > answer_due_on(now))
    still_to_do = c.asked_as != "reminded" if setting == "warn" else sa.true()
    unanswered = sa.and_(c.confirm_by < today, still_to_do, was_asked)
    may_answer = sa.exists().where(*answering)
    return sa.and_(needed_at(mandates) <= now - CONFIRMED_FOR, may_answer, sa.or_(to_ask, unanswered))


def end_is_untold(valid_until: sa.Column[Any], noticed_days: sa.Column[Any], *, today: date) -> sa.ColumnElement[bool]:
    """A last day is near, and a notice of it not given: see ``terms.notice_due``."""
    due = (
        sa.and_(valid_until <= today + timedelta(days=days), sa.func.coalesce(noticed_days, days + 1) > days)
        for days in NOTICES
    )
    return sa.and_(valid_until >= today, sa.or_(*due))


def in_force(mandates: sa.FromClause, today: date) -> tuple[sa.ColumnElement[bool], ...]:
    c = mandates.c
    return (*lasting(mandates, today), c.suspended_at.is_(None), c.valid_from <= today)


def lasting(mandates: sa.FromClause, today: date) -> tuple[sa.ColumnElement[bool], ...]:
    """In force, or at rest."""
    return (mandates.c.revoked_at.is_(None), mandates.c.valid_until >= today)
