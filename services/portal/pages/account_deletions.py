"""The agents' console: who asked for the deletion of an account, and who belongs to the education staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from contracts.errors import InvalidRequest
from contracts.identifiers import NationalNumber
from contracts.identity import EducationStaffStays, NoAddress, NoDeletionPending, OwnDeletion
from services.portal.forms import CommandForm, command_id
from services.portal.forms.agents import DeletionDecisionForm, EducationStaffForm, LetterForm
from services.portal.layout import enter_agents_console
from services.portal.neighbours import neighbours
from services.portal.pages import refusals
from services.portal.visitors import for_agents, signed_in

pages = Blueprint("account_deletions", __name__, url_prefix="/agents/suppressions")

Answer = str | Response | tuple[str, int]


@pages.get("")
@signed_in
@for_agents
def list_account_deletions() -> str:
    return _list_page(EducationStaffForm())


@pages.get("/<uuid:deletion_id>")
@signed_in
@for_agents
def get_account_deletion(deletion_id: UUID) -> str:
    return _page(deletion_id)


@pages.post("/<uuid:deletion_id>/ecrire")
@signed_in
@for_agents
def write_about_deletion(deletion_id: UUID) -> Answer:
    form = LetterForm()

    def write() -> None:
        neighbours().identity().write_about_deletion(
            deletion_id=deletion_id, message=form.message.data, command_id=command_id()
        )
        flash(_("Votre message est envoyé."), "success")

    return _do(deletion_id, form, write, letter=form)


@pages.post("/<uuid:deletion_id>/decider")
@signed_in
@for_agents
def decide_account_deletion(deletion_id: UUID) -> Answer:
    form = DeletionDecisionForm()

    def decide() -> None:
        neighbours().identity().decide_account_deletion(
            deletion_id=deletion_id,
            accept=form.outcome.data == "accept",
            reason=form.reason.data,
            command_id=command_id(),
        )
        flash(_("La décision est prise. La personne en est avertie."), "success")

    return _do(deletion_id, form, decide, decision=form)


@pages.post("/personnel-enseignant")
@signed_in
@for_agents
def set_education_staff() -> Answer:
    form = EducationStaffForm()
    if form.validate():
        try:
            neighbours().identity().set_education_staff(
                national_number=NationalNumber.parse(form.national_number.data),
                is_staff=form.is_staff.data == "yes",
                command_id=command_id(),
            )
        except InvalidRequest as refusal:
            refusals.show_on(form, refusal)
        else:
            flash(_("C’est enregistré."), "success")
            return redirect(url_for("account_deletions.list_account_deletions"), 303)
    return _list_page(form), 422


def _do(deletion_id: UUID, form: CommandForm, act: Callable[[], None], **forms: Any) -> Answer:
    if not form.validate():
        return _page(deletion_id, **forms), 422
    try:
        act()
    except InvalidRequest as refusal:
        refusals.show_on(form, refusal)
        return _page(deletion_id, **forms), 422
    except EducationStaffStays:
        # The sentence of the refusal itself speaks to who asks for the deletion, not to who decides.
        form.form_errors.append(
            _("Cette personne est membre des personnels de l’Enseignement : son compte ne peut pas être supprimé.")
        )
        return _page(deletion_id, **forms), 422
    except (NoDeletionPending, OwnDeletion, NoAddress) as refusal:
        flash(refusals.sentence_of(refusal), "warning")
    return redirect(url_for("account_deletions.list_account_deletions"), 303)


def _list_page(staff_form: EducationStaffForm) -> str:
    enter_agents_console()
    cases = neighbours().identity().list_account_deletions()
    return render_template("agents/deletions.html", cases=cases, staff_form=staff_form)


def _page(deletion_id: UUID, **forms: Any) -> str:
    enter_agents_console()
    shown: dict[str, Any] = {"letter": LetterForm(), "decision": DeletionDecisionForm()} | forms
    case = neighbours().identity().get_account_deletion_case(deletion_id=deletion_id)
    return render_template("agents/deletion.html", case=case, **shown)
