"""In which form the mails go out: their headers, their parts, to whom."""

from __future__ import annotations

from email.message import EmailMessage
from uuid import UUID

import pytest

from contracts.delegation import RoleRequested
from services.notifications.domain.notices import notice_of
from services.notifications.rendering import AddressRefused, Mails
from tests.unit.notifications.builders import NOON, an_event

DELIVERY = UUID("00000000-0000-7000-8000-0000000000de")


def compose(mails: Mails, *, to="amelie@example.org", **changes) -> EmailMessage:
    notice = notice_of(an_event(RoleRequested, **changes))
    return mails.compose(
        delivery_id=DELIVERY, to=to, kind=notice.kind, language="fr", facts=notice.facts, link=notice.link, now=NOON
    )


def test_a_name_with_line_ends_cannot_make_a_header(mails):
    mail = compose(mails, enterprise_name="Ateliers\r\nBcc: all@example.org")

    assert mail["Bcc"] is None
    assert mail["Subject"] == "Demande d’accès pour Ateliers Bcc: all@example.org"


@pytest.mark.parametrize(
    "to", ["amelie@example.org\r\nBcc: all@example.org", "a@example.org, b@example.org", "amelie", ""]
)
def test_what_is_no_single_address_is_refused(mails, to):
    with pytest.raises(AddressRefused):
        compose(mails, to=to)


def test_a_mail_is_plain_text_and_html_without_attachment(mails):
    mail = compose(mails)

    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert not any(part.is_attachment() for part in mail.walk())


def test_the_headers_say_who_when_and_that_no_answer_is_wanted(mails):
    mail = compose(mails)

    assert mail["From"] == "Mon Espace <ne-pas-repondre@example.org>"
    assert mail["To"] == "amelie@example.org"
    assert mail["Date"] == "Tue, 15 Oct 2024 12:00:00 +0200"
    assert mail["Content-Language"] == "fr"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_the_same_delivery_always_has_the_same_message_id(mails):
    assert compose(mails)["Message-ID"] == compose(mails)["Message-ID"] == f"<{DELIVERY}@example.org>"
