"""Mandates: this person may act for this enterprise in this role, from one day until another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, Self
from uuid import UUID

from contracts.delegation import (
    LastAccessManager,
    MandateChanged,
    MandateEnded,
    MandateExpiring,
    MandateRevoked,
    OwnMandate,
    RoleGranted,
)
from contracts.errors import InvalidRequest
from contracts.identifiers import BceNumber
from services.delegation.domain import reasons, told
from services.delegation.domain.confirmations import AskedAs, Confirmable
from services.delegation.domain.enterprises import Enterprise, Loss
from services.delegation.domain.roles import Role
from services.delegation.domain.scopes import WHOLE, Scope
from services.delegation.domain.standing import Party, Standing
from services.delegation.domain.terms import last_day_of_term, legal_day, notice_due, notices_missed

if TYPE_CHECKING:
    from services.delegation.domain.access_managers import AccessManagers

Change = Literal["renewed", "suspended", "resumed", "narrowed", "confirmed"]


@dataclass(eq=False)
class Mandate(Standing, Confirmable):
    """``valid_from`` and ``valid_until`` are legal days, both included. ``granted_by`` None: CSAM's registry did, for
    as long as the designation lasts (``valid_until`` is then ``contracts.delegation.NO_END``). ``changed_as``: what
    happened to it last; ``noticed_days``: of the notices before its last day, the last that needs not be given;
    ``enterprise_mandate_id``: it was assigned by the office ``via_bce_number``, which acts for the enterprise.
    ``was_narrowed``: not by its holder. ``revoked_for``: None where nobody did it, as when a designation ends.
    ``establishment_lost``: what became of its establishment, as it was read, as is ``establishment_name``."""

    mandate_id: UUID
    enterprise: Enterprise
    role: Role
    person_id: UUID
    person_name: str | None
    valid_from: date
    valid_until: date
    granted_by: UUID | None
    granted_at: datetime
    designation_id: UUID | None = None
    role_request_id: UUID | None = None
    invitation_id: UUID | None = None
    revoked_at: datetime | None = None
    revoked_by: UUID | None = None
    revocation_reason: str | None = None
    version: int = 1
    establishment_number: str | None = None
    categories: list[str] = field(default_factory=list)
    suspended_at: datetime | None = None
    suspended_by: UUID | None = None
    suspension_reason: str | None = None
    changed_as: Change | None = None
    changed_at: datetime | None = None
    noticed_days: int | None = None
    enterprise_mandate_id: UUID | None = None
    via_bce_number: BceNumber | None = None
    confirmed_at: datetime | None = None
    confirm_by: date | None = None
    asked_as: AskedAs | None = None
    was_narrowed: bool = False
    revoked_for: Party | None = None
    establishment_name: str | None = None
    establishment_lost: Loss | None = None

    @classmethod
    def begin(
        cls,
        *,
        mandate_id: UUID,
        enterprise: Enterprise,
        role: Role,
        person_id: UUID,
        person_name: str | None,
        valid_until: date,
        granted_by: UUID | None,
        now: datetime,
        designation_id: UUID | None = None,
        role_request_id: UUID | None = None,
        invitation_id: UUID | None = None,
        scope: Scope = WHOLE,
        enterprise_mandate_id: UUID | None = None,
        via_bce_number: BceNumber | None = None,
    ) -> tuple[Self, RoleGranted]:
        scope.require_fits(role)
        mandate = cls(
            mandate_id=mandate_id,
            enterprise=enterprise,
            role=role,
            person_id=person_id,
            person_name=person_name,
            valid_from=legal_day(now),
            valid_until=valid_until,
            granted_by=granted_by,
            granted_at=now,
            designation_id=designation_id,
            role_request_id=role_request_id,
            invitation_id=invitation_id,
            establishment_number=scope.establishment_number,
            categories=sorted(scope.categories),
            noticed_days=notices_missed(valid_until, today=legal_day(now)),
            enterprise_mandate_id=enterprise_mandate_id,
            via_bce_number=via_bce_number,
        )
        return mandate, told.granted(mandate)

    def revoke(
        self,
        *,
        by: UUID,
        managers: AccessManagers,
        office_managers: AccessManagers | None = None,
        reason: str,
        now: datetime,
    ) -> MandateRevoked | None:
        """By an access manager of the enterprise, or of the office that assigned it, or by the holder himself. Who
        decides for both does it for the enterprise. None: it had ended already."""
        revoked_for: Party = "enterprise"
        if by == self.person_id:
            revoked_for = "holder"
        elif not managers.include(by) and office_managers is not None and office_managers.include(by):
            revoked_for = "office"
        else:
            managers.authority_of(by)
        reason = reasons.require_reason(reason)
        if self.has_ended(now):
            return None
        if managers.would_end_without(self):
            raise LastAccessManager(bce_number=self.enterprise.bce_number)
        return self._end(by=by, revoked_for=revoked_for, reason=reason, now=now)

    def renew(self, *, by: UUID, managers: AccessManagers, valid_until: date | None, now: datetime) -> MandateChanged:
        """From today on, for as long as a new one may last; also for less than before. Not by its holder. To the day it
        has already: it is confirmed."""
        self._require_of_another(by, managers, now, over=self.role)
        self.enterprise.require_active()
        if self.designation_id is not None:
            raise InvalidRequest(fields={"valid_until": ["it lasts as long as the designation"]})
        if self.enterprise_mandate_id is not None:
            raise InvalidRequest(fields={"valid_until": ["it lasts as long as the office acts for the enterprise"]})
        last_day = last_day_of_term(valid_until, valid_from=legal_day(now), so_far=self.valid_until)
        self._note_confirmed(now)
        if last_day == self.valid_until:
            return self._change("confirmed", now)
        self.valid_until, self.noticed_days = last_day, notices_missed(last_day, today=legal_day(now))
        return self._change("renewed", now)

    def suspend(self, *, by: UUID, managers: AccessManagers, reason: str, now: datetime) -> MandateChanged | None:
        """None: it is suspended already."""
        self._require_of_another(by, managers, now)
        reason = reasons.require_reason(reason)
        is_suspended = self.suspended_at is not None and not self.rests_with_office
        # Who decides it is another one in force: the last is never suspended.
        return self._suspend(by=by, reason=reason, now=now) if not is_suspended else None

    def suspend_unconfirmed(self, *, now: datetime) -> MandateChanged:
        """The access managers were asked whether it is still needed, and nobody answered."""
        return self._suspend(by=None, reason=reasons.UNCONFIRMED, now=now)

    def resume(self, *, by: UUID, managers: AccessManagers, now: datetime) -> MandateChanged | None:
        """By who could give it himself. None: it is in force already."""
        self._require_of_another(by, managers, now, over=self.role)
        if self.rests_with_office:
            raise InvalidRequest(fields={"mandate_id": ["it is resumed with its holder's role in the office"]})
        return self._resume(now)

    def resume_with_designation(self, *, now: datetime) -> MandateChanged | None:
        """CSAM's registry names the holder again. None: it is in force."""
        return self._resume(now)

    @property
    def rests_with_office(self) -> bool:
        """The office's mandate rests, or its holder's own role there. What somebody suspended rests by his decision."""
        return self.via_bce_number is not None and self.suspended_at is not None and self.suspended_by is None

    def rest_with_office(self, *, reason: str, now: datetime) -> MandateChanged | None:
        """None: it rests already for that reason, or by somebody's decision."""
        if self.suspended_at is not None and (not self.rests_with_office or self.suspension_reason == reason):
            return None
        return self._suspend(by=None, reason=reason, now=now)

    def resume_with_office(self, *, now: datetime) -> MandateChanged | None:
        """None: it is in force, or rests by somebody's decision."""
        return self._resume(now) if self.rests_with_office else None

    def follow_chain(self, valid_until: date, *, now: datetime) -> MandateChanged | None:
        """The mandate of the office that assigned it, or the holder's own there, has another last day. None: this one
        stays as it is."""
        if self.has_ended(now) or valid_until == self.valid_until:
            return None
        self.valid_until = valid_until
        return self._change("renewed", now)

    def confirm(self, *, by: UUID, managers: AccessManagers, now: datetime) -> MandateChanged | None:
        """By who could give it himself. None: nobody asks, or somebody else was first."""
        self._require_of_another(by, managers, now, over=self.role)
        if self.suspended_at is not None:
            raise InvalidRequest(fields={"mandate_ids": ["one that is suspended is resumed"]})
        if self.confirm_by is None:
            return None
        self._note_confirmed(now)
        return self._change("confirmed", now)

    def narrow(self, *, by: UUID, managers: AccessManagers, without: str, now: datetime) -> MandateChanged | None:
        """Take one of its categories away; the last of them goes with the mandate alone. None: it is not among them."""
        if by != self.person_id:
            managers.authority_of(by)
        self._require_not_over(now)
        if not self.categories:
            raise InvalidRequest(fields={"category": ["the mandate is for all procedures, not for some"]})
        if without not in self.categories:
            return None
        if len(self.categories) == 1:
            raise InvalidRequest(fields={"category": ["it is the only one: revoke the mandate"]})
        self.categories = [category for category in self.categories if category != without]
        self.was_narrowed |= by != self.person_id
        return self._change("narrowed", now)

    def note_expiring(self, *, now: datetime) -> MandateExpiring | None:
        """None: no notice is due, or it was given."""
        due = notice_due(self.valid_until, noticed_days=self.noticed_days, now=now)
        # What an office assigned follows the office's own.
        if due is None or self.has_ended(now) or self.enterprise_mandate_id is not None:
            return None
        # What it allows is as before: its version stays.
        self.noticed_days = due
        return told.expiring(self, now=now)

    def end_with_account(self, *, now: datetime) -> MandateRevoked | None:
        """The holder has deleted his account, also where he was the last access manager: he was told what that means.
        None: it had ended already."""
        if self.has_ended(now):
            return None
        return self._end(by=self.person_id, revoked_for="holder", reason=reasons.ACCOUNT_DELETED, now=now)

    def end_with_designation(self, *, now: datetime) -> MandateRevoked:
        """CSAM's registry names the holder no more, also where he was the last access manager."""
        return self._end(reason=reasons.DESIGNATION_WITHDRAWN, now=now)

    def end_with_chain(self, *, now: datetime) -> MandateRevoked | None:
        """The office that assigned it acts for the enterprise no more. None: it had ended already."""
        return None if self.has_ended(now) else self._end(reason=reasons.CHAIN_BROKEN, now=now)

    def end_with_office(self, *, now: datetime) -> MandateRevoked:
        """Its holder acts no more for the office that assigned it, or that for nobody."""
        return self._end(reason=reasons.OFFICE_LOST, now=now)

    def note_end(self) -> bool:
        """It ended with its last day: of what an office assigned its holder is told afterwards. False: he was."""
        was_told, self.noticed_days = self.noticed_days == 0, 0
        return not was_told

    def is_left(self, permission: str) -> bool:
        return self.enterprise.allows(permission)

    def as_event(self) -> RoleGranted | MandateChanged | MandateRevoked:
        """The present state, told with the event that led to it."""
        if self.revoked_at is not None:
            return told.revoked(self)
        return told.granted(self) if self.changed_as is None else told.changed(self)

    def _require_of_another(
        self, by: UUID, managers: AccessManagers, now: datetime, *, over: Role | None = None
    ) -> None:
        """An access manager decides, and of another's mandate."""
        managers.authority_of(by, over=over)
        if by == self.person_id:
            raise OwnMandate()
        self._require_not_over(now)

    def _require_not_over(self, now: datetime) -> None:
        if self.has_ended(now):
            raise MandateEnded(state=self.state(now))

    def _suspend(self, *, by: UUID | None, reason: str, now: datetime) -> MandateChanged:
        self.suspended_at, self.suspended_by, self.suspension_reason = now, by, reason
        self.confirm_by = self.asked_as = None
        return self._change("suspended", now)

    def _resume(self, now: datetime) -> MandateChanged | None:
        if self.suspended_at is None:
            return None
        rested_with_office = self.suspension_reason == reasons.OFFICE_RESTS
        self.suspended_at = self.suspended_by = self.suspension_reason = None
        self._note_confirmed(now)
        return self._change("resumed", now, rested_with_office=rested_with_office)

    def _change(self, change: Change, now: datetime, *, rested_with_office: bool = False) -> MandateChanged:
        self.changed_as, self.changed_at = change, now
        self.version += 1
        return told.changed(self, rested_with_office=rested_with_office)

    def _end(
        self, *, by: UUID | None = None, revoked_for: Party | None = None, reason: str, now: datetime
    ) -> MandateRevoked:
        self.revoked_at, self.revoked_by, self.revoked_for, self.revocation_reason = now, by, revoked_for, reason
        self.version += 1
        return told.revoked(self)
