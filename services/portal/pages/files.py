"""Files of a dossier: added to a draft or to an answer, taken away, downloaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Redirection

from contracts.dossiers import DossierView, FileRefused, TicketInvalid
from contracts.errors import InvalidRequest, NotFound
from services.portal import uploads
from services.portal.forms import command_id, procedure
from services.portal.neighbours import neighbours
from services.portal.pages import refusals
from services.portal.pages.dossier_space import enter_space_of, get_dossier
from services.portal.visitors import signed_in

pages = Blueprint("files", __name__, url_prefix="/dossiers/<uuid:dossier_id>")

# The heading of files that answer a complement request (contracts.dossiers).
COMPLEMENT = "complement"


@dataclass
class Sent:
    """What became of the files of one press. ``refused``: a sentence for each file that was."""

    taken: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@pages.get("/pieces")
@signed_in
def show_attachments(dossier_id: UUID) -> str | Redirection:
    """Headings that « Valider » looks at. Those that may wait until the submission stand on its page."""
    dossier = get_dossier(dossier_id)
    if "edit" not in dossier.may:
        return redirect(url_for("follow_up.get_dossier", dossier_id=dossier_id), 303)
    enter_space_of(dossier)
    return render_template(
        "drafts/attachments.html",
        dossier=dossier,
        sections=procedure.sections_that_apply(dossier.form),
        headings=procedure.attachments_that_apply(dossier.form, "form"),
    )


@pages.post("/pieces/<heading>")
@signed_in
def begin_upload(dossier_id: UUID, heading: str) -> Redirection:
    dossier = get_dossier(dossier_id)
    about = next((item for item in dossier.form["attachments"] if item["heading"] == heading), None)
    if about is None:
        raise NotFound()
    files = [sent for sent in request.files.getlist("files") if sent.filename]
    if not files:
        flash(_("Choisissez d’abord un fichier."), f"refused:{heading}")
    told = take_files(dossier_id, files, heading=heading, complement_id=None)
    for sentence in told.refused:
        flash(sentence, f"refused:{heading}")
    if told.taken:
        flash(told_of(told.taken), f"taken:{heading}")
    return redirect(f"{_page_of(dossier, heading)}#{heading}", 303)


@pages.post("/pieces/<uuid:attachment_id>/retirer")
@signed_in
def remove_attachment(dossier_id: UUID, attachment_id: UUID) -> Redirection:
    dossier = get_dossier(dossier_id)
    heading = next((item.heading for item in dossier.attachments if item.attachment_id == attachment_id), "")
    neighbours().dossiers().remove_attachment(
        dossier_id=dossier_id, attachment_id=attachment_id, command_id=command_id()
    )
    flash(_("Le fichier est retiré."), f"taken:{heading}")
    return redirect(f"{_page_of(dossier, heading)}#{heading}", 303)


@pages.get("/fichiers/<uuid:attachment_id>")
@signed_in
def issue_download(dossier_id: UUID, attachment_id: UUID) -> Response:
    attachments = get_dossier(dossier_id).attachments
    attachment = next((item for item in attachments if item.attachment_id == attachment_id), None)
    if attachment is None:
        raise NotFound()
    ticket = neighbours().dossiers().issue_download(dossier_id=dossier_id, attachment_id=attachment_id)
    answer = Response(uploads.pieces_of(uploads.fetch(ticket)), mimetype=attachment.media_type)
    answer.content_length = attachment.size
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(attachment.file_name, safe='')}"
    # Whatever is in it, it is nothing of ours to run.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def take_files(dossier_id: UUID, files: list[FileStorage], *, heading: str, complement_id: UUID | None) -> Sent:
    """One after the other: a file that is refused leaves the others where they are."""
    told = Sent()
    for place, sent in enumerate(files):
        file = uploads.spool(sent)
        try:
            _take(dossier_id, file, place, heading, complement_id)
        except FileRefused as refusal:
            told.refused.append(f"{file.name}\u00a0: {refusals.sentence_of(refusal)}")
        except (TicketInvalid, InvalidRequest) as refusal:
            told.refused.append(f"{file.name}\u00a0: {refusals.sentence_of(refusal)}")
        else:
            told.taken.append(file.name)
    return told


def told_of(names: list[str]) -> str:
    return str(
        ngettext("Fichier ajouté : %(names)s", "Fichiers ajoutés : %(names)s", len(names), names=", ".join(names))
    )


def _take(dossier_id: UUID, file: uploads.Spooled, place: int, heading: str, complement_id: UUID | None) -> None:
    # A form sent twice brings the same file at the same place: dossiers then gives the same ticket again.
    ticket = (
        neighbours()
        .dossiers()
        .begin_upload(
            dossier_id=dossier_id,
            heading=heading,
            complement_id=complement_id,
            file_name=file.name,
            size=file.size,
            sha256=file.sha256,
            command_id=command_id(f"{place}:{file.sha256}"),
        )
    )
    try:
        uploads.put(ticket, file)
    except TicketInvalid:
        # Used already: by the first of two presses, when its file is there.
        if ticket.attachment_id not in [item.attachment_id for item in get_dossier(dossier_id).attachments]:
            raise


def _page_of(dossier: DossierView, heading: str) -> str:
    steps = {item["heading"]: item["step"] for item in dossier.form["attachments"]}
    page = "submission.prepare" if steps.get(heading) == "submission" else "files.show_attachments"
    return url_for(page, dossier_id=dossier.dossier_id)
