"""What one person has by an office for its clients: where it ends, he is told once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from contracts.delegation import MandateRevoked
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.domain.mandates import Mandate


def end_assignments(
    assigned: Iterable[Mandate],
    *,
    chains: Mapping[UUID, EnterpriseMandate],
    in_office: Iterable[Mandate],
    now: datetime,
) -> tuple[list[MandateRevoked], int]:
    """Those by which he acts no more, and of how many he is to be told: also of what ended with its last day."""
    revoked, told, there = [], 0, list(in_office)
    for mandate in assigned:
        assert mandate.enterprise_mandate_id is not None
        if mandate.has_ended(now):
            told += mandate.note_end()
        elif not chains[mandate.enterprise_mandate_id].carries(there, now=now):
            revoked.append(mandate.end_with_office(now=now))
    return revoked, told + len(revoked)
