"""The access managers of one enterprise at one instant (GAP): who may decide who acts for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from contracts.errors import NotFound, PermissionMissing
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.roles import MANAGE, Role
from services.delegation.domain.terms import legal_day


class AccessManagers:
    """Made of the enterprise's mandates; those not in force, or that do not hold ``mandate.manage``, do not count."""

    def __init__(self, mandates: Iterable[Mandate], *, now: datetime) -> None:
        self._now = now
        self._mandates = [held for held in mandates if held.is_in_force(now) and held.role.gives(MANAGE)]

    @property
    def person_ids(self) -> list[UUID]:
        """Each once, the longest in place first."""
        return list(dict.fromkeys(held.person_id for held in self._mandates))

    def include(self, person_id: UUID) -> bool:
        return person_id in self.person_ids

    def authority_of(self, person_id: UUID, *, over: Role | None = None) -> Mandate:
        """The mandate under which he decides; ``over`` the role he wants to give.

        NotFound for who is no access manager here: to him the enterprise's affairs do not exist. PermissionMissing
        when the role holds what he does not.
        """
        held = self.find_authority(person_id)
        if held is None:
            raise NotFound()
        enough = self.find_authority(person_id, over=over)
        if enough is None:
            assert over is not None
            raise PermissionMissing(permission=over.beyond(held.role)[0], missing="nobody grants more than he holds")
        return enough

    def find_authority(self, person_id: UUID, *, over: Role | None = None) -> Mandate | None:
        for mandate in self._mandates:
            if mandate.person_id == person_id and (over is None or not over.beyond(mandate.role)):
                return mandate
        return None

    def others_than(self, person_id: UUID) -> list[UUID]:
        return [manager_id for manager_id in self.person_ids if manager_id != person_id]

    def in_place_on(self, day: date) -> AccessManagers:
        """Those of them who were so on this day already."""
        return AccessManagers((held for held in self._mandates if legal_day(_began_at(held)) <= day), now=self._now)

    def would_end_without(self, mandate: Mandate) -> bool:
        """Whether this mandate is the only one that keeps the enterprise from being left without access manager."""
        return self._mandates == [mandate]


def _began_at(held: Mandate) -> datetime:
    """To decide: while it was suspended it gave no right to."""
    resumed_at = held.changed_at if held.changed_as == "resumed" else None
    return resumed_at or held.granted_at
