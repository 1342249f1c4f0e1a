"""Acting for an enterprise: asking, deciding, inviting, revoking; and what somebody then files for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from contracts.identifiers import BceNumber
from tests.faults.client import Client
from tests.faults.people import Person
from tests.faults.stories.filing import file_for_an_enterprise
from tests.faults.stories.spaces import LANGUAGES, choose_languages, open_space, sign_out

ROLES = ("signatory", "contributor", "reader")


def enterprise(client: Client, bce_number: BceNumber) -> None:
    """Somebody asks for a role in an enterprise, an access manager decides, and what follows."""
    manager, applicant = client.town.meet(), client.town.meet()
    register(client, bce_number, manager)
    # Some are told by e-mail that they may act before anybody knows their address: the mail waits for it.
    opens_early = client.chance.random() < 0.5
    if opens_early:
        open_space(client, applicant)
    role = client.chance.choice(ROLES)
    mandate_id = _ask_and_decide(client, bce_number, applicant, manager, role)
    if not opens_early:
        open_space(client, applicant)
    if client.chance.random() < 0.5:
        _invite(client, bce_number, manager)
    if mandate_id is not None and role == "signatory":
        file_for_an_enterprise(client, applicant, bce_number, mandate_id)
    if mandate_id is not None and client.chance.random() < 0.5:
        _revoke(client, manager, mandate_id)
    if client.chance.random() < 0.3:
        choose_languages(client, applicant)
    if client.chance.random() < 0.3:
        sign_out(client, applicant)


def register(client: Client, bce_number: BceNumber, manager: Person) -> None:
    """dossiers and notifications hear of it."""
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


def _ask_and_decide(
    client: Client, bce_number: BceNumber, applicant: Person, manager: Person, role: str
) -> UUID | None:
    """The mandate, if the applicant does not think better of it, and he accepts."""
    asked = client.as_person(
        applicant,
        "request_role",
        "role_requested",
        service="delegation",
        bce_number=bce_number,
        role=role,
        message="Je m'occupe des dossiers.",
    )
    request = {"role_request_id": asked["role_request_id"]}
    draw = client.chance.random()
    if draw < 0.1:
        client.as_person(applicant, "withdraw_role_request", "role_request_withdrawn", service="delegation", **request)
        return None
    if draw < 0.4:
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
    invitation = client.as_person(
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
    if client.chance.random() < 0.4:
        _send_again(client, manager, UUID(invitation["invitation_id"]))
    link = {"secret": client.wait_for_secret(address), "invitation_id": None}
    if client.chance.random() < 0.4:
        client.as_person(invited, "decline_invitation", "invitation_ended", service="delegation", **link)
    else:
        client.as_person(invited, "accept_invitation", "role_granted", service="delegation", **link)


def _send_again(client: Client, manager: Person, invitation_id: UUID) -> None:
    """A day later: it is not done sooner."""
    a_day_ago = "UPDATE invitations SET invited_at = invited_at - interval '1 day' WHERE invitation_id = %s"
    client.change_behind("delegation", a_day_ago, invitation_id)
    client.as_person(manager, "resend_invitation", "person_invited", service="delegation", invitation_id=invitation_id)


def _revoke(client: Client, manager: Person, mandate_id: UUID) -> None:
    client.as_person(
        manager,
        "revoke_mandate",
        "mandate_revoked",
        service="delegation",
        mandate_id=mandate_id,
        reason="Il nous a quittés.",
    )
