"""Ending mandates, and changing them: their term, their scope, whether they rest."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from chassis.logs import log
from contracts.delegation import MandateChanged
from contracts.errors import NotFound
from contracts.identifiers import BceNumber
from services.delegation.commands.enterprise_mandates import end_chains_given_by, tell_chains_expiring
from services.delegation.commands.one_by_one import AT_A_TIME, one_by_one
from services.delegation.commands.open_requests import tell_of_open_requests
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.cascades import given_by, givers_through
from services.delegation.domain.mandates import Mandate
from services.delegation.metrics import count_mandate
from services.delegation.storage import DelegationWork

# The timer that ends what the people of an office have who are its people no more.
CHAINS = "chains"
# The one that has the others last as long as they are its people.
TERMS = "chain_terms"


def revoke_mandate(
    work: DelegationWork, *, mandate_id: UUID, revoked_by: UUID, reason: str, cascade: bool = False, now: datetime
) -> Mandate:
    """One that has ended already stays as it is: what was wished is so. ``cascade``: with what its holder gave, to
    offices too."""
    with work:
        mandate = work.mandates.get_for_change(mandate_id)
        managers = _managers_of(work, mandate.enterprise.bce_number, now)
        office_managers = _managers_of(work, mandate.via_bce_number, now) if mandate.via_bce_number else None
        authority = _authority(managers, revoked_by, mandate, office_managers)
        givers, given = [], []
        if cascade:
            managers.authority_of(revoked_by)
            there = work.mandates.of_enterprise(mandate.enterprise.bce_number)
            givers = givers_through(mandate.person_id, there, sparing=revoked_by, now=now)
            given = given_by(givers, there, sparing=(revoked_by, mandate.person_id), now=now)
        for one in [*given, mandate]:
            _revoke(
                work,
                one,
                by=revoked_by,
                authority=authority,
                office_managers=office_managers,
                reason=reason,
                now=now,
            )
        end_chains_given_by(
            work,
            givers,
            bce_number=mandate.enterprise.bce_number,
            by=revoked_by,
            managers=managers,
            reason=reason,
            now=now,
        )
        return mandate


def revoke_mandates_of(
    work: DelegationWork, *, bce_number: BceNumber, person_id: UUID, revoked_by: UUID, reason: str, now: datetime
) -> list[Mandate]:
    """All that one person has there. Raises NotFound where he has none, or the asker no right to it."""
    with work:
        if work.enterprises.find_for_change(bce_number) is None:
            raise NotFound()
        held = work.mandates.of_person_in(bce_number=bce_number, person_id=person_id)
        there = [mandate for mandate in held if not mandate.has_ended(now)]
        managers = _managers_of(work, bce_number, now)
        if revoked_by != person_id:
            managers.authority_of(revoked_by)
        if not there:
            raise NotFound()
        for mandate in there:
            authority = _authority(managers, revoked_by, mandate)
            _revoke(work, mandate, by=revoked_by, authority=authority, reason=reason, now=now)
        return there


def narrow_mandate(
    work: DelegationWork, *, mandate_id: UUID, category: str, narrowed_by: UUID, now: datetime
) -> Mandate:
    with work:
        mandate = work.mandates.get_for_change(mandate_id)
        managers = _managers_of(work, mandate.enterprise.bce_number, now)
        changed = mandate.narrow(by=narrowed_by, managers=managers, without=category, now=now)
        return _tell(work, "narrow_mandate", mandate, changed, _authority(managers, narrowed_by, mandate))


def renew_mandate(
    work: DelegationWork, *, mandate_id: UUID, valid_until: date | None, renewed_by: UUID, now: datetime
) -> Mandate:
    with work:
        mandate = work.mandates.get_for_change(mandate_id)
        managers = _managers_of(work, mandate.enterprise.bce_number, now)
        changed = mandate.renew(by=renewed_by, managers=managers, valid_until=valid_until, now=now)
        work.wake(TERMS)
        return _tell(work, "renew_mandate", mandate, changed, managers.authority_of(renewed_by, over=mandate.role))


def suspend_mandate(
    work: DelegationWork, *, mandate_id: UUID, reason: str, suspended_by: UUID, now: datetime
) -> Mandate:
    with work:
        mandate = work.mandates.get_for_change(mandate_id)
        managers = _managers_of(work, mandate.enterprise.bce_number, now)
        changed = mandate.suspend(by=suspended_by, managers=managers, reason=reason, now=now)
        return _tell(work, "suspend_mandate", mandate, changed, managers.authority_of(suspended_by))


def resume_mandate(work: DelegationWork, *, mandate_id: UUID, resumed_by: UUID, now: datetime) -> Mandate:
    with work:
        mandate = work.mandates.get_for_change(mandate_id)
        managers = _managers_of(work, mandate.enterprise.bce_number, now)
        changed = mandate.resume(by=resumed_by, managers=managers, now=now)
        _tell(work, "resume_mandate", mandate, changed, managers.authority_of(resumed_by, over=mandate.role))
        if changed is not None:
            tell_of_open_requests(work, mandate, now=now)
        return mandate


def confirm_mandates(
    work: DelegationWork, *, bce_number: BceNumber, mandate_ids: list[UUID], confirmed_by: UUID, now: datetime
) -> list[Mandate]:
    """All or none. Raises NotFound where one is not the enterprise's, or the asker no access manager there."""
    with work:
        if work.enterprises.find_for_change(bce_number) is None:
            raise NotFound()
        managers = _managers_of(work, bce_number, now)
        managers.authority_of(confirmed_by)
        there = {mandate.mandate_id: mandate for mandate in work.mandates.of_enterprise(bce_number)}
        if not there.keys() >= set(mandate_ids):
            raise NotFound()
        asked = [there[mandate_id] for mandate_id in dict.fromkeys(mandate_ids)]
        for mandate in asked:
            changed = mandate.confirm(by=confirmed_by, managers=managers, now=now)
            authority = managers.authority_of(confirmed_by, over=mandate.role)
            _tell(work, "confirm_mandates", mandate, changed, authority)
        return asked


def tell_expiring(work: DelegationWork, *, now: datetime) -> None:
    """Holders whose last day is near, and once for each enterprise those who may renew; of what it has with offices and
    clients too."""

    def find() -> list[BceNumber]:
        with work:
            of_people = work.mandates.enterprises_with_expiring(now=now, most=AT_A_TIME)
            of_offices = work.enterprise_mandates.enterprises_with_expiring(now=now, most=AT_A_TIME)
            return list(dict.fromkeys([*of_people, *of_offices]))

    one_by_one("enterprise", find, lambda bce_number: _tell_expiring_of(work, bce_number, now=now))


def _tell_expiring_of(work: DelegationWork, bce_number: BceNumber, *, now: datetime) -> None:
    with work:
        enterprise = work.enterprises.get_for_change(bce_number)
        if enterprise.state != "active":
            # There is nothing to renew for, unless it comes back.
            return
        manager_ids = _managers_of(work, bce_number, now).person_ids
        tell_chains_expiring(work, enterprise, manager_ids=manager_ids, now=now)
        noted = [mandate.note_expiring(now=now) for mandate in work.mandates.of_enterprise(bce_number)]
        expiring = [event for event in noted if event is not None]
        if not expiring:
            return
        for event in expiring:
            work.announce(event)
        # Nobody renews his own: who alone manages is not asked to.
        holder_ids = {event.person_id for event in expiring}
        may_renew = [each for each in manager_ids if holder_ids - {each}]
        if may_renew:
            first_on = min(event.valid_until for event in expiring)
            work.announce(
                enterprise.tell_expiring(count=len(expiring), first_on=first_on, manager_ids=may_renew, now=now)
            )
        work.after_commit(lambda: log.info("tell_expiring", bce_number=bce_number, count=len(expiring)))


def _revoke(
    work: DelegationWork,
    mandate: Mandate,
    *,
    by: UUID,
    authority: Mandate,
    office_managers: AccessManagers | None = None,
    reason: str,
    now: datetime,
) -> None:
    # Anew for each: the one before may have been an access manager's.
    work.flush()
    managers = _managers_of(work, mandate.enterprise.bce_number, now)
    mandate_id = str(mandate.mandate_id)
    revoked = mandate.revoke(by=by, managers=managers, office_managers=office_managers, reason=reason, now=now)
    if revoked is None:
        enterprise, subject = mandate.enterprise.bce_number, f"mandate:{mandate_id}"
        work.record("revoke_mandate", subject=subject, party=mandate.person_id, enterprise=enterprise)
        return
    work.act_under(authority)
    work.announce(revoked)
    count_mandate(work, "revoked")
    work.wake(CHAINS)
    work.after_commit(lambda: log.info("revoke_mandate", mandate_id=mandate_id))


def _tell(
    work: DelegationWork, verb: str, mandate: Mandate, changed: MandateChanged | None, authority: Mandate
) -> Mandate:
    """What was so already is an act as well."""
    mandate_id = str(mandate.mandate_id)
    if changed is None:
        enterprise = mandate.enterprise.bce_number
        work.record(verb, subject=f"mandate:{mandate_id}", party=mandate.person_id, enterprise=enterprise)
        return mandate
    work.act_under(authority)
    work.announce(changed)
    count_mandate(work, changed.change)
    work.wake(CHAINS)
    work.after_commit(lambda: log.info(verb, mandate_id=mandate_id))
    return mandate


def _authority(
    managers: AccessManagers, by: UUID, mandate: Mandate, office_managers: AccessManagers | None = None
) -> Mandate:
    """Under which he acts: as access manager, of the office too, or as the holder of this one."""
    of_office = office_managers.find_authority(by) if office_managers is not None else None
    return managers.find_authority(by) or of_office or mandate


def _managers_of(work: DelegationWork, bce_number: BceNumber, now: datetime) -> AccessManagers:
    return work.mandates.access_managers_of(bce_number, now=now)
