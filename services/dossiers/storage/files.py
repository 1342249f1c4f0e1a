"""Uploads and tickets."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.dossiers import TicketInvalid
from contracts.errors import CommandIdReused
from services.dossiers.domain.parts import Attachment
from services.dossiers.storage import tables

Purpose = Literal["upload", "download"]


@dataclass(frozen=True, kw_only=True)
class Upload:
    attachment_id: UUID
    dossier_id: UUID
    person_id: UUID
    command_id: UUID
    heading: str
    complement_id: UUID | None
    file_name: str
    size: int
    sha256: str
    begun_at: datetime
    completed_at: datetime | None


class Files:
    def __init__(self, session: Session) -> None:
        self._session = session

    # ------------------------------------------------------------ uploads

    def begin(self, upload: dict[str, Any]) -> Upload:
        """The upload of that person's command: a repeat finds the first. Raises CommandIdReused."""
        u = tables.uploads.c
        self._session.execute(
            insert(tables.uploads).values(**upload).on_conflict_do_nothing(index_elements=["person_id", "command_id"])
        )
        first = self._one_upload(u.person_id == upload["person_id"], u.command_id == upload["command_id"])
        same = ("dossier_id", "heading", "complement_id", "file_name", "size", "sha256")
        if any(getattr(first, name) != upload[name] for name in same):
            raise CommandIdReused(command_id=str(upload["command_id"]))
        return first

    def find_begun(self, *, person_id: UUID, command_id: UUID) -> Upload | None:
        u = tables.uploads.c
        try:
            return self._one_upload(u.person_id == person_id, u.command_id == command_id)
        except TicketInvalid:
            return None

    def get_upload(self, attachment_id: UUID) -> Upload:
        return self._one_upload(tables.uploads.c.attachment_id == attachment_id)

    def complete(self, upload: Upload, *, now: datetime) -> None:
        u = tables.uploads
        self._session.execute(sa.update(u).where(u.c.attachment_id == upload.attachment_id).values(completed_at=now))

    def _one_upload(self, *conditions: sa.ColumnElement[bool]) -> Upload:
        row = self._session.execute(sa.select(*tables.uploads.columns).where(*conditions)).one_or_none()
        if row is None:
            raise TicketInvalid()
        return Upload(**row._mapping)

    # ------------------------------------------------------------ tickets

    def issue(self, purpose: Purpose, *, dossier_id: UUID, attachment_id: UUID, expires_at: datetime) -> str:
        """The secret of a new ticket; it is not kept."""
        secret = secrets.token_urlsafe(32)
        self._session.execute(
            sa.insert(tables.tickets).values(
                digest=_digest(secret),
                purpose=purpose,
                dossier_id=dossier_id,
                attachment_id=attachment_id,
                expires_at=expires_at,
            )
        )
        return secret

    def find(self, purpose: Purpose, secret: str, *, now: datetime) -> UUID:
        """The attachment a ticket is for. Raises TicketInvalid."""
        t = tables.tickets.c
        chosen = sa.select(t.attachment_id).where(
            t.digest == _digest(secret), t.purpose == purpose, t.expires_at > now, t.used_at.is_(None)
        )
        attachment_id: UUID | None = self._session.execute(chosen).scalar_one_or_none()
        if attachment_id is None:
            raise TicketInvalid()
        return attachment_id

    def use(self, purpose: Purpose, secret: str, *, now: datetime) -> UUID:
        """As ``find``, and nobody uses it a second time."""
        t = tables.tickets
        used = (
            sa.update(t)
            .where(
                t.c.digest == _digest(secret),
                t.c.purpose == purpose,
                t.c.expires_at > now,
                t.c.used_at.is_(None),
            )
            .values(used_at=now)
            .returning(t.c.attachment_id)
        )
        attachment_id: UUID | None = self._session.execute(used).scalar_one_or_none()
        if attachment_id is None:
            raise TicketInvalid()
        return attachment_id

    def forget_tickets(self, *, before: datetime) -> None:
        self._session.execute(sa.delete(tables.tickets).where(tables.tickets.c.expires_at < before))

    # ------------------------------------------------------------ content

    def get_attachment(self, attachment_id: UUID) -> Attachment:
        """Of a ticket that was good. Raises TicketInvalid where the attachment was removed since."""
        attachment = self._session.get(Attachment, attachment_id)
        if attachment is None:
            raise TicketInvalid()
        return attachment

    def unused(self, digests: Iterable[str]) -> set[str]:
        """Those of some digests that no attachment has."""
        sought = set(digests)
        a = tables.attachments.c
        used = self._session.execute(sa.select(a.sha256).where(a.sha256.in_(sought))).scalars()
        return sought - set(used)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
