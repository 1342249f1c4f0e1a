"""What dossiers does when it hears of mandates: its read model of who may act for an enterprise."""

from __future__ import annotations

from chassis import readmodel
from contracts.delegation import DelegationRetold, MandateRevoked, RoleGranted
from services.dossiers.storage import DossiersWork
from services.dossiers.storage.tables import mandates


def note_mandate(work: DossiersWork, event: RoleGranted | MandateRevoked, *, version: tuple[int, int]) -> None:
    """Both events carry the mandate's whole state, so their order of arrival does not matter."""
    readmodel.apply(
        work,
        mandates,
        key={"mandate_id": event.mandate_id},
        version=version,
        values={
            "person_id": event.person_id,
            "bce_number": event.bce_number,
            "enterprise_name": event.enterprise_name,
            "permissions": event.permissions,
            "procedure_categories": event.procedure_categories,
            "valid_from": event.valid_from,
            "valid_until": event.valid_until,
            "revoked_at": event.revoked_at,
            "is_for_one_establishment": event.establishment_number is not None,
        },
    )


def forget_mandates(work: DossiersWork, event: DelegationRetold) -> None:
    """Those that delegation knows no more could be revoked by nobody."""
    readmodel.forget_untold(work, mandates, publisher=event.publisher, epoch=event.epoch)
