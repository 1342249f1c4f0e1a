"""A dossier after its submission: its steps, what is asked, the answer; a draft leads to its form."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from contracts.dossiers import ComplementNotOpen, DossierView
from contracts.errors import InvalidRequest
from services.portal.forms import command_id
from services.portal.forms import procedure as form
from services.portal.neighbours import neighbours
from services.portal.pages import dossier_space, refusals
from services.portal.pages.files import COMPLEMENT, take_files, told_of
from services.portal.visitors import signed_in

pages = Blueprint("follow_up", __name__, url_prefix="/dossiers/<uuid:dossier_id>")

# What the cookie can hold of an answer while its files are being added.
ANSWER_KEPT = 1500


@pages.get("")
@signed_in
def get_dossier(dossier_id: UUID) -> str:
    return _page(dossier_space.get_dossier(dossier_id))


@pages.post("/complements/<uuid:complement_id>")
@signed_in
def answer_complement(dossier_id: UUID, complement_id: UUID) -> str | Response | tuple[str, int]:
    """One form for files and text, with a press for each: files are taken first, so that nothing chosen is left out."""
    text = request.form.get("answer", "").replace("\r\n", "\n").strip()
    files = [sent for sent in request.files.getlist("files") if sent.filename]
    told = take_files(dossier_id, files, heading=COMPLEMENT, complement_id=complement_id)
    if told.taken:
        flash(told_of(told.taken), f"taken:{COMPLEMENT}")
    for sentence in told.refused:
        flash(sentence, f"refused:{COMPLEMENT}")
    if request.form.get("go") == "files" or told.refused:
        session["answer"] = [str(complement_id), text[:ANSWER_KEPT]]
        if not files:
            flash(_("Choisissez d’abord un fichier."), f"refused:{COMPLEMENT}")
        return redirect(f"{url_for('follow_up.get_dossier', dossier_id=dossier_id)}#complement", 303)
    try:
        neighbours().dossiers().answer_complement(
            dossier_id=dossier_id, complement_id=complement_id, answer=text, command_id=command_id()
        )
    except (InvalidRequest, ComplementNotOpen) as refusal:
        session["answer"] = [str(complement_id), text[:ANSWER_KEPT]]
        return _page(dossier_space.get_dossier(dossier_id), sentence=_sentence(refusal)), 422
    session.pop("answer", None)
    flash(_("Votre réponse est envoyée à l’administration."), "success")
    return redirect(url_for("follow_up.get_dossier", dossier_id=dossier_id), 303)


def _page(dossier: DossierView, sentence: str | None = None) -> str:
    dossier_space.enter_space_of(dossier)
    complement_id, typed = session.get("answer", [None, ""])
    # For one that is overdue the procedure may take no answer any more.
    asked = next((item for state in ("open", "overdue") for item in dossier.complements if item.state == state), None)
    return render_template(
        "dossiers/dossier.html",
        dossier=dossier,
        asked=asked,
        answer=typed if asked and complement_id == str(asked.complement_id) else "",
        sentence=sentence,
        goes_nowhere=dossier_space.has_lost_establishment(dossier),
        sections=form.sections_that_apply(dossier.form),
    )


def _sentence(refusal: InvalidRequest | ComplementNotOpen) -> str:
    if isinstance(refusal, InvalidRequest):
        return str(refusals.FIELDS["answer"])
    return refusals.sentence_of(refusal)
