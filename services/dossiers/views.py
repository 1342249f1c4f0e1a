"""What goes out at the doors."""

from __future__ import annotations

from datetime import datetime

from contracts import dossiers as contract
from services.dossiers.domain.access import Asker
from services.dossiers.domain.acts import acts_open_to
from services.dossiers.domain.calendar import legal_day
from services.dossiers.domain.dossier import Dossier
from services.dossiers.domain.form import Errors
from services.dossiers.domain.parts import Attachment, Complement
from services.dossiers.domain.procedure import Procedure


def procedure(procedure: Procedure, *, now: datetime) -> contract.ProcedureSummary:
    return contract.ProcedureSummary(
        slug=procedure.slug,
        audiences=procedure.audiences,
        title=procedure.title,
        summary=procedure.summary,
        opens_at=procedure.opens_at,
        closes_at=procedure.closes_at,
        is_open=procedure.is_open(now),
        minimum_level=procedure.minimum_level,
        category=procedure.category,
    )


def summary(dossier: Dossier, *, orphaned_enterprise: str | None = None, now: datetime) -> contract.DossierSummary:
    return contract.DossierSummary(
        dossier_id=dossier.dossier_id,
        reference=dossier.reference,
        procedure=dossier.procedure,
        title=dossier.definition.title,
        bce_number=dossier.bce_number,
        state=dossier.state,
        # Its author only reads what she submitted for an enterprise where nobody is left.
        must_act=orphaned_enterprise is None and dossier.must_act(now),
        is_late=dossier.is_late,
        updated_at=dossier.updated_at,
        submitted_at=dossier.submitted_at,
        establishment_number=dossier.establishment_number,
        orphaned_enterprise=orphaned_enterprise,
    )


def dossier(dossier: Dossier, *, asker: Asker, now: datetime) -> contract.DossierView:
    form = dossier.form
    attachments = dossier.attachments_for(user_side=asker.is_user_of(dossier))
    return contract.DossierView(
        dossier_id=dossier.dossier_id,
        reference=dossier.reference,
        procedure=dossier.procedure,
        procedure_version=dossier.procedure_version,
        title=dossier.definition.title,
        bce_number=dossier.bce_number,
        state=dossier.state,
        form=form.as_json(today=legal_day(now)),
        answers=form.answers,
        attachments=[attachment(each) for each in attachments],
        complements=[complement(each, now=now) for each in dossier.complements],
        history=[contract.StepView(verb=step.verb, at=step.at, by=step.by) for step in dossier.steps],
        declaration_id=dossier.declaration_id,
        may=acts_open_to(asker, dossier, now),
        late=dossier.is_draft and dossier.is_late_at(now),
        is_late=dossier.is_late,
        late_since=dossier.definition.late_since(form.known),
        submitted_at=dossier.submitted_at,
        content_digest=dossier.content_digest,
        claimed_by=dossier.claimed_by,
        outcome=dossier.outcome,
        motivation=dossier.motivation,
        updated_at=dossier.updated_at,
        expires_at=dossier.expires_at,
        category=dossier.category,
        establishment_number=dossier.establishment_number,
    )


def attachment(attachment: Attachment) -> contract.AttachmentView:
    return contract.AttachmentView(
        attachment_id=attachment.attachment_id,
        heading=attachment.heading,
        file_name=attachment.file_name,
        media_type=attachment.media_type,
        size=attachment.size,
        sha256=attachment.sha256,
        added_at=attachment.added_at,
        complement_id=attachment.complement_id,
    )


def complement(complement: Complement, *, now: datetime) -> contract.ComplementView:
    return contract.ComplementView(
        complement_id=complement.complement_id,
        elements=complement.elements,
        message=complement.message,
        due_at=complement.due_at,
        state=complement.state(now),
        asked_at=complement.asked_at,
        answered_at=complement.answered_at,
        answer=complement.answer,
    )


def draft_saved(dossier: Dossier, errors: Errors) -> contract.DraftSaved:
    return contract.DraftSaved(dossier_id=dossier.dossier_id, saved_at=dossier.updated_at, errors=errors)
