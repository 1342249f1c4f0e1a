"""A draft's form, section by section; saved at each step and, with JavaScript, as it is typed."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from contracts.dossiers import DossierView, DraftSaved
from contracts.errors import CommandIdReused, NotFound
from services.portal.forms import command_id, procedure
from services.portal.languages import moment
from services.portal.neighbours import neighbours
from services.portal.pages import answers
from services.portal.pages.dossier_space import enter_space_of, get_dossier
from services.portal.visitors import signed_in

pages = Blueprint("drafts", __name__, url_prefix="/dossiers/<uuid:dossier_id>/formulaire")

Answer = str | Response | tuple[str, int] | dict[str, str]

# What the cookie can hold of an invalid form's errors: the first ones are enough to begin mending.
ERRORS_KEPT = 25


@pages.get("")
@signed_in
def resume(dossier_id: UUID) -> Response:
    dossier = get_dossier(dossier_id)
    if "edit" not in dossier.may:
        return redirect(url_for("follow_up.get_dossier", dossier_id=dossier_id), 303)
    if dossier.declaration_id is not None:
        return redirect(url_for("submission.prepare", dossier_id=dossier_id), 303)
    return redirect(_address(dossier, procedure.sections_that_apply(dossier.form)[0]), 303)


@pages.get("/<section_name>")
@signed_in
def show_section(dossier_id: UUID, section_name: str) -> Answer:
    dossier = get_dossier(dossier_id)
    if "edit" not in dossier.may:
        return redirect(url_for("follow_up.get_dossier", dossier_id=dossier_id), 303)
    section = _section(dossier, section_name)
    return _section_page(dossier, section, _errors_kept(dossier, section))


@pages.post("/<section_name>")
@signed_in
def save_draft(dossier_id: UUID, section_name: str) -> Answer:
    section = _section(get_dossier(dossier_id), section_name)
    saved = _save(dossier_id, procedure.read_answers(section, request.form))
    go = request.form.get("go", "next")
    if go == "autosave":
        return {"saved": _("Enregistré le %(moment)s", moment=moment(saved.saved_at))}
    _forget_errors(section)
    dossier = get_dossier(dossier_id)
    section = _section(dossier, section_name)
    if go == "later":
        flash(
            _(
                "Votre brouillon est enregistré. Vous pouvez le reprendre quand vous voulez, sur n’importe quel "
                "appareil."
            ),
            "success",
        )
        return redirect(url_for("follow_up.get_dossier", dossier_id=dossier_id), 303)
    group = next((item["name"] for item in section["fields"] if go == f"more:{item['name']}"), None)
    if group is not None:
        return redirect(f"{_address(dossier, section)}#{answers.anchor_of(group)}", 303)
    if go == "previous":
        return redirect(_before(dossier, section), 303)
    if saved.errors:
        return _section_page(dossier, section, saved.errors), 422
    new = procedure.not_asked_yet(section, set(request.form.getlist("asked")))
    if new:
        flash(_("Suite à vos réponses, de nouvelles questions s’affichent ci-dessous."), "info")
        return redirect(f"{_address(dossier, section)}#{answers.anchor_of(new[0])}", 303)
    return redirect(_after(dossier, section), 303)


def keep_errors(dossier_id: UUID, errors: dict[str, list[str]]) -> None:
    """Those of the whole form, found by « Valider », for the pages of its sections."""
    session["errors"] = [str(dossier_id), dict(list(errors.items())[:ERRORS_KEPT])]


def last_section_address(dossier: DossierView) -> str:
    return _address(dossier, procedure.sections_that_apply(dossier.form)[-1])


def _save(dossier_id: UUID, given: dict[str, Any]) -> DraftSaved:
    dossiers = neighbours().dossiers()
    try:
        return dossiers.save_draft(dossier_id=dossier_id, answers=given, command_id=command_id())
    except CommandIdReused:
        # The browser went back to a page that had been saved, and it was changed there: that is another saving.
        return dossiers.save_draft(dossier_id=dossier_id, answers=given, command_id=uuid4())


def _section_page(dossier: DossierView, section: dict[str, Any], errors: dict[str, list[str]]) -> str:
    enter_space_of(dossier)
    return render_template(
        "drafts/section.html",
        dossier=dossier,
        page=procedure.Page(section=section, answers=dossier.answers, errors=errors),
        sections=procedure.sections_that_apply(dossier.form),
        mistakes=answers.mistakes(dossier.form, errors),
    )


def _section(dossier: DossierView, name: str) -> dict[str, Any]:
    section = procedure.section_of(dossier.form, name)
    if section is None:
        raise NotFound()
    return section


def _address(dossier: DossierView, section: dict[str, Any]) -> str:
    return url_for("drafts.show_section", dossier_id=dossier.dossier_id, section_name=section["name"])


def _before(dossier: DossierView, section: dict[str, Any]) -> str:
    names = [other["name"] for other in procedure.sections_that_apply(dossier.form)]
    place = names.index(section["name"]) if section["name"] in names else 0
    return _address(dossier, procedure.sections_that_apply(dossier.form)[max(place - 1, 0)])


def _after(dossier: DossierView, section: dict[str, Any]) -> str:
    """The next section that applies; after the last, what is attached to the form, then its validation."""
    all_sections = dossier.form["sections"]
    place = next(index for index, other in enumerate(all_sections) if other["name"] == section["name"])
    following = [other for other in all_sections[place + 1 :] if other["applies"]]
    if following:
        return _address(dossier, following[0])
    if procedure.attachments_that_apply(dossier.form, "form"):
        return url_for("files.show_attachments", dossier_id=dossier.dossier_id)
    return url_for("submission.review", dossier_id=dossier.dossier_id)


def _errors_kept(dossier: DossierView, section: dict[str, Any]) -> dict[str, list[str]]:
    of_dossier, errors = session.get("errors", [None, {}])
    if of_dossier != str(dossier.dossier_id):
        return {}
    names = {item["name"] for item in section["fields"]}
    return {name: codes for name, codes in errors.items() if name.split(".")[0] in names}


def _forget_errors(section: dict[str, Any]) -> None:
    if "errors" in session:
        names = {item["name"] for item in section["fields"]}
        of_dossier, errors = session["errors"]
        left = {name: codes for name, codes in errors.items() if name.split(".")[0] not in names}
        session["errors"] = [of_dossier, left]
