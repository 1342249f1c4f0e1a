"""Enterprises and roles."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from contracts.delegation import EnterpriseUnknown
from contracts.errors import ConcurrentChange
from contracts.identifiers import BceNumber
from services.delegation.domain.enterprises import Enterprise
from services.delegation.domain.roles import Role
from services.delegation.storage import tables
from services.delegation.storage.collections import Collection


class Enterprises(Collection[Enterprise]):
    entity = Enterprise
    table = tables.enterprises

    def get(self, bce_number: BceNumber) -> Enterprise:
        return self._known(bce_number, self.session.get(Enterprise, bce_number))

    def get_for_change(self, bce_number: BceNumber) -> Enterprise:
        """Until the end of the transaction nobody else changes who may act for it."""
        return self._known(bce_number, self.find_for_change(bce_number))

    def find_for_change(self, bce_number: BceNumber) -> Enterprise | None:
        return self.session.get(Enterprise, bce_number, with_for_update=True, populate_existing=True)

    def get_held_still(self, bce_number: BceNumber) -> Enterprise:
        return self._known(bce_number, self.find_held_still(bce_number))

    def find_held_still(self, bce_number: BceNumber) -> Enterprise | None:
        """Others may hold it still too, but who may act for it changes only afterwards."""
        return self.session.get(Enterprise, bce_number, with_for_update={"read": True}, populate_existing=True)

    def add(self, entity: Enterprise) -> None:
        try:
            super().add(entity)
        except IntegrityError as taken:
            raise ConcurrentChange() from taken

    def _known(self, bce_number: BceNumber, found: Enterprise | None) -> Enterprise:
        if found is None:
            raise EnterpriseUnknown(bce_number=bce_number)
        return found


class Roles(Collection[Role]):
    entity = Role
    table = tables.roles

    def get(self, name: str) -> Role:
        """The doors let only names of roles through."""
        return self.session.get_one(Role, name)

    def in_order(self) -> list[Role]:
        return list(self.session.scalars(sa.select(Role).order_by(tables.roles.c.position)))
