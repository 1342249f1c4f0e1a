"""The professional space: one's enterprises, asking for a role, accepting an invitation."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response

from contracts.delegation import (
    AlreadyDecided,
    AlreadyHeld,
    AlreadyRequested,
    EnterpriseAccess,
    EnterpriseUnknown,
    InvitationForAnother,
    InvitationInvalid,
    NoAccessManager,
    ResentTooOften,
    RoleRequestView,
)
from contracts.dossiers import DossierSummary
from contracts.errors import InvalidRequest, NotFound, TooManyAttempts
from services.portal import wishes
from services.portal.forms import command_id
from services.portal.forms.spaces import RoleRequestForm
from services.portal.layout import enter_enterprise, leave_enterprises_but
from services.portal.neighbours import neighbours
from services.portal.pages import refusals
from services.portal.visitors import find_visitor, missing_for_space, signed_in, with_open_space

pages = Blueprint("enterprises", __name__)

LATEST = 5


class BceConverter(BaseConverter):
    """An enterprise number in an address: ten digits."""

    regex = "[01][0-9]{9}"


@pages.record_once
def _teach_addresses(state: object) -> None:
    state.app.url_map.converters["bce"] = BceConverter  # type: ignore[attr-defined]


@pages.get("/entreprises")
@signed_in
def list_my_enterprises() -> str:
    delegation = neighbours().delegation()
    enterprises = delegation.list_my_enterprises()
    leave_enterprises_but(enterprises)
    return render_template(
        "enterprises/list.html",
        enterprises=enterprises,
        suspended=[mandate for mandate in delegation.list_my_mandates() if mandate.state == "suspended"],
        requests=[asked for asked in delegation.list_my_role_requests() if asked.state != "accepted"],
        invitations=[invitation for invitation in delegation.list_my_invitations() if invitation.state == "open"],
    )


@pages.route("/entreprises/ajouter", methods=["GET", "POST"])
@signed_in
@with_open_space
def request_role() -> str | Response | tuple[str, int]:
    form = RoleRequestForm()
    if not form.is_submitted():
        form.role.data = "signatory"
        return render_template("enterprises/request_role.html", form=form)
    if form.validate():
        if (bce_number := form.enterprise) is None:
            return _offer_enterprises(form)
        try:
            asked = (
                neighbours()
                .delegation(person=True)
                .request_role(
                    bce_number=bce_number,
                    role=form.role.data,
                    message=(form.message.data or "").strip(),
                    command_id=command_id(),
                )
            )
        except NoAccessManager as refusal:
            return (
                render_template(
                    "enterprises/no_access_manager.html",
                    bce_number=bce_number,
                    help_url=refusal.details.get("help_url"),
                ),
                409,
            )
        except (InvalidRequest, EnterpriseUnknown, AlreadyRequested, AlreadyHeld, TooManyAttempts) as refusal:
            refusals.show_on(form, refusal)
        else:
            return redirect(url_for("enterprises.show_role_request", role_request_id=asked.role_request_id), 303)
    return render_template("enterprises/request_role.html", form=form), 422


@pages.get("/entreprises/demandes/<uuid:role_request_id>")
@signed_in
def show_role_request(role_request_id: UUID) -> str:
    mine = neighbours().delegation().list_my_role_requests()
    asked = next((asked for asked in mine if asked.role_request_id == role_request_id), None)
    if asked is None:
        raise NotFound()
    return render_template("enterprises/role_request.html", asked=asked)


@pages.post("/entreprises/demandes/<uuid:role_request_id>/retirer")
@signed_in
def withdraw_role_request(role_request_id: UUID) -> Response:
    return _change(role_request_id, neighbours().delegation().withdraw_role_request, _("La demande est retirée."))


@pages.post("/entreprises/demandes/<uuid:role_request_id>/rappeler")
@signed_in
def resend_role_request(role_request_id: UUID) -> Response:
    told = _("Les gestionnaires d’accès de cette entreprise sont avertis à nouveau.")
    return _change(role_request_id, neighbours().delegation().resend_role_request, told)


@pages.get("/entreprises/<bce:bce_number>")
@signed_in
def show_enterprise(bce_number: str) -> str:
    access = enterprise_access(bce_number)
    dossiers = _dossiers_of(access, "")
    manages = "mandate.manage" in access.permissions
    requests = neighbours().delegation().list_role_requests(bce_number=access.bce_number) if manages else []
    mine = neighbours().delegation().list_my_mandates(bce_number=access.bce_number)
    return render_template(
        "enterprises/home.html",
        access=access,
        stopped_roles=[mandate for mandate in mine if mandate.state != "active"],
        to_act=[dossier for dossier in dossiers if dossier.must_act],
        latest=[dossier for dossier in dossiers if not dossier.must_act][:LATEST],
        open_requests=[asked for asked in requests if asked.state == "open"],
    )


@pages.get("/entreprises/<bce:bce_number>/dossiers")
@signed_in
def list_dossiers(bce_number: str) -> str:
    access = enterprise_access(bce_number)
    text = request.args.get("recherche", "").strip()
    return render_template("enterprises/dossiers.html", access=access, dossiers=_dossiers_of(access, text), text=text)


@pages.get("/invitations")
@signed_in
def list_my_invitations() -> Response:
    """Where a mail leads who was invited by his number."""
    return redirect(_list_of_invitations(), 303)


@pages.get("/invitations/<secret>")
def get_invitation(secret: str) -> str | Response | tuple[str, int]:
    """Who is not signed in learns nothing of the invitation but that it waits for a sign-in. Who has no address yet
    confirms one first: that to which it was sent."""
    present = find_visitor()
    missing = None if present is None else missing_for_space(present)
    if present is None or missing is not None:
        wishes.wish(request.path)
    if present is None:
        return render_template("enterprises/invitation_sign_in.html")
    if missing is not None:
        return redirect(missing, 303)
    try:
        invitation = neighbours().delegation().get_invitation(secret=secret)
    except (InvitationInvalid, NotFound, InvalidRequest):
        return render_template("enterprises/invitation_invalid.html"), 410
    return render_template("enterprises/invitation.html", invitation=invitation)


@pages.post("/invitations/<secret>")
@signed_in
def accept_invitation(secret: str) -> Response | tuple[str, int]:
    return _accept(secret=secret, invitation_id=None)


@pages.post("/entreprises/invitations/<uuid:invitation_id>")
@signed_in
def accept_my_invitation(invitation_id: UUID) -> Response | tuple[str, int]:
    return _accept(secret=None, invitation_id=invitation_id)


@pages.post("/invitations/<secret>/decliner")
@signed_in
def decline_invitation(secret: str) -> Response | tuple[str, int]:
    return _decline(secret=secret, invitation_id=None)


@pages.post("/entreprises/invitations/<uuid:invitation_id>/decliner")
@signed_in
def decline_my_invitation(invitation_id: UUID) -> Response | tuple[str, int]:
    return _decline(secret=None, invitation_id=invitation_id)


def enterprise_access(bce_number: str) -> EnterpriseAccess:
    """The visitor's access to an enterprise, whose space is entered. Raises NotFound where he has none."""
    access = find_access(bce_number)
    if access is None:
        raise NotFound()
    enter_enterprise(access)
    return access


def find_access(bce_number: str) -> EnterpriseAccess | None:
    mine = neighbours().delegation().list_my_enterprises()
    return next((access for access in mine if access.bce_number == bce_number), None)


def _offer_enterprises(form: RoleRequestForm) -> str | tuple[str, int]:
    """Those of the name that was typed, to choose from."""
    try:
        matches = neighbours().delegation().search_enterprises(query=form.bce_number.data.strip())
    except (InvalidRequest, TooManyAttempts) as refusal:
        refusals.show_on(form, refusal)
    else:
        if matches and form.sought.data == form.bce_number.data:
            form.form_errors.append(_("Choisissez l’entreprise dans la liste."))
            return render_template("enterprises/request_role.html", form=form, matches=matches), 422
        if matches:
            return render_template("enterprises/request_role.html", form=form, matches=matches)
        form.bce_number.errors = [_("Aucune entreprise ne porte ce nom. Vérifiez-le, ou donnez le numéro.")]
    return render_template("enterprises/request_role.html", form=form), 422


def _dossiers_of(access: EnterpriseAccess, text: str) -> list[DossierSummary]:
    if "dossier.read" not in access.permissions:
        return []
    try:
        return neighbours().dossiers().list_dossiers(bce_number=access.bce_number, text=text)
    except NotFound:
        # To who acts since a moment ago, dossiers shows none.
        return []


def _list_of_invitations() -> str:
    return url_for("enterprises.list_my_enterprises") + "#invitations"


def _accept(*, secret: str | None, invitation_id: UUID | None) -> Response | tuple[str, int]:
    try:
        mandate = (
            neighbours()
            .delegation(person=True)
            .accept_invitation(secret=secret, invitation_id=invitation_id, command_id=command_id())
        )
    except InvitationForAnother:
        return render_template("enterprises/invitation_for_another.html"), 403
    except (InvitationInvalid, NotFound):
        return render_template("enterprises/invitation_invalid.html"), 410
    except (EnterpriseUnknown, InvalidRequest):
        # It says why, or that it is none.
        flash(_("L’invitation n’a pas pu être acceptée."), "warning")
        shown = url_for("enterprises.get_invitation", secret=secret) if secret else _list_of_invitations()
        return redirect(shown, 303)
    flash(_("L’invitation est acceptée : vous pouvez agir pour cette entreprise dès maintenant."), "success")
    return redirect(url_for("enterprises.show_enterprise", bce_number=mandate.bce_number), 303)


def _decline(*, secret: str | None, invitation_id: UUID | None) -> Response | tuple[str, int]:
    try:
        neighbours().delegation(person=True).decline_invitation(
            secret=secret, invitation_id=invitation_id, command_id=command_id()
        )
    except InvitationForAnother:
        return render_template("enterprises/invitation_for_another.html"), 403
    except (InvitationInvalid, NotFound, InvalidRequest):
        return render_template("enterprises/invitation_invalid.html"), 410
    flash(_("L’invitation est déclinée. L’entreprise le verra."), "success")
    return redirect(url_for("enterprises.list_my_enterprises"), 303)


def _change(role_request_id: UUID, change: Callable[..., RoleRequestView], told: str) -> Response:
    try:
        change(role_request_id=role_request_id, command_id=command_id())
    except (AlreadyDecided, ResentTooOften, NoAccessManager) as refusal:
        flash(refusals.sentence_of(refusal), "warning")
    else:
        flash(told, "success")
    return redirect(url_for("enterprises.show_role_request", role_request_id=role_request_id), 303)
