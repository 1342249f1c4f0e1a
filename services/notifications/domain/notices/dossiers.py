"""Of what becomes of dossiers."""

from __future__ import annotations

from contracts.dossiers import ComplementRequested, DossierDecided, DossierEvent, DossierReassigned, DossierSubmitted
from services.notifications.domain.contacts import CITIZEN
from services.notifications.domain.notices.notice import Notice, Recipient, notice_of


@notice_of.register
def _(event: DossierReassigned) -> Notice | None:
    # Who takes it over himself knows.
    return None if event.actor.person_id == event.person_id else _dossier_notice(event)


@notice_of.register(DossierSubmitted)
@notice_of.register(ComplementRequested)
@notice_of.register(DossierDecided)
def _dossier_notice(event: DossierEvent) -> Notice:
    titles = {f"title_{language}": title for language, title in event.title.items()}
    optional = {
        "reference": event.reference,
        "submitted_at": event.submitted_at and event.submitted_at.isoformat(),
        "content_digest": event.content_digest,
        "complement_due_at": event.complement_due_at and event.complement_due_at.isoformat(),
        "outcome": event.outcome,
        "bce_number": event.bce_number,
    }
    return Notice(
        kind=event.type,
        space=event.bce_number or CITIZEN,
        recipients=(Recipient(person_id=event.person_id),),
        facts={
            **titles,
            "title": event.title.get("fr") or next(iter(event.title.values()), event.procedure),
            **{name: str(value) for name, value in optional.items() if value},
        },
        link=f"/dossiers/{event.dossier_id}",
    )
