"""Asking for a role, and deciding on it."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from uuid import UUID

from uuid_utils.compat import uuid7

from chassis.logs import log
from contracts.identifiers import BceNumber
from services.delegation.commands.one_by_one import AT_A_TIME, one_by_one
from services.delegation.commands.open_requests import tell_of_open_requests
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.role_requests import RoleRequest
from services.delegation.domain.scopes import WHOLE, Scope
from services.delegation.domain.terms import REQUEST_LASTS
from services.delegation.metrics import ROLE_REQUESTS, count_mandate, counting
from services.delegation.storage import DelegationWork


def request_role(
    work: DelegationWork,
    *,
    bce_number: BceNumber,
    role: str,
    message: str,
    requested_by: UUID,
    requester_name: str,
    now: datetime,
) -> RoleRequest:
    with work, counting(work, ROLE_REQUESTS, "requested"):
        enterprise = work.enterprises.get_held_still(bce_number)
        managers = work.mandates.access_managers_of(bce_number, now=now)
        _end_one_before(work, bce_number, role, requested_by, now=now)
        role_request, requested = RoleRequest.ask(
            role_request_id=uuid7(),
            enterprise=enterprise,
            role=work.roles.get(role),
            person_id=requested_by,
            requester_name=requester_name,
            message=message,
            held=work.mandates.of_person_in(bce_number=bce_number, person_id=requested_by),
            managers=managers,
            reachable=work.reachable_people.among(managers.person_ids, bce_number=bce_number),
            now=now,
        )
        work.role_requests.add(role_request)
        work.announce(requested)
        _log_after_commit(work, "request_role", role_request)
        return role_request


def accept_role_request(
    work: DelegationWork,
    *,
    role_request_id: UUID,
    accepted_by: UUID,
    valid_until: date | None,
    scope: Scope = WHOLE,
    now: datetime,
) -> Mandate:
    with work, counting(work, ROLE_REQUESTS, "accepted"):
        role_request = work.role_requests.get_for_change(role_request_id)
        bce_number = role_request.enterprise.bce_number
        managers = work.mandates.access_managers_of(bce_number, now=now)
        mandate, granted = role_request.accept(
            by=accepted_by,
            managers=managers,
            held=work.mandates.of_person_in(bce_number=bce_number, person_id=role_request.person_id),
            mandate_id=uuid7(),
            valid_until=valid_until,
            scope=scope,
            now=now,
        )
        # After its rules, which tell a stranger nothing of the enterprise.
        work.enterprises.require_establishment(bce_number, scope.establishment_number)
        work.mandates.add(mandate)
        work.act_under(managers.authority_of(accepted_by, over=role_request.role))
        work.announce(granted)
        tell_of_open_requests(work, mandate, now=now)
        count_mandate(work, "granted")
        _log_after_commit(work, "accept_role_request", role_request)
        return mandate


def refuse_role_request(
    work: DelegationWork, *, role_request_id: UUID, refused_by: UUID, reason: str, now: datetime
) -> RoleRequest:
    with work, counting(work, ROLE_REQUESTS, "refused"):
        role_request = work.role_requests.get_for_change(role_request_id)
        managers = work.mandates.access_managers_of(role_request.enterprise.bce_number, now=now)
        refused = role_request.refuse(by=refused_by, managers=managers, reason=reason, now=now)
        work.act_under(managers.authority_of(refused_by))
        work.announce(refused)
        _log_after_commit(work, "refuse_role_request", role_request)
        return role_request


def withdraw_role_request(
    work: DelegationWork, *, role_request_id: UUID, withdrawn_by: UUID, now: datetime
) -> RoleRequest:
    with work, counting(work, ROLE_REQUESTS, "withdrawn"):
        role_request = work.role_requests.get_for_change(role_request_id)
        work.announce(role_request.withdraw(by=withdrawn_by, now=now))
        _log_after_commit(work, "withdraw_role_request", role_request)
        return role_request


def resend_role_request(work: DelegationWork, *, role_request_id: UUID, resent_by: UUID, now: datetime) -> RoleRequest:
    with work, counting(work, ROLE_REQUESTS, "resent"):
        role_request = work.role_requests.get_for_change(role_request_id)
        bce_number = role_request.enterprise.bce_number
        managers = work.mandates.access_managers_of(bce_number, now=now)
        reachable = work.reachable_people.among(managers.person_ids, bce_number=bce_number)
        work.announce(role_request.resend(by=resent_by, managers=managers, reachable=reachable, now=now))
        _log_after_commit(work, "resend_role_request", role_request)
        return role_request


def expire_role_requests(work: DelegationWork, *, now: datetime) -> None:
    """Those that nobody decided within their term: who asked is told."""

    def find() -> list[UUID]:
        with work:
            return work.role_requests.over(requested_before=now - REQUEST_LASTS, most=AT_A_TIME)

    one_by_one("role request", find, partial(_expire, work, now=now))


def _expire(work: DelegationWork, role_request_id: UUID, *, now: datetime) -> None:
    with work:
        _tell_if_over(work, work.role_requests.get_for_change(role_request_id), now=now)


def _end_one_before(work: DelegationWork, bce_number: BceNumber, role: str, person_id: UUID, *, now: datetime) -> None:
    """Whose term is over, and of which the timer has not told yet: it does not stand in the way of a new one."""
    before = work.role_requests.find_over_for_change(
        bce_number=bce_number, role=role, person_id=person_id, requested_before=now - REQUEST_LASTS
    )
    if before is not None:
        _tell_if_over(work, before, now=now)
        work.flush()


def _tell_if_over(work: DelegationWork, role_request: RoleRequest, *, now: datetime) -> None:
    expired = role_request.expire(now=now)
    if expired is None:
        return
    with counting(work, ROLE_REQUESTS, "expired"):
        work.announce(expired)
        _log_after_commit(work, "expire_role_requests", role_request)


def _log_after_commit(work: DelegationWork, verb: str, role_request: RoleRequest) -> None:
    role_request_id = str(role_request.role_request_id)
    work.after_commit(lambda: log.info(verb, role_request_id=role_request_id))
