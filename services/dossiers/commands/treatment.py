"""Answers to complement requests, and what agents do."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from services.dossiers import metrics
from services.dossiers.commands.lines import log_done
from services.dossiers.domain.access import Asker
from services.dossiers.domain.dossier import Dossier
from services.dossiers.storage import DossiersWork


def answer_complement(
    work: DossiersWork, *, dossier_id: UUID, complement_id: UUID, answer: str, asker: Asker, now: datetime
) -> Dossier:
    with work:
        dossier = work.dossiers.see_to_change(dossier_id, asker=asker, now=now)
        by = asker.require("dossier.submit", dossier)
        work.announce(dossier.answer_complement(complement_id, answer=answer, by=by, now=now))
        metrics.count(work, metrics.COMPLEMENTS, outcome="answered")
        log_done(work, "answer_complement", dossier_id=dossier_id, complement_id=complement_id)
    return dossier


def claim_dossier(work: DossiersWork, *, dossier_id: UUID, asker: Asker, now: datetime) -> Dossier:
    with work:
        dossier = work.dossiers.see_to_change(dossier_id, asker=asker, now=now)
        by = asker.require_to_treat(dossier)
        work.announce(dossier.claim(by=by, now=now))
        log_done(work, "claim_dossier", dossier_id=dossier_id, agent_id=by.person_id)
    return dossier


def request_complement(
    work: DossiersWork,
    *,
    dossier_id: UUID,
    elements: list[str],
    message: str,
    due_on: date,
    asker: Asker,
    now: datetime,
) -> Dossier:
    with work:
        dossier = work.dossiers.see_to_change(dossier_id, asker=asker, now=now)
        by = asker.require_to_treat(dossier)
        requested = dossier.request_complement(
            complement_id=uuid7(), elements=elements, message=message, due_on=due_on, by=by, now=now
        )
        work.announce(requested)
        metrics.count(work, metrics.COMPLEMENTS, outcome="requested")
        log_done(work, "request_complement", dossier_id=dossier_id, due_on=str(due_on))
    return dossier


def decide_dossier(
    work: DossiersWork, *, dossier_id: UUID, outcome: str, motivation: str, asker: Asker, now: datetime
) -> Dossier:
    with work:
        dossier = work.dossiers.see_to_change(dossier_id, asker=asker, now=now)
        by = asker.require_to_treat(dossier)
        work.announce(dossier.decide(outcome=outcome, motivation=motivation, by=by, now=now))
        metrics.count(work, metrics.DECIDED, procedure=dossier.procedure, outcome=outcome)
        log_done(work, "decide_dossier", dossier_id=dossier_id, outcome=outcome)
    return dossier
