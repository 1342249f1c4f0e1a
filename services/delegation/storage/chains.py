"""Mandates from enterprise to enterprise."""

from __future__ import annotations

from collections.abc import Collection as CollectionOf
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from contracts.identifiers import BceNumber
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.recertification import Setting
from services.delegation.domain.terms import legal_day
from services.delegation.storage import tables
from services.delegation.storage.collections import Collection, end_is_untold, in_force, is_step_due, needed_at


class EnterpriseMandates(Collection[EnterpriseMandate]):
    entity = EnterpriseMandate
    table = tables.enterprise_mandates

    def get_for_change(self, enterprise_mandate_id: UUID) -> EnterpriseMandate:
        """With client and office: see ``Collection._get_for_change``."""
        c = self.table.c
        return self._get_for_change(c.enterprise_mandate_id == enterprise_mandate_id, beside=c.office_bce_number)

    def between(self, bce_number: BceNumber, office_bce_number: BceNumber) -> list[EnterpriseMandate]:
        return self._list(self._of_enterprise(bce_number), self.table.c.office_bce_number == office_bce_number)

    def of_either(self, bce_number: BceNumber, *, only: UUID | None = None) -> list[EnterpriseMandate]:
        """Those that it gave and those that it has, the newest first; or one of them."""
        c = self.table.c
        its = sa.or_(self._of_enterprise(bce_number), c.office_bce_number == bce_number)
        meant = () if only is None else (c.enterprise_mandate_id == only,)
        return self._list(its, *meant, newest=c.granted_at)

    def enterprises_with_expiring(self, *, now: datetime, most: int) -> list[BceNumber]:
        """Clients and offices that were not told yet of an end that is near."""
        c, client, office = self.table.c, tables.enterprises.alias(), tables.enterprises.alias()
        both = self.table.join(client, client.c.bce_number == c.bce_number).join(
            office, office.c.bce_number == c.office_bce_number
        )
        there = (c.revoked_at.is_(None), client.c.state == "active", office.c.state == "active")
        sides = ((c.bce_number, c.client_noticed_days), (c.office_bce_number, c.office_noticed_days))
        untold = (
            sa.select(told).select_from(both).where(*there, end_is_untold(c.valid_until, noticed, today=legal_day(now)))
            for told, noticed in sides
        )
        return list(self.session.scalars(sa.union(*untold).limit(most)))

    def enterprises_to_recertify(self, *, setting: Setting, now: datetime, most: int) -> list[BceNumber]:
        """Clients with an access manager, of whose mandates ``recertification.next_step`` has something to do."""
        c, client, office = self.table.c, tables.enterprises.alias(), tables.enterprises.alias()
        there = (client.c.bce_number == c.bce_number, office.c.bce_number == c.office_bce_number)
        active = (client.c.state == "active", office.c.state == "active", *in_force(self.table, legal_day(now)))
        is_due = is_step_due(self.table, setting=setting, now=now)
        chosen = sa.select(c.bce_number).where(*there, *active, is_due).group_by(c.bce_number)
        return list(self.session.scalars(chosen.order_by(sa.func.min(needed_at(self.table))).limit(most)))

    def given_for(self, bce_number: BceNumber) -> list[EnterpriseMandate]:
        return self._list(self._of_enterprise(bce_number), newest=self.table.c.granted_at)

    def to_confirm(self, bce_number: BceNumber, *, now: datetime) -> list[EnterpriseMandate]:
        """In force, and the client's access managers are asked whether they are still needed."""
        asked = (self._of_enterprise(bce_number), self.table.c.confirm_by.is_not(None))
        return self._list(*asked, *in_force(self.table, legal_day(now)), newest=self.table.c.granted_at)

    def forget_words(self, person_id: UUID, *, before: datetime) -> None:
        """Why she ended or suspended one, until then: her words, about whomever."""
        c, changed = self.table.c, sa.update(self.table)
        ended = changed.where(c.revoked_by == person_id, c.revoked_at <= before)
        self.session.execute(ended.values(revocation_reason=""))
        suspended = changed.where(c.suspended_by == person_id, c.suspended_at <= before)
        self.session.execute(suspended.values(suspension_reason=""))

    def get(self, enterprise_mandate_id: UUID) -> EnterpriseMandate:
        return self.session.get_one(EnterpriseMandate, enterprise_mandate_id)

    def given_by(self, givers: CollectionOf[UUID], *, bce_number: BceNumber) -> list[EnterpriseMandate]:
        """In force or not."""
        return self._list(self._of_enterprise(bce_number), self.table.c.granted_by.in_(givers)) if givers else []

    def of_all(self, mandates: Iterable[Mandate]) -> dict[UUID, EnterpriseMandate]:
        """Those by which somebody was assigned these, with one query; by their ids."""
        ids = {one.enterprise_mandate_id for one in mandates if one.enterprise_mandate_id is not None}
        found = self._list(self.table.c.enterprise_mandate_id.in_(ids)) if ids else []
        return {chain.enterprise_mandate_id: chain for chain in found}
