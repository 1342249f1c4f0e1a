"""Enterprise to enterprise: a client has an office act for it, and the office says who of its people does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self
from uuid import UUID

from contracts.delegation import (
    AlreadyHeld,
    ClientRefuses,
    EnterpriseMandateChanged,
    EnterpriseMandated,
    EnterpriseMandateEnded,
    EnterpriseMandateRenewed,
    MandateEnded,
    NoAccessManager,
    NotOfTheOffice,
    RoleGranted,
)
from contracts.errors import InvalidRequest, NotFound
from services.delegation.domain import told_of_chains
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.chain_notices import Noticed
from services.delegation.domain.confirmations import AskedAs, Confirmable
from services.delegation.domain.enterprises import Enterprise, Loss
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.reasons import HELP_URL, UNCONFIRMED, require_reason
from services.delegation.domain.roles import MANAGE, Role
from services.delegation.domain.scopes import Scope
from services.delegation.domain.standing import Party
from services.delegation.domain.taken import was_taken
from services.delegation.domain.terms import last_day_of_term, legal_day


@dataclass(eq=False)
class EnterpriseMandate(Noticed, Confirmable):
    """``enterprise``: the client, for which ``office`` acts. Its people get a mandate each by it; the chain is never
    longer, for the role cannot be one that decides who acts."""

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
    confirmed_at: datetime | None = None
    confirm_by: date | None = None
    asked_as: AskedAs | None = None
    suspended_at: datetime | None = None
    suspended_by: UUID | None = None
    suspension_reason: str | None = None
    revoked_for: Party | None = None
    establishment_name: str | None = None
    establishment_lost: Loss | None = None

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
        return mandate, told_of_chains.given(mandate, office_managers.person_ids)

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
        now: datetime,
    ) -> tuple[Mandate, RoleGranted]:
        """By an access manager of the office, to one of its people (``in_office``: the mandates there; ``held``: those
        for the client, ended ones too), for as long as both last, and not to whom the client has taken something away
        (``managing``: all that ever gave the right to decide for the office). Of whom CSAM's registry designates, only
        himself tells his name."""
        office_managers.authority_of(by)
        if not self.is_in_force(now):
            raise MandateEnded(state=self.state(now))
        self._require_both_active()
        if self.establishment_lost is not None:
            raise InvalidRequest(fields={"enterprise_mandate_id": ["the client has its establishment no more"]})
        of_office = [mandate for mandate in in_office if self._is_of_office(mandate) and mandate.is_in_force(now)]
        last_day = self.carries_until(of_office, now=now)
        if last_day is None:
            raise NotOfTheOffice(bce_number=self.office.bce_number)
        for one in held:
            if one.enterprise_mandate_id == self.enterprise_mandate_id and not one.has_ended(now):
                raise AlreadyHeld(role=self.role.name)
            if was_taken(one, self, now=now):
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
    ) -> EnterpriseMandateRenewed | None:
        """By an access manager of the client, from today on, for as long as a new one may last; resumes nothing. None:
        to the day it has already."""
        self._require_given_by(by, managers, now)
        self._require_both_active()
        last_day = last_day_of_term(valid_until, valid_from=legal_day(now), so_far=self.valid_until)
        self.renewed_at = now
        self._note_confirmed(now)
        if last_day == self.valid_until:
            return None
        self.valid_until = last_day
        self._plan_notices(now)
        self.version += 1
        return told_of_chains.renewed(self, office_managers.person_ids)

    def confirm(self, *, by: UUID, managers: AccessManagers, now: datetime) -> bool:
        """By who could give it himself. False: nobody asks, or somebody else was first."""
        self._require_given_by(by, managers, now)
        if self.rests:
            raise InvalidRequest(fields={"mandate_ids": ["one that is suspended is resumed"]})
        if self.confirm_by is None:
            return False
        # What it allows is as before: its version stays.
        self._note_confirmed(now)
        return True

    def suspend(
        self, *, by: UUID, managers: AccessManagers, office_managers: AccessManagers, reason: str, now: datetime
    ) -> EnterpriseMandateChanged | None:
        """By an access manager of the client; the office is told. None: it rests already."""
        managers.authority_of(by)
        self._require_not_over(now)
        reason = require_reason(reason)
        if self.rests:
            return None
        self._suspend(by=by, reason=reason, now=now)
        return told_of_chains.changed(self, self.office, office_managers.person_ids, change="suspended", at=now)

    def suspend_unconfirmed(
        self, *, managers: AccessManagers, office_managers: AccessManagers, now: datetime
    ) -> list[EnterpriseMandateChanged]:
        """The client's access managers were asked whether it is still needed, and nobody answered. Both are told."""
        self._suspend(by=None, reason=UNCONFIRMED, now=now)
        sides = ((self.enterprise, managers.person_ids), (self.office, office_managers.person_ids))
        return [told_of_chains.changed(self, side, there, change="suspended", at=now) for side, there in sides]

    def resume(
        self, *, by: UUID, managers: AccessManagers, office_managers: AccessManagers, now: datetime
    ) -> EnterpriseMandateChanged | None:
        """By who could give it himself; the office is told. None: it is in force already."""
        self._require_given_by(by, managers, now)
        self._require_both_active()
        if not self.rests:
            return None
        self.suspended_at = self.suspended_by = self.suspension_reason = None
        self._note_confirmed(now)
        self.version += 1
        return told_of_chains.changed(self, self.office, office_managers.person_ids, change="resumed", at=now)

    def end(
        self, *, by: UUID, managers: AccessManagers, office_managers: AccessManagers, reason: str, now: datetime
    ) -> EnterpriseMandateEnded | None:
        """By an access manager of either; the other's are told. Who decides for both does it for the client. None: it
        had ended already."""
        if not (managers.include(by) or office_managers.include(by)):
            raise NotFound()
        reason = require_reason(reason)
        if self.has_ended(now):
            return None
        self.revoked_at, self.revoked_by, self.revocation_reason = now, by, reason
        self.revoked_for = "enterprise" if managers.include(by) else "office"
        self.version += 1
        if self.revoked_for == "enterprise":
            return told_of_chains.ended(self, self.office, office_managers.person_ids)
        return told_of_chains.ended(self, self.enterprise, managers.person_ids)

    def _require_given_by(self, by: UUID, managers: AccessManagers, now: datetime) -> None:
        managers.authority_of(by, over=self.role)
        self._require_not_over(now)

    def _require_not_over(self, now: datetime) -> None:
        if self.has_ended(now):
            raise MandateEnded(state=self.state(now))

    def _require_both_active(self) -> None:
        self.enterprise.require_active()
        self.office.require_active()

    def as_event(self) -> told_of_chains.Told:
        """The present state, told with the event that led to it, and to nobody anew."""
        if self.revoked_at is not None:
            return told_of_chains.ended(self, self.office, [])
        if self.suspended_at is not None:
            return told_of_chains.changed(self, self.office, [], change="suspended", at=self.suspended_at)
        return told_of_chains.given(self, []) if self.renewed_at is None else told_of_chains.renewed(self, [])

    def _suspend(self, *, by: UUID | None, reason: str, now: datetime) -> None:
        self.suspended_at, self.suspended_by, self.suspension_reason = now, by, reason
        self.confirm_by = self.asked_as = None
        self.version += 1
