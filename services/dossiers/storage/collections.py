"""Dossiers and mandates."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from chassis.database import Work
from chassis.direct import Direct
from contracts.errors import NotFound
from contracts.identifiers import BceNumber
from services.dossiers.domain.access import Asker, Mandate, Permit
from services.dossiers.domain.dossier import Dossier
from services.dossiers.domain.dossier.reassignment import OPEN
from services.dossiers.storage import mapping, tables
from services.dossiers.storage.procedures import Procedures

assert mapping.mapper

_D = tables.dossiers.c
_M = tables.mandates.c
# Made once: to make a statement anew takes longer than to run it.
_CHOSEN = sa.select(*(_M[field.name] for field in fields(Mandate))).order_by(_M.mandate_id)
HELD = Direct(_CHOSEN.where(_M.person_id == sa.bindparam("person_id")))
_MANAGING = Direct(
    _CHOSEN.where(
        _M.bce_number == sa.any_(sa.bindparam("bce_numbers", type_=ARRAY(sa.Text))),
        _M.permissions.contains(sa.literal_column("'[\"mandate.manage\"]'::jsonb")),
    )
)
_NAME = Direct(
    sa.select(tables.enterprises.c.name).where(tables.enterprises.c.bce_number == sa.bindparam("bce_number"))
)
_NAME_IN_MANDATES = Direct(
    sa.select(_M.enterprise_name.label("name"))
    .where(_M.bce_number == sa.bindparam("bce_number"))
    .order_by(_M.epoch.desc(), _M.version.desc())
    .limit(1)
)
QUEUE_SHOWN = 500


class Removed(NamedTuple):
    """A draft that is no more."""

    dossier_id: UUID
    person_id: UUID
    bce_number: BceNumber | None


class Dossiers:
    def __init__(self, session: Session, procedures: Procedures) -> None:
        self._session = session
        self._procedures = procedures

    def add(self, dossier: Dossier) -> None:
        self._session.add(dossier)

    def see(self, dossier_id: UUID, *, asker: Asker, now: datetime) -> Dossier:
        """Raises NotFound, for what is another's just as for what is not."""
        return self._seen(self._session.get(Dossier, dossier_id), asker, now)

    def see_to_change(self, dossier_id: UUID, *, asker: Asker, now: datetime) -> Dossier:
        """Locked until the transaction ends: a second who acts on it waits, and then sees what the first made of it."""
        locked = sa.select(Dossier).where(_D.dossier_id == dossier_id).with_for_update(of=tables.dossiers)
        return self._seen(self._session.execute(locked).scalar_one_or_none(), asker, now)

    def list_to_change(self, dossier_ids: Collection[UUID], *, bce_number: BceNumber, now: datetime) -> list[Dossier]:
        """Those of an enterprise, locked as by ``see_to_change``. Raises NotFound where one of them is none of its."""
        wanted = sa.and_(_D.dossier_id.in_(dossier_ids), _D.bce_number == bce_number)
        # In one order, so that two who want the same ones do not wait for each other for ever.
        locked = sa.select(Dossier).where(wanted).order_by(_D.dossier_id).with_for_update(of=tables.dossiers)
        dossiers = [each for each in self._with_definitions(locked) if not each.is_gone(now)]
        if len(dossiers) != len(set(dossier_ids)):
            raise NotFound()
        return dossiers

    def list_of_person(self, person_id: UUID, *, now: datetime) -> list[Dossier]:
        return self._list(_D.person_id == person_id, _D.bce_number.is_(None), now=now)

    def list_of_enterprise(self, bce_number: BceNumber, *, now: datetime) -> list[Dossier]:
        return self._list(_D.bce_number == bce_number, now=now)

    def list_open_of(self, person_id: UUID, *, bce_number: BceNumber, now: datetime) -> list[Dossier]:
        """Those of an enterprise that the person looks after."""
        return self._list(_D.bce_number == bce_number, _D.person_id == person_id, _D.state.in_(OPEN), now=now)

    def list_drafts_to_change(self, bce_number: BceNumber) -> list[Dossier]:
        """Of an enterprise, locked as by ``list_to_change``."""
        drafts = sa.select(Dossier).where(_D.bce_number == bce_number, _D.state == "draft").order_by(_D.dossier_id)
        return self._with_definitions(drafts.with_for_update(of=tables.dossiers))

    def list_submitted_for(self, bce_number: BceNumber, *, by: UUID, now: datetime) -> list[Dossier]:
        steps = tables.steps.c
        his = sa.select(steps.dossier_id).where(steps.verb == "submitted", steps.person_id == by)
        return self._list(_D.bce_number == bce_number, _D.dossier_id.in_(his), now=now)

    def list_to_treat(self, *, procedure: str | None) -> list[Dossier]:
        """The longest waiting first."""
        chosen = sa.select(Dossier).where(_D.state.in_(("submitted", "in_treatment")))
        if procedure is not None:
            chosen = chosen.where(_D.procedure == procedure)
        return self._with_definitions(chosen.order_by(_D.submitted_at, _D.dossier_id).limit(QUEUE_SHOWN))

    def all_submitted(self) -> Iterator[Dossier]:
        chosen = sa.select(Dossier).where(_D.state != "draft").order_by(_D.submitted_at)
        for dossier in self._session.scalars(chosen.execution_options(yield_per=200)):
            yield self._with_definition(dossier)

    def remove_expired(self, *, now: datetime, batch: int = 200) -> list[Removed]:
        """Drafts past their term, with all that belongs to them."""
        expired = sa.select(_D.dossier_id).where(_D.expires_at <= now).limit(batch).with_for_update(skip_locked=True)
        return self._remove(_D.dossier_id.in_(expired))

    def remove_drafts_of(self, person_id: UUID, *, begun_before: datetime) -> list[Removed]:
        """Of her own: those of an enterprise are the enterprise's."""
        is_her_draft = sa.and_(_D.person_id == person_id, _D.bce_number.is_(None), _D.state == "draft")
        return self._remove(is_her_draft, _D.created_at <= begun_before)

    def next_number(self) -> int:
        return self._session.execute(sa.select(tables.reference_numbers.next_value())).scalar_one()

    def _remove(self, *conditions: sa.ColumnElement[bool]) -> list[Removed]:
        removed = sa.delete(tables.dossiers).where(*conditions).returning(_D.dossier_id, _D.person_id, _D.bce_number)
        return [Removed(*row) for row in self._session.execute(removed)]

    def _list(self, *conditions: sa.ColumnElement[bool], now: datetime) -> list[Dossier]:
        there = sa.or_(_D.expires_at.is_(None), _D.expires_at > now)
        return self._with_definitions(sa.select(Dossier).where(*conditions, there).order_by(_D.updated_at.desc()))

    def _seen(self, dossier: Dossier | None, asker: Asker, now: datetime) -> Dossier:
        if dossier is None:
            raise NotFound()
        asker.require_sight_of(dossier, now)
        return self._with_definition(dossier)

    def _with_definitions(self, chosen: sa.Select[Dossier]) -> list[Dossier]:
        return [self._with_definition(dossier) for dossier in self._session.scalars(chosen)]

    def _with_definition(self, dossier: Dossier) -> Dossier:
        dossier.definition = self._procedures.get_version(dossier.procedure, dossier.procedure_version)
        return dossier


class Mandates:
    """The read model of delegation's mandates."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def asker(self, person_id: UUID, *, level: int, is_agent: bool, today: date, permit: Permit | None = None) -> Asker:
        """The person with all the mandates she was ever told to hold; the rules look at their dates. One read, of the
        index alone, unless one of them has ended."""
        mandates = self._read(HELD, {"person_id": person_id})
        return Asker(
            person_id=person_id,
            level=level,
            is_agent=is_agent,
            today=today,
            mandates=mandates,
            orphaned=self._orphaned(
                {held.bce_number for held in mandates if not held.gives("dossier.read", today)}, today
            ),
            permit=permit,
        )

    def _orphaned(self, bce_numbers: set[BceNumber], today: date) -> frozenset[BceNumber]:
        if not bce_numbers:
            return frozenset()
        managing = self._read(_MANAGING, {"bce_numbers": list(bce_numbers)})
        in_force = [held for held in managing if held.gives("mandate.manage", today)]
        return frozenset(bce_numbers - {held.bce_number for held in in_force})

    def _read(self, statement: Direct, asked: dict[str, Any]) -> tuple[Mandate, ...]:
        rows = self._work.run(statement, asked)
        return tuple(Mandate(**row._asdict() | {"bce_number": BceNumber(row.bce_number)}) for row in rows)

    def name_of(self, bce_number: BceNumber) -> str:
        """Of the enterprise, as it was told last, or as the newest mandate names one that never changed."""
        asked = {"bce_number": bce_number}
        told = self._work.run(_NAME, asked) or self._work.run(_NAME_IN_MANDATES, asked)
        return told[0].name if told else bce_number.dotted
