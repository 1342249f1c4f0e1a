"""What somebody leaves behind in an enterprise whose role there is revoked, and who takes it over."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import flash
from flask_babel import gettext as _

from contracts.delegation import MandateView
from contracts.dossiers import DossierSummary, LookedAfterByAnother, MayNotTakeOver, WrongState
from contracts.errors import ConcurrentChange, NotFound
from services.portal.forms import command_id
from services.portal.forms.accesses import ReassignmentForm
from services.portal.neighbours import AWAY, neighbours, unless_away
from services.portal.pages import refusals, words
from services.portal.visitors import visitor

# One that is suspended can be resumed, or ended for good.
LASTING = ("active", "suspended")


def heirs_of(mandate: MandateView, people: list[MandateView]) -> list[tuple[str, str]]:
    """Who else may fill in dossiers of the enterprise, or of the establishment that the mandate is for; of which
    procedures, dossiers knows."""
    heirs: dict[UUID, str] = {}
    for each in people:
        may = (
            each.state == "active"
            and each.establishment_number in (None, mandate.establishment_number)
            and {"dossier.read", "dossier.draft"} <= set(each.permissions)
        )
        if may and each.person_id != mandate.person_id:
            heirs.setdefault(each.person_id, _name_of(each))
    return [(str(person_id), name) for person_id, name in heirs.items()]


def list_stranded(mandate: MandateView) -> list[DossierSummary] | None:
    """None where dossiers is away, or has not heard of the mandate yet: a role is revoked all the same."""

    def ask() -> list[DossierSummary]:
        return (
            neighbours()
            .dossiers()
            .list_stranded(bce_number=mandate.bce_number, person_id=mandate.person_id, mandate_id=mandate.mandate_id)
        )

    try:
        return unless_away(ask)
    except NotFound:
        return None


def list_left_behind(people: Iterable[MandateView]) -> list[tuple[MandateView, list[DossierSummary]]] | None:
    """What each of an office's people could look after no more, if its mandate ended; None where dossiers cannot tell
    of all."""
    left = []
    for mandate in people:
        stranded = list_stranded(mandate) if mandate.state in LASTING else []
        if stranded is None:
            return None
        if stranded:
            left.append((mandate, stranded))
    return left


def reassign_dossiers(mandate: MandateView, form: ReassignmentForm) -> bool:
    """Those that were shown, to whom was chosen. False where that failed, and is told on the form."""
    if not form.to_person_id.data or not form.shown:
        return True
    try:
        neighbours().dossiers().reassign_dossiers(
            bce_number=mandate.bce_number,
            dossier_ids=form.shown,
            from_person_id=mandate.person_id,
            to_person_id=UUID(form.to_person_id.data),
            command_id=command_id("reassign_dossiers"),
        )
    except MayNotTakeOver as refusal:
        form.to_person_id.errors = [refusals.sentence_of(refusal)]
        return False
    except (LookedAfterByAnother, WrongState, NotFound):
        form.form_errors.append(_("Ces dossiers ont changé entre-temps. Vérifiez la liste, puis recommencez."))
        return False
    except (ConcurrentChange, *AWAY) as refusal:
        form.form_errors.append(refusals.sentence_of(refusal))
        return False
    chosen = dict(form.to_person_id.choices)[form.to_person_id.data]
    flash(_("Les dossiers sont confiés à %(name)s.", name=chosen), "success")
    return True


def _name_of(mandate: MandateView) -> str:
    here = visitor()
    if mandate.person_id == here.person_id:
        return str(_("%(name)s (vous)", name=f"{here.given_name} {here.surname}"))
    return f"{words.holder(mandate)} – {words.role(mandate.role)}"
