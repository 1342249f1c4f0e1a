"""One person's role in an enterprise, as its access managers see and change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for

from contracts.delegation import EnterpriseAccess, LastAccessManager, MandateEnded, MandateView, OwnMandate, TermTooLong
from contracts.errors import InvalidRequest, NotFound
from services.portal.forms import CommandForm, command_id
from services.portal.forms.accesses import ReassignmentForm, RenewalForm, SuspensionForm
from services.portal.languages import day
from services.portal.languages import gettext as _
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

    def renew(before: MandateView) -> str:
        renewed = (
            neighbours()
            .delegation()
            .renew_mandate(mandate_id=mandate_id, valid_until=form.valid_until.data, command_id=command_id())
        )
        return _told_of_renewal(before, renewed)

    return _change(bce_number, mandate_id, renew, renewal=form)


@pages.post("/suspendre")
@signed_in
def suspend_mandate(bce_number: str, mandate_id: UUID) -> Answer:
    form = SuspensionForm()

    def suspend(before: MandateView) -> str:
        reason = form.reason.data.strip()
        neighbours().delegation().suspend_mandate(mandate_id=mandate_id, reason=reason, command_id=command_id())
        return _("Le rôle est suspendu : la personne ne peut plus l’utiliser jusqu’à ce que vous le rétablissiez.")

    return _change(bce_number, mandate_id, suspend, suspension=form)


@pages.post("/retablir")
@signed_in
def resume_mandate(bce_number: str, mandate_id: UUID) -> Answer:
    def resume(before: MandateView) -> str:
        neighbours().delegation().resume_mandate(mandate_id=mandate_id, command_id=command_id())
        return _("Le rôle est rétabli. La personne en est avertie.")

    return _change(bce_number, mandate_id, resume)


@pages.post("/reduire/<category>")
@signed_in
def narrow_mandate(bce_number: str, mandate_id: UUID, category: str) -> Answer:
    def narrow(before: MandateView) -> str:
        neighbours().delegation().narrow_mandate(mandate_id=mandate_id, category=category, command_id=command_id())
        if category not in before.procedure_categories:
            return _("Le rôle ne valait déjà plus pour ces démarches.")
        return _("Le rôle ne vaut plus pour ces démarches.")

    return _change(bce_number, mandate_id, narrow)


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


def _change(bce_number: str, mandate_id: UUID, change: Callable[[MandateView], str], **sent: CommandForm) -> Answer:
    """``change`` takes the mandate as it is, and says what became of it. The form that was ``sent``, if there is one to
    fill in, shows what is wrong with it."""
    access = managed_access(bce_number)
    before, _people = _find(access, mandate_id)
    form = next(iter(sent.values()), None)
    if form is None or form.validate():
        try:
            told = change(before)
        except (InvalidRequest, TermTooLong, LastAccessManager) as refusal:
            if form is None:
                return back_to_console(access, refusals.sentences_of(refusal), "warning")
            refusals.show_on(form, refusal)
        except (OwnMandate, MandateEnded) as refusal:
            return back_to_console(access, refusals.sentence_of(refusal), "warning")
        else:
            return back_to_console(access, told)
    return _page(access, mandate_id, **sent)


def _told_of_renewal(before: MandateView, renewed: MandateView) -> str:
    until = day(renewed.valid_until)
    if renewed.valid_until > before.valid_until:
        told = _("Le rôle est prolongé jusqu’au %(day)s.", day=until)
    elif renewed.valid_until < before.valid_until:
        told = _("Le rôle est raccourci : il prend fin après le %(day)s.", day=until)
    else:
        told = _("Le rôle vaut jusqu’au %(day)s, comme avant.", day=until)
    if renewed.state == "suspended":
        return told + " " + _("Il reste suspendu jusqu’à ce que vous le rétablissiez.")
    if renewed.valid_until == before.valid_until:
        return told
    return told + " " + _("La personne en est avertie.")


def _page(access: EnterpriseAccess, mandate_id: UUID, **sent: CommandForm) -> Answer:
    mandate, people = _find(access, mandate_id)
    here = visitor().person_id
    forms: dict[str, Any] = {"renewal": RenewalForm(formdata=None), "suspension": SuspensionForm(formdata=None)} | sent
    page = render_template(
        "access_managers/mandate.html",
        access=access,
        mandate=mandate,
        is_own=mandate.person_id == here,
        has_other_manager=_has_manager_but(here, people),
        **forms,
    )
    return (page, 422) if sent else page


def _has_manager_but(person_id: UUID, people: list[MandateView]) -> bool:
    """Somebody else who decides who acts."""
    others = [each for each in people if each.person_id != person_id and each.state == "active"]
    return any("mandate.manage" in each.permissions for each in others)


def _find(access: EnterpriseAccess, mandate_id: UUID) -> tuple[MandateView, list[MandateView]]:
    """It, and all of the enterprise."""
    people = neighbours().delegation().list_people_of(bce_number=access.bce_number)
    mandate = next((mandate for mandate in people if mandate.mandate_id == mandate_id), None)
    if mandate is None:
        raise NotFound()
    return mandate, people
