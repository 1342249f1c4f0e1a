"""Enterprises that act for others: whom this one mandates, and whose mandates it has."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from contracts.delegation import (
    GIVING_LEVEL,
    AlreadyHeld,
    ClientRefuses,
    EnterpriseAccess,
    EnterpriseMandateView,
    EnterpriseUnknown,
    MandateEnded,
    NoAccessManager,
    NotOfTheOffice,
    TermTooLong,
)
from contracts.errors import InvalidRequest, NotFound
from services.portal.forms import CommandForm, command_id
from services.portal.forms.accesses import RenewalForm, WithdrawalForm
from services.portal.forms.offices import AssignmentForm, EndingForm, OfficeForm, RestForm
from services.portal.languages import day
from services.portal.languages import gettext as _
from services.portal.neighbours import neighbours
from services.portal.pages import reassignment, refusals, words
from services.portal.pages.access_managers import Answer, managed_access, offer_scopes
from services.portal.visitors import require_level, signed_in, visitor

pages = Blueprint("offices", __name__, url_prefix="/entreprises/<bce:bce_number>/acces/mandataires")


@pages.get("")
@signed_in
def list_enterprise_mandates(bce_number: str) -> Answer:
    access = managed_access(bce_number)
    found = neighbours().delegation().list_enterprise_mandates(bce_number=access.bce_number)
    return render_template(
        "offices/list.html",
        access=access,
        given=[each for each in found if each.bce_number == access.bce_number],
        received=[each for each in found if each.office_bce_number == access.bce_number],
    )


@pages.route("/donner", methods=["GET", "POST"])
@signed_in
def mandate_enterprise(bce_number: str) -> Answer:
    access, form = managed_access(bce_number), OfficeForm()
    require_level(GIVING_LEVEL)
    offer_scopes(access, form)
    if not form.is_submitted():
        return render_template("offices/give.html", access=access, form=form)
    if form.validate():
        try:
            given = (
                neighbours()
                .delegation()
                .mandate_enterprise(
                    bce_number=access.bce_number,
                    office_bce_number=form.office,
                    role=form.role.data,
                    valid_until=form.valid_until.data,
                    establishment_number=form.establishment_number.data or None,
                    procedure_categories=form.procedure_categories.data,
                    command_id=command_id(),
                )
            )
        except AlreadyHeld:
            form.form_errors.append(_("Ce mandat existe déjà, ou un plus large. S’il est suspendu, rétablissez-le."))
        except NoAccessManager:
            form.office_bce_number.errors = [
                _("Cette entreprise n’a pas de gestionnaire d’accès : personne ne pourrait y désigner qui s’en charge.")
            ]
        except EnterpriseUnknown as refusal:
            form.office_bce_number.errors = [refusals.sentence_of(refusal)]
        except (InvalidRequest, TermTooLong) as refusal:
            refusals.show_on(form, refusal)
        else:
            told = _("Le mandat est donné. %(name)s désigne qui s’en charge.", name=given.office_name)
            return _back(access, given.enterprise_mandate_id, told)
    return render_template("offices/give.html", access=access, form=form), 422


@pages.get("/<uuid:enterprise_mandate_id>")
@signed_in
def show_enterprise_mandate(bce_number: str, enterprise_mandate_id: UUID) -> Answer:
    return _page(managed_access(bce_number), enterprise_mandate_id)


@pages.post("/<uuid:enterprise_mandate_id>/designer")
@signed_in
def assign_person(bce_number: str, enterprise_mandate_id: UUID) -> Answer:
    access = managed_access(bce_number)
    form = AssignmentForm(people=_people_of(access))
    if form.validate():
        try:
            neighbours().delegation(person=True).assign_person(
                enterprise_mandate_id=enterprise_mandate_id,
                person_id=UUID(form.person_id.data),
                command_id=command_id(),
            )
        except AlreadyHeld:
            form.form_errors.append(_("Cette personne a déjà ce rôle pour cette entreprise."))
        except (NotOfTheOffice, ClientRefuses) as refusal:
            form.person_id.errors = [refusals.sentence_of(refusal)]
        except InvalidRequest:
            # The page says why.
            return _back(access, enterprise_mandate_id, _("La personne n’a pas pu être désignée."), "warning")
        except (MandateEnded, EnterpriseUnknown) as refusal:
            rests = refusal.details.get("state") == "suspended"
            told = _("Ce mandat a été suspendu entre-temps.") if rests else _("Ce mandat a pris fin entre-temps.")
            return _back(access, enterprise_mandate_id, told, "warning")
        else:
            told = _("La personne est désignée. Elle en est avertie et peut agir dès maintenant.")
            return _back(access, enterprise_mandate_id, told)
    return _page(access, enterprise_mandate_id, assignment=form)


@pages.post("/<uuid:enterprise_mandate_id>/prolonger")
@signed_in
def renew_enterprise_mandate(bce_number: str, enterprise_mandate_id: UUID) -> Answer:
    access, form = managed_access(bce_number), RenewalForm()
    before = _find(access, enterprise_mandate_id)
    if form.validate():
        try:
            renewed = (
                neighbours()
                .delegation()
                .renew_enterprise_mandate(
                    enterprise_mandate_id=enterprise_mandate_id,
                    valid_until=form.valid_until.data,
                    command_id=command_id(),
                )
            )
        except (InvalidRequest, TermTooLong) as refusal:
            refusals.show_on(form, refusal)
        except (MandateEnded, EnterpriseUnknown):
            return _back(access, enterprise_mandate_id, _("Ce mandat a pris fin entre-temps."), "warning")
        else:
            return _back(access, enterprise_mandate_id, _told_of_renewal(before, renewed))
    return _page(access, enterprise_mandate_id, renewal=form)


@pages.post("/<uuid:enterprise_mandate_id>/suspendre")
@signed_in
def suspend_enterprise_mandate(bce_number: str, enterprise_mandate_id: UUID) -> Answer:
    access, form = managed_access(bce_number), RestForm()
    if form.validate():
        try:
            neighbours().delegation().suspend_enterprise_mandate(
                enterprise_mandate_id=enterprise_mandate_id, reason=form.reason.data.strip(), command_id=command_id()
            )
        except InvalidRequest as refusal:
            refusals.show_on(form, refusal)
        except MandateEnded:
            return _back(access, enterprise_mandate_id, _("Ce mandat a pris fin entre-temps."), "warning")
        else:
            told = _("Le mandat est suspendu, jusqu’à ce que vous le rétablissiez. Le mandataire en est averti.")
            return _back(access, enterprise_mandate_id, told)
    return _page(access, enterprise_mandate_id, rest=form)


@pages.post("/<uuid:enterprise_mandate_id>/retablir")
@signed_in
def resume_enterprise_mandate(bce_number: str, enterprise_mandate_id: UUID) -> Answer:
    access = managed_access(bce_number)
    try:
        neighbours().delegation().resume_enterprise_mandate(
            enterprise_mandate_id=enterprise_mandate_id, command_id=command_id()
        )
    except (MandateEnded, EnterpriseUnknown):
        return _back(access, enterprise_mandate_id, _("Ce mandat a pris fin entre-temps."), "warning")
    return _back(access, enterprise_mandate_id, _("Le mandat est rétabli. Le mandataire en est averti."))


@pages.route("/<uuid:enterprise_mandate_id>/terminer", methods=["GET", "POST"])
@signed_in
def end_enterprise_mandate(bce_number: str, enterprise_mandate_id: UUID) -> Answer:
    access, form = managed_access(bce_number), EndingForm()
    if form.is_submitted() and form.validate():
        try:
            neighbours().delegation().end_enterprise_mandate(
                enterprise_mandate_id=enterprise_mandate_id, reason=form.reason.data.strip(), command_id=command_id()
            )
        except InvalidRequest as refusal:
            refusals.show_on(form, refusal)
        else:
            told = _("Le mandat a pris fin. Plus personne n’agit par lui.")
            return _back(access, enterprise_mandate_id, told)
    given = _find(access, enterprise_mandate_id)
    is_client = given.bce_number == access.bce_number
    left = reassignment.list_left_behind(given.people) if is_client else []
    page = render_template("offices/end.html", access=access, given=given, left=left, form=form)
    return (page, 422) if form.is_submitted() else page


@pages.route("/<uuid:enterprise_mandate_id>/personnes/<uuid:mandate_id>/retirer", methods=["GET", "POST"])
@signed_in
def revoke_mandate(bce_number: str, enterprise_mandate_id: UUID, mandate_id: UUID) -> Answer:
    """The office takes one of its people back; the client does so among all who act for it."""
    access, form = managed_access(bce_number), WithdrawalForm()
    given = _find(access, enterprise_mandate_id)
    mandate = next((mandate for mandate in given.people if mandate.mandate_id == mandate_id), None)
    if mandate is None or given.office_bce_number != access.bce_number:
        raise NotFound()
    if form.is_submitted() and form.validate():
        try:
            neighbours().delegation().revoke_mandate(
                mandate_id=mandate_id, reason=form.reason.data.strip(), command_id=command_id()
            )
        except InvalidRequest as refusal:
            refusals.show_on(form, refusal)
        else:
            told = _("Cette personne n’agit plus pour %(client)s par ce mandat.", client=given.enterprise_name)
            return _back(access, enterprise_mandate_id, told)
    page = render_template("offices/revoke.html", access=access, given=given, mandate=mandate, form=form)
    return (page, 422) if form.is_submitted() else page


def _page(access: EnterpriseAccess, enterprise_mandate_id: UUID, **sent: CommandForm) -> Answer:
    given = _find(access, enterprise_mandate_id)
    is_office = given.office_bce_number == access.bce_number
    kinds = {"renewal": RenewalForm, "rest": RestForm}
    forms: dict[str, Any] = {name: form(formdata=None) for name, form in kinds.items()} | sent
    shown: dict[str, Any] = {"access": access, "given": given, "is_office": is_office}
    if is_office:
        free, shown["refused"] = _free_people(access, given)
        forms.setdefault("assignment", AssignmentForm(people=free, formdata=None)).person_id.choices = free
    page = render_template("offices/mandate.html", **shown, **forms)
    return (page, 422) if sent else page


def _told_of_renewal(before: EnterpriseMandateView, renewed: EnterpriseMandateView) -> str:
    until = day(renewed.valid_until)
    if renewed.valid_until > before.valid_until:
        told = _("Le mandat est prolongé jusqu’au %(day)s.", day=until)
    elif renewed.valid_until < before.valid_until:
        told = _("Le mandat est raccourci : il prend fin après le %(day)s.", day=until)
    else:
        told = _("Le mandat vaut jusqu’au %(day)s, comme avant.", day=until)
    if renewed.state == "suspended":
        told += " " + _("Il reste suspendu jusqu’à ce que vous le rétablissiez.")
    return told if renewed.valid_until == before.valid_until else told + " " + _("Le mandataire en est averti.")


def _find(access: EnterpriseAccess, enterprise_mandate_id: UUID) -> EnterpriseMandateView:
    found = (
        neighbours()
        .delegation()
        .list_enterprise_mandates(bce_number=access.bce_number, enterprise_mandate_id=enterprise_mandate_id)
    )
    if not found:
        raise NotFound()
    return found[0]


def _people_of(access: EnterpriseAccess) -> list[tuple[str, str]]:
    """Each of its own once, by name: not those whom another office lends it."""
    people = neighbours().delegation().list_people_of(bce_number=access.bce_number)
    here = visitor()
    me = {str(here.person_id): _("%(name)s (vous)", name=f"{here.given_name} {here.surname}")}
    own = [each for each in people if each.state == "active" and each.via_bce_number is None]
    names = {str(each.person_id): words.holder(each) for each in own}
    return sorted((names | {key: me[key] for key in names.keys() & me.keys()}).items(), key=lambda person: person[1])


def _free_people(access: EnterpriseAccess, given: EnterpriseMandateView) -> tuple[list[tuple[str, str]], list[str]]:
    """Of the office, who may be assigned, and the names of those whom the client refuses; nobody where nobody can be.
    Who is so already is not offered again, and may be sent again by who presses twice."""
    if (given.state, given.enterprise_state, given.office_state) != ("active", "active", "active"):
        return [], []
    assigned = {str(mandate.person_id) for mandate in given.people if mandate.state in reassignment.LASTING}
    others = [person for person in _people_of(access) if person[0] not in assigned]
    refused = {str(person_id) for person_id in given.refused_ids}
    return [each for each in others if each[0] not in refused], [name for key, name in others if key in refused]


def _back(access: EnterpriseAccess, enterprise_mandate_id: UUID, sentence: str, kind: str = "success") -> Response:
    flash(sentence, kind)
    here = url_for(
        "offices.show_enterprise_mandate",
        bce_number=access.bce_number,
        enterprise_mandate_id=enterprise_mandate_id,
    )
    return redirect(here, 303)
