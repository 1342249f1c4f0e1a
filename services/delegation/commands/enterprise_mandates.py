"""An enterprise has another act for it, which says who of its people does."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import partial
from uuid import UUID

from uuid_utils.compat import uuid7

from chassis.logs import log
from contracts.delegation import MandateChanged, MandateRevoked
from contracts.identifiers import BceNumber
from services.delegation.commands.one_by_one import AT_A_TIME, one_by_one
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.assignments import settle_assignments
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.domain.enterprises import Enterprise, Side
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.scopes import Scope
from services.delegation.metrics import ENTERPRISE_MANDATES, count_mandate, counting
from services.delegation.storage import DelegationWork


def mandate_enterprise(
    work: DelegationWork,
    *,
    bce_number: BceNumber,
    office_bce_number: BceNumber,
    role: str,
    scope: Scope,
    valid_until: date | None,
    given_by: UUID,
    now: datetime,
) -> EnterpriseMandate:
    with work, counting(work, ENTERPRISE_MANDATES, "given"):
        locked = work.enterprises.lock_several([bce_number, office_bce_number])
        managers = _managers_of(work, bce_number, now)
        # To a stranger the client has no affairs, whether the office exists or not.
        authority = managers.authority_of(given_by)
        office = locked.get(office_bce_number) or work.enterprises.get(office_bce_number)
        mandate, given = EnterpriseMandate.give(
            enterprise_mandate_id=uuid7(),
            enterprise=locked[bce_number],
            office=office,
            role=work.roles.get(role),
            scope=scope,
            valid_until=valid_until,
            by=given_by,
            managers=managers,
            office_managers=_managers_of(work, office_bce_number, now),
            given=work.enterprise_mandates.between(bce_number, office_bce_number),
            now=now,
        )
        work.enterprises.require_establishment(bce_number, scope.establishment_number)
        work.enterprise_mandates.add(mandate)
        work.act_under(authority)
        work.announce(given)
        _log_after_commit(work, "mandate_enterprise", mandate)
        return mandate


def assign_person(
    work: DelegationWork,
    *,
    enterprise_mandate_id: UUID,
    person_id: UUID,
    assigned_by: UUID,
    assigner_name: str,
    now: datetime,
) -> Mandate:
    with work, counting(work, ENTERPRISE_MANDATES, "assigned"):
        chain = work.enterprise_mandates.get_for_change(enterprise_mandate_id)
        office_managers = _managers_of(work, chain.office.bce_number, now)
        mandate, granted = chain.assign(
            mandate_id=uuid7(),
            person_id=person_id,
            by=assigned_by,
            name_of_by=assigner_name,
            office_managers=office_managers,
            in_office=work.mandates.of_person_in(bce_number=chain.office.bce_number, person_id=person_id),
            held=work.mandates.of_person_in(bce_number=chain.enterprise.bce_number, person_id=person_id),
            now=now,
        )
        work.mandates.add(mandate)
        work.act_under(office_managers.authority_of(assigned_by))
        work.announce(granted)
        count_mandate(work, "granted")
        _log_after_commit(work, "assign_person", chain)
        return mandate


def renew_enterprise_mandate(
    work: DelegationWork, *, enterprise_mandate_id: UUID, valid_until: date | None, renewed_by: UUID, now: datetime
) -> EnterpriseMandate:
    """With what the office's people have by it, as far as they are the office's for so long."""
    with work, counting(work, ENTERPRISE_MANDATES, "renewed"):
        chain = work.enterprise_mandates.get_for_change(enterprise_mandate_id)
        client, office = chain.enterprise.bce_number, chain.office.bce_number
        managers, office_managers = _managers_of(work, client, now), _managers_of(work, office, now)
        renewed = chain.renew(
            by=renewed_by, managers=managers, office_managers=office_managers, valid_until=valid_until, now=now
        )
        if renewed is None:
            subject = f"enterprise_mandate:{enterprise_mandate_id}"
            work.record("renew_enterprise_mandate", subject=subject, enterprise=client)
        else:
            work.act_under(managers.authority_of(renewed_by, over=chain.role))
            work.announce(renewed)
        lasting = [one for one in work.mandates.by_chain(enterprise_mandate_id) if not one.has_ended(now)]
        in_office = work.mandates.of_people_in({one.person_id for one in lasting}, bce_number=office)
        for mandate in lasting:
            _follow(work, mandate, chain, in_office[mandate.person_id], now=now)
        _log_after_commit(work, "renew_enterprise_mandate", chain)
        return chain


def end_enterprise_mandate(
    work: DelegationWork, *, enterprise_mandate_id: UUID, reason: str, ended_by: UUID, now: datetime
) -> EnterpriseMandate:
    """With all that the office's people have by it. One that has ended already stays as it is."""
    with work, counting(work, ENTERPRISE_MANDATES, "ended"):
        chain = work.enterprise_mandates.get_for_change(enterprise_mandate_id)
        client = chain.enterprise.bce_number
        managers, office_managers = _managers_of(work, client, now), _managers_of(work, chain.office.bce_number, now)
        if not _end_chain(work, chain, ended_by, managers, office_managers, reason=reason, now=now):
            subject = f"enterprise_mandate:{enterprise_mandate_id}"
            work.record("end_enterprise_mandate", subject=subject, enterprise=client)
        return chain


def end_chains_given_by(
    work: DelegationWork,
    givers: Collection[UUID],
    *,
    bce_number: BceNumber,
    by: UUID,
    managers: AccessManagers,
    reason: str,
    now: datetime,
) -> None:
    """Of the client, which is locked for change; ``managers``: those it had when ``by`` decided it."""
    for chain in work.enterprise_mandates.given_by(givers, bce_number=bce_number):
        office_managers = _managers_of(work, chain.office.bce_number, now)
        with counting(work, ENTERPRISE_MANDATES, "ended"):
            _end_chain(work, chain, by, managers, office_managers, reason=reason, now=now)


def tell_chains_expiring(
    work: DelegationWork, enterprise: Enterprise, *, manager_ids: list[UUID], now: datetime
) -> None:
    """Once for all that it gave, and once for all that it has. The enterprise is locked for change."""
    bce_number = enterprise.bce_number
    ends: dict[Side, list[date]] = {"client": [], "office": []}
    for chain in work.enterprise_mandates.of_either(bce_number):
        told_as: Side = "client" if chain.enterprise.bce_number == bce_number else "office"
        if chain.note_expiring(told_as=told_as, now=now):
            ends[told_as].append(chain.valid_until)
    for told_as, last_days in ends.items():
        if last_days:
            work.announce(
                enterprise.tell_chains_expiring(
                    told_as=told_as, count=len(last_days), first_on=min(last_days), manager_ids=manager_ids, now=now
                )
            )
            work.after_commit(partial(log.info, "tell_chains_expiring", bce_number=bce_number, count=len(last_days)))


def end_broken_chains(work: DelegationWork, *, now: datetime) -> None:
    """Of people who are the office's no more, or whose office was struck off; the check refuses them already. Each is
    told once for all clients, with what ended by its last day. Of those whose own role there only rests, they rest, and
    are resumed with it."""

    def find() -> list[tuple[UUID, BceNumber]]:
        with work:
            return work.mandates.holders_to_end(now=now, most=AT_A_TIME)

    one_by_one("holder", find, lambda holder: _settle_assignments(work, *holder, now=now))


def _settle_assignments(work: DelegationWork, person_id: UUID, office_number: BceNumber, *, now: datetime) -> None:
    with work:
        clients = [one.enterprise.bce_number for one in work.mandates.of_office(office_number, person_id=person_id)]
        locked = work.enterprises.lock_several([office_number, *clients])
        # Anew: what he had may have changed meanwhile. What he was assigned for another client waits for the next turn.
        there = work.mandates.of_office(office_number, person_id=person_id)
        assigned = [one for one in there if one.enterprise.bce_number in locked]
        settled, count = settle_assignments(
            assigned,
            chains=work.enterprise_mandates.of_all(assigned),
            in_office=work.mandates.of_person_in(bce_number=office_number, person_id=person_id),
            now=now,
        )
        for event in settled:
            work.announce(event)
            if isinstance(event, MandateRevoked):
                _note_end(work, event.mandate_id)
            else:
                _note_change(work, event)
        # Who deleted his account since is written to by nobody.
        if count and not work.reachable_people.is_erased(person_id, since=max(one.granted_at for one in assigned)):
            told = locked[office_number].tell_assignments_ended(person_id=person_id, count=count, now=now)
            work.announce(told)


def follow_offices(work: DelegationWork, *, now: datetime) -> None:
    """What people have by an office lasts as long as it acts, and they are of it: their own role there may have been
    renewed since they were assigned, or shortened."""

    def find() -> list[UUID]:
        with work:
            return work.mandates.out_of_step(now=now, most=AT_A_TIME)

    one_by_one("mandate", find, lambda mandate_id: _follow_office(work, mandate_id, now))


def _follow_office(work: DelegationWork, mandate_id: UUID, now: datetime) -> None:
    with work:
        mandate = work.mandates.get_for_change(mandate_id)
        assert mandate.enterprise_mandate_id is not None
        chain = work.enterprise_mandates.get(mandate.enterprise_mandate_id)
        in_office = work.mandates.of_person_in(bce_number=chain.office.bce_number, person_id=mandate.person_id)
        _follow(work, mandate, chain, in_office, now=now)


def _follow(
    work: DelegationWork, mandate: Mandate, chain: EnterpriseMandate, in_office: list[Mandate], *, now: datetime
) -> None:
    last_day = chain.lasts_until(in_office, now=now)
    changed = mandate.follow_chain(last_day, now=now) if last_day is not None else None
    if changed is not None:
        work.announce(changed)
        count_mandate(work, "renewed")


def _end_chain(
    work: DelegationWork,
    chain: EnterpriseMandate,
    by: UUID,
    managers: AccessManagers,
    office_managers: AccessManagers,
    *,
    reason: str,
    now: datetime,
) -> bool:
    """False: it had ended already."""
    ended = chain.end(by=by, managers=managers, office_managers=office_managers, reason=reason, now=now)
    if ended is None:
        return False
    work.act_under(managers.find_authority(by) or office_managers.authority_of(by))
    work.announce(ended)
    for mandate in work.mandates.by_chain(chain.enterprise_mandate_id):
        _end(work, mandate, now)
    _log_after_commit(work, "end_enterprise_mandate", chain)
    return True


def _end(work: DelegationWork, mandate: Mandate, now: datetime) -> None:
    ended = mandate.end_with_chain(now=now)
    if ended is None:
        return
    work.announce(ended)
    _note_end(work, mandate.mandate_id)


def _note_end(work: DelegationWork, mandate_id: UUID) -> None:
    count_mandate(work, "revoked")
    work.after_commit(lambda: log.info("end_with_chain", mandate_id=str(mandate_id)))


def _note_change(work: DelegationWork, event: MandateChanged) -> None:
    count_mandate(work, event.change)
    verb = "rest_with_office" if event.change == "suspended" else "resume_with_office"
    work.after_commit(lambda: log.info(verb, mandate_id=str(event.mandate_id)))


def _managers_of(work: DelegationWork, bce_number: BceNumber, now: datetime) -> AccessManagers:
    return work.mandates.access_managers_of(bce_number, now=now)


def _log_after_commit(work: DelegationWork, verb: str, mandate: EnterpriseMandate) -> None:
    enterprise_mandate_id = str(mandate.enterprise_mandate_id)
    work.after_commit(lambda: log.info(verb, enterprise_mandate_id=enterprise_mandate_id))
