"""The agents' console: the queue, a dossier, and what an agent may do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from contracts.dossiers import AlreadyClaimed, DossierView, WrongState
from contracts.errors import InvalidRequest
from services.portal.forms import CommandForm, command_id, procedure
from services.portal.forms.agents import ComplementRequestForm, DecisionForm
from services.portal.languages import in_words
from services.portal.layout import enter_agents_console
from services.portal.neighbours import neighbours
from services.portal.pages import refusals
from services.portal.visitors import for_agents, signed_in, visitor

pages = Blueprint("agents", __name__, url_prefix="/agents")

Answer = str | Response | tuple[str, int]


@pages.get("")
@signed_in
@for_agents
def list_queue() -> str:
    enter_agents_console()
    chosen = request.args.get("demarche") or None
    dossiers = neighbours().dossiers()
    everything = dossiers.list_queue(procedure=None)
    # Asked for again: of all procedures, only those that wait longest are shown.
    queue = dossiers.list_queue(procedure=chosen) if chosen else everything
    titles = {dossier.procedure: dossier.title for dossier in everything}
    return render_template("agents/queue.html", queue=queue, titles=titles, chosen=chosen)


@pages.get("/dossiers/<uuid:dossier_id>")
@signed_in
@for_agents
def get_dossier(dossier_id: UUID) -> str:
    enter_agents_console()
    dossier = neighbours().dossiers().get_dossier(dossier_id=dossier_id)
    return render_template(
        "agents/dossier.html",
        dossier=dossier,
        sections=procedure.sections_that_apply(dossier.form),
        mine=dossier.claimed_by == visitor().person_id,
    )


@pages.post("/dossiers/<uuid:dossier_id>/prendre-en-charge")
@signed_in
@for_agents
def claim_dossier(dossier_id: UUID) -> Response:
    try:
        neighbours().dossiers().claim_dossier(dossier_id=dossier_id, command_id=command_id())
    except (AlreadyClaimed, WrongState) as refusal:
        flash(refusals.sentence_of(refusal), "warning")
    else:
        flash(_("Vous avez pris ce dossier en charge."), "success")
    return _to_dossier(dossier_id)


@pages.route("/dossiers/<uuid:dossier_id>/demander-un-complement", methods=["GET", "POST"])
@signed_in
@for_agents
def request_complement(dossier_id: UUID) -> Answer:
    form = ComplementRequestForm()

    def ask() -> None:
        neighbours().dossiers().request_complement(
            dossier_id=dossier_id,
            elements=form.element_list(),
            message=form.message.data.strip(),
            due_on=form.due_on.data,
            command_id=command_id(),
        )

    return _act(dossier_id, "request_complement", form, ask, _("La demande est envoyée à la personne."))


@pages.route("/dossiers/<uuid:dossier_id>/decider", methods=["GET", "POST"])
@signed_in
@for_agents
def decide_dossier(dossier_id: UUID) -> Answer:
    form = DecisionForm()
    outcomes = neighbours().dossiers().get_dossier(dossier_id=dossier_id).form["outcomes"]
    form.outcome.choices = [(outcome["value"], in_words(outcome["label"])) for outcome in outcomes]

    def decide() -> None:
        neighbours().dossiers().decide_dossier(
            dossier_id=dossier_id,
            outcome=form.outcome.data,
            motivation=form.motivation.data.strip(),
            command_id=command_id(),
        )

    return _act(dossier_id, "decide", form, decide, _("La décision est prise. La personne en est avertie."))


def _act(dossier_id: UUID, act: str, form: CommandForm, do: Callable[[], Any], done: str) -> Answer:
    """Show the form of an act, or do it and come back to the dossier."""
    enter_agents_console()
    if form.is_submitted() and form.validate():
        try:
            do()
        except InvalidRequest as refusal:
            refusals.show_on(form, refusal)
        except (WrongState, AlreadyClaimed) as refusal:
            flash(refusals.sentence_of(refusal), "warning")
            return _to_dossier(dossier_id)
        else:
            flash(done, "success")
            return _to_dossier(dossier_id)
    dossier: DossierView = neighbours().dossiers().get_dossier(dossier_id=dossier_id)
    page = render_template(f"agents/{act}.html", dossier=dossier, form=form)
    return (page, 422) if request.method == "POST" else page


def _to_dossier(dossier_id: UUID) -> Response:
    return redirect(url_for("agents.get_dossier", dossier_id=dossier_id), 303)
