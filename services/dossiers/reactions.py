"""What dossiers does when it hears of mandates and enterprises: its read model of who may act for one, and what it is
called; and of people who have deleted their account."""

from __future__ import annotations

from chassis import idempotency, readmodel
from chassis.logs import log
from contracts.delegation import DelegationRetold, EnterpriseChanged, MandateChanged, MandateRevoked, RoleGranted
from contracts.identity import PersonErased
from services.dossiers.commands.acts import record_removals
from services.dossiers.storage import DossiersWork
from services.dossiers.storage.tables import enterprises, mandates


def note_mandate(
    work: DossiersWork, event: RoleGranted | MandateChanged | MandateRevoked, *, version: tuple[int, int]
) -> None:
    """Each of these events carries the mandate's whole state, so their order of arrival does not matter."""
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
            "suspended_at": event.suspended_at,
            "establishment_number": event.establishment_number,
        },
    )


def rename_enterprise(work: DossiersWork, event: EnterpriseChanged, *, version: tuple[int, int]) -> None:
    """What was submitted keeps the name of its day."""
    key, values = {"bce_number": event.bce_number}, {"name": event.name}
    if readmodel.apply(work, enterprises, key=key, version=version, values=values):
        for draft in work.dossiers.list_drafts_to_change(event.bce_number):
            if draft.follow_enterprise(event.name):
                subject = f"dossier:{draft.dossier_id}"
                work.record("follow_enterprise", subject=subject, party=draft.person_id, enterprise=draft.bce_number)


def remove_drafts_of(work: DossiersWork, event: PersonErased) -> None:
    """An account was deleted: what was never submitted goes with it. What was submitted stays with the administration,
    and is attached again when the person comes back."""
    with work:
        idempotency.forget_person(work, event.person_id, before=event.occurred_at)
        removed = work.dossiers.remove_drafts_of(event.person_id, begun_before=event.occurred_at)
        record_removals(work, "remove_draft_of_erased", removed)
        work.after_commit(lambda: log.info("remove_drafts_of", count=len(removed)))


def forget_mandates(work: DossiersWork, event: DelegationRetold) -> None:
    """Those that delegation knows no more could be revoked by nobody. So too the names of enterprises."""
    for table in (mandates, enterprises):
        readmodel.forget_untold(work, table, publisher=event.publisher, epoch=event.epoch)
