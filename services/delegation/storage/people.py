"""Who may act: designations and mandates."""

from __future__ import annotations

from collections.abc import Collection as CollectionOf
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from contracts.identifiers import BceNumber
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.designations import Designation
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.reasons import CHAIN_RESTS, OFFICE_RESTS, OUR_OWN, OUR_OWN_RESTS
from services.delegation.domain.recertification import Setting
from services.delegation.domain.roles import MANAGE
from services.delegation.domain.terms import legal_day
from services.delegation.storage import tables
from services.delegation.storage.collections import Collection, end_is_untold, in_force, is_step_due, lasting, needed_at

# Made once, as they are asked with most calls: to make a statement anew takes longer than to run it.
_mandates = tables.mandates.c
_THERE = _mandates.bce_number == sa.bindparam("bce_number")
_EVER_MANAGING = (
    sa.select(Mandate)
    .where(_mandates.role_name.in_(sa.select(tables.roles.c.name).where(tables.roles.c.permissions.contains([MANAGE]))))
    .order_by(_mandates.granted_at, _mandates.mandate_id)
)
_ALL_MANAGING = _EVER_MANAGING.where(_mandates.revoked_at.is_(None))
_MANAGING = _ALL_MANAGING.where(_THERE)
_HELD = sa.select(Mandate).where(_mandates.person_id == sa.bindparam("person_id"), _THERE)
# See ``Mandate.note_end``.
_IS_END_UNTOLD = _mandates.noticed_days.is_distinct_from(0)


class Designations(Collection[Designation]):
    entity = Designation
    table = tables.designations

    def find(self, *, bce_number: BceNumber, person_id: UUID) -> Designation | None:
        found = self._list(self._of_enterprise(bce_number), self._of_person(person_id))
        return found[0] if found else None

    def forget_addresses(self, person_id: UUID, *, before: datetime) -> None:
        """What the registry told until then."""
        told = sa.update(self.table).where(self._of_person(person_id), self.table.c.designated_at <= before)
        self.session.execute(told.values(sealed=None))


class Mandates(Collection[Mandate]):
    entity = Mandate
    table = tables.mandates

    def add(self, entity: Mandate) -> None:
        super().add(entity)
        if entity.establishment_number is not None:
            # An invitation or an office's mandate was given while it was open, and leads to this one since.
            self.session.refresh(entity, ["establishment_name", "establishment_lost"])

    def get_for_change(self, mandate_id: UUID) -> Mandate:
        """With the office that assigned it, whose access managers decide too: see ``Collection._get_for_change``."""
        return self._get_for_change(self.table.c.mandate_id == mandate_id, beside=self.table.c.via_bce_number)

    def access_managers_of(self, bce_number: BceNumber, *, now: datetime) -> AccessManagers:
        return AccessManagers(self.session.scalars(_MANAGING, {"bce_number": bce_number}), now=now)

    def ever_managing_among(self, bce_numbers: CollectionOf[BceNumber]) -> dict[BceNumber, list[Mandate]]:
        """Also those that have ended, of each of these enterprises, with one query."""
        managing: dict[BceNumber, list[Mandate]] = {bce_number: [] for bce_number in bce_numbers}
        there = _EVER_MANAGING.where(_mandates.bce_number.in_(bce_numbers))
        for mandate in self.session.scalars(there) if managing else ():
            managing[mandate.enterprise.bce_number].append(mandate)
        return managing

    def access_managers_among(
        self, bce_numbers: CollectionOf[BceNumber], *, now: datetime
    ) -> dict[BceNumber, AccessManagers]:
        """Of each of these enterprises, with one query."""
        asked = _ALL_MANAGING.where(_mandates.bce_number.in_(bce_numbers))
        managing: dict[BceNumber, list[Mandate]] = {bce_number: [] for bce_number in bce_numbers}
        for mandate in self.session.scalars(asked):
            managing[mandate.enterprise.bce_number].append(mandate)
        return {bce_number: AccessManagers(held, now=now) for bce_number, held in managing.items()}

    def of_person_in(self, *, bce_number: BceNumber, person_id: UUID) -> list[Mandate]:
        """All he ever had there: one query on the index (person_id, bce_number)."""
        return list(self.session.scalars(_HELD, {"person_id": person_id, "bce_number": bce_number}))

    def of_people_in(self, person_ids: CollectionOf[UUID], *, bce_number: BceNumber) -> dict[UUID, list[Mandate]]:
        """The same of each of these people, with one query."""
        held: dict[UUID, list[Mandate]] = {person_id: [] for person_id in person_ids}
        for mandate in self._list(self._of_enterprise(bce_number), self.table.c.person_id.in_(held)) if held else ():
            held[mandate.person_id].append(mandate)
        return held

    def of_person(self, person_id: UUID) -> list[Mandate]:
        return self._list(self._of_person(person_id), self.table.c.revoked_at.is_(None))

    def all_of_person(self, person_id: UUID, *, bce_number: BceNumber | None = None) -> list[Mandate]:
        """Everywhere, or in one enterprise; also those that have ended, the newest first."""
        there = () if bce_number is None else (self._of_enterprise(bce_number),)
        return self._list(self._of_person(person_id), *there, newest=self.table.c.granted_at)

    def lasting_of_person(self, person_id: UUID, *, now: datetime) -> list[Mandate]:
        """In force, or at rest; the newest first."""
        return self._list(
            self._of_person(person_id), *lasting(self.table, legal_day(now)), newest=self.table.c.granted_at
        )

    def of_person_for_change(self, person_id: UUID) -> list[Mandate]:
        """Those not revoked. The enterprises where she has or asks for something are locked in the order of their
        numbers, so that two of these never wait for one another."""
        has = sa.select(self.table.c.bce_number).where(self._of_person(person_id))
        asks = sa.select(tables.role_requests.c.bce_number).where(tables.role_requests.c.person_id == person_id)
        enterprises = tables.enterprises.c.bce_number
        owners = sa.or_(enterprises.in_(has), enterprises.in_(asks))
        lock = sa.select(enterprises).where(owners).order_by(enterprises).with_for_update()
        hers = sa.select(Mandate).where(self._of_person(person_id), self.table.c.revoked_at.is_(None))
        while True:
            locked = set(self.session.scalars(lock))
            mandates = list(self.session.scalars(hers.execution_options(populate_existing=True)))
            # While this waited for one enterprise, she may have been given something in another. Locked out of order,
            # it may meet another of these: PostgreSQL ends one, and the inbox tries it again.
            if {mandate.enterprise.bce_number for mandate in mandates} <= locked:
                return mandates

    def forget_words(self, person_id: UUID, *, before: datetime) -> None:
        """The name, and why it was revoked or suspended, in what was granted until then; our own words for it stay."""
        granted = sa.update(self.table).where(self._of_person(person_id), self.table.c.granted_at <= before)
        reason, c = self.table.c.revocation_reason, self.table.c
        left = sa.case((reason.not_in(OUR_OWN), ""), else_=reason)
        rested = sa.case((c.suspension_reason.not_in(OUR_OWN_RESTS), ""), else_=c.suspension_reason)
        self.session.execute(granted.values(person_name=None, revocation_reason=left, suspension_reason=rested))

    def of_enterprise(self, bce_number: BceNumber) -> list[Mandate]:
        return self._list(self._of_enterprise(bce_number), newest=self.table.c.granted_at)

    def enterprises_with_expiring(self, *, now: datetime, most: int) -> list[BceNumber]:
        """Where an end is near that was not told yet."""
        c, today = self.table.c, legal_day(now)
        untold = end_is_untold(c.valid_until, c.noticed_days, today=today)
        there = (c.revoked_at.is_(None), c.enterprise_mandate_id.is_(None), untold)
        of_active = c.bce_number == tables.enterprises.c.bce_number, tables.enterprises.c.state == "active"
        chosen = (
            sa.select(c.bce_number)
            .where(*there, *of_active)
            .group_by(c.bce_number)
            .order_by(sa.func.min(c.valid_until))
        )
        return list(self.session.scalars(chosen.limit(most)))

    def enterprises_to_recertify(self, *, setting: Setting, now: datetime, most: int) -> list[BceNumber]:
        """Where ``recertification.next_step`` has something to do, the longest unconfirmed first."""
        c, since, enterprises = self.table.c, needed_at(self.table), tables.enterprises
        due = (
            c.granted_by.is_not(None),
            c.designation_id.is_(None),
            c.enterprise_mandate_id.is_(None),
            *in_force(self.table, legal_day(now)),
            is_step_due(self.table, setting=setting, now=now, holder=c.person_id),
            enterprises.c.state == "active",
        )
        chosen = sa.select(c.bce_number).join(enterprises, enterprises.c.bce_number == c.bce_number).where(*due)
        return list(self.session.scalars(chosen.group_by(c.bce_number).order_by(sa.func.min(since)).limit(most)))

    def by_chain(self, enterprise_mandate_id: UUID) -> list[Mandate]:
        """What an office's people have by it, also what has ended."""
        return self.by_chains([enterprise_mandate_id])[enterprise_mandate_id]

    def by_chains(self, ids: CollectionOf[UUID]) -> dict[UUID, list[Mandate]]:
        """By each of these, with one query."""
        c = self.table.c
        found: dict[UUID, list[Mandate]] = {enterprise_mandate_id: [] for enterprise_mandate_id in ids}
        for mandate in self._list(c.enterprise_mandate_id.in_(ids), newest=c.granted_at):
            if mandate.enterprise_mandate_id is not None:
                found[mandate.enterprise_mandate_id].append(mandate)
        return found

    def resting_via(self, bce_number: BceNumber, *, clients: CollectionOf[BceNumber]) -> list[Mandate]:
        """What an office assigned for these clients and is suspended."""
        c = self.table.c
        its = (c.bce_number.in_(clients), c.via_bce_number == bce_number)
        resting = sa.select(Mandate).where(*its, c.revoked_at.is_(None), c.suspended_at.is_not(None))
        return list(self.session.scalars(resting)) if clients else []

    def of_office(self, bce_number: BceNumber, *, person_id: UUID) -> list[Mandate]:
        """What somebody has by an office, as it is now; but what was revoked, or ended and was told."""
        by_it = (self.table.c.via_bce_number == bce_number, self.table.c.revoked_at.is_(None), _IS_END_UNTOLD)
        his = sa.select(Mandate).where(self._of_person(person_id), *by_it)
        return list(self.session.scalars(his.execution_options(populate_existing=True)))

    def holders_to_end(self, *, now: datetime, most: int) -> list[tuple[UUID, BceNumber]]:
        """People who have something by an office that acts no more, or of which they are not; who have there what rests
        while it should not, or does not while it should, or rests for another reason by now; or whose last day by it
        has passed, which they were not told."""
        held, office, today = self.table.alias(), tables.enterprises.c, legal_day(now)
        person_id, via, last_day = _mandates.person_id, _mandates.via_bce_number, _mandates.valid_until
        chain = tables.enterprise_mandates
        by_resting = chain.c.suspended_at.is_not(None)
        rests, by_client = _mandates.suspended_at.is_not(None), _mandates.suspended_by.is_not(None)
        his = (held.c.person_id == person_id, held.c.bce_number == via, held.c.enterprise_mandate_id.is_(None))
        is_of_office = sa.exists().where(*his, *lasting(held, today))
        acts_for_it = sa.exists().where(*his, *in_force(held, today))
        # Written out, not bound: the partial index is known to serve.
        is_gone = sa.exists().where(office.bce_number == via, office.state == sa.literal_column("'struck_off'"))
        chosen = (
            sa.select(person_id, via)
            .join(chain, chain.c.enterprise_mandate_id == _mandates.enterprise_mandate_id)
            .where(via.is_not(None), _mandates.revoked_at.is_(None))
            .group_by(person_id, via)
            .having(
                sa.or_(
                    sa.func.bool_or(sa.and_(last_day < today, _IS_END_UNTOLD)),
                    sa.and_(sa.func.max(last_day) >= today, sa.or_(is_gone, ~is_of_office)),
                    sa.and_(sa.func.bool_or(sa.and_(last_day >= today, ~rests)), ~acts_for_it),
                    sa.func.bool_or(sa.and_(last_day >= today, ~rests, by_resting)),
                    sa.and_(sa.func.bool_or(sa.and_(last_day >= today, rests, ~by_client, ~by_resting)), acts_for_it),
                    sa.and_(sa.func.bool_or(sa.and_(last_day >= today, rests, ~by_client)), _rests_for_another(today)),
                )
            )
        )
        return [(row.person_id, row.via_bce_number) for row in self.session.execute(chosen.limit(most))]

    def out_of_step(self, *, now: datetime, most: int) -> list[UUID]:
        """Mandates by an office that last longer, or less long, than it acts and their holders are of it."""
        held, chain, today = self.table.alias(), tables.enterprise_mandates, legal_day(now)
        own = (
            sa.select(held.c.person_id, held.c.bce_number, sa.func.max(held.c.valid_until).label("last_day"))
            .where(
                held.c.bce_number.in_(sa.select(chain.c.office_bce_number)),
                held.c.enterprise_mandate_id.is_(None),
                *lasting(held, today),
            )
            .group_by(held.c.person_id, held.c.bce_number)
            .subquery()
        )
        is_his = (own.c.person_id == _mandates.person_id, own.c.bce_number == _mandates.via_bce_number)
        chosen = (
            sa.select(_mandates.mandate_id)
            .join(chain, chain.c.enterprise_mandate_id == _mandates.enterprise_mandate_id)
            .join(own, sa.and_(*is_his))
            .where(
                _mandates.revoked_at.is_(None),
                _mandates.valid_until >= today,
                _mandates.valid_until != sa.func.least(chain.c.valid_until, own.c.last_day),
            )
        )
        return list(self.session.scalars(chosen.order_by(_mandates.mandate_id).limit(most)))

    def find_of_designation(self, designation_id: UUID) -> Mandate | None:
        """The one not revoked."""
        found = self._list(self.table.c.designation_id == designation_id, self.table.c.revoked_at.is_(None))
        return found[0] if found else None


def _rests_for_another(today: date) -> sa.ColumnElement[bool]:
    """Of what somebody has by an office: of those that rest alone the reason is read, which no index holds."""
    resting, chain = tables.mandates.alias(), tables.enterprise_mandates.alias()
    c, reason = resting.c, sa.case((chain.c.suspended_at.is_not(None), CHAIN_RESTS), else_=OFFICE_RESTS)
    his = (c.person_id == _mandates.person_id, c.via_bce_number == _mandates.via_bce_number, *lasting(resting, today))
    return sa.exists().where(
        *his,
        c.suspended_at.is_not(None),
        c.suspended_by.is_(None),
        c.enterprise_mandate_id == chain.c.enterprise_mandate_id,
        c.suspension_reason.is_distinct_from(reason),
    )
