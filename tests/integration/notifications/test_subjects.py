"""The subject of a mail, as a mailbox shows it."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

from services.notifications.gateways.smtp import MailServer
from tests.integration.notifications.sink import MailSink


def a_mail(subject: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "nepasrepondre@example.org", "amelie@example.org", subject
    mail.set_content("Bonjour,")
    return mail


def test_it_arrives_as_it_was_written_wherever_its_line_is_folded(sink: MailSink) -> None:
    names = [f"Ateliers {'m' * length} immédiats & frères de la région de Liège" for length in range(1, 90, 2)]
    subjects = [
        *(f"Invitation à agir pour {name}" for name in names),
        *(f"Access request for {name.encode('ascii', 'ignore').decode()} (Belgium)" for name in names),
        f"Demande d’accès pour {'Société' * 70}",
        "x" * 500,
        "Sujet court",
    ]

    with MailServer("127.0.0.1", sink.port).connection() as connection:
        for subject in subjects:
            connection.send(a_mail(subject))

    assert [mail["Subject"] for mail in sink.mails] == subjects
