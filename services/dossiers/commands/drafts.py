"""From the first answer to the submission."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from contracts.identifiers import BceNumber, EstablishmentNumber
from contracts.identity import PersonFacts
from services.dossiers import metrics
from services.dossiers.commands.acts import record
from services.dossiers.commands.lines import log_done
from services.dossiers.domain.access import Asker
from services.dossiers.domain.calendar import legal_day
from services.dossiers.domain.declaration import declaration_of
from services.dossiers.domain.dossier import Dossier
from services.dossiers.domain.form import Errors
from services.dossiers.domain.parts import DECLARATION, Attachment, By
from services.dossiers.domain.prefill import Enterprise
from services.dossiers.domain.procedure import PDF
from services.dossiers.domain.reference import reference_of
from services.dossiers.gateways import Gateways
from services.dossiers.gateways.declaration import typeset
from services.dossiers.storage import DossiersWork


def start_draft(
    work: DossiersWork,
    *,
    procedure: str,
    bce_number: BceNumber | None,
    establishment_number: EstablishmentNumber | None,
    asker: Asker,
    person: PersonFacts,
    now: datetime,
) -> Dossier:
    with work:
        definition = work.procedures.get(procedure)
        enterprise, mandate_id = None, None
        if bce_number is not None:
            mandate = asker.require_for_enterprise(
                "dossier.draft",
                bce_number,
                category=definition.category,
                establishment_number=establishment_number,
            )
            enterprise = _enterprise(work, bce_number, establishment_number)
            mandate_id = mandate.mandate_id
        by = By(person_id=asker.person_id, level=asker.level, mandate_id=mandate_id)
        dossier = Dossier.start(
            definition,
            dossier_id=uuid7(),
            by=by,
            person=person,
            enterprise=enterprise,
            now=now,
        )
        if establishment_number is not None:
            # Which establishments an enterprise has today is not known here.
            asker.require_permit("dossier.draft", dossier)
        work.dossiers.add(dossier)
        record(work, "start_draft", dossier, by=by)
        metrics.count(work, metrics.DRAFTS_STARTED, procedure=procedure)
        log_done(work, "start_draft", dossier_id=dossier.dossier_id, procedure=procedure)
    return dossier


def save_draft(
    work: DossiersWork, *, dossier_id: UUID, answers: Mapping[str, Any], asker: Asker, now: datetime
) -> tuple[Dossier, Errors]:
    with work:
        dossier = work.dossiers.see_to_change(dossier_id, asker=asker, now=now)
        by = asker.require("dossier.draft", dossier)
        errors = dossier.save(answers, now=now)
        record(work, "save_draft", dossier, by=by)
    return dossier, errors


def validate_draft(work: DossiersWork, *, dossier_id: UUID, asker: Asker, gateways: Gateways, now: datetime) -> Dossier:
    with work:
        dossier = work.dossiers.see_to_change(dossier_id, asker=asker, now=now)
        by = asker.require("dossier.draft", dossier)
        enterprise = None
        if dossier.bce_number is not None:
            enterprise = _enterprise(work, dossier.bce_number, dossier.establishment_number)
            # It may have changed while the draft began.
            dossier.follow_enterprise(enterprise.name)
        dossier.require_valid(now=now)
        with metrics.DECLARATION_SECONDS.time():
            pdf = typeset(declaration_of(dossier, enterprise=enterprise, now=now))
        declaration = Attachment(
            attachment_id=uuid7(),
            heading=DECLARATION,
            file_name="declaration.pdf",
            media_type=PDF,
            size=len(pdf),
            sha256=gateways.files.store(pdf),
            added_at=now,
            added_by=None,
        )
        dossier.validate(declaration, by=by, now=now)
        record(work, "validate_draft", dossier, by=by)
        log_done(work, "validate_draft", dossier_id=dossier_id)
    return dossier


def submit_dossier(
    work: DossiersWork, *, dossier_id: UUID, late_confirmed: bool, asker: Asker, now: datetime
) -> Dossier:
    with work:
        # Two presses on the button wait for one another here; the second finds a dossier that is no draft any more.
        dossier = work.dossiers.see_to_change(dossier_id, asker=asker, now=now)
        by = asker.require_to_submit(dossier)
        dossier.require_submittable(by=by, late_confirmed=late_confirmed, now=now)
        reference = reference_of(year=legal_day(now).year, number=work.dossiers.next_number())
        work.announce(dossier.submit(by=by, reference=reference, late_confirmed=late_confirmed, now=now))
        opened = dossier.open_complement_at_submission(complement_id=uuid7(), now=now)
        if opened is not None:
            work.announce(opened)
            metrics.count(work, metrics.COMPLEMENTS, outcome="requested")
        is_late = "true" if dossier.is_late else "false"
        metrics.count(work, metrics.SUBMITTED, procedure=dossier.procedure, is_late=is_late)
        log_done(work, "submit_dossier", dossier_id=dossier_id, reference=reference)
    return dossier


def _enterprise(
    work: DossiersWork, bce_number: BceNumber, establishment_number: EstablishmentNumber | None
) -> Enterprise:
    name = work.mandates.name_of(bce_number)
    return Enterprise(bce_number=bce_number, name=name, establishment_number=establishment_number)
