"""What is told of a mandate from enterprise to enterprise: each time its whole public state."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from contracts.delegation import (
    EnterpriseMandateChanged,
    EnterpriseMandated,
    EnterpriseMandateEnded,
    EnterpriseMandateRenewed,
)
from services.delegation.domain.enterprises import Enterprise

if TYPE_CHECKING:
    from services.delegation.domain.enterprise_mandates import EnterpriseMandate

Told = EnterpriseMandated | EnterpriseMandateRenewed | EnterpriseMandateChanged | EnterpriseMandateEnded


def given(chain: EnterpriseMandate, manager_ids: list[UUID]) -> EnterpriseMandated:
    return EnterpriseMandated(occurred_at=chain.granted_at, manager_ids=manager_ids, **_public_state(chain))


def renewed(chain: EnterpriseMandate, manager_ids: list[UUID]) -> EnterpriseMandateRenewed:
    assert chain.renewed_at is not None
    return EnterpriseMandateRenewed(occurred_at=chain.renewed_at, manager_ids=manager_ids, **_public_state(chain))


def changed(
    chain: EnterpriseMandate,
    side: Enterprise,
    manager_ids: list[UUID],
    *,
    change: Literal["suspended", "resumed"],
    at: datetime,
) -> EnterpriseMandateChanged:
    return EnterpriseMandateChanged(
        occurred_at=at,
        told_bce_number=side.bce_number,
        manager_ids=manager_ids,
        change=change,
        by_client=chain.suspended_by is not None,
        **_public_state(chain),
    )


def ended(chain: EnterpriseMandate, side: Enterprise, manager_ids: list[UUID]) -> EnterpriseMandateEnded:
    assert chain.revoked_at is not None
    return EnterpriseMandateEnded(
        occurred_at=chain.revoked_at,
        told_bce_number=side.bce_number,
        manager_ids=manager_ids,
        revoked_at=chain.revoked_at,
        **_public_state(chain),
    )


def _public_state(chain: EnterpriseMandate) -> dict[str, Any]:
    return {
        "version": chain.version,
        "enterprise_mandate_id": chain.enterprise_mandate_id,
        "bce_number": chain.enterprise.bce_number,
        "enterprise_name": chain.enterprise.name,
        "office_bce_number": chain.office.bce_number,
        "office_name": chain.office.name,
        "role": chain.role.name,
        "establishment_number": chain.establishment_number,
        "procedure_categories": list(chain.categories),
        "valid_from": chain.valid_from,
        "valid_until": chain.valid_until,
        "granted_by": chain.granted_by,
        "suspended_at": chain.suspended_at,
    }
