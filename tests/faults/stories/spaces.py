"""The citizen space and what goes with it; and who wants one without the right to it."""

from __future__ import annotations

from tests.faults.browser import Browser
from tests.faults.client import Client
from tests.faults.people import Person

LANGUAGES = ("fr", "de", "nl", "en")


def open_space(client: Client, person: Person) -> None:
    """A citizen space, whose address is confirmed by the link of a mail."""
    client.as_person(
        person,
        "create_citizen_space",
        "email_confirmation_requested",
        service="identity",
        email=person.email,
    )
    secret = client.wait_for_secret(person.email)
    client.as_program(
        "portal", "identity.sign_in", "confirm_email", "email_confirmed", service="identity", secret=secret
    )


def choose_languages(client: Client, person: Person) -> None:
    for language in client.chance.sample(LANGUAGES, 2):
        client.as_person(person, "choose_language", "language_chosen", service="identity", language=language)


def think_of_leaving(client: Client, person: Person) -> None:
    """Somebody without dossiers asks that the account be deleted, and thinks better of it."""
    client.as_person(person, "request_account_deletion", "account_deletion_accepted", service="identity", reason="")
    client.as_person(person, "cancel_account_deletion", "account_deletion_cancelled", service="identity")


def sign_out(client: Client, person: Person) -> None:
    client.as_program(
        "portal",
        "identity.sign_in",
        "sign_out",
        "session_revoked",
        service="identity",
        session_token=person.session_token,
    )


def forgery(client: Client) -> None:
    """Somebody signs statements with a key of his own, or sends far more than fits: both are refused."""
    somebody = client.town.meet()
    if client.chance.random() < 0.5:
        client.with_statements(
            somebody,
            lambda: client.town.signatures.of(somebody, forged=True),
            "create_citizen_space",
            service="identity",
            refused_as="statement_invalid",
            email=somebody.email,
        )
    else:
        client.as_person(
            somebody,
            "create_citizen_space",
            service="identity",
            refused_as="invalid_request",
            email="x" * (1 << 20) + "@example.org",
        )


def open_space_by_pages(client: Client, person: Person) -> None:
    """As ``open_space``, through the portal: the form, the mail, and the button behind its link."""
    browser = Browser(client, person)
    known = {"person_id": str(person.person_id)}
    browser.press(
        "/espace-citoyen/creation",
        "create_citizen_space",
        "email_confirmation_requested",
        caller=str(person.person_id),
        done_at="/espace-citoyen/confirmation",
        answer=known,
        email=person.email,
    )
    secret = client.wait_for_secret(person.email)
    browser.press(
        f"/confirmer/{secret}",
        "confirm_email",
        "email_confirmed",
        caller="portal",
        done_at="/espace-citoyen/confirme",
        answer=known | {"email": person.email},
    )
