"""Once a year the access managers of an enterprise say which roles are still needed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from contracts.delegation import EnterpriseAccess, MandateEnded, MandateView, OwnMandate
from contracts.errors import InvalidRequest
from services.portal.forms import command_id
from services.portal.forms.recertification import RecertificationForm, recertification_form
from services.portal.neighbours import neighbours
from services.portal.pages import refusals
from services.portal.pages.access_managers import Answer, managed_access
from services.portal.visitors import signed_in, visitor

pages = Blueprint("recertification", __name__, url_prefix="/entreprises/<bce:bce_number>/acces/confirmer")


@pages.get("")
@signed_in
def list_to_confirm(bce_number: str) -> Answer:
    access = managed_access(bce_number)
    mandates = _list_to_confirm(access)
    return _page(access, mandates, recertification_form(_of_others(mandates)))


@pages.post("")
@signed_in
def confirm_mandates(bce_number: str) -> Answer:
    """Those that are confirmed with one command, then one for each that is revoked."""
    access = managed_access(bce_number)
    mandates = _list_to_confirm(access)
    form = recertification_form(_of_others(mandates))
    if form.validate():
        try:
            _confirm(access, form)
        except (InvalidRequest, MandateEnded, OwnMandate) as refusal:
            refusals.show_on(form, refusal)
        else:
            return _revoke(access, form)
    return _page(access, mandates, form), 422


def _confirm(access: EnterpriseAccess, form: RecertificationForm) -> None:
    mandate_ids = form.chosen("confirm")
    if mandate_ids:
        neighbours().delegation().confirm_mandates(
            bce_number=access.bce_number, mandate_ids=mandate_ids, command_id=command_id()
        )
        flash(ngettext("Un rôle est confirmé.", "%(num)s rôles sont confirmés.", len(mandate_ids)), "success")


def _revoke(access: EnterpriseAccess, form: RecertificationForm) -> Response:
    mandate_ids = form.chosen("revoke")
    for mandate_id in mandate_ids:
        neighbours().delegation().revoke_mandate(
            mandate_id=mandate_id, reason=form.reason.data.strip(), command_id=command_id(str(mandate_id))
        )
    if mandate_ids:
        flash(ngettext("Un rôle est retiré.", "%(num)s rôles sont retirés.", len(mandate_ids)), "success")
    if not mandate_ids and not form.chosen("confirm"):
        flash(_("Rien n’est changé : ces rôles restent à confirmer."), "info")
    return redirect(url_for("access_managers.show_console", bce_number=access.bce_number), 303)


def _list_to_confirm(access: EnterpriseAccess) -> list[MandateView]:
    return neighbours().delegation().list_to_confirm(bce_number=access.bce_number)


def _of_others(mandates: list[MandateView]) -> list[MandateView]:
    return [mandate for mandate in mandates if mandate.person_id != visitor().person_id]


def _page(access: EnterpriseAccess, mandates: list[MandateView], form: RecertificationForm) -> str:
    of_others = _of_others(mandates)
    return render_template(
        "access_managers/confirm.html",
        access=access,
        form=form,
        mandates=of_others,
        has_own=len(of_others) < len(mandates),
    )
