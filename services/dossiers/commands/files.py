"""Attachments: a ticket over RPC, then the bytes over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from uuid_utils.compat import uuid7

from chassis.logs import log
from contracts.dossiers import FileRefused, FileTicket
from contracts.errors import NotFound, Refusal
from services.dossiers import metrics
from services.dossiers.commands.acts import record
from services.dossiers.domain.access import Asker
from services.dossiers.domain.calendar import legal_day
from services.dossiers.domain.dossier import Dossier
from services.dossiers.domain.parts import Attachment
from services.dossiers.domain.procedure import FileRules
from services.dossiers.gateways import Gateways
from services.dossiers.gateways.file_store import CHUNK, Arriving
from services.dossiers.gateways.file_types import name_as, require_type
from services.dossiers.storage import DossiersWork
from services.dossiers.storage.files import Purpose, Upload

UPLOAD_WITHIN = timedelta(minutes=15)
DOWNLOAD_WITHIN = timedelta(minutes=1)


class Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


def begin_upload(
    work: DossiersWork,
    *,
    dossier_id: UUID,
    heading: str,
    complement_id: UUID | None,
    file_name: str,
    size: int,
    sha256: str,
    command_id: UUID,
    asker: Asker,
    gateways: Gateways,
    now: datetime,
) -> FileTicket:
    """A repeat of the command gets another ticket for the same upload: the first one's secret is not kept."""
    with work:
        dossier = work.dossiers.see(dossier_id, asker=asker, now=now)
        by = asker.require("dossier.draft", dossier)
        upload = work.files.find_begun(person_id=asker.person_id, command_id=command_id)
        if upload is None or upload.completed_at is None:
            dossier.require_room(heading=heading, complement_id=complement_id, size=size, now=now)
        upload = work.files.begin(
            {
                "attachment_id": uuid7(),
                "dossier_id": dossier_id,
                "person_id": asker.person_id,
                "command_id": command_id,
                "heading": heading,
                "complement_id": complement_id,
                "file_name": file_name,
                "size": size,
                "sha256": sha256,
                "begun_at": now,
            }
        )
        record(work, "begin_upload", dossier, by=by, attachment_id=upload.attachment_id)
        return _ticket(work, "upload", dossier_id, upload.attachment_id, gateways, now + UPLOAD_WITHIN, now)


def receive_file(
    work: DossiersWork, *, ticket: str, stream: Stream, length: int | None, gateways: Gateways, now: datetime
) -> Attachment:
    """Take the bytes of an upload. No transaction is open while they come in and are looked at."""
    try:
        with work:
            upload = work.files.get_upload(work.files.find("upload", ticket, now=now))
            rules = _rules_for(work, upload, now) if upload.completed_at is None else None
        with gateways.files.receive() as arriving:
            _receive(arriving, stream, length, upload)
            if rules is None:
                # The first answer was lost on its way; the same bytes get the same answer.
                with work:
                    return work.files.get_attachment(upload.attachment_id)
            media_type = require_type(arriving.path, rules.media_types)
            gateways.scanner.require_clean(arriving.path)
            arriving.keep()
            attachment = _attach(work, upload, media_type, now)
    except Refusal as refusal:
        metrics.FILES.labels(outcome=refusal.details.get("reason", refusal.code)).inc()
        raise
    log.info("receive_file", attachment_id=str(upload.attachment_id), dossier_id=str(upload.dossier_id))
    return attachment


def remove_attachment(
    work: DossiersWork, *, dossier_id: UUID, attachment_id: UUID, asker: Asker, now: datetime
) -> Dossier:
    with work:
        dossier = work.dossiers.see_to_change(dossier_id, asker=asker, now=now)
        by = asker.require("dossier.draft", dossier)
        dossier.remove_attachment(attachment_id, now=now)
        record(work, "remove_attachment", dossier, by=by, attachment_id=attachment_id)
    return dossier


def issue_download(
    work: DossiersWork, *, dossier_id: UUID, attachment_id: UUID, asker: Asker, gateways: Gateways, now: datetime
) -> FileTicket:
    with work:
        dossier = work.dossiers.see(dossier_id, asker=asker, now=now)
        seen = dossier.attachments_for(user_side=asker.is_user_of(dossier))
        if attachment_id not in [each.attachment_id for each in seen]:
            raise NotFound()
        if not asker.is_user_of(dossier):
            record(work, "looked_at_file", dossier, by=asker.require_as_agent(), attachment_id=attachment_id)
        return _ticket(work, "download", dossier_id, attachment_id, gateways, now + DOWNLOAD_WITHIN, now)


def take_file(work: DossiersWork, *, ticket: str, now: datetime) -> Attachment:
    """What a download ticket is for; it opens the door once."""
    with work:
        return work.files.get_attachment(work.files.use("download", ticket, now=now))


def _ticket(
    work: DossiersWork,
    purpose: Purpose,
    dossier_id: UUID,
    attachment_id: UUID,
    gateways: Gateways,
    expires_at: datetime,
    now: datetime,
) -> FileTicket:
    work.files.forget_tickets(before=now)
    secret = work.files.issue(purpose, dossier_id=dossier_id, attachment_id=attachment_id, expires_at=expires_at)
    return FileTicket(attachment_id=attachment_id, url=f"{gateways.files_url}/files/{secret}", expires_at=expires_at)


def _rules_for(work: DossiersWork, upload: Upload, now: datetime) -> FileRules:
    dossier = work.dossiers.see(upload.dossier_id, asker=_sender(work, upload, now), now=now)
    return dossier.require_room(heading=upload.heading, complement_id=upload.complement_id, size=upload.size, now=now)


def _receive(arriving: Arriving, stream: Stream, length: int | None, upload: Upload) -> None:
    if length != upload.size:
        raise FileRefused(reason="wrong_length", expected=upload.size)
    while arriving.size < upload.size and (chunk := stream.read(min(CHUNK, upload.size - arriving.size))):
        arriving.write(chunk)
    if arriving.size != upload.size:
        raise FileRefused(reason="wrong_length", expected=upload.size)
    if arriving.sha256 != upload.sha256:
        raise FileRefused(reason="wrong_digest")
    arriving.flush()


def _attach(work: DossiersWork, upload: Upload, media_type: str, now: datetime) -> Attachment:
    with work:
        asker = _sender(work, upload, now)
        dossier = work.dossiers.see_to_change(upload.dossier_id, asker=asker, now=now)
        by = asker.require("dossier.draft", dossier)
        if work.files.get_upload(upload.attachment_id).completed_at is not None:
            # The same bytes came twice at once, and the others were first.
            return work.files.get_attachment(upload.attachment_id)
        attachment = Attachment(
            attachment_id=upload.attachment_id,
            heading=upload.heading,
            file_name=name_as(media_type, upload.file_name),
            media_type=media_type,
            size=upload.size,
            sha256=upload.sha256,
            added_at=now,
            added_by=upload.person_id,
            complement_id=upload.complement_id,
        )
        dossier.attach(attachment, now=now)
        work.files.complete(upload, now=now)
        record(work, "add_file", dossier, by=by, attachment_id=upload.attachment_id)
        metrics.count(work, metrics.FILES, outcome="taken")
    return attachment


def _sender(work: DossiersWork, upload: Upload, now: datetime) -> Asker:
    """Who began the upload, with what he holds now."""
    return work.mandates.asker(upload.person_id, level=0, is_agent=False, today=legal_day(now))
