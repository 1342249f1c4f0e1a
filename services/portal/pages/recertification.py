"""Once a year the access managers of an enterprise say which roles, and which offices' mandates, are still needed."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from contracts.delegation import EnterpriseAccess, EnterpriseMandateView, MandateEnded, MandateView, OwnMandate
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
    mandates, chains = _list_to_confirm(access), _chains_to_confirm(access)
    return _page(access, mandates, chains, recertification_form([*_of_others(mandates), *chains]))


@pages.post("")
@signed_in
def confirm_mandates(bce_number: str) -> Answer:
    """Those that are confirmed with one command, and one for each office; then one for each that is revoked."""
    access = managed_access(bce_number)
    mandates, chains = _list_to_confirm(access), _chains_to_confirm(access)
    form = recertification_form([*_of_others(mandates), *chains])
    of_chains = {each.enterprise_mandate_id for each in chains}
    if form.validate():
        try:
            _confirm(access, form, of_chains)
        except (InvalidRequest, MandateEnded, OwnMandate) as refusal:
            refusals.show_on(form, refusal)
        else:
            return _revoke(access, form, of_chains)
    return _page(access, mandates, chains, form), 422


def _confirm(access: EnterpriseAccess, form: RecertificationForm, of_chains: set[UUID]) -> None:
    chosen, delegation = form.chosen("confirm"), neighbours().delegation()
    mandate_ids = [each for each in chosen if each not in of_chains]
    if mandate_ids:
        delegation.confirm_mandates(bce_number=access.bce_number, mandate_ids=mandate_ids, command_id=command_id())
    for each in chosen:
        if each in of_chains:
            delegation.confirm_enterprise_mandate(enterprise_mandate_id=each, command_id=command_id(str(each)))
    if chosen:
        flash(ngettext("Un rôle est confirmé.", "%(num)s rôles sont confirmés.", len(chosen)), "success")


def _revoke(access: EnterpriseAccess, form: RecertificationForm, of_chains: set[UUID]) -> Response:
    chosen, delegation = form.chosen("revoke"), neighbours().delegation()
    for each in chosen:
        how = {"reason": form.reason.data.strip(), "command_id": command_id(str(each))}
        if each in of_chains:
            delegation.end_enterprise_mandate(enterprise_mandate_id=each, **how)
        else:
            delegation.revoke_mandate(mandate_id=each, **how)
    if chosen:
        flash(ngettext("Un rôle est retiré.", "%(num)s rôles sont retirés.", len(chosen)), "success")
    if not chosen and not form.chosen("confirm"):
        flash(_("Rien n’est changé : ces rôles restent à confirmer."), "info")
    return redirect(url_for("access_managers.show_console", bce_number=access.bce_number), 303)


def _list_to_confirm(access: EnterpriseAccess) -> list[MandateView]:
    return neighbours().delegation().list_to_confirm(bce_number=access.bce_number)


def _chains_to_confirm(access: EnterpriseAccess) -> list[EnterpriseMandateView]:
    return neighbours().delegation().list_enterprise_mandates_to_confirm(bce_number=access.bce_number)


def _of_others(mandates: list[MandateView]) -> list[MandateView]:
    return [mandate for mandate in mandates if mandate.person_id != visitor().person_id]


def _page(
    access: EnterpriseAccess,
    mandates: list[MandateView],
    chains: list[EnterpriseMandateView],
    form: RecertificationForm,
) -> str:
    of_others = _of_others(mandates)
    return render_template(
        "access_managers/confirm.html",
        access=access,
        form=form,
        mandates=of_others,
        chains=chains,
        has_own=len(of_others) < len(mandates),
    )
