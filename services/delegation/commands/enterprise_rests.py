"""What the client says of an office's mandate when it is asked, or was not heard."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chassis.logs import log
from services.delegation.commands.mandates import CHAINS
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.metrics import ENTERPRISE_MANDATES, counting
from services.delegation.storage import DelegationWork


def confirm_enterprise_mandate(
    work: DelegationWork, *, enterprise_mandate_id: UUID, confirmed_by: UUID, now: datetime
) -> EnterpriseMandate:
    """That it is still needed. One of which nobody asks stays as it is."""
    with work, counting(work, ENTERPRISE_MANDATES, "confirmed"):
        chain = work.enterprise_mandates.get_for_change(enterprise_mandate_id)
        managers = work.mandates.access_managers_of(chain.enterprise.bce_number, now=now)
        chain.confirm(by=confirmed_by, managers=managers, now=now)
        _record(work, "confirm_enterprise_mandate", chain, confirmed_by, managers)
        return chain


def resume_enterprise_mandate(
    work: DelegationWork, *, enterprise_mandate_id: UUID, resumed_by: UUID, now: datetime
) -> EnterpriseMandate:
    """What the office's people have by it is resumed right after. One that is in force stays as it is."""
    with work, counting(work, ENTERPRISE_MANDATES, "resumed"):
        chain = work.enterprise_mandates.get_for_change(enterprise_mandate_id)
        managers = work.mandates.access_managers_of(chain.enterprise.bce_number, now=now)
        office_managers = work.mandates.access_managers_of(chain.office.bce_number, now=now)
        resumed = chain.resume(by=resumed_by, managers=managers, office_managers=office_managers, now=now)
        if resumed is None:
            _record(work, "resume_enterprise_mandate", chain, resumed_by, managers)
            return chain
        work.act_under(managers.authority_of(resumed_by, over=chain.role))
        work.announce(resumed)
        work.wake(CHAINS)
        work.after_commit(
            lambda: log.info("resume_enterprise_mandate", enterprise_mandate_id=str(enterprise_mandate_id))
        )
        return chain


def _record(work: DelegationWork, verb: str, chain: EnterpriseMandate, by: UUID, managers: AccessManagers) -> None:
    work.act_under(managers.authority_of(by, over=chain.role))
    enterprise_mandate_id = str(chain.enterprise_mandate_id)
    work.record(verb, subject=f"enterprise_mandate:{enterprise_mandate_id}", enterprise=chain.enterprise.bce_number)
    work.after_commit(lambda: log.info(verb, enterprise_mandate_id=enterprise_mandate_id))
