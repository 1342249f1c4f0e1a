"""Answers; they change nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.delegation import (
    DelegationRetold,
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
from contracts.events import Event
from contracts.identifiers import BceNumber, EstablishmentNumber
from services.delegation import views
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.domain.invitations import Invitation, hash_of
from services.delegation.domain.looking import Sought
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.register import MOST_ESTABLISHMENTS
from services.delegation.domain.role_requests import RoleRequest
from services.delegation.domain.roles import MANAGE
from services.delegation.domain.stops import Onlooker, where_decided
from services.delegation.domain.taken import refused_by
from services.delegation.storage import DelegationWork


def list_roles(work: DelegationWork) -> list[RoleView]:
    with work:
        return [views.role(role) for role in work.roles.in_order()]


def get_enterprise(work: DelegationWork, *, bce_number: BceNumber, now: datetime) -> EnterpriseView:
    """Number and name of any enterprise are public in the Crossroads Bank."""
    with work:
        enterprise = work.enterprises.get(bce_number)
        managers = work.mandates.access_managers_of(bce_number, now=now)
        return views.enterprise(enterprise, managers, work.labels)


def search_enterprises(work: DelegationWork, *, query: str, most: int) -> list[EnterpriseMatch]:
    """The likeliest first, and of those that fit what was typed, the active ones before those that were struck off."""
    sought = Sought.parse(query)
    with work:
        found = work.enterprises.whole_among(work.enterprise_search.numbers(sought, most=most))
        found.sort(key=lambda enterprise: enterprise.state != "active")
        return views.matches(found, work.labels)


def list_establishments(
    work: DelegationWork, *, bce_number: BceNumber, numbers: list[EstablishmentNumber] | None = None
) -> list[EstablishmentView]:
    with work:
        own = work.enterprises.get(bce_number).bce_number
        found = work.establishments.of_enterprise(own, numbers=numbers, most=MOST_ESTABLISHMENTS)
        return [views.establishment(establishment) for establishment in found]


def list_my_role_requests(work: DelegationWork, *, person_id: UUID, now: datetime) -> list[RoleRequestView]:
    with work:
        mine = work.role_requests.of_person(person_id)
        managers = _managers_of(work, mine, now)
        return [views.role_request(asked, managers[asked.enterprise.bce_number], now=now) for asked in mine]


def list_role_requests(
    work: DelegationWork, *, bce_number: BceNumber, asked_by: UUID, now: datetime
) -> list[RoleRequestView]:
    with work:
        _access_managers(work, bce_number, asked_by, now)
        return [views.role_request(asked, now=now) for asked in work.role_requests.of_enterprise(bce_number)]


def list_invitations(
    work: DelegationWork, *, bce_number: BceNumber, asked_by: UUID, now: datetime
) -> list[InvitationView]:
    with work:
        managers = _access_managers(work, bce_number, asked_by, now)
        names = {mandate.invitation_id: mandate.person_name for mandate in work.mandates.of_enterprise(bce_number)}
        return [
            views.invitation(
                invitation,
                managers,
                accepted_by_name=names.get(invitation.invitation_id),
                address_hint=invitation.address_hint,
                now=now,
            )
            for invitation in work.invitations.of_enterprise(bce_number)
        ]


def list_my_invitations(work: DelegationWork, *, person_id: UUID, now: datetime) -> list[InvitationView]:
    with work:
        return [show_invitation(work, invitation, now=now) for invitation in work.invitations.to_person(person_id)]


def get_invitation(work: DelegationWork, *, secret: str, asked_by: UUID, now: datetime) -> InvitationView:
    """What the link offers, to whoever holds it; once it was used, to him alone who used it."""
    with work:
        invitation = work.invitations.get_by_link(secret_hash=hash_of(secret))
        invitation.require_shown_to(asked_by)
        return show_invitation(work, invitation, now=now)


def list_my_enterprises(work: DelegationWork, *, person_id: UUID, now: datetime) -> list[EnterpriseAccess]:
    with work:
        held = work.mandates.of_person(person_id)
        chains = work.enterprise_mandates.of_all(held)
        acting = [
            mandate
            for mandate in held
            if mandate.is_in_force(now)
            and (mandate.enterprise_mandate_id is None or chains[mandate.enterprise_mandate_id].carries(held, now=now))
        ]
        return views.accesses(acting, _managers_of(work, acting, now), now=now)


def list_my_mandates(
    work: DelegationWork, *, person_id: UUID, bce_number: BceNumber | None, ended: bool = False, now: datetime
) -> list[MandateView]:
    with work:
        if ended or bce_number is not None:
            meant = work.mandates.all_of_person(person_id, bce_number=bce_number)
        else:
            meant = work.mandates.lasting_of_person(person_id, now=now)
        onlooker = _onlooker(work, person_id, meant)
        return [views.mandate(one, onlooker=onlooker, now=now) for one in meant]


def list_enterprises_of(
    work: DelegationWork, *, person_id: UUID, permission: str | None, now: datetime
) -> list[EnterpriseAccess]:
    """Where a mandate is for one establishment or some procedures too: ``check`` knows for which."""
    accesses = list_my_enterprises(work, person_id=person_id, now=now)
    return [access for access in accesses if permission is None or permission in access.permissions]


def get_holdings(work: DelegationWork, *, person_id: UUID, now: datetime) -> dict[str, Any]:
    """For an export."""
    with work:
        return {
            "mandates": list_my_mandates(work, person_id=person_id, bce_number=None, ended=True, now=now),
            "role_requests": list_my_role_requests(work, person_id=person_id, now=now),
            "invitations": list_my_invitations(work, person_id=person_id, now=now),
        }


def list_managed_alone(work: DelegationWork, *, person_id: UUID, now: datetime) -> list[EnterpriseAccess]:
    with work:
        in_force = [mandate for mandate in work.mandates.of_person(person_id) if mandate.is_in_force(now)]
        managers = _managers_of(work, [mandate for mandate in in_force if mandate.role.gives(MANAGE)], now)
        alone = {bce_number for bce_number, there in managers.items() if not there.others_than(person_id)}
        there = [one for one in in_force if one.enterprise.bce_number in alone]
        return views.accesses(there, managers, now=now)


def list_people_of(work: DelegationWork, *, bce_number: BceNumber, asked_by: UUID, now: datetime) -> list[MandateView]:
    """All mandates the enterprise ever gave, those in force first."""
    with work:
        _access_managers(work, bce_number, asked_by, now)
        mandates = sorted(work.mandates.of_enterprise(bce_number), key=lambda mandate: mandate.has_ended(now))
        onlooker = _onlooker(work, asked_by, mandates, manages=bce_number)
        return [views.mandate(mandate, onlooker=onlooker, now=now) for mandate in mandates]


def list_to_confirm(work: DelegationWork, *, bce_number: BceNumber, asked_by: UUID, now: datetime) -> list[MandateView]:
    """Also the asker's own, which another confirms."""
    with work:
        _access_managers(work, bce_number, asked_by, now)
        mandates = work.mandates.of_enterprise(bce_number)
        return [views.mandate(one, now=now) for one in mandates if one.confirm_by is not None and one.is_in_force(now)]


def list_enterprise_mandates(
    work: DelegationWork,
    *,
    bce_number: BceNumber,
    enterprise_mandate_id: UUID | None = None,
    asked_by: UUID,
    now: datetime,
) -> list[EnterpriseMandateView]:
    """Those in force first; to an office with whom of its people the client refuses."""
    with work:
        _access_managers(work, bce_number, asked_by, now)
        its = work.enterprise_mandates.of_either(bce_number, only=enterprise_mandate_id)
        found = sorted(its, key=lambda given: given.has_ended(now))
        people = work.mandates.by_chains([given.enterprise_mandate_id for given in found])
        assigned = [mandate for there in people.values() for mandate in there]
        onlooker = _onlooker(work, asked_by, assigned, found, manages=bce_number)
        clients = [given.enterprise.bce_number for given in found if given.office.bce_number == bce_number]
        resting = work.mandates.resting_via(bce_number, clients=clients)
        shown = []
        for given in found:
            there = people[given.enterprise_mandate_id]
            is_office = given.office.bce_number == bce_number
            # What rests by another mandate of the same client is refused by this one too.
            beside = [mandate for mandate in resting if mandate.enterprise.bce_number == given.enterprise.bce_number]
            refused = refused_by(given, [*there, *beside], now=now) if is_office else []
            shown.append(views.enterprise_mandate(given, there, refused=refused, onlooker=onlooker, now=now))
        return shown


def list_enterprise_mandates_to_confirm(
    work: DelegationWork, *, bce_number: BceNumber, asked_by: UUID, now: datetime
) -> list[EnterpriseMandateView]:
    with work:
        _access_managers(work, bce_number, asked_by, now)
        to_confirm = work.enterprise_mandates.to_confirm(bce_number, now=now)
        return [views.enterprise_mandate(given, (), now=now) for given in to_confirm]


def show_enterprise_mandate(work: DelegationWork, given: EnterpriseMandate, *, now: datetime) -> EnterpriseMandateView:
    with work:
        return views.enterprise_mandate(given, work.mandates.by_chain(given.enterprise_mandate_id), now=now)


def show_invitation(work: DelegationWork, invitation: Invitation, *, now: datetime) -> InvitationView:
    managers = work.mandates.access_managers_of(invitation.enterprise.bce_number, now=now)
    return views.invitation(invitation, managers, now=now)


def states(work: DelegationWork) -> Iterator[Event]:
    """The present state of every subject, for a new or restored listener."""
    # One that was withdrawn is forgotten for not being told.
    for designation in work.designations.all():
        if designation.withdrawn_at is None:
            yield designation.as_event()
    # What was accepted is told by the mandate that came of it.
    yield from filter(None, (role_request.as_event() for role_request in work.role_requests.all()))
    yield from filter(None, (invitation.as_event() for invitation in work.invitations.all()))
    for mandate in work.mandates.all():
        yield mandate.as_event()
    for given in work.enterprise_mandates.all():
        yield given.as_event()
    for enterprise in work.enterprises.watched():
        yield enterprise.as_event()
    yield DelegationRetold(epoch=work.epoch, version=1, occurred_at=work.runtime.now())


def _managers_of(
    work: DelegationWork, subjects: Iterable[Mandate | RoleRequest], now: datetime
) -> dict[BceNumber, AccessManagers]:
    return work.mandates.access_managers_among({subject.enterprise.bce_number for subject in subjects}, now=now)


def _onlooker(
    work: DelegationWork,
    person_id: UUID,
    mandates: Iterable[Mandate],
    chains: Iterable[EnterpriseMandate] = (),
    *,
    manages: BceNumber | None = None,
) -> Onlooker:
    managing = work.mandates.ever_managing_among(where_decided(mandates, chains))
    return Onlooker(person_id, manages=manages, managing=managing)


def _access_managers(work: DelegationWork, bce_number: BceNumber, asked_by: UUID, now: datetime) -> AccessManagers:
    """Those of the enterprise, when the asker is one of them; to others the enterprise has no affairs."""
    managers = work.mandates.access_managers_of(bce_number, now=now)
    managers.authority_of(asked_by)
    return managers
