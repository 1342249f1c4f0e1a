"""Ending a mandate."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chassis.logs import log
from services.delegation.domain.mandates import Mandate
from services.delegation.metrics import count_mandate
from services.delegation.storage import DelegationWork


def revoke_mandate(work: DelegationWork, *, mandate_id: UUID, revoked_by: UUID, reason: str, now: datetime) -> Mandate:
    """One that has ended already stays as it is: what was wished is so."""
    with work:
        mandate = work.mandates.get_for_change(mandate_id)
        managers = work.mandates.access_managers_of(mandate.enterprise.bce_number, now=now)
        revoked = mandate.revoke(by=revoked_by, managers=managers, reason=reason, now=now)
        if revoked is not None:
            work.act_under(managers.authority_of(revoked_by) if managers.include(revoked_by) else mandate)
            work.announce(revoked)
            count_mandate(work, "revoked")
            work.after_commit(lambda: log.info("revoke_mandate", mandate_id=str(mandate_id)))
        else:
            enterprise = mandate.enterprise.bce_number
            work.record(
                "revoke_mandate", subject=f"mandate:{mandate_id}", party=mandate.person_id, enterprise=enterprise
            )
        return mandate
