"""A real SMTP server for tests, that refuses as it is told to."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import defaultdict
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from deploy.embedded.ports import free_port


class MailSink:
    """While ``may_answer`` is not set, the server looks at the content it got (``began``).

    ``refuse["bob@example.org"] = "550 …"`` refuses one recipient; ``refuse_sender``, ``refuse_content`` all."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.port = free_port()
        self.mails: list[EmailMessage] = []
        self.refuse: dict[str, str] = {}
        self.refuse_sender: str | None = None
        self.refuse_content: str | None = None
        self.began = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=False, tls_context=self._tls
        )
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def by_recipient(self) -> dict[str, list[EmailMessage]]:
        found: dict[str, list[EmailMessage]] = defaultdict(list)
        for mail in self.mails:
            found[mail["To"]].append(mail)
        return dict(found)

    async def handle_MAIL(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        if self.refuse_sender:
            return self.refuse_sender
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        self.began.set()
        await asyncio.get_running_loop().run_in_executor(None, self.may_answer.wait, 20)
        if self.refuse_content:
            return self.refuse_content
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=default)
        assert isinstance(mail, EmailMessage)
        assert envelope.rcpt_tos == [mail["To"]]
        self.mails.append(mail)
        return "250 2.0.0 taken"
