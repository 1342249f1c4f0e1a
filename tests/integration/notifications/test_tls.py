"""Where TLS is required, no mail is sent in clear, nor to a server that cannot prove who it is."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from services.notifications.gateways.smtp import MailServer, ServerAway
from tests.integration.notifications.sink import MailSink
from tests.support.certificates import make_certificate


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def relay(certificate: Path) -> Iterator[MailSink]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    sink = MailSink(tls=context)
    sink.start()
    yield sink
    sink.stop()


def a_mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "Bonjour"
    mail.set_content("Bonjour")
    return mail


def send(port: int) -> None:
    with MailServer("127.0.0.1", port, tls="starttls").connection() as connection:
        connection.send(a_mail())


def test_a_server_whose_certificate_is_trusted_gets_the_mail(relay, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    send(relay.port)

    assert [mail["To"] for mail in relay.mails] == ["b@example.org"]


def test_a_server_that_nobody_vouches_for_gets_nothing(relay):
    with pytest.raises(ServerAway, match="SSLCertVerificationError at connecting"):
        send(relay.port)

    assert relay.mails == []


def test_a_server_without_tls_gets_nothing(sink):
    with pytest.raises(ServerAway, match="SMTPNotSupportedError at connecting"):
        send(sink.port)

    assert sink.mails == []
