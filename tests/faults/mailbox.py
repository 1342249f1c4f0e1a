"""Where all mails of a run arrive: who got which, when, and the secret of the link in it."""

from __future__ import annotations

import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import Envelope

from tests.integration.notifications.sink import MailSink

_LINK = re.compile(r"https?://\S+/(confirmer|invitations)/(\S+)")


@dataclass(frozen=True, kw_only=True)
class Mail:
    """``at``: seconds since 1970, when we said that we had taken it. ``secret``: of its link, if it has one."""

    message_id: str
    to: str
    at: float
    secret: str | None


class Mailbox(MailSink):
    def __init__(self) -> None:
        super().__init__()
        self.arrived: list[Mail] = []
        self._by_recipient: dict[str, list[Mail]] = defaultdict(list)
        self._news = threading.Condition()

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        # A long run brings more mails than need be kept whole.
        while self.mails:
            self._keep(self.mails.pop())
        return answer

    def wait_for_secret(self, address: str, seconds: float) -> str | None:
        """That of the newest link sent to an address; None when none has come in time."""

        def newest() -> str | None:
            return next((mail.secret for mail in reversed(self._by_recipient[address]) if mail.secret), None)

        with self._news:
            self._news.wait_for(newest, seconds)
            return newest()

    def _keep(self, message: EmailMessage) -> None:
        text = message.get_body(("plain",))
        found = _LINK.search(text.get_content()) if text is not None else None
        mail = Mail(
            message_id=message["Message-ID"].strip("<>").partition("@")[0],
            to=str(message["To"]),
            at=time.time(),
            secret=found[2] if found else None,
        )
        with self._news:
            self.arrived.append(mail)
            self._by_recipient[mail.to].append(mail)
            self._news.notify_all()
