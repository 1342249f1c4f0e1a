"""Delegation's doors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from werkzeug.wrappers import Request, Response

from chassis.doors import Call, Heard, Tick, hears, http, rpc, timer
from chassis.runtime import Runtime
from chassis.seals import Sealer
from chassis.statements import Signer
from contracts import delegation as contract
from contracts.delegation import GIVING_LEVEL
from contracts.identifiers import BceNumber
from contracts.identity import EmailConfirmed, IdentityRetold, PersonErased
from services.delegation import authzen, commands, decisions, limits, queries, reactions, schemas, views
from services.delegation.commands.mandates import CHAINS, TERMS
from services.delegation.domain.checks import Question
from services.delegation.mandate_doors import MandateDoors
from services.delegation.settings import DelegationSettings
from services.delegation.storage import DelegationWork


@dataclass(frozen=True, kw_only=True)
class Gateways:
    signer: Signer
    sealer: Sealer
    address_key: bytes


class DelegationService(MandateDoors):
    name: ClassVar[str] = "delegation"
    settings_class = DelegationSettings
    work_class = DelegationWork

    @classmethod
    def open_gateways(cls, runtime: Runtime) -> Gateways:
        settings = runtime.settings
        assert isinstance(settings, DelegationSettings)
        return Gateways(
            signer=Signer("delegation", settings.signing_key_file),
            sealer=Sealer(settings.sealing_keys_file),
            address_key=settings.address_key_file.read_bytes().strip(),
        )

    @rpc()
    def list_roles(self, call: Call) -> list[contract.RoleView]:
        return queries.list_roles(call.work)

    @rpc(schemas.OfEnterprise)
    def get_enterprise(self, call: Call, *, bce_number: BceNumber) -> contract.EnterpriseView:
        return queries.get_enterprise(call.work, bce_number=bce_number, now=call.now)

    @rpc(schemas.SearchEnterprises, limit=limits.SEARCHES)
    def search_enterprises(self, call: Call, *, query: str, most: int) -> list[contract.EnterpriseMatch]:
        return queries.search_enterprises(call.work, query=query, most=most)

    @rpc(schemas.ListEstablishments)
    def list_establishments(self, call: Call, **asked: Any) -> list[contract.EstablishmentView]:
        return queries.list_establishments(call.work, **asked)

    @rpc(schemas.RequestRole, statements=("person",), limit=limits.ROLE_REQUESTS)
    def request_role(self, call: Call, **asked: Any) -> contract.RoleRequestView:
        role_request = commands.request_role(
            call.work, **asked, requested_by=call.actor.person_id, requester_name=call.person.full_name, now=call.now
        )
        return views.role_request(role_request, now=call.now)

    @rpc()
    def list_my_role_requests(self, call: Call) -> list[contract.RoleRequestView]:
        return queries.list_my_role_requests(call.work, person_id=call.actor.person_id, now=call.now)

    @rpc(schemas.OfRoleRequest)
    def withdraw_role_request(self, call: Call, *, role_request_id: UUID) -> contract.RoleRequestView:
        role_request = commands.withdraw_role_request(
            call.work, role_request_id=role_request_id, withdrawn_by=call.actor.person_id, now=call.now
        )
        return views.role_request(role_request, now=call.now)

    @rpc(schemas.OfRoleRequest)
    def resend_role_request(self, call: Call, *, role_request_id: UUID) -> contract.RoleRequestView:
        role_request = commands.resend_role_request(
            call.work, role_request_id=role_request_id, resent_by=call.actor.person_id, now=call.now
        )
        return views.role_request(role_request, now=call.now)

    @rpc(schemas.OfEnterprise)
    def list_role_requests(self, call: Call, *, bce_number: BceNumber) -> list[contract.RoleRequestView]:
        asked_by = call.actor.person_id
        return queries.list_role_requests(call.work, bce_number=bce_number, asked_by=asked_by, now=call.now)

    @rpc(schemas.AcceptRoleRequest, level=GIVING_LEVEL)
    def accept_role_request(self, call: Call, **given: Any) -> contract.MandateView:
        mandate = commands.accept_role_request(call.work, **given, accepted_by=call.actor.person_id, now=call.now)
        return views.mandate(mandate, now=call.now)

    @rpc(schemas.RefuseRoleRequest)
    def refuse_role_request(self, call: Call, **given: Any) -> contract.RoleRequestView:
        role_request = commands.refuse_role_request(call.work, **given, refused_by=call.actor.person_id, now=call.now)
        return views.role_request(role_request, now=call.now)

    @rpc(schemas.InvitePerson, level=GIVING_LEVEL, limit=limits.INVITATIONS)
    def invite_person(self, call: Call, **offered: Any) -> contract.InvitationView:
        invitation = commands.invite_person(
            call.work,
            **offered,
            invited_by=call.actor.person_id,
            sealer=call.gateways.sealer,
            address_key=call.gateways.address_key,
            now=call.now,
        )
        return queries.show_invitation(call.work, invitation, now=call.now)

    @rpc(schemas.OfEnterprise)
    def list_invitations(self, call: Call, *, bce_number: BceNumber) -> list[contract.InvitationView]:
        asked_by = call.actor.person_id
        return queries.list_invitations(call.work, bce_number=bce_number, asked_by=asked_by, now=call.now)

    @rpc(schemas.OfInvitation)
    def withdraw_invitation(self, call: Call, *, invitation_id: UUID) -> contract.InvitationView:
        invitation = commands.withdraw_invitation(
            call.work, invitation_id=invitation_id, withdrawn_by=call.actor.person_id, now=call.now
        )
        return queries.show_invitation(call.work, invitation, now=call.now)

    @rpc(schemas.OfInvitation, level=GIVING_LEVEL)
    def resend_invitation(self, call: Call, *, invitation_id: UUID) -> contract.InvitationView:
        invitation = commands.resend_invitation(
            call.work, invitation_id=invitation_id, resent_by=call.actor.person_id, now=call.now
        )
        return queries.show_invitation(call.work, invitation, now=call.now)

    @rpc()
    def list_my_invitations(self, call: Call) -> list[contract.InvitationView]:
        return queries.list_my_invitations(call.work, person_id=call.actor.person_id, now=call.now)

    @rpc(schemas.GetInvitation, limit=limits.LINKS)
    def get_invitation(self, call: Call, *, secret: str) -> contract.InvitationView:
        return queries.get_invitation(call.work, secret=secret, asked_by=call.actor.person_id, now=call.now)

    @rpc(schemas.AnswerInvitation, statements=("person",), limit=limits.LINKS)
    def accept_invitation(self, call: Call, **asked: Any) -> contract.MandateView:
        mandate = commands.accept_invitation(
            call.work,
            **asked,
            accepted_by=call.actor.person_id,
            person_name=call.person.full_name,
            addresses=call.person.confirmed_emails,
            now=call.now,
        )
        return views.mandate(mandate, now=call.now)

    @rpc(schemas.AnswerInvitation, statements=("person",), limit=limits.LINKS)
    def decline_invitation(self, call: Call, **asked: Any) -> contract.InvitationView:
        invitation = commands.decline_invitation(
            call.work,
            **asked,
            declined_by=call.actor.person_id,
            addresses=call.person.confirmed_emails,
            now=call.now,
        )
        return queries.show_invitation(call.work, invitation, now=call.now)

    @rpc()
    def list_my_enterprises(self, call: Call) -> list[contract.EnterpriseAccess]:
        return queries.list_my_enterprises(call.work, person_id=call.actor.person_id, now=call.now)

    @rpc(schemas.OfMine)
    def list_my_mandates(self, call: Call, **asked: Any) -> list[contract.MandateView]:
        return queries.list_my_mandates(call.work, **asked, person_id=call.actor.person_id, now=call.now)

    def holdings(self, call: Call) -> dict[str, Any]:
        return queries.get_holdings(call.work, person_id=call.actor.person_id, now=call.now)

    @rpc(schemas.IssueDecision)
    def issue_decision(self, call: Call, **asked: Any) -> str:
        return decisions.issue_decision(
            call.work, **asked, person_id=call.actor.person_id, signer=call.gateways.signer, now=call.now
        )

    @rpc(schemas.Check, scope="delegation.check")
    def check(self, call: Call, **asked: Any) -> contract.CheckResult:
        return decisions.check(call.work, **asked, now=call.now)

    @rpc(schemas.CheckMany, scope="delegation.check")
    def check_many(self, call: Call, *, questions: list[Question]) -> list[contract.CheckResult]:
        return decisions.check_many(call.work, questions=questions, now=call.now)

    @http("POST", authzen.EVALUATION)
    def evaluate(self, tick: Tick, request: Request) -> Response:
        return authzen.evaluate(tick, request)

    @http("POST", authzen.EVALUATIONS)
    def evaluate_many(self, tick: Tick, request: Request) -> Response:
        return authzen.evaluate_many(tick, request)

    @rpc(schemas.ListEnterprisesOf, scope="delegation.check")
    def list_enterprises_of(self, call: Call, **asked: Any) -> list[contract.EnterpriseAccess]:
        return queries.list_enterprises_of(call.work, **asked, now=call.now)

    @rpc(schemas.RegisterEnterprise, scope="delegation.register")
    def register_enterprise(self, call: Call, **told: Any) -> contract.EnterpriseView:
        enterprise = commands.register_enterprise(call.work, **told, now=call.now)
        return queries.get_enterprise(call.work, bce_number=enterprise.bce_number, now=call.now)

    @rpc(schemas.DesignateAccessManager, scope="delegation.register")
    def designate_access_manager(self, call: Call, **told: Any) -> contract.MandateView:
        mandate = commands.designate_access_manager(call.work, **told, sealer=call.gateways.sealer, now=call.now)
        return views.mandate(mandate, now=call.now)

    @rpc(schemas.WithdrawAccessManager, scope="delegation.register")
    def withdraw_access_manager(self, call: Call, *, bce_number: BceNumber, person_id: UUID) -> contract.EnterpriseView:
        commands.withdraw_access_manager(call.work, bce_number=bce_number, person_id=person_id, now=call.now)
        return queries.get_enterprise(call.work, bce_number=bce_number, now=call.now)

    @hears(EmailConfirmed)
    def on_email_confirmed(self, heard: Heard) -> None:
        reactions.note_reachable(heard.work, heard.event, version=heard.version)

    @hears(PersonErased)
    def on_person_erased(self, heard: Heard) -> None:
        reactions.end_what_was_of(heard.work, heard.event, now=heard.now)

    @hears(IdentityRetold)
    def on_identity_retold(self, heard: Heard) -> None:
        reactions.forget_unreachable(heard.work, heard.event)

    @timer(seconds=60, name="expire_role_requests")
    def expire_role_requests(self, tick: Tick) -> None:
        commands.expire_role_requests(tick.work, now=tick.now)

    @timer(seconds=60, name=CHAINS)
    def end_broken_chains(self, tick: Tick) -> None:
        commands.end_broken_chains(tick.work, now=tick.now)

    @timer(seconds=3600, name=TERMS)
    def follow_offices(self, tick: Tick) -> None:
        commands.follow_offices(tick.work, now=tick.now)

    @timer(seconds=3600, name="mandate_notices")
    def tell_expiring(self, tick: Tick) -> None:
        commands.tell_expiring(tick.work, now=tick.now)

    @timer(seconds=3600, name="recertification")
    def recertify_mandates(self, tick: Tick) -> None:
        settings = tick.runtime.settings
        assert isinstance(settings, DelegationSettings)
        commands.recertify_mandates(tick.work, setting=settings.recertification, now=tick.now)

    @timer(seconds=3600, name="notice_orphaned")
    def notice_orphaned(self, tick: Tick) -> None:
        commands.notice_orphaned(tick.work, now=tick.now)

    @timer(seconds=3600, name="forget_addresses")
    def forget_addresses(self, tick: Tick) -> None:
        commands.forget_addresses(tick.work, now=tick.now)


SERVICE = DelegationService
