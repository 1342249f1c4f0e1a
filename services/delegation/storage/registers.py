"""Enterprises and roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import undefer_group

from contracts.delegation import EnterpriseUnknown
from contracts.errors import ConcurrentChange, InvalidRequest
from contracts.identifiers import BceNumber
from services.delegation.domain.enterprises import Enterprise
from services.delegation.domain.roles import MANAGE, Role
from services.delegation.storage import tables
from services.delegation.storage.collections import STREAMED_BY, Collection

# Made once: to make a statement anew takes longer than to run it.
_THIS = (
    sa.select(Enterprise)
    .where(tables.enterprises.c.bce_number == sa.bindparam("bce_number"))
    .execution_options(populate_existing=True)
)
_FOR_CHANGE, _HELD_STILL = _THIS.with_for_update(), _THIS.with_for_update(read=True)
# They name the enterprises of which somebody wants to hear.
_NAMING = (tables.mandates, tables.role_requests, tables.invitations)
_IS_OPEN = sa.select(
    sa.exists().where(
        tables.establishments.c.establishment_number == sa.bindparam("establishment_number"),
        tables.establishments.c.bce_number == sa.bindparam("bce_number"),
        tables.establishments.c.state == "open",
    )
)
_ended, _held = tables.mandates.alias(), tables.mandates.alias()
_TODAY = sa.bindparam("today", type_=sa.Date)


def _managing(mandates: sa.FromClause) -> sa.ColumnElement[bool]:
    roles = sa.select(tables.roles.c.name).where(tables.roles.c.permissions.contains([MANAGE]))
    there = mandates.c.bce_number == tables.enterprises.c.bce_number
    return sa.and_(there, mandates.c.revoked_at.is_(None), mandates.c.role_name.in_(roles))


# Told since then, a term that ended before was told too.
_TOLD = tables.enterprises.c.orphaned_on
_LEFT_BY_TERM = (
    tables.enterprises.c.state == "active",
    sa.exists().where(
        _managing(_ended), _ended.c.valid_until < _TODAY, sa.or_(_TOLD.is_(None), _ended.c.valid_until >= _TOLD)
    ),
    ~sa.exists().where(
        _managing(_held),
        _held.c.suspended_at.is_(None),
        _held.c.valid_from <= _TODAY,
        _held.c.valid_until >= _TODAY,
    ),
)
_ROLE = sa.select(Role).where(tables.roles.c.name == sa.bindparam("name"))


class Enterprises(Collection[Enterprise]):
    entity = Enterprise
    table = tables.enterprises

    def get(self, bce_number: BceNumber) -> Enterprise:
        return self._known(bce_number, self.session.get(Enterprise, bce_number))

    def get_for_change(self, bce_number: BceNumber) -> Enterprise:
        """Until the end of the transaction nobody else changes who may act for it."""
        return self._known(bce_number, self.find_for_change(bce_number))

    def find_for_change(self, bce_number: BceNumber) -> Enterprise | None:
        return self.session.scalars(_FOR_CHANGE, {"bce_number": bce_number}).one_or_none()

    def lock_several(self, numbers: Iterable[BceNumber]) -> dict[BceNumber, Enterprise]:
        """Those that there are, locked in the order of their numbers, so that two of these never wait for one
        another."""
        key = tables.enterprises.c.bce_number
        chosen = sa.select(Enterprise).where(key.in_(set(numbers))).order_by(key).with_for_update()
        found = self.session.scalars(chosen.execution_options(populate_existing=True))
        return {enterprise.bce_number: enterprise for enterprise in found}

    def get_held_still(self, bce_number: BceNumber) -> Enterprise:
        return self._known(bce_number, self.find_held_still(bce_number))

    def find_held_still(self, bce_number: BceNumber) -> Enterprise | None:
        """Others may hold it still too, but who may act for it changes only afterwards."""
        return self.session.scalars(_HELD_STILL, {"bce_number": bce_number}).one_or_none()

    def has_establishment(self, bce_number: BceNumber, establishment_number: str) -> bool:
        """Open, and today's: they move from one enterprise to another."""
        asked = {"bce_number": bce_number, "establishment_number": establishment_number}
        return bool(self.session.execute(_IS_OPEN, asked).scalar())

    def require_establishment(self, bce_number: BceNumber, establishment_number: str | None) -> None:
        if establishment_number is not None and not self.has_establishment(bce_number, establishment_number):
            raise InvalidRequest(fields={"establishment_number": ["the enterprise has no such establishment"]})

    def left_by_term(self, *, today: date, most: int) -> list[BceNumber]:
        """Those whose last access manager's term has ended, and of which nobody was told."""
        left = sa.select(self.table.c.bce_number).where(*_LEFT_BY_TERM).limit(most)
        return list(self.session.scalars(left, {"today": today}))

    def find_left_by_term_for_change(self, bce_number: BceNumber, *, today: date) -> Enterprise | None:
        """None where somebody else was first to tell of it."""
        left = _FOR_CHANGE.where(*_LEFT_BY_TERM)
        return self.session.scalars(left, {"bce_number": bce_number, "today": today}).one_or_none()

    def add(self, entity: Enterprise) -> None:
        try:
            super().add(entity)
        except IntegrityError as taken:
            raise ConcurrentChange() from taken

    def whole_among(self, numbers: Sequence[str]) -> list[Enterprise]:
        """In this order, with all that is known of them."""
        chosen = tables.enterprises.c.bce_number.in_(numbers)
        found = self.session.scalars(sa.select(Enterprise).where(chosen).options(undefer_group("details")))
        return sorted(found, key=lambda enterprise: numbers.index(enterprise.bce_number))

    def watched_among(self, numbers: Iterable[str]) -> list[Enterprise]:
        """Those of which somebody wants to hear, with all that is known of them."""
        among = sa.any_(sa.bindparam("numbers", type_=ARRAY(sa.Text)))
        named = (sa.select(t.c.bce_number).where(t.c.bce_number == among) for t in _NAMING)
        return list(self.session.scalars(_whole(sa.union(*named)), {"numbers": list(numbers)}))

    def watched(self) -> Iterator[Enterprise]:
        named = sa.union(*(sa.select(t.c.bce_number) for t in _NAMING))
        yield from self.session.scalars(_whole(named).execution_options(yield_per=STREAMED_BY))

    def _known(self, bce_number: BceNumber, found: Enterprise | None) -> Enterprise:
        if found is None:
            raise EnterpriseUnknown(bce_number=bce_number)
        return found


def _whole(named: sa.CompoundSelect[Any]) -> sa.Select[Enterprise]:
    key = tables.enterprises.c.bce_number
    chosen = sa.select(Enterprise).where(key.in_(named)).order_by(key)
    return chosen.options(undefer_group("details")).execution_options(populate_existing=True)


class Roles(Collection[Role]):
    entity = Role
    table = tables.roles

    def get(self, name: str) -> Role:
        """The doors let only names of roles through."""
        return self.session.scalars(_ROLE, {"name": name}).one()

    def in_order(self) -> list[Role]:
        return list(self.session.scalars(sa.select(Role).order_by(tables.roles.c.position)))
