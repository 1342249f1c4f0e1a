"""Mails on disk."""

from __future__ import annotations

import mailbox
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

RECEIVED_AT = "X-Received-At"
ENVELOPE_TO = "X-Envelope-To"


@dataclass(frozen=True)
class Mail:
    """``to``: those of the SMTP envelope, which are who really got it."""

    mail_id: str
    received_at: datetime
    to: list[str]
    message: EmailMessage

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"] or "")

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "(sans objet)")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def text(self) -> str | None:
        return self._body("plain")

    @property
    def html(self) -> str | None:
        return self._body("html")

    @property
    def attachments(self) -> list[str]:
        return [part.get_filename() or part.get_content_type() for part in self.message.iter_attachments()]

    def _body(self, kind: str) -> str | None:
        part = self.message.get_body((kind,))
        return part.get_content() if part is not None else None


class MailStore:
    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @property
    def _maildir(self) -> mailbox.Maildir:
        # One for each use: its table of contents is not made for several threads.
        return mailbox.Maildir(self._directory, create=True)

    def add(self, content: bytes, *, to: list[str], received_at: datetime) -> None:
        """Safe on disk when it returns."""
        envelope = f"{RECEIVED_AT}: {received_at.isoformat()}\r\n{ENVELOPE_TO}: {', '.join(to)}\r\n"
        self._maildir.add(envelope.encode() + content)

    def list_mails(self, *, to: str | None = None) -> list[Mail]:
        """Oldest first."""
        mails = [self._read(mail_id) for mail_id in self._maildir.keys()]  # noqa: SIM118
        chosen = [mail for mail in mails if to is None or to.lower() in (address.lower() for address in mail.to)]
        return sorted(chosen, key=lambda mail: (mail.received_at, mail.mail_id))

    def find(self, mail_id: str) -> Mail | None:
        return self._read(mail_id) if mail_id in self._maildir else None

    def _read(self, mail_id: str) -> Mail:
        message = message_from_bytes(self._maildir.get_bytes(mail_id), policy=policy.default)
        assert isinstance(message, EmailMessage)
        to = [address.strip() for address in str(message[ENVELOPE_TO]).split(",")]
        return Mail(mail_id, datetime.fromisoformat(str(message[RECEIVED_AT])), to, message)
