"""Enterprise to enterprise: a client has an office act for it, and the office says who of its people does."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Self
from uuid import UUID

from contracts.delegation import (
    AlreadyHeld,
    ClientRefuses,
    EnterpriseMandated,
    EnterpriseMandateEnded,
    EnterpriseMandateRenewed,
    MandateEnded,
    NoAccessManager,
    NotOfTheOffice,
    RoleGranted,
)
from contracts.errors import InvalidRequest, NotFound
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.enterprises import Enterprise, Side
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.reasons import HELP_URL, require_reason
from services.delegation.domain.roles import MANAGE, Role
from services.delegation.domain.scopes import Scope
from services.delegation.domain.terms import last_day_of_term, legal_day, notice_due, notices_missed


@dataclass(eq=False)
class EnterpriseMandate:
    """``enterprise``: the client, for which ``office`` acts. Its people get a mandate each by it; the chain is never
    longer, for the role cannot be one that decides who acts. ``client_noticed_days``, ``office_noticed_days``: of the
    notices before its last day, the last that needs not be given to this side."""

    enterprise_mandate_id: UUID
    enterprise: Enterprise
    office: Enterprise
    role: Role
    valid_from: date
    valid_until: date
    granted_by: UUID
    granted_at: datetime
    establishment_number: str | None = None
    categories: list[str] = field(default_factory=list)
    revoked_at: datetime | None = None
    revoked_by: UUID | None = None
    revocation_reason: str | None = None
    version: int = 1
    renewed_at: datetime | None = None
    client_noticed_days: int | None = None
    office_noticed_days: int | None = None

    @classmethod
    def give(
        cls,
        *,
        enterprise_mandate_id: UUID,
        enterprise: Enterprise,
        office: Enterprise,
        role: Role,
        scope: Scope,
        valid_until: date | None,
        by: UUID,
        managers: AccessManagers,
        office_managers: AccessManagers,
        given: Iterable[EnterpriseMandate],
        now: datetime,
    ) -> tuple[Self, EnterpriseMandated]:
        """``given``: those of the client to this office. ``valid_until`` None: a year from today."""
        managers.authority_of(by, over=role)
        enterprise.require_active()
        office.require_active()
        if not office_managers.person_ids:
            # Nobody there could say who does it.
            raise NoAccessManager(help_url=HELP_URL)
        if office is enterprise:
            raise InvalidRequest(fields={"office_bce_number": ["an enterprise needs no mandate of its own"]})
        if role.gives(MANAGE):
            raise InvalidRequest(fields={"role": ["who acts for it is decided by the enterprise alone"]})
        scope.require_fits(role)
        if any(one.role.name == role.name and not one.has_ended(now) and one.scope.covers(scope) for one in given):
            raise AlreadyHeld(role=role.name)
        mandate = cls(
            enterprise_mandate_id=enterprise_mandate_id,
            enterprise=enterprise,
            office=office,
            role=role,
            valid_from=legal_day(now),
            valid_until=last_day_of_term(valid_until, valid_from=legal_day(now)),
            granted_by=by,
            granted_at=now,
            establishment_number=scope.establishment_number,
            categories=sorted(scope.categories),
        )
        mandate._plan_notices(now)
        return mandate, mandate._given(office_managers.person_ids)

    @property
    def scope(self) -> Scope:
        return Scope.of(self.establishment_number, self.categories)

    def assign(
        self,
        *,
        mandate_id: UUID,
        person_id: UUID,
        by: UUID,
        name_of_by: str,
        office_managers: AccessManagers,
        in_office: Iterable[Mandate],
        held: Iterable[Mandate],
        managing: Collection[Mandate],
        now: datetime,
    ) -> tuple[Mandate, RoleGranted]:
        """By an access manager of the office, to one of its people (``in_office``: the mandates there; ``held``: those
        for the client, ended ones too), for as long as both last, and not to whom the client has taken something away
        (``managing``: all that ever gave the right to decide for the office). Of whom CSAM's registry designates, only
        himself tells his name."""
        office_managers.authority_of(by)
        if self.has_ended(now):
            raise MandateEnded(state=self.state(now))
        self.enterprise.require_active()
        self.office.require_active()
        of_office = [mandate for mandate in in_office if self._is_of_office(mandate) and mandate.is_in_force(now)]
        last_day = self.carries_until(of_office, now=now)
        if last_day is None:
            raise NotOfTheOffice(bce_number=self.office.bce_number)
        for one in held:
            if one.enterprise_mandate_id == self.enterprise_mandate_id and not one.has_ended(now):
                raise AlreadyHeld(role=self.role.name)
            if self._was_taken(one, managing, now):
                raise ClientRefuses()
        known = next((one.person_name for one in of_office if one.person_name), None)
        return Mandate.begin(
            mandate_id=mandate_id,
            enterprise=self.enterprise,
            role=self.role,
            person_id=person_id,
            person_name=name_of_by if person_id == by else known,
            valid_until=last_day,
            granted_by=by,
            scope=self.scope,
            enterprise_mandate_id=self.enterprise_mandate_id,
            via_bce_number=self.office.bce_number,
            now=now,
        )

    def renew(
        self,
        *,
        by: UUID,
        managers: AccessManagers,
        office_managers: AccessManagers,
        valid_until: date | None,
        now: datetime,
    ) -> EnterpriseMandateRenewed:
        """By an access manager of the client, from today on, for as long as a new one may last."""
        managers.authority_of(by, over=self.role)
        if self.has_ended(now):
            raise MandateEnded(state=self.state(now))
        self.enterprise.require_active()
        self.office.require_active()
        self.valid_until = last_day_of_term(valid_until, valid_from=legal_day(now), so_far=self.valid_until)
        self.renewed_at = now
        self._plan_notices(now)
        self.version += 1
        return self._renewed(office_managers.person_ids, renewed_at=now)

    def note_expiring(self, *, told_as: Side, now: datetime) -> bool:
        """False: no notice is due to this side, it was given, or nobody could renew it."""
        noticed = self.client_noticed_days if told_as == "client" else self.office_noticed_days
        due = notice_due(self.valid_until, noticed_days=noticed, now=now)
        if due is None or self.has_ended(now) or {self.enterprise.state, self.office.state} != {"active"}:
            return False
        # What it allows is as before: its version stays.
        if told_as == "client":
            self.client_noticed_days = due
        else:
            self.office_noticed_days = due
        return True

    def end(
        self, *, by: UUID, managers: AccessManagers, office_managers: AccessManagers, reason: str, now: datetime
    ) -> EnterpriseMandateEnded | None:
        """By an access manager of either; the other's are told. None: it had ended already."""
        authority = managers.find_authority(by) or office_managers.find_authority(by)
        if authority is None:
            raise NotFound()
        reason = require_reason(reason)
        if self.has_ended(now):
            return None
        self.revoked_at, self.revoked_by, self.revocation_reason = now, by, reason
        self.version += 1
        if managers.include(by):
            return self._ended(self.office, office_managers.person_ids, revoked_at=now)
        return self._ended(self.enterprise, managers.person_ids, revoked_at=now)

    def carries(self, in_office: Iterable[Mandate], *, now: datetime) -> bool:
        """Whether somebody with these mandates in the office still acts by it."""
        return self.carries_until(in_office, now=now) is not None

    def carries_until(self, in_office: Iterable[Mandate], *, now: datetime) -> date | None:
        """The last day as things stand: what he has in the office may have been shortened since. None: not even now."""
        return self.lasts_until([mandate for mandate in in_office if mandate.is_in_force(now)], now=now)

    def lasts_until(self, in_office: Iterable[Mandate], *, now: datetime) -> date | None:
        """The same of what rests with his mandates there, until they are resumed. None: it has ended for good."""
        if self.has_ended(now) or self.office.state != "active":
            return None
        there = [one.valid_until for one in in_office if self._is_of_office(one) and not one.has_ended(now)]
        return min(self.valid_until, max(there)) if there else None

    def why_uncarried(self, now: datetime) -> str:
        """Where there is no such day."""
        if self.has_ended(now):
            return "the office's mandate has ended"
        if self.office.state != "active":
            return "the office is struck off in the Crossroads Bank"
        return "the person's role in the office has ended or rests"

    def _is_of_office(self, mandate: Mandate) -> bool:
        """A mandate of the office's own: what somebody has there by another office makes no chain longer, and of two
        that act for one another neither keeps the other's people."""
        is_there = mandate.enterprise.bce_number == self.office.bce_number
        return is_there and mandate.enterprise_mandate_id is None

    def _was_taken(self, one: Mandate, managing: Iterable[Mandate], now: datetime) -> bool:
        """Did the client revoke, suspend or narrow it, and not give it back? What it is like tells, and not what was
        done last: a renewal gives nothing back. Who revoked it for the office may have left it since."""
        was_suspended = one.suspended_at is not None and not one.rests_with_office
        if one.enterprise_mandate_id != self.enterprise_mandate_id:
            # What rests is held, however he came to it.
            return one.role.name == self.role.name and was_suspended and not one.has_ended(now)
        if was_suspended or one.scope != self.scope:
            return True
        if one.revoked_at is None or one.revoked_by in (None, one.person_id):
            return False
        return not any(held.person_id == one.revoked_by and held.was_in_force(one.revoked_at) for held in managing)

    def has_ended(self, now: datetime) -> bool:
        return self.state(now) != "active"

    def state(self, now: datetime) -> Literal["active", "expired", "revoked"]:
        if self.revoked_at is not None:
            return "revoked"
        return "active" if legal_day(now) <= self.valid_until else "expired"

    def as_event(self) -> EnterpriseMandated | EnterpriseMandateRenewed | EnterpriseMandateEnded:
        """The present state, told with the event that led to it, and to nobody anew."""
        if self.revoked_at is None:
            return self._given([]) if self.renewed_at is None else self._renewed([], renewed_at=self.renewed_at)
        return self._ended(self.office, [], revoked_at=self.revoked_at)

    def _plan_notices(self, now: datetime) -> None:
        """As before a term that is set today."""
        missed = notices_missed(self.valid_until, today=legal_day(now))
        self.client_noticed_days = self.office_noticed_days = missed

    def _given(self, manager_ids: list[UUID]) -> EnterpriseMandated:
        return EnterpriseMandated(occurred_at=self.granted_at, manager_ids=manager_ids, **self._public_state())

    def _renewed(self, manager_ids: list[UUID], *, renewed_at: datetime) -> EnterpriseMandateRenewed:
        return EnterpriseMandateRenewed(occurred_at=renewed_at, manager_ids=manager_ids, **self._public_state())

    def _ended(self, told: Enterprise, manager_ids: list[UUID], *, revoked_at: datetime) -> EnterpriseMandateEnded:
        return EnterpriseMandateEnded(
            occurred_at=revoked_at,
            told_bce_number=told.bce_number,
            manager_ids=manager_ids,
            revoked_at=revoked_at,
            **self._public_state(),
        )

    def _public_state(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "enterprise_mandate_id": self.enterprise_mandate_id,
            "bce_number": self.enterprise.bce_number,
            "enterprise_name": self.enterprise.name,
            "office_bce_number": self.office.bce_number,
            "office_name": self.office.name,
            "role": self.role.name,
            "establishment_number": self.establishment_number,
            "procedure_categories": list(self.categories),
            "valid_from": self.valid_from,
            "valid_until": self.valid_until,
            "granted_by": self.granted_by,
        }
