"""Which entity is which row. ``version`` is counted by the entities: two changes at once cannot both win."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import deferred, registry, relationship

from services.delegation.domain.designations import Designation
from services.delegation.domain.enterprises import Enterprise
from services.delegation.domain.invitations import Invitation
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.role_requests import RoleRequest
from services.delegation.domain.roles import Role
from services.delegation.storage import tables

# What is looked at of one enterprise at a time, and is not to be read with each of its mandates.
DETAILS = ("struck_off_on", "names", "seat", "juridical_form", "main_activity", "started_on", "orphaned_on")

_mapper_registry = registry(metadata=tables.metadata)


def _map(entity: type[object], table: sa.Table, *parts: str) -> None:
    # One query brings an entity whole, so that it can be shown after its transaction.
    kinds: dict[str, type[object]] = {"enterprise": Enterprise, "role": Role}
    details = DETAILS if entity is Enterprise else ()
    _mapper_registry.map_imperatively(
        entity,
        table,
        properties={part: relationship(kinds[part], lazy="joined", innerjoin=True) for part in parts}
        | {detail: deferred(table.c[detail], group="details") for detail in details},
        version_id_col=table.c.version,
        version_id_generator=False,
    )


_mapper_registry.map_imperatively(Role, tables.roles)
_map(Enterprise, tables.enterprises)
_map(Designation, tables.designations, "enterprise")
_map(RoleRequest, tables.role_requests, "enterprise", "role")
_map(Invitation, tables.invitations, "enterprise", "role")
_map(Mandate, tables.mandates, "enterprise", "role")
