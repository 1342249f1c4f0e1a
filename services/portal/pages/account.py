"""The person's own: profile, partner portals."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from contracts.delegation import EnterpriseAccess
from contracts.errors import InvalidRequest, NotFound
from contracts.exports import Exports, PersonExport
from contracts.identifiers import BceNumber
from contracts.identity import (
    AddressUnchanged,
    AskedTooOften,
    DeletionAlreadyAsked,
    EducationStaffStays,
    NoDeletionPending,
)
from services.portal.forms import command_id
from services.portal.forms.spaces import AccountDeletionForm, EmailForm
from services.portal.neighbours import neighbours, unless_away
from services.portal.pages import refusals, words
from services.portal.visitors import signed_in, visitor, with_open_space

pages = Blueprint("account", __name__)

LATEST_ACTS = 50
CITIZEN = "citizen"


@pages.get("/profil")
@signed_in
def get_profile() -> str:
    return render_template("account/profile.html", profile=neighbours().identity().get_profile())


@pages.get("/profil/sessions")
@signed_in
def list_sessions() -> str:
    return render_template("account/sessions.html", sessions=neighbours().identity().list_sessions())


@pages.post("/profil/sessions/<uuid:session_id>/terminer")
@signed_in
def end_session(session_id: UUID) -> Response:
    neighbours().identity().end_session(session_id=session_id, command_id=command_id())
    flash(_("Cette session est terminée."), "success")
    return redirect(url_for("account.list_sessions"), 303)


@pages.post("/profil/sessions/terminer-toutes")
@signed_in
def sign_out_everywhere() -> Response:
    neighbours().identity().sign_out_everywhere(command_id=command_id())
    session.clear()
    return redirect(url_for("sign_in.show_signed_out"), 303)


@pages.get("/profil/adresses")
@signed_in
def list_contacts() -> str:
    """Of the citizen space, of each enterprise that she may act for, and of those that she gave an address for."""
    contacts = {contact.space: contact for contact in neighbours().identity().list_contacts()}
    enterprises = unless_away(neighbours().delegation().list_my_enterprises)
    spaces = {BceNumber(space): "" for space in contacts if space != CITIZEN}
    spaces |= {enterprise.bce_number: enterprise.name for enterprise in enterprises or []}
    return render_template("account/contacts.html", contacts=contacts, spaces=spaces, is_whole=enterprises is not None)


@pages.route("/profil/adresses/<space>", methods=["GET", "POST"])
@signed_in
@with_open_space
def give_email(space: str) -> str | Response | tuple[str, int]:
    form = EmailForm()
    contact = next((one for one in neighbours().identity().list_contacts() if one.space == space), None)
    enterprise = None if space == CITIZEN else _find_enterprise(space)
    if contact is None and enterprise is None and space != CITIZEN:
        raise NotFound()
    if not form.is_submitted():
        form.email.data = contact and (contact.awaiting_email or contact.email)
    elif form.validate():
        try:
            given = (
                neighbours().identity().give_email(space=space, email=form.email.data.strip(), command_id=command_id())
            )
        except (InvalidRequest, AskedTooOften, AddressUnchanged) as refusal:
            refusals.show_on(form, refusal)
        else:
            if given.awaiting_email is None:
                sentence = _("Votre adresse confirmée reste la même : le lien envoyé à l’autre ne vaut plus.")
            else:
                sentence = _("Un message vient d’être envoyé à cette adresse : suivez son lien pour la confirmer.")
            flash(sentence, "success")
            return redirect(url_for("account.list_contacts"), 303)
    number = None if space == CITIZEN else BceNumber(space)
    page = render_template("account/email.html", form=form, number=number, enterprise=enterprise)
    return (page, 422) if form.is_submitted() else page


def _find_enterprise(space: str) -> EnterpriseAccess | None:
    """That she may act for."""
    enterprises = neighbours().delegation().list_my_enterprises()
    return next((enterprise for enterprise in enterprises if enterprise.bce_number == space), None)


@pages.route("/profil/suppression", methods=["GET", "POST"])
@signed_in
def request_account_deletion() -> str | Response | tuple[str, int]:
    identity = neighbours().identity()
    outlook = identity.get_account_deletion()
    form = AccountDeletionForm(needs_reason=outlook.open_dossiers > 0)
    if form.is_submitted() and form.validate():
        try:
            identity.request_account_deletion(reason=(form.reason.data or "").strip(), command_id=command_id())
        except (InvalidRequest, DeletionAlreadyAsked, EducationStaffStays) as refusal:
            refusals.show_on(form, refusal)
        else:
            return redirect(url_for("account.request_account_deletion"), 303)
    is_pending = outlook.current is not None and outlook.current.state in ("to_decide", "accepted")
    # To cancel must not hang on another service than identity.
    is_warned = not is_pending and not outlook.is_education_staff
    page = render_template(
        "account/deletion.html",
        form=form,
        outlook=outlook,
        is_pending=is_pending,
        alone_in=unless_away(neighbours().delegation().list_managed_alone) if is_warned else [],
    )
    return (page, 422) if form.is_submitted() else page


@pages.post("/profil/suppression/annuler")
@signed_in
def cancel_account_deletion() -> Response:
    try:
        neighbours().identity().cancel_account_deletion(command_id=command_id())
    except NoDeletionPending as refusal:
        flash(refusals.sentence_of(refusal), "warning")
    else:
        flash(_("La suppression est annulée : vous gardez votre compte."), "success")
    return redirect(url_for("account.request_account_deletion"), 303)


@pages.get("/profil/mes-donnees")
@signed_in
def show_export() -> str:
    """What each service holds, and who did what that concerns her."""
    exports = _exports()
    told = [act for export in exports.values() if export is not None for act in export.acts]
    acts = sorted(told, key=lambda act: str(act["at"]), reverse=True)
    me = str(visitor().person_id)
    return render_template(
        "account/export.html",
        missing=[words.part(name) for name in _missing(exports)],
        by_others=[act for act in acts if act.get("actor") != me],
        by_me=[act for act in acts if act.get("actor") == me][:LATEST_ACTS],
    )


@pages.get("/profil/mes-donnees.json")
@signed_in
def download_export() -> Response:
    """{service: {"holds", "acts"}}; ``missing``: the services that are away."""
    exports = _exports()
    parts = {name: {"holds": each.holds, "acts": each.acts} for name, each in exports.items() if each is not None}
    content = json.dumps({"missing": _missing(exports)} | parts, ensure_ascii=False, indent=2)
    answer = Response(content, mimetype="application/json")
    answer.headers["Content-Disposition"] = "attachment; filename=mon-espace.json"
    return answer


def _exports() -> dict[str, PersonExport | None]:
    """Of each service; None where it is away."""
    near = neighbours()
    services: dict[str, Exports] = {
        "identity": near.identity(),
        "delegation": near.delegation(),
        "dossiers": near.dossiers(),
        "notifications": near.notifications(),
    }
    return {name: unless_away(partial(_whole_export, service)) for name, service in services.items()}


def _missing(exports: dict[str, PersonExport | None]) -> list[str]:
    return [name for name, export in exports.items() if export is None]


def _whole_export(service: Exports) -> PersonExport:
    export = service.export_person()
    while export.more_before is not None:
        rest = service.export_person(before=export.more_before)
        export = replace(export, acts=export.acts + rest.acts, more_before=rest.more_before)
    return export


@pages.get("/guichets-partenaires")
@signed_in
def list_partners() -> str:
    return render_template("account/partners.html")
