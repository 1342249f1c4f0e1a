"""Which entity is which row. ``version`` is counted by the entities: two changes at once cannot both win."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import column_property, deferred, registry, relationship

from services.delegation.domain.designations import Designation
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.domain.enterprises import Enterprise
from services.delegation.domain.invitations import Invitation
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.role_requests import RoleRequest
from services.delegation.domain.roles import Role
from services.delegation.storage import tables

# What is looked at of one enterprise at a time, and is not to be read with each of its mandates.
DETAILS = ("struck_off_on", "names", "seat", "juridical_form", "main_activity", "started_on", "orphaned_on")
# What may be for one establishment alone.
LIMITED = (Mandate, EnterpriseMandate, Invitation)

_mapper_registry = registry(metadata=tables.metadata)


# By which column an entity refers to its part.
_PARTS: dict[str, tuple[type[object], str]] = {
    "enterprise": (Enterprise, "bce_number"),
    "office": (Enterprise, "office_bce_number"),
    "role": (Role, "role_name"),
}


def _map(entity: type[object], table: sa.Table, *parts: str) -> None:
    # One query brings an entity whole, so that it can be shown after its transaction.
    details = DETAILS if entity is Enterprise else ()
    _mapper_registry.map_imperatively(
        entity,
        table,
        properties={part: _part(table, *_PARTS[part]) for part in parts}
        | {detail: deferred(table.c[detail], group="details") for detail in details}
        | (_facts_of_establishment(table) if entity in LIMITED else {}),
        version_id_col=table.c.version,
        version_id_generator=False,
    )


def _part(table: sa.Table, kind: type[object], column: str) -> Any:
    return relationship(kind, lazy="joined", innerjoin=True, foreign_keys=[table.c[column]])


def _facts_of_establishment(limited: sa.Table) -> dict[str, Any]:
    """None where it is limited to none: the index is then not even looked at."""
    c, u = limited.c, tables.establishments.c
    lost = sa.case((u.bce_number != c.bce_number, "moved"), (u.state == "closed", "closed"))
    facts = {"establishment_name": u.name, "establishment_lost": lost}
    its = u.establishment_number == c.establishment_number
    # They do not change with the mandate, and are shown after the transaction.
    return {
        name: column_property(sa.select(fact).where(its).scalar_subquery(), expire_on_flush=False)
        for name, fact in facts.items()
    }


_mapper_registry.map_imperatively(Role, tables.roles)
_map(Enterprise, tables.enterprises)
_map(Designation, tables.designations, "enterprise")
_map(RoleRequest, tables.role_requests, "enterprise", "role")
_map(Invitation, tables.invitations, "enterprise", "role")
_map(Mandate, tables.mandates, "enterprise", "role")
_map(EnterpriseMandate, tables.enterprise_mandates, "enterprise", "office", "role")
