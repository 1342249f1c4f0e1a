"""Europeans: the first sign-in with eIDAS asks for a Belgian number; an agent decides where two people claim one."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from contracts.errors import InvalidRequest, TooManyAttempts
from contracts.identity import (
    LinkingUnknown,
    LinkingView,
    NoConflict,
    NumberLinkedAlready,
    NumberNotHers,
    OwnConflict,
    SessionUnknown,
)
from services.portal import wishes
from services.portal.forms import command_id
from services.portal.forms.european import ConflictDecisionForm, LinkingForm
from services.portal.layout import enter_agents_console
from services.portal.neighbours import neighbours
from services.portal.pages import refusals
from services.portal.pages.sign_in import failed, take_place
from services.portal.visitors import for_agents, signed_in

pages = Blueprint("european", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/connexion/europe")
def ask_number() -> Answer:
    try:
        linking = _linking()
    except LinkingUnknown:
        return failed("too_old", 400)
    return _number_page(linking, LinkingForm(email=linking.email))


@pages.post("/connexion/europe")
def link_european_identity() -> Answer:
    form = LinkingForm()
    try:
        linking = _linking()
    except LinkingUnknown:
        return failed("too_old", 400)
    if not form.validate():
        return _number_page(linking, form), 422
    try:
        signed_in = (
            neighbours()
            .sign_in()
            .link_european_identity(
                linking_token=session["linking_token"],
                national_number=form.national_number.data,
                email=form.email.data,
                telephone=form.telephone.data,
                address=request.remote_addr or "",
                command_id=command_id(),
            )
        )
    except (LinkingUnknown, SessionUnknown):
        return failed("too_old", 400)
    except NumberLinkedAlready:
        return render_template("sign_in/contested.html"), 409
    except (InvalidRequest, NumberNotHers, TooManyAttempts) as refusal:
        refusals.show_on(form, refusal)
        return _number_page(linking, form), 422
    take_place(str(signed_in.session_token))
    return redirect(wishes.local_path(signed_in.return_to) or url_for("arrival.arrive"), 303)


@pages.get("/agents/eidas")
@signed_in
@for_agents
def list_european_conflicts() -> str:
    enter_agents_console()
    return render_template("agents/conflicts.html", conflicts=neighbours().identity().list_european_conflicts())


@pages.get("/agents/eidas/<uuid:identity_id>")
@signed_in
@for_agents
def get_european_conflict(identity_id: UUID) -> str:
    return _conflict_page(identity_id, ConflictDecisionForm())


@pages.post("/agents/eidas/<uuid:identity_id>")
@signed_in
@for_agents
def decide_european_conflict(identity_id: UUID) -> Answer:
    form = ConflictDecisionForm()
    if not form.validate():
        return _conflict_page(identity_id, form), 422
    try:
        neighbours().identity().decide_european_conflict(
            identity_id=identity_id,
            person_id=form.person_id.data,
            accept=form.outcome.data == "accept",
            reason=form.reason.data,
            command_id=command_id(),
        )
    except (NoConflict, OwnConflict) as refusal:
        flash(refusals.sentence_of(refusal), "warning")
    else:
        flash(_("La décision est prise. La personne en est avertie."), "success")
    return redirect(url_for("european.list_european_conflicts"), 303)


def _linking() -> LinkingView:
    """Raises LinkingUnknown."""
    token = session.get("linking_token")
    if token is None:
        raise LinkingUnknown()
    linking: LinkingView = neighbours().sign_in().get_linking(linking_token=token, address=request.remote_addr or "")
    return linking


def _number_page(linking: LinkingView, form: LinkingForm) -> str:
    return render_template("sign_in/european.html", linking=linking, form=form)


def _conflict_page(identity_id: UUID, form: ConflictDecisionForm) -> str:
    enter_agents_console()
    conflict = neighbours().identity().get_european_conflict(identity_id=identity_id)
    form.person_id.data = form.person_id.data or str(conflict.person_id)
    return render_template("agents/conflict.html", conflict=conflict, form=form)
