"""What the client took from one of an office's people: the office does not give it again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from services.delegation.domain.enterprise_mandates import EnterpriseMandate
    from services.delegation.domain.mandates import Mandate


def refused_by(chain: EnterpriseMandate, assigned: Iterable[Mandate], *, now: datetime) -> list[UUID]:
    """Of those who were assigned it, or another of the same client, to whom the office does not give it."""
    return list(dict.fromkeys(one.person_id for one in assigned if was_taken(one, chain, now=now)))


def was_taken(one: Mandate, chain: EnterpriseMandate, *, now: datetime) -> bool:
    """Did the client revoke, suspend or narrow it, and not give it back? What it is like tells, and not what was done
    last: a renewal gives nothing back."""
    was_suspended = one.suspended_at is not None and not one.rests_with_office
    if one.enterprise_mandate_id != chain.enterprise_mandate_id:
        # What rests is held, however he came to it.
        return one.role.name == chain.role.name and was_suspended and not one.has_ended(now)
    return was_suspended or one.was_narrowed or one.revoked_for == "enterprise"
