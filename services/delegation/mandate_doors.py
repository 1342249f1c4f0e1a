"""The doors by which those who manage an enterprise say who acts for it."""

from __future__ import annotations

from typing import Any

from chassis.doors import Call, Service, rpc
from contracts import delegation as contract
from contracts.delegation import GIVING_LEVEL
from contracts.identifiers import BceNumber
from services.delegation import commands, limits, queries, schemas, views


class MandateDoors(Service):
    @rpc()
    def list_managed_alone(self, call: Call) -> list[contract.EnterpriseAccess]:
        return queries.list_managed_alone(call.work, person_id=call.actor.person_id, now=call.now)

    @rpc(schemas.OfEnterprise)
    def list_people_of(self, call: Call, *, bce_number: BceNumber) -> list[contract.MandateView]:
        asked_by = call.actor.person_id
        return queries.list_people_of(call.work, bce_number=bce_number, asked_by=asked_by, now=call.now)

    @rpc(schemas.RevokeMandate)
    def revoke_mandate(self, call: Call, **asked: Any) -> contract.MandateView:
        mandate = commands.revoke_mandate(call.work, **asked, revoked_by=call.actor.person_id, now=call.now)
        return views.mandate(mandate, now=call.now)

    @rpc(schemas.RevokeMandatesOf)
    def revoke_mandates_of(self, call: Call, **asked: Any) -> list[contract.MandateView]:
        ended = commands.revoke_mandates_of(call.work, **asked, revoked_by=call.actor.person_id, now=call.now)
        return [views.mandate(mandate, now=call.now) for mandate in ended]

    @rpc(schemas.NarrowMandate)
    def narrow_mandate(self, call: Call, **asked: Any) -> contract.MandateView:
        mandate = commands.narrow_mandate(call.work, **asked, narrowed_by=call.actor.person_id, now=call.now)
        return views.mandate(mandate, now=call.now)

    @rpc(schemas.RenewMandate, level=GIVING_LEVEL)
    def renew_mandate(self, call: Call, **asked: Any) -> contract.MandateView:
        mandate = commands.renew_mandate(call.work, **asked, renewed_by=call.actor.person_id, now=call.now)
        return views.mandate(mandate, now=call.now)

    @rpc(schemas.SuspendMandate)
    def suspend_mandate(self, call: Call, **asked: Any) -> contract.MandateView:
        mandate = commands.suspend_mandate(call.work, **asked, suspended_by=call.actor.person_id, now=call.now)
        return views.mandate(mandate, now=call.now)

    @rpc(schemas.ResumeMandate, level=GIVING_LEVEL)
    def resume_mandate(self, call: Call, **asked: Any) -> contract.MandateView:
        mandate = commands.resume_mandate(call.work, **asked, resumed_by=call.actor.person_id, now=call.now)
        return views.mandate(mandate, now=call.now)

    @rpc(schemas.OfEnterprise)
    def list_to_confirm(self, call: Call, *, bce_number: BceNumber) -> list[contract.MandateView]:
        return queries.list_to_confirm(call.work, bce_number=bce_number, asked_by=call.actor.person_id, now=call.now)

    @rpc(schemas.ConfirmMandates, level=GIVING_LEVEL)
    def confirm_mandates(self, call: Call, **asked: Any) -> list[contract.MandateView]:
        confirmed = commands.confirm_mandates(call.work, **asked, confirmed_by=call.actor.person_id, now=call.now)
        return [views.mandate(mandate, now=call.now) for mandate in confirmed]

    @rpc(schemas.MandateEnterprise, level=GIVING_LEVEL, limit=limits.INVITATIONS)
    def mandate_enterprise(self, call: Call, **given: Any) -> contract.EnterpriseMandateView:
        mandate = commands.mandate_enterprise(call.work, **given, given_by=call.actor.person_id, now=call.now)
        return queries.show_enterprise_mandate(call.work, mandate, now=call.now)

    @rpc(schemas.ListEnterpriseMandates)
    def list_enterprise_mandates(self, call: Call, **asked: Any) -> list[contract.EnterpriseMandateView]:
        asked_by = call.actor.person_id
        return queries.list_enterprise_mandates(call.work, **asked, asked_by=asked_by, now=call.now)

    @rpc(schemas.AssignPerson, level=GIVING_LEVEL, statements=("person",), limit=limits.INVITATIONS)
    def assign_person(self, call: Call, **asked: Any) -> contract.MandateView:
        mandate = commands.assign_person(
            call.work, **asked, assigned_by=call.actor.person_id, assigner_name=call.person.full_name, now=call.now
        )
        return views.mandate(mandate, now=call.now)

    @rpc(schemas.RenewEnterpriseMandate, level=GIVING_LEVEL)
    def renew_enterprise_mandate(self, call: Call, **asked: Any) -> contract.EnterpriseMandateView:
        mandate = commands.renew_enterprise_mandate(call.work, **asked, renewed_by=call.actor.person_id, now=call.now)
        return queries.show_enterprise_mandate(call.work, mandate, now=call.now)

    @rpc(schemas.OfEnterprise)
    def list_enterprise_mandates_to_confirm(
        self, call: Call, *, bce_number: BceNumber
    ) -> list[contract.EnterpriseMandateView]:
        by = call.actor.person_id
        return queries.list_enterprise_mandates_to_confirm(call.work, bce_number=bce_number, asked_by=by, now=call.now)

    @rpc(schemas.OfEnterpriseMandate, level=GIVING_LEVEL)
    def confirm_enterprise_mandate(self, call: Call, **asked: Any) -> contract.EnterpriseMandateView:
        by = call.actor.person_id
        mandate = commands.confirm_enterprise_mandate(call.work, **asked, confirmed_by=by, now=call.now)
        return queries.show_enterprise_mandate(call.work, mandate, now=call.now)

    @rpc(schemas.SuspendEnterpriseMandate)
    def suspend_enterprise_mandate(self, call: Call, **asked: Any) -> contract.EnterpriseMandateView:
        by = call.actor.person_id
        mandate = commands.suspend_enterprise_mandate(call.work, **asked, suspended_by=by, now=call.now)
        return queries.show_enterprise_mandate(call.work, mandate, now=call.now)

    @rpc(schemas.OfEnterpriseMandate, level=GIVING_LEVEL)
    def resume_enterprise_mandate(self, call: Call, **asked: Any) -> contract.EnterpriseMandateView:
        mandate = commands.resume_enterprise_mandate(call.work, **asked, resumed_by=call.actor.person_id, now=call.now)
        return queries.show_enterprise_mandate(call.work, mandate, now=call.now)

    @rpc(schemas.EndEnterpriseMandate)
    def end_enterprise_mandate(self, call: Call, **asked: Any) -> contract.EnterpriseMandateView:
        mandate = commands.end_enterprise_mandate(call.work, **asked, ended_by=call.actor.person_id, now=call.now)
        return queries.show_enterprise_mandate(call.work, mandate, now=call.now)
