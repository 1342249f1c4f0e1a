"""The access manager's console: who asks for a role, who has one, who is invited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from contracts.delegation import (
    GIVING_LEVEL,
    AlreadyDecided,
    AlreadyHeld,
    AlreadyInvited,
    EnterpriseAccess,
    EnterpriseUnknown,
    InvitationInvalid,
    InvitationView,
    LastAccessManager,
    MandateView,
    OwnRequest,
    ResentTooOften,
    RoleRequestView,
    TermTooLong,
)
from contracts.errors import InvalidRequest, NotFound, PermissionMissing
from services.portal.forms import CommandForm, command_id
from services.portal.forms.accesses import AcceptanceForm, InvitationForm, RefusalForm, RevocationForm, ScopedForm
from services.portal.neighbours import neighbours
from services.portal.pages import reassignment, refusals
from services.portal.pages.enterprises import enterprise_access
from services.portal.visitors import require_level, signed_in, visitor

pages = Blueprint("access_managers", __name__, url_prefix="/entreprises/<bce:bce_number>/acces")

Answer = str | Response | tuple[str, int]

# The sentence of the refusal itself speaks to who asks for a role, not to who gives it.
HELD_BY_ANOTHER = lazy_gettext("Cette personne a déjà ce rôle dans l’entreprise. Choisissez-en un autre.")
# Nor does this one: the enterprise was found, and was struck off since.
STRUCK_OFF = lazy_gettext(
    "Cette entreprise est radiée de la Banque-Carrefour des Entreprises : plus personne ne peut y recevoir de rôle."
)


@pages.get("")
@signed_in
def show_console(bce_number: str) -> Answer:
    access = managed_access(bce_number)
    delegation = neighbours().delegation()
    people = delegation.list_people_of(bce_number=access.bce_number)
    return render_template(
        "access_managers/console.html",
        access=access,
        requests=delegation.list_role_requests(bce_number=access.bce_number),
        people=sorted(people, key=lambda mandate: (mandate.state != "active", mandate.person_name or "")),
        invitations=delegation.list_invitations(bce_number=access.bce_number),
        chains_to_confirm=delegation.list_enterprise_mandates_to_confirm(bce_number=access.bce_number),
        me=visitor().person_id,
    )


@pages.get("/demandes/<uuid:role_request_id>")
@signed_in
def show_role_request(bce_number: str, role_request_id: UUID) -> Answer:
    return _decision_page(managed_access(bce_number), role_request_id)


@pages.post("/demandes/<uuid:role_request_id>/accepter")
@signed_in
def accept_role_request(bce_number: str, role_request_id: UUID) -> Answer:
    access, form = managed_access(bce_number), AcceptanceForm()
    offer_scopes(access, form)
    if form.validate():
        try:
            neighbours().delegation().accept_role_request(
                role_request_id=role_request_id,
                valid_until=form.valid_until.data,
                establishment_number=form.establishment_number.data or None,
                procedure_categories=form.procedure_categories.data,
                command_id=command_id(),
            )
        except (InvalidRequest, TermTooLong) as refusal:
            refusals.show_on(form, refusal)
        except AlreadyHeld:
            form.form_errors.append(_("Cette personne a déjà ce rôle dans l’entreprise, en cours ou suspendu."))
        except EnterpriseUnknown:
            return back_to_console(access, str(STRUCK_OFF), "warning")
        except (AlreadyDecided, OwnRequest) as refusal:
            return back_to_console(access, refusals.sentence_of(refusal), "warning")
        else:
            return back_to_console(
                access, _("La demande est acceptée. La personne en est avertie et peut agir dès maintenant.")
            )
    return _decision_page(access, role_request_id, acceptance=form)


@pages.post("/demandes/<uuid:role_request_id>/refuser")
@signed_in
def refuse_role_request(bce_number: str, role_request_id: UUID) -> Answer:
    access, form = managed_access(bce_number), RefusalForm()
    if form.validate():
        try:
            neighbours().delegation().refuse_role_request(
                role_request_id=role_request_id, reason=form.reason.data.strip(), command_id=command_id()
            )
        except InvalidRequest as refusal:
            refusals.show_on(form, refusal)
        except (AlreadyDecided, OwnRequest) as refusal:
            return back_to_console(access, refusals.sentence_of(refusal), "warning")
        else:
            return back_to_console(access, _("La demande est refusée. La personne en reçoit la raison par e-mail."))
    return _decision_page(access, role_request_id, refusal=form)


@pages.route("/inviter", methods=["GET", "POST"])
@signed_in
def invite_person(bce_number: str) -> Answer:
    access, form = managed_access(bce_number), InvitationForm()
    require_level(GIVING_LEVEL)
    offer_scopes(access, form)
    if not form.is_submitted():
        return render_template("access_managers/invite.html", access=access, form=form)
    if form.validate():
        try:
            _invite(access, form)
        except AlreadyHeld:
            form.form_errors.append(HELD_BY_ANOTHER)
        except EnterpriseUnknown:
            return back_to_console(access, str(STRUCK_OFF), "warning")
        except (InvalidRequest, TermTooLong, AlreadyInvited) as refusal:
            refusals.show_on(form, refusal)
        else:
            return back_to_console(access, _("L’invitation est envoyée."))
    return render_template("access_managers/invite.html", access=access, form=form), 422


@pages.post("/invitations/<uuid:invitation_id>/retirer")
@signed_in
def withdraw_invitation(bce_number: str, invitation_id: UUID) -> Answer:
    told = _("L’invitation est retirée : elle ne peut plus être acceptée.")
    return _change_invitation(bce_number, invitation_id, neighbours().delegation().withdraw_invitation, told)


@pages.post("/invitations/<uuid:invitation_id>/renvoyer")
@signed_in
def resend_invitation(bce_number: str, invitation_id: UUID) -> Answer:
    told = _("L’invitation est envoyée à nouveau, pour 30 jours.")
    return _change_invitation(bce_number, invitation_id, neighbours().delegation().resend_invitation, told)


@pages.route("/mandats/<uuid:mandate_id>/retirer", methods=["GET", "POST"])
@signed_in
def revoke_mandate(bce_number: str, mandate_id: UUID) -> Answer:
    """What the person would leave behind is shown first, and given to somebody else once the role is taken away: a role
    that stays leaves everything as it was."""
    access = managed_access(bce_number)
    people = neighbours().delegation().list_people_of(bce_number=access.bce_number)
    mandate = next((mandate for mandate in people if mandate.mandate_id == mandate_id), None)
    if mandate is None:
        raise NotFound()
    heirs = reassignment.heirs_of(mandate, people)
    form = RevocationForm(heirs=heirs)
    gives_first = _gives_first(mandate, people)
    if form.is_submitted() and form.validate() and (not gives_first or reassignment.reassign_dossiers(mandate, form)):
        try:
            neighbours().delegation().revoke_mandate(
                mandate_id=mandate_id,
                reason=form.reason.data.strip(),
                cascade=form.cascade.data,
                command_id=command_id(),
            )
        except (InvalidRequest, LastAccessManager) as refusal:
            refusals.show_on(form, refusal)
        else:
            flash(_("Le rôle est retiré."), "success")
            if gives_first:
                # The console may be closed to him by now.
                return redirect(url_for("enterprises.list_my_enterprises"), 303)
            return _reassign_after(access, mandate, form)
    page = render_template(
        "access_managers/revoke.html",
        access=access,
        form=form,
        mandate=mandate,
        heirs=heirs,
        stranded=reassignment.list_stranded(mandate),
    )
    return (page, 422) if request.method == "POST" else page


def offer_scopes(access: EnterpriseAccess, form: ScopedForm) -> None:
    """Its establishments, and the categories of the procedures that enterprises may begin."""
    establishments = neighbours().delegation().list_establishments(bce_number=access.bce_number)
    procedures = neighbours().catalogue().search_procedures(text="", audience="professional")
    form.offer(
        [each for each in establishments if each.state == "open"],
        sorted({procedure.category for procedure in procedures if procedure.category}),
    )


def managed_access(bce_number: str) -> EnterpriseAccess:
    access = enterprise_access(bce_number)
    if "mandate.manage" not in access.permissions:
        raise PermissionMissing(permission="mandate.manage")
    return access


def _gives_first(mandate: MandateView, people: list[MandateView]) -> bool:
    """Who gives up his own role decides nothing there any more afterwards. The last access manager keeps his, and with
    it his dossiers."""
    others = [each for each in people if each.mandate_id != mandate.mandate_id and each.state == "active"]
    has_another_manager = any("mandate.manage" in each.permissions for each in others)
    return mandate.person_id == visitor().person_id and has_another_manager


def _reassign_after(access: EnterpriseAccess, mandate: MandateView, form: RevocationForm) -> Response:
    """Where that fails, the page to do it again."""
    if reassignment.reassign_dossiers(mandate, form):
        return redirect(url_for("access_managers.show_console", bce_number=access.bce_number), 303)
    why = " ".join([*form.form_errors, *form.to_person_id.errors])
    flash(_("Les dossiers n’ont pas été confiés. %(why)s", why=why), "warning")
    here = url_for("mandates.reassign_dossiers", bce_number=access.bce_number, mandate_id=mandate.mandate_id)
    return redirect(here, 303)


def _invite(access: EnterpriseAccess, form: InvitationForm) -> None:
    person_id = None
    if form.by.data == "national_number":
        person_id = neighbours().identity().refer_to(national_number=form.national_number.data)
    neighbours().delegation().invite_person(
        bce_number=access.bce_number,
        role=form.role.data,
        email=None if person_id else form.email.data.strip(),
        person_id=person_id,
        valid_until=form.valid_until.data,
        # More likely his who invites than any other; what a known person reads, notifications knows.
        language=visitor().language,
        establishment_number=form.establishment_number.data or None,
        procedure_categories=form.procedure_categories.data,
        command_id=command_id(),
    )


def _change_invitation(
    bce_number: str, invitation_id: UUID, change: Callable[..., InvitationView], told: str
) -> Response:
    access = managed_access(bce_number)
    try:
        change(invitation_id=invitation_id, command_id=command_id())
    except EnterpriseUnknown:
        return back_to_console(access, str(STRUCK_OFF), "warning")
    except InvalidRequest:
        # The list says why.
        return back_to_console(access, _("L’invitation n’a pas pu être envoyée à nouveau."), "warning")
    except (AlreadyDecided, AlreadyInvited, InvitationInvalid, ResentTooOften) as refusal:
        return back_to_console(access, refusals.sentence_of(refusal), "warning")
    return back_to_console(access, told)


def _decision_page(access: EnterpriseAccess, role_request_id: UUID, **sent: CommandForm) -> Answer:
    """Both ways to decide on one page; the form that was ``sent`` with its errors."""
    asked = _find_request(access, role_request_id)
    forms: dict[str, Any] = {"acceptance": AcceptanceForm(formdata=None), "refusal": RefusalForm(formdata=None)} | sent
    if "acceptance" not in sent:
        offer_scopes(access, forms["acceptance"])
    page = render_template(
        "access_managers/decide.html",
        access=access,
        asked=asked,
        me=visitor().person_id,
        suspended=_suspended_of(access, asked),
        **forms,
    )
    return (page, 422) if sent else page


def _suspended_of(access: EnterpriseAccess, asked: RoleRequestView) -> list[MandateView]:
    """What the requester has there already, and may be given back instead."""
    people = neighbours().delegation().list_people_of(bce_number=access.bce_number)
    suspended = [each for each in people if each.state == "suspended" and not each.rests_with_office]
    return [each for each in suspended if each.person_id == asked.person_id]


def _find_request(access: EnterpriseAccess, role_request_id: UUID) -> RoleRequestView:
    requests = neighbours().delegation().list_role_requests(bce_number=access.bce_number)
    asked = next((asked for asked in requests if asked.role_request_id == role_request_id), None)
    if asked is None:
        raise NotFound()
    return asked


def back_to_console(access: EnterpriseAccess, sentence: str, kind: str = "success") -> Response:
    flash(sentence, kind)
    return redirect(url_for("access_managers.show_console", bce_number=access.bce_number), 303)
