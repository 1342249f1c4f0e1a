"""What is told of a mandate: each time its whole public state."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from contracts.delegation import MandateChanged, MandateExpiring, MandateRevoked, RoleGranted
from services.delegation.domain.reasons import ACCOUNT_DELETED, DESIGNATION_WITHDRAWN, OFFICE_LOST, OFFICE_RESTS

if TYPE_CHECKING:
    from services.delegation.domain.mandates import Mandate


def granted(mandate: Mandate) -> RoleGranted:
    return RoleGranted(occurred_at=mandate.granted_at, **_public_state(mandate))


def changed(mandate: Mandate, *, rested_with_office: bool = False) -> MandateChanged:
    assert mandate.changed_as is not None
    assert mandate.changed_at is not None
    return MandateChanged(
        occurred_at=mandate.changed_at,
        change=mandate.changed_as,
        with_office=rested_with_office
        or (mandate.changed_as == "suspended" and mandate.suspension_reason == OFFICE_RESTS),
        **_public_state(mandate),
    )


def expiring(mandate: Mandate, *, now: datetime) -> MandateExpiring:
    return MandateExpiring(occurred_at=now, **_public_state(mandate))


def revoked(mandate: Mandate) -> MandateRevoked:
    assert mandate.revoked_at is not None
    reason, by = mandate.revocation_reason, mandate.revoked_by
    return MandateRevoked(
        occurred_at=mandate.revoked_at,
        ended_with_account=reason == ACCOUNT_DELETED and by == mandate.person_id,
        ended_with_designation=reason == DESIGNATION_WITHDRAWN and by is None,
        ended_with_office=reason == OFFICE_LOST and by is None,
        **_public_state(mandate),
    )


def _public_state(mandate: Mandate) -> dict[str, Any]:
    return {
        "version": mandate.version,
        "mandate_id": mandate.mandate_id,
        "person_id": mandate.person_id,
        "bce_number": mandate.enterprise.bce_number,
        "enterprise_name": mandate.enterprise.name,
        "establishment_number": mandate.establishment_number,
        "role": mandate.role.name,
        "permissions": list(mandate.role.permissions),
        "procedure_categories": list(mandate.categories),
        "valid_from": mandate.valid_from,
        "valid_until": mandate.valid_until,
        "granted_by": mandate.granted_by,
        "role_request_id": mandate.role_request_id,
        "invitation_id": mandate.invitation_id,
        "revoked_at": mandate.revoked_at,
        "suspended_at": mandate.suspended_at,
        "via_bce_number": mandate.via_bce_number,
    }
