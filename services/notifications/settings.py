"""Settings of notifications."""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address, HeaderRegistry
from pathlib import Path
from typing import Any, ClassVar

from chassis.settings import DatabaseSettings, file, host_and_port, one_of, setting, url


def mail_address(value: str) -> Address:
    header: Any = HeaderRegistry()("From", value)
    if header.defects or len(header.addresses) != 1 or not header.addresses[0].domain:
        raise ValueError("an e-mail address, such as Mon Espace <mon-espace@example.org>")
    address: Address = header.addresses[0]
    return address


@dataclass(frozen=True, kw_only=True)
class NotificationsSettings(DatabaseSettings):
    service: ClassVar[str] = "notifications"

    portal_url: str = setting("where links in mails lead", parse=url("http", "https"), shared=True)
    seal_key_file: Path = setting("private key that opens the fields sealed for notifications", parse=file, secret=True)
    smtp: tuple[str, int] = setting("host:port of the mail server that takes our mails", parse=host_and_port)
    smtp_tls: str = setting("starttls: a verified TLS is required", parse=one_of("none", "starttls"), default="none")
    sender: Address = setting("address that mails come from", parse=mail_address)
