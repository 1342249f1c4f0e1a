"""Where all mails of a run arrive: who got which, when, by which replica, and the secret of the link in it."""

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
    """``began_at``, ``at``: seconds since 1970, when its sender was named and when we said that we had taken it.
    ``by``: the replica that sent it. ``secret``: of its link, if it has one."""

    message_id: str
    to: str
    began_at: float
    at: float
    by: str
    secret: str | None


class Mailbox:
    def __init__(self) -> None:
        self.arrived: list[Mail] = []
        self._doors: list[Door] = []
        self._by_recipient: dict[str, list[Mail]] = defaultdict(list)
        self._news = threading.Condition()

    def open_door(self, sender: str) -> int:
        """The port for one replica, by which its mails are known."""
        door = Door(self, sender)
        door.start()
        self._doors.append(door)
        return door.port

    def stop(self) -> None:
        for door in self._doors:
            door.stop()

    def keep(self, mail: Mail) -> None:
        with self._news:
            self.arrived.append(mail)
            self._by_recipient[mail.to].append(mail)
            self._news.notify_all()

    def wait_for_secret(self, address: str, seconds: float) -> str | None:
        """That of the newest link sent to an address; None when none has come in time."""

        def newest() -> str | None:
            return next((mail.secret for mail in reversed(self._by_recipient[address]) if mail.secret), None)

        with self._news:
            self._news.wait_for(newest, seconds)
            return newest()


class Door(MailSink):
    """The mail server as one replica sees it."""

    def __init__(self, mailbox: Mailbox, sender: str) -> None:
        super().__init__()
        self._mailbox = mailbox
        self._sender = sender

    async def handle_MAIL(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        session.began_at = time.time()
        return await super().handle_MAIL(server, session, envelope, address, options)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        # A long run brings more mails than need be kept whole.
        while self.mails:
            self._mailbox.keep(self._read(self.mails.pop(), session.began_at))
        return answer

    def _read(self, message: EmailMessage, began_at: float) -> Mail:
        text = message.get_body(("plain",))
        found = _LINK.search(text.get_content()) if text is not None else None
        return Mail(
            message_id=message["Message-ID"].strip("<>").partition("@")[0],
            to=str(message["To"]),
            began_at=began_at,
            at=time.time(),
            by=self._sender,
            secret=found[2] if found else None,
        )
