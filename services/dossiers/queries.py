"""Answers; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts import dossiers as contract
from contracts.dossiers import DossiersRetold
from contracts.errors import NotFound
from contracts.events import Event
from contracts.identifiers import BceNumber
from services.dossiers import views
from services.dossiers.domain.access import Asker
from services.dossiers.domain.calendar import legal_day
from services.dossiers.domain.dossier import Dossier
from services.dossiers.domain.procedure import Procedure
from services.dossiers.domain.search import score
from services.dossiers.storage import DossiersWork


def search_procedures(
    work: DossiersWork, *, text: str, audience: str | None, now: datetime
) -> list[contract.ProcedureSummary]:
    """The best found first; then those that are open, then by title."""
    with work:
        procedures = work.procedures.list_newest()
    scores = {each.slug: score(text, _texts(each)) for each in procedures}
    found = [each for each in procedures if scores[each.slug] and (audience is None or audience in each.audiences)]
    found.sort(key=lambda each: (-round(scores[each.slug], 2), not each.is_open(now), each.title["fr"]))
    return [views.procedure(each, now=now) for each in found]


def get_procedure(work: DossiersWork, *, slug: str, now: datetime) -> contract.ProcedureSummary:
    with work:
        return views.procedure(work.procedures.get(slug), now=now)


def get_dossier(work: DossiersWork, *, dossier_id: UUID, asker: Asker, now: datetime) -> contract.DossierView:
    """That an agent looked is an act, of which the person may ask."""
    with work:
        dossier = work.dossiers.see(dossier_id, asker=asker, now=now)
        if not asker.is_user_of(dossier):
            work.record(
                "looked_at_dossier",
                subject=f"dossier:{dossier.dossier_id}",
                party=dossier.person_id,
                enterprise=dossier.bce_number,
            )
        return views.dossier(dossier, asker=asker, now=now)


def get_holdings(work: DossiersWork, *, asker: Asker, now: datetime) -> dict[str, Any]:
    """For an export: her own dossiers whole; those of enterprises are theirs."""
    with work:
        own = work.dossiers.list_of_person(asker.person_id, now=now)
        return {"dossiers": [views.dossier(each, asker=asker, now=now) for each in own if asker.is_user_of(each)]}


def list_dossiers(
    work: DossiersWork, *, bce_number: BceNumber | None, text: str, asker: Asker, now: datetime
) -> list[contract.DossierSummary]:
    """The person's own, or those of an enterprise; the last changed first."""
    with work:
        if bce_number is None:
            return _list_own(work, text=text, asker=asker, now=now)
        if not asker.may_list(bce_number):
            raise NotFound()
        dossiers = work.dossiers.list_of_enterprise(bce_number, now=now)
        return [views.summary(each, now=now) for each in dossiers if asker.is_user_of(each) and _is_meant(each, text)]


def list_stranded(
    work: DossiersWork, *, bce_number: BceNumber, person_id: UUID, mandate_id: UUID, asker: Asker, now: datetime
) -> list[contract.DossierSummary]:
    """What the person looks after for the enterprise and could act on no more without one of his mandates there; the
    last changed first. A mandate that is none of those is not found."""
    with work:
        asker.require_manager_of(bce_number)
        holder = work.mandates.asker(person_id, level=0, is_agent=False, today=legal_day(now))
        if not holder.holds(mandate_id, bce_number):
            raise NotFound()
        dossiers = work.dossiers.list_open_of(person_id, bce_number=bce_number, now=now)
        stranded = [each for each in dossiers if each.is_stranded(holder=holder.without(mandate_id))]
        managed = [each for each in stranded if asker.may("mandate.manage", each)]
        return [views.summary(each, now=now) for each in managed[: contract.MOST_REASSIGNED]]


def list_queue(
    work: DossiersWork, *, procedure: str | None, asker: Asker, now: datetime
) -> list[contract.DossierSummary]:
    """What waits for the administration, or is being treated; the longest waiting first."""
    asker.require_as_agent()
    with work:
        return [views.summary(each, now=now) for each in work.dossiers.list_to_treat(procedure=procedure)]


def states(work: DossiersWork) -> Iterator[Event]:
    """The current state of every dossier as the event that fits it, for ``republish``."""
    for dossier in work.dossiers.all_submitted():
        yield dossier.told(_fitting(dossier), now=dossier.updated_at, by=None)
    yield DossiersRetold(epoch=work.epoch, version=1, occurred_at=work.runtime.now())


def _fitting(dossier: Dossier) -> type[contract.DossierEvent]:
    if dossier.state == "decided":
        return contract.DossierDecided
    if dossier.complement_due_at() is not None:
        return contract.ComplementRequested
    return contract.DossierClaimed if dossier.state == "in_treatment" else contract.DossierSubmitted


def _list_own(work: DossiersWork, *, text: str, asker: Asker, now: datetime) -> list[contract.DossierSummary]:
    """With what she submitted for enterprises that left her behind, which are listed nowhere else for her."""
    own = work.dossiers.list_of_person(asker.person_id, now=now)
    listed = [views.summary(each, now=now) for each in own if _is_meant(each, text)]
    for bce_number in asker.orphaned:
        name = work.mandates.name_of(bce_number)
        submitted = work.dossiers.list_submitted_for(bce_number, by=asker.person_id, now=now)
        left = [each for each in submitted if not asker.may("dossier.read", each) and _is_meant(each, text)]
        listed += [views.summary(each, orphaned_enterprise=name, now=now) for each in left]
    return sorted(listed, key=lambda each: each.updated_at, reverse=True)


def _texts(procedure: Procedure) -> Iterator[str]:
    yield from procedure.title.values()
    yield from procedure.summary.values()
    for words in procedure.keywords.values():
        yield from words


def _is_meant(dossier: Dossier, text: str) -> bool:
    numbers = filter(None, (dossier.reference, dossier.establishment_number))
    return score(text, [*dossier.definition.title.values(), *numbers]) > 0
