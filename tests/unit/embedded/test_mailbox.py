"""The mailbox of one machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from deploy.embedded.mailbox.pages import build_app
from deploy.embedded.mailbox.store import MailStore

NOON = datetime(2024, 10, 15, 10, tzinfo=UTC)
LINK = "http://127.0.0.1:8000/confirmer/abc"


def a_mail(subject: str = "Confirmez votre adresse", html: str | None = None) -> bytes:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Mon Espace <ne-pas-repondre@example.org>"
    message["To"] = "amelie@example.org"
    message.set_content(f"Bonjour Amélie,\nsuivez ce lien : {LINK}\n")
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


@pytest.fixture
def store(tmp_path: Path) -> MailStore:
    return MailStore(tmp_path / "mails")


@pytest.fixture
def browser(store: MailStore) -> FlaskClient:
    return build_app(store).test_client()


def test_mails_stay_between_runs(store: MailStore, tmp_path: Path) -> None:
    store.add(a_mail("Été"), to=["amelie@example.org"], received_at=NOON)

    (mail,) = MailStore(tmp_path / "mails").list_mails()

    assert (mail.subject, mail.to, mail.received_at) == ("Été", ["amelie@example.org"], NOON)
    assert mail.text is not None
    assert "Bonjour Amélie" in mail.text


def test_mails_are_told_oldest_first_and_by_who_got_them(store: MailStore, browser: FlaskClient) -> None:
    store.add(a_mail("second"), to=["amelie@example.org"], received_at=NOON + timedelta(seconds=1))
    store.add(a_mail("first"), to=["amelie@example.org"], received_at=NOON)
    store.add(a_mail("another's"), to=["bernard@example.org"], received_at=NOON)

    told = browser.get("/mails.json?to=Amelie@example.org").get_json()

    assert [mail["subject"] for mail in told] == ["first", "second"]


def test_the_newest_mail_stands_first_on_the_page(store: MailStore, browser: FlaskClient) -> None:
    store.add(a_mail("le premier"), to=["amelie@example.org"], received_at=NOON)
    store.add(a_mail("le dernier"), to=["amelie@example.org"], received_at=NOON + timedelta(seconds=1))

    page = browser.get("/").get_data(as_text=True)

    assert page.index("le dernier") < page.index("le premier")
    assert "15/10/2024 12:00" in page


def test_a_link_in_plain_text_can_be_followed(store: MailStore, browser: FlaskClient) -> None:
    store.add(a_mail(), to=["amelie@example.org"], received_at=NOON)
    (mail,) = store.list_mails()

    page = browser.get(f"/mails/{mail.mail_id}").get_data(as_text=True)

    assert f'<a href="{LINK}">{LINK}</a>' in page


def test_a_formatted_mail_runs_nothing_and_its_links_leave_the_frame(store: MailStore, browser: FlaskClient) -> None:
    store.add(a_mail(html=f"<p><a href='{LINK}'>ici</a></p>"), to=["amelie@example.org"], received_at=NOON)
    (mail,) = store.list_mails()

    shown = browser.get(f"/mails/{mail.mail_id}/html")

    assert shown.get_data(as_text=True).startswith('<base target="_top">')
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/mails/nothing", "/mails/nothing/html", "/mails/..%2f..%2fetc%2fpasswd"])
def test_a_mail_that_is_not_there_is_not_found(store: MailStore, browser: FlaskClient, address: str) -> None:
    assert browser.get(address).status_code == 404
