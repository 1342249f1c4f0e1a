"""Where TLS is required, no mail is sent in clear, nor to a server that cannot prove who it is."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from services.notifications.gateways.smtp import MailServer, ServerAway
from tests.integration.notifications.sink import MailSink


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 127.0.0.1, signed by itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay.example.org")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "relay.pem"
    clear = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, clear)
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


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
