"""Entities as the contracts show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from chassis.clock import end_of
from contracts.delegation import (
    NO_END,
    Address,
    CheckResult,
    Coded,
    EnterpriseAccess,
    EnterpriseMandateView,
    EnterpriseMatch,
    EnterpriseView,
    EstablishmentView,
    InvitationView,
    MandateView,
    RoleRequestView,
    RoleView,
)
from contracts.identifiers import BceNumber, EstablishmentNumber
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.checks import Finding
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.domain.enterprises import Enterprise
from services.delegation.domain.invitations import Invitation
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.register import Establishment
from services.delegation.domain.role_requests import RoleRequest
from services.delegation.domain.roles import READ, Role
from services.delegation.domain.stops import Onlooker
from services.delegation.storage.kbo import Labels


def role(role: Role) -> RoleView:
    return RoleView(name=role.name, permissions=list(role.permissions))


def enterprise(enterprise: Enterprise, managers: AccessManagers, labels: Labels) -> EnterpriseView:
    version, _, activity = (enterprise.main_activity or "").partition(":")
    return EnterpriseView(
        bce_number=enterprise.bce_number,
        name=enterprise.name,
        state=enterprise.state,
        has_access_manager=bool(managers.person_ids),
        struck_off_on=enterprise.struck_off_on,
        names={language: name for kind, language, name in reversed(enterprise.names) if kind == "name" and language},
        abbreviation=_abbreviation(enterprise),
        seat=_address(enterprise.seat),
        juridical_form=_coded(enterprise.juridical_form, labels.of("JuridicalForm", _some(enterprise.juridical_form))),
        main_activity=_coded(activity, labels.of(f"Nace{version}", _some(activity))),
    )


def matches(found: Sequence[Enterprise], labels: Labels) -> list[EnterpriseMatch]:
    forms = labels.of("JuridicalForm", {one.juridical_form for one in found if one.juridical_form})
    return [
        EnterpriseMatch(
            bce_number=enterprise.bce_number,
            name=enterprise.name,
            state=enterprise.state,
            struck_off_on=enterprise.struck_off_on,
            abbreviation=_abbreviation(enterprise),
            seat=_address(enterprise.seat),
            juridical_form=_coded(enterprise.juridical_form, forms),
        )
        for enterprise in found
    ]


def establishment(establishment: Establishment) -> EstablishmentView:
    return EstablishmentView(
        establishment_number=EstablishmentNumber(establishment.establishment_number),
        bce_number=BceNumber(establishment.bce_number),
        name=establishment.name,
        address=_address(establishment.address),
        state=establishment.state,
    )


def _abbreviation(enterprise: Enterprise) -> str | None:
    return next((name for kind, _, name in enterprise.names if kind == "abbreviation"), None)


def _establishment_number(number: str | None) -> EstablishmentNumber | None:
    return EstablishmentNumber(number) if number is not None else None


def _address(fields: dict[str, str] | None) -> Address | None:
    return Address(**fields) if fields else None


def _coded(code: str | None, labels: dict[str, dict[str, str]]) -> Coded | None:
    return Coded(code=code, labels=labels[code]) if code else None


def _some(code: str | None) -> list[str]:
    return [code] if code else []


def accesses(
    in_force: Iterable[Mandate], managers: Mapping[BceNumber, AccessManagers], *, now: datetime
) -> list[EnterpriseAccess]:
    """By enterprise, in the order of their names; of several mandates, what they give together."""
    ordered = sorted(in_force, key=lambda mandate: (mandate.enterprise.name.casefold(), mandate.enterprise.bce_number))
    return [
        _access(
            enterprise,
            sorted(mandates, key=lambda mandate: mandate.role.position),
            managers[enterprise.bce_number],
            now,
        )
        for enterprise, mandates in groupby(ordered, key=lambda mandate: mandate.enterprise)
    ]


def _access(
    enterprise: Enterprise, mandates: list[Mandate], managers: AccessManagers, now: datetime
) -> EnterpriseAccess:
    # dossiers lets who has one for an establishment that is lost read what was submitted for it.
    permissions = dict.fromkeys(
        permission
        for mandate in mandates
        for permission in mandate.role.permissions
        if mandate.establishment_lost is None or permission == READ
    )
    return EnterpriseAccess(
        bce_number=enterprise.bce_number,
        name=enterprise.name,
        roles=list(dict.fromkeys(mandate.role.name for mandate in mandates)),
        permissions=[permission for permission in permissions if enterprise.allows(permission)],
        state=enterprise.state,
        has_access_manager=bool(managers.person_ids),
        mandates=[mandate(one, now=now) for one in mandates],
    )


def role_request(
    role_request: RoleRequest, managers: AccessManagers | None = None, *, now: datetime
) -> RoleRequestView:
    """``managers``: the enterprise's today, where they may have gone since."""
    return RoleRequestView(
        role_request_id=role_request.role_request_id,
        person_id=role_request.person_id,
        requester_name=role_request.requester_name,
        bce_number=role_request.enterprise.bce_number,
        enterprise_name=role_request.enterprise.name,
        role=role_request.role.name,
        message=role_request.message,
        state=role_request.state_at(now),
        requested_at=role_request.requested_at,
        expires_at=role_request.expires_at,
        decided_at=role_request.decided_at,
        reason=role_request.reason,
        managers_without_address=role_request.managers_without_address,
        enterprise_state=role_request.enterprise.state,
        has_access_manager=managers is None or bool(managers.others_than(role_request.person_id)),
    )


def mandate(mandate: Mandate, *, onlooker: Onlooker | None = None, now: datetime) -> MandateView:
    """``onlooker``: who is told how it was stopped; nobody in answers to commands, which are kept."""
    return MandateView(
        mandate_id=mandate.mandate_id,
        person_id=mandate.person_id,
        person_name=mandate.person_name,
        bce_number=mandate.enterprise.bce_number,
        role=mandate.role.name,
        permissions=list(mandate.role.permissions),
        valid_from=mandate.valid_from,
        valid_until=mandate.valid_until,
        state=mandate.state(now),
        establishment_number=_establishment_number(mandate.establishment_number),
        procedure_categories=list(mandate.categories),
        suspended_at=mandate.suspended_at,
        is_designated=mandate.designation_id is not None,
        via_bce_number=mandate.via_bce_number,
        confirm_by=mandate.confirm_by,
        enterprise_name=mandate.enterprise.name,
        rests_with_office=mandate.rests_with_office,
        stop=onlooker.stop_of(mandate, now=now) if onlooker else None,
        establishment_name=mandate.establishment_name or "",
        establishment_lost=mandate.establishment_lost,
    )


def enterprise_mandate(
    given: EnterpriseMandate,
    people: Iterable[Mandate],
    *,
    refused: Sequence[UUID] = (),
    onlooker: Onlooker | None = None,
    now: datetime,
) -> EnterpriseMandateView:
    """``onlooker``: as for ``mandate``."""
    return EnterpriseMandateView(
        enterprise_mandate_id=given.enterprise_mandate_id,
        bce_number=given.enterprise.bce_number,
        enterprise_name=given.enterprise.name,
        office_bce_number=given.office.bce_number,
        office_name=given.office.name,
        role=given.role.name,
        establishment_number=_establishment_number(given.establishment_number),
        procedure_categories=list(given.categories),
        valid_from=given.valid_from,
        valid_until=given.valid_until,
        state=given.state(now),
        people=[mandate(one, onlooker=onlooker, now=now) for one in people],
        enterprise_state=given.enterprise.state,
        office_state=given.office.state,
        confirm_by=given.confirm_by,
        stop=onlooker.stop_of_chain(given, now=now) if onlooker else None,
        refused_ids=list(refused),
        establishment_name=given.establishment_name or "",
        establishment_lost=given.establishment_lost,
    )


def invitation(
    invitation: Invitation,
    managers: AccessManagers,
    *,
    accepted_by_name: str | None = None,
    address_hint: str | None = None,
    now: datetime,
) -> InvitationView:
    return InvitationView(
        invitation_id=invitation.invitation_id,
        bce_number=invitation.enterprise.bce_number,
        enterprise_name=invitation.enterprise.name,
        role=invitation.role.name,
        state=invitation.state(managers, now=now),
        invited_at=invitation.invited_at,
        expires_at=invitation.expires_at,
        is_by_link=invitation.secret_hash is not None,
        accepted_by_name=accepted_by_name,
        establishment_number=_establishment_number(invitation.establishment_number),
        procedure_categories=list(invitation.categories),
        enterprise_state=invitation.enterprise.state,
        address_hint=address_hint,
        establishment_name=invitation.establishment_name or "",
        establishment_lost=invitation.establishment_lost,
    )


def check_result(finding: Finding) -> CheckResult:
    allowing = finding.mandate
    if allowing is None:
        return CheckResult(decision=False, mandate_id=None, missing=finding.missing, holds_until=None)
    holds_until = None if allowing.valid_until == NO_END else end_of(allowing.valid_until)
    return CheckResult(decision=True, mandate_id=allowing.mandate_id, missing=None, holds_until=holds_until)
