"""The client says that an office's mandate is still needed, puts it to rest, and takes it up again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chassis.logs import log
from contracts.delegation import EnterpriseMandateChanged
from services.delegation.commands.mandates import CHAINS
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.domain.mandates import Mandate
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
        authority = managers.authority_of(confirmed_by, over=chain.role)
        return _tell(work, "confirm_enterprise_mandate", chain, None, authority)


def suspend_enterprise_mandate(
    work: DelegationWork, *, enterprise_mandate_id: UUID, reason: str, suspended_by: UUID, now: datetime
) -> EnterpriseMandate:
    """What the office's people have by it rests right after. One that rests already stays as it is."""
    with work, counting(work, ENTERPRISE_MANDATES, "suspended"):
        chain = work.enterprise_mandates.get_for_change(enterprise_mandate_id)
        managers = work.mandates.access_managers_of(chain.enterprise.bce_number, now=now)
        office_managers = work.mandates.access_managers_of(chain.office.bce_number, now=now)
        suspended = chain.suspend(
            by=suspended_by, managers=managers, office_managers=office_managers, reason=reason, now=now
        )
        return _tell(work, "suspend_enterprise_mandate", chain, suspended, managers.authority_of(suspended_by))


def resume_enterprise_mandate(
    work: DelegationWork, *, enterprise_mandate_id: UUID, resumed_by: UUID, now: datetime
) -> EnterpriseMandate:
    """What the office's people have by it is resumed right after. One that is in force stays as it is."""
    with work, counting(work, ENTERPRISE_MANDATES, "resumed"):
        chain = work.enterprise_mandates.get_for_change(enterprise_mandate_id)
        managers = work.mandates.access_managers_of(chain.enterprise.bce_number, now=now)
        office_managers = work.mandates.access_managers_of(chain.office.bce_number, now=now)
        resumed = chain.resume(by=resumed_by, managers=managers, office_managers=office_managers, now=now)
        authority = managers.authority_of(resumed_by, over=chain.role)
        return _tell(work, "resume_enterprise_mandate", chain, resumed, authority)


def _tell(
    work: DelegationWork,
    verb: str,
    chain: EnterpriseMandate,
    changed: EnterpriseMandateChanged | None,
    authority: Mandate,
) -> EnterpriseMandate:
    """What was so already is an act as well."""
    enterprise_mandate_id = str(chain.enterprise_mandate_id)
    work.act_under(authority)
    if changed is None:
        subject = f"enterprise_mandate:{enterprise_mandate_id}"
        work.record(verb, subject=subject, enterprise=chain.enterprise.bce_number)
    else:
        work.announce(changed)
        work.wake(CHAINS)
    work.after_commit(lambda: log.info(verb, enterprise_mandate_id=enterprise_mandate_id))
    return chain
