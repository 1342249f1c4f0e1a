"""The citizen space: its creation, its notice, its home and its dossiers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from contracts.errors import InvalidRequest
from contracts.identity import AskedTooOften, LinkInvalid, SpaceAlreadyOpen
from services.portal.forms import command_id
from services.portal.forms.spaces import CitizenSpaceForm
from services.portal.layout import enter_citizen_space
from services.portal.neighbours import neighbours
from services.portal.pages import refusals
from services.portal.pages.arrival import put_away_notice
from services.portal.visitors import (
    DATA_PROTECTION,
    find_notice,
    find_visitor,
    signed_in,
    visitor,
    with_open_space,
)

pages = Blueprint("citizen", __name__)

LATEST = 5
CITIZEN = "citizen"


@pages.route("/espace-citoyen/creation", methods=["GET", "POST"])
@signed_in
def create_citizen_space() -> str | Response | tuple[str, int]:
    if visitor().citizen_space == "open":
        return redirect(url_for("arrival.arrive"), 303)
    form = CitizenSpaceForm()
    if not form.is_submitted():
        profile = neighbours().identity().get_profile()
        form.email.data = profile.awaiting_email or profile.csam_email
        return render_template("citizen/create.html", form=form)
    if form.validate():
        try:
            neighbours().identity().create_citizen_space(email=form.email.data.strip(), command_id=command_id())
        except SpaceAlreadyOpen:
            return redirect(url_for("arrival.arrive"), 303)
        except (InvalidRequest, AskedTooOften) as refusal:
            refusals.show_on(form, refusal)
        else:
            return redirect(url_for("citizen.await_confirmation"), 303)
    return render_template("citizen/create.html", form=form), 422


@pages.get("/espace-citoyen/confirmation")
@signed_in
def await_confirmation() -> str | Response:
    if visitor().citizen_space == "absent":
        return redirect(url_for("citizen.create_citizen_space"), 303)
    if visitor().citizen_space == "open":
        return redirect(url_for("arrival.arrive"), 303)
    return render_template("citizen/await.html", email=neighbours().identity().get_profile().awaiting_email)


@pages.post("/espace-citoyen/confirmation")
@signed_in
def resend_confirmation() -> Response:
    try:
        neighbours().identity().resend_confirmation(command_id=command_id())
    except SpaceAlreadyOpen:
        return redirect(url_for("arrival.arrive"), 303)
    except AskedTooOften as refusal:
        flash(refusals.sentence_of(refusal), "warning")
    else:
        flash(_("Un nouveau message vient de vous être envoyé. Le lien du précédent ne sert plus."), "success")
    return redirect(url_for("citizen.await_confirmation"), 303)


@pages.get("/confirmer/<secret>")
def show_confirmation(secret: str) -> str:
    """Only a button: programs that look into mails follow links, and would use this one up."""
    return render_template("citizen/confirm.html")


@pages.post("/confirmer/<secret>")
def confirm_email(secret: str) -> Response | tuple[str, int]:
    try:
        confirmed = (
            neighbours()
            .sign_in()
            .confirm_email(secret=secret, address=request.remote_addr or "", command_id=command_id())
        )
    except (LinkInvalid, InvalidRequest):
        return render_template("citizen/link_invalid.html"), 410
    creates_space = confirmed.space == CITIZEN and confirmed.is_first
    return redirect(url_for("citizen.show_confirmed" if creates_space else "citizen.show_address_confirmed"), 303)


@pages.get("/espace-citoyen/confirme")
def show_confirmed() -> str:
    return render_template("citizen/confirmed.html", present=find_visitor())


@pages.get("/adresse-confirmee")
def show_address_confirmed() -> str:
    return render_template("citizen/address_confirmed.html", present=find_visitor())


@pages.get("/espace-citoyen/protection-des-donnees")
@signed_in
def show_data_protection() -> str:
    notice = find_notice(DATA_PROTECTION, visitor())
    return render_template("citizen/data_protection.html", notice=notice)


@pages.post("/espace-citoyen/protection-des-donnees")
@signed_in
def acknowledge_notice() -> Response:
    return put_away_notice()


@pages.get("/accueil")
@signed_in
@with_open_space
def show_home() -> str:
    enter_citizen_space()
    dossiers = neighbours().dossiers().list_dossiers(bce_number=None, text="")
    return render_template(
        "citizen/home.html",
        to_act=[dossier for dossier in dossiers if dossier.must_act],
        latest=[dossier for dossier in dossiers if not dossier.must_act][:LATEST],
    )


@pages.get("/dossiers")
@signed_in
@with_open_space
def list_dossiers() -> str:
    enter_citizen_space()
    text = request.args.get("recherche", "").strip()
    dossiers = neighbours().dossiers().list_dossiers(bce_number=None, text=text)
    return render_template("citizen/dossiers.html", dossiers=dossiers, text=text)
