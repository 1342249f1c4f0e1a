"""What one person has by an office for its clients: it rests with the office's mandate and with his own role there, and
where it ends he is told once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from contracts.delegation import MandateChanged, MandateRevoked
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.reasons import CHAIN_RESTS, OFFICE_RESTS


def settle_assignments(
    assigned: Iterable[Mandate],
    *,
    chains: Mapping[UUID, EnterpriseMandate],
    in_office: Iterable[Mandate],
    now: datetime,
) -> tuple[list[MandateChanged | MandateRevoked], int]:
    """What became of each, where something did, and of how many ends he is to be told: also of what ended with its last
    day."""
    settled: list[MandateChanged | MandateRevoked | None] = []
    told, there = 0, list(in_office)
    for mandate in assigned:
        assert mandate.enterprise_mandate_id is not None
        chain = chains[mandate.enterprise_mandate_id]
        if mandate.has_ended(now):
            told += mandate.note_end()
        elif chain.carries(there, now=now):
            settled.append(mandate.resume_with_office(now=now))
        elif chain.lasts_until(there, now=now) is not None:
            settled.append(mandate.rest_with_office(reason=CHAIN_RESTS if chain.rests else OFFICE_RESTS, now=now))
        else:
            settled.append(mandate.end_with_office(now=now))
            told += 1
    return [event for event in settled if event is not None], told
