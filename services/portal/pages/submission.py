"""From a filled-in form to a receipt: review, « Valider », the declaration, « Soumettre », « Confirmer »."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from contracts.dossiers import AnswersInvalid, DossierView, LateFilingNotConfirmed, NotADraft, NotValidated
from contracts.errors import PermissionMissing
from services.portal.forms import command_id, procedure
from services.portal.neighbours import LONG_PATIENCE, ActFor, neighbours
from services.portal.pages import answers, refusals
from services.portal.pages.dossier_space import enter_space_of, get_dossier
from services.portal.pages.drafts import keep_errors, last_section_address
from services.portal.visitors import signed_in

pages = Blueprint("submission", __name__, url_prefix="/dossiers/<uuid:dossier_id>")

Answer = str | Response | tuple[str, int]


@pages.get("/validation")
@signed_in
def review(dossier_id: UUID) -> Answer:
    dossier = get_dossier(dossier_id)
    if "edit" not in dossier.may:
        return _to_dossier(dossier_id)
    return _review_page(dossier, {})


@pages.post("/validation")
@signed_in
def validate_draft(dossier_id: UUID) -> Answer:
    try:
        neighbours().dossiers(patience=LONG_PATIENCE).validate_draft(dossier_id=dossier_id, command_id=command_id())
    except NotADraft:
        return _to_dossier(dossier_id)
    except AnswersInvalid as refusal:
        errors = refusal.details.get("fields", {})
        keep_errors(dossier_id, errors)
        return _review_page(get_dossier(dossier_id), errors), 422
    return redirect(url_for("submission.prepare", dossier_id=dossier_id), 303)


@pages.get("/soumission")
@signed_in
def prepare(dossier_id: UUID) -> Answer:
    """The declaration, and the files that may wait until now."""
    dossier = get_dossier(dossier_id)
    if "edit" not in dossier.may and "submit" not in dossier.may:
        return _to_dossier(dossier_id)
    if dossier.declaration_id is None:
        return redirect(url_for("submission.review", dossier_id=dossier_id), 303)
    return _prepare_page(dossier, {})


@pages.get("/soumettre")
@signed_in
def confirm_submission(dossier_id: UUID) -> Answer:
    dossier = get_dossier(dossier_id)
    if dossier.state != "draft":
        return _to_dossier(dossier_id)
    if dossier.declaration_id is None:
        return redirect(url_for("submission.review", dossier_id=dossier_id), 303)
    missing = _headings_missing(dossier)
    if missing:
        return _prepare_page(dossier, missing), 422
    enter_space_of(dossier)
    return render_template("drafts/confirm.html", dossier=dossier, sentence=None)


@pages.post("/soumettre")
@signed_in
def submit_dossier(dossier_id: UUID) -> Answer:
    dossier = get_dossier(dossier_id)
    act = None
    if dossier.bce_number is not None:
        act = ActFor(
            bce_number=dossier.bce_number,
            permission="dossier.submit",
            procedure=dossier.category,
            establishment=dossier.establishment_number,
        )
    try:
        neighbours().dossiers(act=act).submit_dossier(
            dossier_id=dossier_id, late_confirmed="late_confirmed" in request.form, command_id=command_id()
        )
    except NotADraft:
        return _to_dossier(dossier_id)
    except PermissionMissing:
        if not _lost_its_establishment(dossier):
            raise
        told = _(
            "L’établissement de ce dossier n’est plus ouvert dans cette entreprise : ce brouillon ne peut plus être "
            "soumis. Commencez un autre dossier, pour toute l’entreprise ou pour un autre établissement."
        )
        flash(told, "warning")
        return _to_dossier(dossier_id)
    except NotValidated as refusal:
        flash(refusals.sentence_of(refusal), "warning")
        return redirect(url_for("submission.review", dossier_id=dossier_id), 303)
    except AnswersInvalid as refusal:
        return _prepare_page(dossier, refusal.details.get("fields", {})), 422
    except LateFilingNotConfirmed as refusal:
        page = render_template("drafts/confirm.html", dossier=dossier, sentence=refusals.sentence_of(refusal))
        return page, 422
    return redirect(url_for("submission.show_receipt", dossier_id=dossier_id), 303)


@pages.get("/accuse-de-reception")
@signed_in
def show_receipt(dossier_id: UUID) -> Answer:
    dossier = get_dossier(dossier_id)
    if dossier.submitted_at is None:
        return _to_dossier(dossier_id)
    enter_space_of(dossier)
    return render_template("dossiers/receipt.html", dossier=dossier)


def _review_page(dossier: DossierView, errors: dict[str, list[str]]) -> str:
    enter_space_of(dossier)
    sections = procedure.sections_that_apply(dossier.form)
    return render_template(
        "drafts/review.html",
        dossier=dossier,
        sections=sections,
        headings=procedure.attachments_that_apply(dossier.form, "form"),
        mistakes=answers.mistakes(dossier.form, errors),
        before=last_section_address(dossier),
    )


def _prepare_page(dossier: DossierView, errors: dict[str, list[str]]) -> str:
    access = enter_space_of(dossier)
    return render_template(
        "drafts/submit.html",
        dossier=dossier,
        sections=procedure.sections_that_apply(dossier.form),
        headings=procedure.attachments_that_apply(dossier.form, "submission"),
        errors=errors,
        mistakes=answers.mistakes(dossier.form, errors),
        only_prepares=access is not None and "dossier.submit" not in access.permissions,
    )


def _headings_missing(dossier: DossierView) -> dict[str, list[str]]:
    """Told before « Confirmer » is asked; dossiers decides again when it submits."""
    there = {attachment.heading for attachment in dossier.attachments}
    wanted = procedure.attachments_that_apply(dossier.form)
    return {item["heading"]: ["required"] for item in wanted if item["required"] and item["heading"] not in there}


def _lost_its_establishment(dossier: DossierView) -> bool:
    """It is for one that has closed, or is another enterprise's by now."""
    if dossier.bce_number is None or dossier.establishment_number is None:
        return False
    number = dossier.establishment_number
    found = neighbours().delegation().list_establishments(bce_number=dossier.bce_number, numbers=[number])
    return number not in [each.establishment_number for each in found if each.state == "open"]


def _to_dossier(dossier_id: UUID) -> Response:
    return redirect(url_for("follow_up.get_dossier", dossier_id=dossier_id), 303)
