"""The mail server that takes our mails (RFC 5321).

Errors are split by what can be done about them: ``TemporaryFailure`` may pass by itself, ``PermanentFailure`` is the
recipient's side saying never, ``TechnicalFailure`` is our side at fault and waits for an operator. Their text never
holds an address, nor what the server said in words, which often quotes one.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

# Seconds for each exchange (connect, greeting, TLS, greeting, sender, recipient), and for each of the two of the
# content, which servers look through before they answer.
STEP_SECONDS = 8
LAST_STEP_SECONDS = 30
# No mail takes longer, whatever the server does.
LONGEST_SECONDS = 6 * STEP_SECONDS + 2 * LAST_STEP_SECONDS

# Characters of a subject that stand on its first line.
_ONE_LINE = 78 - len("Subject: ")
_ENHANCED_CODE = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")


class _Policy(EmailPolicy):
    """A subject that is not plain and short goes as encoded words only: where a line of plain words is folded before an
    encoded word, or one too long, mailboxes show a space too many."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name != "Subject" or (value.isascii() and len(value) <= _ONE_LINE):
            return super().fold_binary(name, value)
        words = Header(value, "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {words}{self.linesep}".encode("ascii")


_SMTP = _Policy(linesep="\r\n")
_SMTPUTF8 = _SMTP.clone(utf8=True)


class MailFailure(Exception):
    """Its text may be stored and shown to operators."""


class TemporaryFailure(MailFailure):
    """Trying again later may help."""


class ServerAway(TemporaryFailure):
    """It is not about this mail: the server cannot be reached, or will not talk to us now."""


class PermanentFailure(MailFailure):
    """The recipient's side refused the mail for good."""


class TechnicalFailure(MailFailure):
    """Something of ours is wrong: the sender's address, the mail itself."""


class MailServer:
    """``tls``: none, or starttls (required, and the certificate verified)."""

    def __init__(self, host: str, port: int, *, tls: str = "none") -> None:
        self._host = host
        self._port = port
        self._tls = tls

    @contextmanager
    def connection(self) -> Iterator[MailConnection]:
        """For one mail after the other; it connects when the first is sent."""
        connection = MailConnection(self._connect)
        try:
            yield connection
        finally:
            connection.close()

    def _connect(self) -> smtplib.SMTP:
        try:
            client = smtplib.SMTP(self._host, self._port, timeout=STEP_SECONDS)
            if self._tls == "starttls":
                client.starttls(context=ssl.create_default_context())
            client.ehlo_or_helo_if_needed()
        except smtplib.SMTPResponseException as error:
            raise ServerAway(_told(error.smtp_code, error.smtp_error, at="greeting")) from error
        except (smtplib.SMTPException, OSError) as error:
            raise ServerAway(f"{type(error).__name__} at connecting") from error
        return client


class MailConnection:
    def __init__(self, connect: Callable[[], smtplib.SMTP]) -> None:
        self._connect = connect
        self._client: smtplib.SMTP | None = None

    def send(self, mail: EmailMessage) -> None:
        """To the one address in its ``To``. Returns when the server has taken it; else raises one of the failures."""
        client = self._client = self._client or self._connect()
        try:
            _exchange(client, mail)
        except MailFailure:
            # A refused mail leaves the dialogue half-way; the next one begins afresh.
            self.close()
            raise
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise ServerAway(f"{type(error).__name__} while sending") from error

    def close(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            client.quit()
        except (smtplib.SMTPException, OSError):
            client.close()


def _exchange(client: smtplib.SMTP, mail: EmailMessage) -> None:
    sender, recipient = (mail[name].addresses[0].addr_spec for name in ("From", "To"))
    options, policy = [], _SMTP
    if not recipient.isascii():
        if not client.has_extn("smtputf8"):
            raise PermanentFailure("the mail server cannot write to an address that is not ASCII")
        options, policy = ["SMTPUTF8", "BODY=8BITMIME"], _SMTPUTF8
    _require(client.mail(sender, options), at="sender", else_raise=TechnicalFailure)
    _require(client.rcpt(recipient), at="recipient", else_raise=PermanentFailure)
    assert client.sock is not None
    client.sock.settimeout(LAST_STEP_SECONDS)
    answer: tuple[int, bytes | str]
    try:
        answer = client.data(mail.as_bytes(policy=policy))
    except smtplib.SMTPDataError as error:
        answer = (error.smtp_code, error.smtp_error)
    _require(answer, at="content", else_raise=PermanentFailure)
    client.sock.settimeout(STEP_SECONDS)


def _require(answer: tuple[int, bytes | str], *, at: str, else_raise: type[MailFailure]) -> None:
    code, said = answer
    if 200 <= code < 300:
        return
    told = _told(code, said, at=at)
    # 421: the server closes the connection; anything else below 500 is about this mail and may pass.
    if code in (421, -1):
        raise ServerAway(told)
    raise (TemporaryFailure if code < 500 else else_raise)(told)


def _told(code: int, said: bytes | str, *, at: str) -> str:
    enhanced = _ENHANCED_CODE.match(said) if isinstance(said, bytes) else None
    return f"{code}{f' {enhanced[1].decode()}' if enhanced else ''} at {at}"
