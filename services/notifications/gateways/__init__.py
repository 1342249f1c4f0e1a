"""Neighbours of notifications: the mail server, and the key that opens what was sealed for us."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.seals import Opener
from services.notifications.gateways.smtp import MailServer
from services.notifications.rendering import Mails


@dataclass(frozen=True, kw_only=True)
class Gateways:
    seals: Opener
    mail_server: MailServer
    mails: Mails
