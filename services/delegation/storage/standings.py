"""Mandates as a check reads them: at one go, from the indexes alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.database import Work
from chassis.direct import Direct
from services.delegation.domain.checks import Held, Question
from services.delegation.domain.roles import Role
from services.delegation.storage import tables


class Found(NamedTuple):
    """``mandates``: all that the person ever had there; ``has_establishment``: is the one that was asked for, if any,
    the enterprise's and open today?"""

    mandates: list[Held]
    has_establishment: bool


_NONE = Found([], has_establishment=True)

# Roles change by migration only, before the processes that know them so are started.
_roles: dict[str, Role] = {}


class Standings:
    def __init__(self, work: Work) -> None:
        self._work = work

    def of(self, question: Question) -> Found:
        rows = self._work.run(OF_ONE, asked_by(question))
        return self._found(rows) if rows else _NONE

    def among(self, questions: Iterable[Question]) -> dict[Question, Found]:
        """All at one instant."""
        listed = list(dict.fromkeys(questions))
        asked = [asked_by(question) for question in listed]
        rows = self._work.run(OF_MANY, {f"{name}s": [each[name] for each in asked] for name in _KEYS})
        found: dict[int, list[Any]] = {}
        for row in rows:
            found.setdefault(row.place, []).append(row[1:])
        return {
            question: self._found(found[place]) if place in found else _NONE
            for place, question in enumerate(listed, start=1)
        }

    def _found(self, rows: Sequence[Any]) -> Found:
        # Whether the establishment is there stands in each row: they all say the same.
        return Found([self._held(*row) for row in rows], has_establishment=rows[0][-1])

    def _held(self, role_name: str, *facts: Any) -> Held:
        *of_mandate, is_struck_off, _ = facts
        return Held(self._role(role_name), "struck_off" if is_struck_off else "active", *of_mandate)

    def _role(self, name: str) -> Role:
        if name not in _roles:
            for row in self._work.run(_ROLES, {}):
                _roles[row.name] = Role(row.name, row.position, row.permissions)
        return _roles[name]


def asked_by(question: Question) -> dict[str, Any]:
    return {
        "person_id": question.person_id,
        "bce_number": question.bce_number,
        "establishment_number": question.scope.establishment_number,
    }


_KEYS: dict[str, sa.types.TypeEngine[Any]] = {
    "person_id": sa.UUID(),
    "bce_number": sa.Text(),
    "establishment_number": sa.Text(),
}


def _standing(*first: Any, person_id: Any, bce_number: Any, establishment_number: Any) -> sa.Select[Any]:
    m, e, u = tables.mandates.c, tables.enterprises.c, tables.establishments.c
    # Written out, not bound: the partial index is known to serve whatever is asked.
    is_struck_off = sa.exists().where(e.bce_number == bce_number, e.state == sa.literal_column("'struck_off'"))
    is_there = sa.exists().where(
        u.bce_number == bce_number,
        u.establishment_number == establishment_number,
        u.state == sa.literal_column("'open'"),
    )
    return sa.select(
        *first,
        m.role_name,
        m.mandate_id,
        m.valid_from,
        m.valid_until,
        m.granted_at,
        m.revoked_at,
        m.suspended_at,
        m.establishment_number,
        m.categories,
        m.enterprise_mandate_id,
        is_struck_off.label("is_struck_off"),
        sa.or_(establishment_number.is_(None), is_there).label("has_establishment"),
    ).where(m.person_id == person_id, m.bce_number == bce_number)


# Made once: to make a statement anew takes longer than to run it.
OF_ONE = Direct(_standing(**{name: sa.bindparam(name, type_=kind) for name, kind in _KEYS.items()}))
_ASKED = (
    sa.func.unnest(*(sa.bindparam(f"{name}s", type_=ARRAY(kind)) for name, kind in _KEYS.items()))
    .table_valued(*(sa.column(name, kind) for name, kind in _KEYS.items()), with_ordinality="place")
    .render_derived(name="asked")
)
OF_MANY = Direct(_standing(_ASKED.c.place, **{name: _ASKED.c[name] for name in _KEYS}))
_ROLES = Direct(sa.select(tables.roles.c.name, tables.roles.c.position, tables.roles.c.permissions))
