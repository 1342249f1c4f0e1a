"""What people do, each story from its beginning to its end; whatever fails meanwhile, it goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.identifiers import BceNumber
from tests.faults.client import Client
from tests.faults.people import Person

ROLES = ("signatory", "contributor", "reader")
LANGUAGES = ("fr", "de", "nl", "en")


def enterprise(client: Client, bce_number: BceNumber) -> None:
    """Somebody asks for a role in an enterprise, an access manager decides, and what follows."""
    manager, applicant = client.town.meet(), client.town.meet()
    _register(client, bce_number, manager)
    # Some are told by e-mail that they may act before anybody knows their address: the mail waits for it.
    opens_early = client.chance.random() < 0.5
    if opens_early:
        open_space(client, applicant)
    mandate_id = _ask_and_decide(client, bce_number, applicant, manager)
    if not opens_early:
        open_space(client, applicant)
    if client.chance.random() < 0.5:
        _invite(client, bce_number, manager)
    if mandate_id is not None and client.chance.random() < 0.5:
        _revoke(client, manager, mandate_id)
    if client.chance.random() < 0.3:
        _choose_languages(client, applicant)
    if client.chance.random() < 0.3:
        _sign_out(client, applicant)


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


def _register(client: Client, bce_number: BceNumber, manager: Person) -> None:
    client.as_program(
        "registries",
        "delegation.register",
        "register_enterprise",
        service="delegation",
        bce_number=bce_number,
        name="Ateliers du Hainaut",
        state="active",
    )
    client.as_program(
        "registries",
        "delegation.register",
        "designate_access_manager",
        "access_manager_designated",
        "role_granted",
        service="delegation",
        bce_number=bce_number,
        person_id=manager.person_id,
        email=manager.email,
        language=client.chance.choice(LANGUAGES),
    )


def _ask_and_decide(client: Client, bce_number: BceNumber, applicant: Person, manager: Person) -> UUID | None:
    """The mandate, if he accepts."""
    asked = client.as_person(
        applicant,
        "request_role",
        "role_requested",
        service="delegation",
        bce_number=bce_number,
        role=client.chance.choice(ROLES),
        message="Je m'occupe des dossiers.",
    )
    request = {"role_request_id": asked["role_request_id"]}
    if client.chance.random() < 0.3:
        client.as_person(
            manager,
            "refuse_role_request",
            "role_refused",
            service="delegation",
            reason="Inconnu ici.",
            **request,
        )
        return None
    mandate = client.as_person(
        manager, "accept_role_request", "role_granted", service="delegation", valid_until=None, **request
    )
    return UUID(mandate["mandate_id"])


def _invite(client: Client, bce_number: BceNumber, manager: Person) -> None:
    invited = client.town.meet()
    open_space(client, invited)
    # Another address than that of her space, so that the newest link there is the invitation's.
    address = f"invited-{invited.person_id}@example.org"
    client.as_person(
        manager,
        "invite_person",
        "person_invited",
        service="delegation",
        bce_number=bce_number,
        role="reader",
        email=address,
        person_id=None,
        valid_until=(datetime.now(UTC) + timedelta(days=90)).date(),
    )
    secret = client.wait_for_secret(address)
    client.as_person(
        invited, "accept_invitation", "role_granted", service="delegation", secret=secret, invitation_id=None
    )


def _revoke(client: Client, manager: Person, mandate_id: UUID) -> None:
    client.as_person(
        manager,
        "revoke_mandate",
        "mandate_revoked",
        service="delegation",
        mandate_id=mandate_id,
        reason="Il nous a quittés.",
    )


def _choose_languages(client: Client, person: Person) -> None:
    for language in client.chance.sample(LANGUAGES, 2):
        client.as_person(person, "choose_language", "language_chosen", service="identity", language=language)


def _sign_out(client: Client, person: Person) -> Any:
    return client.as_program(
        "portal",
        "identity.sign_in",
        "sign_out",
        "session_revoked",
        service="identity",
        session_token=person.session_token,
    )
