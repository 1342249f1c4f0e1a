"""Asking the access managers once a year which mandates are still needed."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from chassis.logs import log
from contracts.identifiers import BceNumber
from services.delegation.commands.mandates import CHAINS
from services.delegation.commands.one_by_one import AT_A_TIME, one_by_one
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.domain.enterprises import Enterprise
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.recertification import Setting, answer_due_on, ask_to_confirm, next_step
from services.delegation.metrics import ENTERPRISE_MANDATES, count_mandate, counting
from services.delegation.storage import DelegationWork


def recertify_mandates(work: DelegationWork, *, setting: Setting, now: datetime) -> None:
    """Access managers are asked once for each enterprise; what they leave unanswered is asked again or suspended."""
    if setting == "off":
        return

    def find() -> list[BceNumber]:
        with work:
            of_people = work.mandates.enterprises_to_recertify(setting=setting, now=now, most=AT_A_TIME)
            of_offices = work.enterprise_mandates.enterprises_to_recertify(setting=setting, now=now, most=AT_A_TIME)
            return list(dict.fromkeys([*of_people, *of_offices]))

    one_by_one("enterprise", find, partial(_recertify_mandates_of, work, setting=setting, now=now))


def _recertify_mandates_of(work: DelegationWork, bce_number: BceNumber, *, setting: Setting, now: datetime) -> None:
    with work:
        enterprise = work.enterprises.get_for_change(bce_number)
        if enterprise.state != "active":
            return
        asked: list[Mandate | EnterpriseMandate] = []
        managers = work.mandates.access_managers_of(bce_number, now=now)
        given: list[Mandate | EnterpriseMandate] = [
            *work.mandates.of_enterprise(bce_number),
            *work.enterprise_mandates.given_for(bce_number),
        ]
        for mandate in given:
            step = next_step(mandate, managers=managers, setting=setting, now=now)
            if step == "suspend":
                _suspend_unconfirmed(work, mandate, now=now)
                # Anew: it may have been an access manager's.
                managers = work.mandates.access_managers_of(bce_number, now=now)
            elif step == "ask":
                ask_to_confirm(mandate, managers=managers, setting=setting, now=now)
                asked.append(mandate)
        if asked:
            # Nobody confirms his own.
            holders = {one.person_id if isinstance(one, Mandate) else None for one in asked}
            may_confirm = [each for each in managers.person_ids if holders - {each}]
            _ask(work, enterprise, count=len(asked), manager_ids=may_confirm, setting=setting, now=now)


def _suspend_unconfirmed(work: DelegationWork, mandate: Mandate | EnterpriseMandate, *, now: datetime) -> None:
    if isinstance(mandate, EnterpriseMandate):
        _suspend_chain_unconfirmed(work, mandate, now=now)
        return
    mandate_id = str(mandate.mandate_id)
    work.announce(mandate.suspend_unconfirmed(now=now))
    work.flush()
    count_mandate(work, "suspended")
    work.wake(CHAINS)
    work.after_commit(lambda: log.info("suspend_unconfirmed", mandate_id=mandate_id))


def _suspend_chain_unconfirmed(work: DelegationWork, chain: EnterpriseMandate, *, now: datetime) -> None:
    enterprise_mandate_id = str(chain.enterprise_mandate_id)
    managers, office_managers = (
        work.mandates.access_managers_of(side.bce_number, now=now) for side in (chain.enterprise, chain.office)
    )
    with counting(work, ENTERPRISE_MANDATES, "suspended"):
        for event in chain.suspend_unconfirmed(managers=managers, office_managers=office_managers, now=now):
            work.announce(event)
    work.wake(CHAINS)
    work.after_commit(lambda: log.info("suspend_unconfirmed", enterprise_mandate_id=enterprise_mandate_id))


def _ask(
    work: DelegationWork,
    enterprise: Enterprise,
    *,
    count: int,
    manager_ids: list[UUID],
    setting: Setting,
    now: datetime,
) -> None:
    work.announce(
        enterprise.ask_to_confirm(
            count=count,
            confirm_by=answer_due_on(now),
            will_suspend=setting == "suspend",
            manager_ids=manager_ids,
            now=now,
        )
    )
    bce_number = enterprise.bce_number
    work.after_commit(lambda: log.info("ask_to_confirm", bce_number=bce_number, count=count))
