"""One person's role in an enterprise, as its access managers see and change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from contracts.delegation import EnterpriseAccess, LastAccessManager, MandateEnded, MandateView, OwnMandate, TermTooLong
from contracts.errors import InvalidRequest, NotFound
from services.portal.forms import CommandForm, command_id
from services.portal.forms.accesses import ReassignmentForm, RenewalForm, SuspensionForm
from services.portal.neighbours import neighbours
from services.portal.pages import reassignment, refusals
from services.portal.pages.access_managers import Answer, back_to_console, managed_access
from services.portal.visitors import signed_in, visitor

pages = Blueprint("mandates", __name__, url_prefix="/entreprises/<bce:bce_number>/acces/mandats/<uuid:mandate_id>")


@pages.get("")
@signed_in
def show_mandate(bce_number: str, mandate_id: UUID) -> Answer:
    return _page(managed_access(bce_number), mandate_id)


@pages.post("/prolonger")
@signed_in
def renew_mandate(bce_number: str, mandate_id: UUID) -> Answer:
    form = RenewalForm()

    def renew() -> MandateView:
        return (
            neighbours()
            .delegation()
            .renew_mandate(mandate_id=mandate_id, valid_until=form.valid_until.data, command_id=command_id())
        )

    return _change(bce_number, mandate_id, renew, _("Le rôle est prolongé. La personne en est avertie."), renewal=form)


@pages.post("/suspendre")
@signed_in
def suspend_mandate(bce_number: str, mandate_id: UUID) -> Answer:
    form = SuspensionForm()

    def suspend() -> MandateView:
        reason = form.reason.data.strip()
        return neighbours().delegation().suspend_mandate(mandate_id=mandate_id, reason=reason, command_id=command_id())

    told = _("Le rôle est suspendu : la personne ne peut plus l’utiliser jusqu’à ce que vous le rétablissiez.")
    return _change(bce_number, mandate_id, suspend, told, suspension=form)


@pages.post("/retablir")
@signed_in
def resume_mandate(bce_number: str, mandate_id: UUID) -> Answer:
    def resume() -> MandateView:
        return neighbours().delegation().resume_mandate(mandate_id=mandate_id, command_id=command_id())

    return _change(bce_number, mandate_id, resume, _("Le rôle est rétabli. La personne en est avertie."))


@pages.post("/reduire/<category>")
@signed_in
def narrow_mandate(bce_number: str, mandate_id: UUID, category: str) -> Answer:
    def narrow() -> MandateView:
        return (
            neighbours().delegation().narrow_mandate(mandate_id=mandate_id, category=category, command_id=command_id())
        )

    return _change(bce_number, mandate_id, narrow, _("Le rôle ne vaut plus pour ces démarches."))


@pages.route("/dossiers", methods=["GET", "POST"])
@signed_in
def reassign_dossiers(bce_number: str, mandate_id: UUID) -> Answer:
    """What the person cannot look after without this role, also once it has ended."""
    access = managed_access(bce_number)
    mandate, people = _find(access, mandate_id)
    heirs = reassignment.heirs_of(mandate, people)
    form = ReassignmentForm(heirs=heirs)
    if form.is_submitted() and form.validate() and reassignment.reassign_dossiers(mandate, form):
        here = url_for("mandates.reassign_dossiers", bce_number=access.bce_number, mandate_id=mandate_id)
        return redirect(here, 303)
    page = render_template(
        "access_managers/reassign.html",
        access=access,
        form=form,
        mandate=mandate,
        heirs=heirs,
        stranded=reassignment.list_stranded(mandate),
    )
    return (page, 422) if request.method == "POST" else page


def _change(
    bce_number: str, mandate_id: UUID, change: Callable[[], MandateView], told: str, **sent: CommandForm
) -> Answer:
    """The form that was ``sent``, if there is one to fill in, shows what is wrong with it."""
    access = managed_access(bce_number)
    form = next(iter(sent.values()), None)
    if form is None or form.validate():
        try:
            change()
        except (InvalidRequest, TermTooLong, LastAccessManager) as refusal:
            if form is None:
                return back_to_console(access, refusals.sentence_of(refusal), "warning")
            refusals.show_on(form, refusal)
        except (OwnMandate, MandateEnded) as refusal:
            return back_to_console(access, refusals.sentence_of(refusal), "warning")
        else:
            return back_to_console(access, told)
    return _page(access, mandate_id, **sent)


def _page(access: EnterpriseAccess, mandate_id: UUID, **sent: CommandForm) -> Answer:
    mandate, _people = _find(access, mandate_id)
    forms: dict[str, Any] = {"renewal": RenewalForm(formdata=None), "suspension": SuspensionForm(formdata=None)} | sent
    page = render_template(
        "access_managers/mandate.html",
        access=access,
        mandate=mandate,
        is_own=mandate.person_id == visitor().person_id,
        **forms,
    )
    return (page, 422) if sent else page


def _find(access: EnterpriseAccess, mandate_id: UUID) -> tuple[MandateView, list[MandateView]]:
    """It, and all of the enterprise."""
    people = neighbours().delegation().list_people_of(bce_number=access.bce_number)
    mandate = next((mandate for mandate in people if mandate.mandate_id == mandate_id), None)
    if mandate is None:
        raise NotFound()
    return mandate, people
