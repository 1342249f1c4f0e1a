"""One's own roles in enterprises: whatever became of them, and giving one up."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from contracts.delegation import LastAccessManager
from contracts.errors import InvalidRequest, NotFound
from services.portal.forms import command_id
from services.portal.forms.accesses import RenunciationForm
from services.portal.neighbours import neighbours
from services.portal.pages import refusals
from services.portal.pages.enterprises import find_access
from services.portal.visitors import signed_in

pages = Blueprint("my_roles", __name__)


@pages.get("/entreprises/roles")
@signed_in
def list_my_mandates() -> str:
    """Those that have not ended first."""
    mandates = neighbours().delegation().list_my_mandates(ended=True)
    mandates.sort(key=lambda mandate: mandate.state not in ("active", "suspended"))
    return render_template("enterprises/roles.html", mandates=mandates)


@pages.route("/entreprises/<bce:bce_number>/roles/<uuid:mandate_id>/renoncer", methods=["GET", "POST"])
@signed_in
def revoke_mandate(bce_number: str, mandate_id: UUID) -> str | Response | tuple[str, int]:
    """Not what CSAM's registry designates him for."""
    access, form = find_access(bce_number), RenunciationForm()
    own = [each for each in access.mandates if not each.is_designated] if access is not None else []
    mandate = next((each for each in own if each.mandate_id == mandate_id), None)
    if mandate is None:
        if request.method == "POST":
            # Who presses twice has given it up already.
            return _back(_("Vous n’avez pas, ou plus, ce rôle."), "info")
        raise NotFound()
    if form.is_submitted() and form.validate():
        try:
            neighbours().delegation().revoke_mandate(
                mandate_id=mandate_id, reason=form.reason.data.strip(), command_id=command_id()
            )
        except (InvalidRequest, LastAccessManager) as refusal:
            refusals.show_on(form, refusal)
        else:
            return _back(_("Vous avez renoncé à ce rôle."))
    page = render_template("enterprises/renounce.html", access=access, mandate=mandate, form=form)
    return (page, 422) if form.is_submitted() else page


def _back(sentence: str, kind: str = "success") -> Response:
    """To the enterprises that are left."""
    flash(sentence, kind)
    return redirect(url_for("enterprises.list_my_enterprises"), 303)
