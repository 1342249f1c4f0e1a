"""Mandates that are limited to an establishment: of people, and of offices."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.database import Work
from contracts.identifiers import BceNumber
from services.delegation.domain.terms import legal_day
from services.delegation.storage import tables
from services.delegation.storage.collections import lasting


@dataclass
class Limited:
    """Whose mandates for one establishment have not ended: ``person_ids``, and offices by their numbers."""

    person_ids: set[UUID] = field(default_factory=set)
    offices: set[BceNumber] = field(default_factory=set)


def limited_to(work: Work, numbers: Collection[str], *, now: datetime) -> dict[tuple[str, str], Limited]:
    """By the enterprise that gave them and the establishment, where there are any; with one query."""
    people, offices = tables.mandates, tables.enterprise_mandates
    among, today = sa.any_(sa.bindparam("numbers", list(numbers), type_=ARRAY(sa.Text))), legal_day(now)
    found = sa.union_all(
        sa.select(
            people.c.bce_number, people.c.establishment_number, people.c.person_id, sa.null().label("office")
        ).where(people.c.establishment_number == among, *lasting(people, today)),
        sa.select(offices.c.bce_number, offices.c.establishment_number, sa.null(), offices.c.office_bce_number).where(
            offices.c.establishment_number == among, *lasting(offices, today)
        ),
    )
    limited: dict[tuple[str, str], Limited] = {}
    for row in work.execute(found):
        there = limited.setdefault((row.bce_number, row.establishment_number), Limited())
        if row.person_id is not None:
            there.person_ids.add(row.person_id)
        else:
            there.offices.add(BceNumber(row.office))
    return limited
