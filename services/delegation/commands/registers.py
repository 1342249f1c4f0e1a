"""What the adaptors of the Crossroads Bank and of CSAM's registry tell us."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Literal
from uuid import UUID

from uuid_utils.compat import uuid7

from chassis.logs import log
from chassis.seals import Sealer
from contracts.errors import NotFound
from contracts.identifiers import BceNumber
from contracts.identity import Language
from services.delegation.commands.mandates import CHAINS
from services.delegation.commands.one_by_one import AT_A_TIME, one_by_one
from services.delegation.commands.open_requests import tell_of_open_requests
from services.delegation.domain.designations import Designation
from services.delegation.domain.enterprises import Enterprise
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.terms import legal_day
from services.delegation.metrics import count_mandate
from services.delegation.storage import DelegationWork


def register_enterprise(
    work: DelegationWork,
    *,
    bce_number: BceNumber,
    name: str,
    state: Literal["active", "struck_off"],
    now: datetime,
) -> Enterprise:
    with work:
        enterprise = work.enterprises.find_for_change(bce_number)
        if enterprise is None:
            enterprise = Enterprise(bce_number=bce_number, name=name, state=state, registered_at=now)
            work.enterprises.add(enterprise)
            work.enterprise_names.add(bce_number, name)
        else:
            _take_news(work, enterprise, name=name, state=state, now=now)
        if not work.is_recorded:
            work.record("register_enterprise", subject=f"enterprise:{bce_number}", enterprise=bce_number)
        work.after_commit(lambda: log.info("register_enterprise", bce_number=bce_number, state=state))
        return enterprise


def _take_news(
    work: DelegationWork, enterprise: Enterprise, *, name: str, state: Literal["active", "struck_off"], now: datetime
) -> None:
    was = enterprise.state
    if not enterprise.register(name=name, state=state, now=now):
        return
    work.enterprise_names.add(enterprise.bce_number, name)
    if state != was:
        # Of an office that is struck off the people act no more; one that comes back may have been left meanwhile.
        work.wake(CHAINS)
        tell_if_orphaned(work, enterprise, now=now)
    for changed in work.enterprises.watched_among([enterprise.bce_number]):
        work.announce(changed.as_event())


def designate_access_manager(
    work: DelegationWork,
    *,
    bce_number: BceNumber,
    person_id: UUID,
    email: str | None,
    language: Language,
    sealer: Sealer,
    now: datetime,
) -> Mandate:
    """The registry's word counts: told again after his mandate was revoked here, he gets a new one; one that rests is
    resumed."""
    with work:
        enterprise = work.enterprises.get_for_change(bce_number)
        sealed = sealer.seal("notifications", {"email": email}) if email else None
        designation = work.designations.find(bce_number=bce_number, person_id=person_id)
        if designation is None:
            designation, designated = Designation.designate(
                designation_id=uuid7(),
                enterprise=enterprise,
                person_id=person_id,
                language=language,
                sealed=sealed,
                now=now,
            )
            work.designations.add(designation)
            work.announce(designated)
        elif repeated := designation.repeat(language=language, sealed=sealed, now=now):
            work.announce(repeated)
        mandate = work.mandates.find_of_designation(designation.designation_id)
        if mandate is None:
            mandate, granted = designation.give_mandate(
                mandate_id=uuid7(), role=work.roles.get("access_manager"), now=now
            )
            work.mandates.add(mandate)
            work.announce(granted)
            count_mandate(work, "granted")
            tell_of_open_requests(work, mandate, now=now)
        elif resumed := mandate.resume_with_designation(now=now):
            work.announce(resumed)
            count_mandate(work, "resumed")
            tell_of_open_requests(work, mandate, now=now)
        designation_id = designation.designation_id
        if not work.is_recorded:
            subject = f"designation:{designation_id}"
            work.record("designate_access_manager", subject=subject, party=person_id, enterprise=bce_number)
        work.after_commit(lambda: log.info("designate_access_manager", designation_id=str(designation_id)))
        return mandate


def withdraw_access_manager(
    work: DelegationWork, *, bce_number: BceNumber, person_id: UUID, now: datetime
) -> Enterprise:
    """What he granted stays, since he granted it for the enterprise: other access managers end it. Told again, it
    changes nothing. Raises NotFound where he was never designated."""
    with work:
        enterprise = work.enterprises.get_for_change(bce_number)
        designation = work.designations.find(bce_number=bce_number, person_id=person_id)
        if designation is None:
            raise NotFound()
        designated_at = designation.designated_at
        withdrawn = designation.withdraw(now=now)
        # Who deleted his account since is written to by nobody.
        if withdrawn is not None and not work.reachable_people.is_erased(person_id, since=designated_at):
            work.announce(withdrawn)
        mandate = work.mandates.find_of_designation(designation.designation_id)
        if mandate is not None:
            decided = mandate.is_in_force(now)
            work.announce(mandate.end_with_designation(now=now))
            count_mandate(work, "revoked")
            work.wake(CHAINS)
            if decided:
                # Else it was left before, and told of then.
                tell_if_orphaned(work, enterprise, now=now)
        if not work.is_recorded:
            subject = f"designation:{designation.designation_id}"
            work.record("withdraw_access_manager", subject=subject, party=person_id, enterprise=bce_number)
        work.after_commit(lambda: log.info("withdraw_access_manager", designation_id=str(designation.designation_id)))
        return enterprise


def notice_orphaned(work: DelegationWork, *, now: datetime) -> None:
    """Enterprises whose last access manager's term has ended: who still acts for them is told."""

    def find() -> list[BceNumber]:
        with work:
            return work.enterprises.left_by_term(today=legal_day(now), most=AT_A_TIME)

    one_by_one("enterprise", find, partial(_notice_orphaned, work, now=now))


def _notice_orphaned(work: DelegationWork, bce_number: BceNumber, *, now: datetime) -> None:
    with work:
        enterprise = work.enterprises.find_left_by_term_for_change(bce_number, today=legal_day(now))
        if enterprise is not None:
            tell_if_orphaned(work, enterprise, now=now)
            work.after_commit(lambda: log.info("notice_orphaned", bce_number=bce_number))


def tell_if_orphaned(work: DelegationWork, enterprise: Enterprise, *, now: datetime) -> None:
    """After an access manager went; the enterprise is locked for change. In one that is struck off nobody can be
    designated: there is nothing to do about it."""
    work.flush()
    if enterprise.state != "active" or work.mandates.access_managers_of(enterprise.bce_number, now=now).person_ids:
        return
    of_enterprise = work.mandates.of_enterprise(enterprise.bce_number)
    if of_enterprise:
        # Else it never had one.
        holder_ids = sorted({mandate.person_id for mandate in of_enterprise if mandate.is_in_force(now)})
        work.announce(enterprise.lose_last_access_manager(holder_ids=holder_ids, now=now))
