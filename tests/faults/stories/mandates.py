"""What becomes of mandates once they are given; and an enterprise that has an office act for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.identifiers import BceNumber
from tests.faults.client import Client
from tests.faults.people import Person
from tests.faults.stories.access import register
from tests.faults.stories.spaces import open_space
from tests.integration.dossiers.content import GRANT

DELEGATION: dict[str, Any] = {"service": "delegation"}


def change_of_people(client: Client, bce_number: BceNumber) -> None:
    """Somebody's mandate rests, lasts longer, is for less, and is given up; a colleague takes over his dossier."""
    manager, leaving, staying = (client.town.meet() for _ in range(3))
    register(client, bce_number, manager)
    for person in (leaving, staying):
        open_space(client, person)
    mandate_id = _invite_known(client, manager, leaving, bce_number, "contributor", ["economy", "taxes"])
    _invite_known(client, manager, staying, bce_number, "contributor")
    dossier_id = _begin(client, leaving, bce_number)
    this: dict[str, Any] = {**DELEGATION, "mandate_id": mandate_id}
    client.as_person(manager, "suspend_mandate", "mandate_changed", reason="En congé.", **this)
    client.as_person(manager, "resume_mandate", "mandate_changed", **this)
    client.as_person(manager, "renew_mandate", "mandate_changed", valid_until=_in_days(200), **this)
    client.as_person(manager, "narrow_mandate", "mandate_changed", category="taxes", **this)
    _reassign(client, manager, leaving, staying, bce_number, mandate_id, dossier_id)
    # What rests when it ends shows at the end of the run who heard of it.
    client.as_person(manager, "suspend_mandate", "mandate_changed", reason="Il s'en va.", **this)
    client.as_person(leaving, "revoke_mandate", "mandate_revoked", reason="Je m'en vais.", **this)


def office(client: Client, bce_number: BceNumber, office_number: BceNumber) -> None:
    """An office acts for an enterprise by two of its people. It lets one of them go, which ends what she had from the
    enterprise; that renews the office's mandate, and ends it."""
    manager, of_office, leaving, staying = (client.town.meet() for _ in range(4))
    register(client, bce_number, manager)
    register(client, office_number, of_office)
    for person in (leaving, staying):
        open_space(client, person)
    _invite_known(client, of_office, leaving, office_number, "reader")
    _invite_known(client, of_office, leaving, office_number, "contributor")
    _invite_known(client, of_office, staying, office_number, "reader")
    given = client.as_person(
        manager,
        "mandate_enterprise",
        "enterprise_mandated",
        bce_number=bce_number,
        office_bce_number=office_number,
        role="contributor",
        valid_until=_in_days(90),
        **DELEGATION,
    )
    chain: dict[str, Any] = {**DELEGATION, "enterprise_mandate_id": UUID(given["enterprise_mandate_id"])}
    assigned = client.as_person(of_office, "assign_person", "role_granted", person_id=leaving.person_id, **chain)
    client.as_person(of_office, "assign_person", "role_granted", person_id=staying.person_id, **chain)
    _begin(client, staying, bce_number)
    client.as_person(
        of_office,
        "revoke_mandates_of",
        "mandate_revoked",
        "mandate_revoked",
        later=("mandate_revoked", "assignments_ended"),
        bce_number=office_number,
        person_id=leaving.person_id,
        reason="Elle nous quitte.",
        **DELEGATION,
    )
    _wait_until_revoked(client, manager, bce_number, assigned["mandate_id"])
    client.as_person(
        manager,
        "renew_enterprise_mandate",
        "enterprise_mandate_renewed",
        "mandate_changed",
        valid_until=_in_days(120),
        **chain,
    )
    client.as_person(
        client.chance.choice((manager, of_office)),
        "end_enterprise_mandate",
        "enterprise_mandate_ended",
        "mandate_revoked",
        reason="Nous arrêtons là.",
        **chain,
    )


def _invite_known(
    client: Client,
    manager: Person,
    invited: Person,
    bce_number: BceNumber,
    role: str,
    categories: list[str] | None = None,
) -> UUID:
    """By her number; the mandate that she has then."""
    invitation = client.as_person(
        manager,
        "invite_person",
        "person_invited",
        bce_number=bce_number,
        role=role,
        email=None,
        person_id=invited.person_id,
        valid_until=None,
        procedure_categories=categories,
        **DELEGATION,
    )
    mandate = client.as_person(
        invited,
        "accept_invitation",
        "role_granted",
        secret=None,
        invitation_id=UUID(invitation["invitation_id"]),
        **DELEGATION,
    )
    return UUID(mandate["mandate_id"])


def _begin(client: Client, person: Person, bce_number: BceNumber) -> UUID:
    """A draft; dossiers has to hear of the mandate first."""
    started = client.as_person(
        person,
        "start_draft",
        service="dossiers",
        also_passing=("not_found",),
        procedure=GRANT,
        bce_number=bce_number,
    )
    return UUID(started["dossier_id"])


def _reassign(
    client: Client,
    manager: Person,
    leaving: Person,
    staying: Person,
    bce_number: BceNumber,
    mandate_id: UUID,
    dossier_id: UUID,
) -> None:
    """What would be stranded; dossiers has to hear of all three mandates first."""
    client.look(
        manager,
        "list_stranded",
        service="dossiers",
        also_passing=("not_found",),
        until=lambda stranded: [each["dossier_id"] for each in stranded] == [str(dossier_id)],
        bce_number=bce_number,
        person_id=leaving.person_id,
        mandate_id=mandate_id,
    )
    client.as_person(
        manager,
        "reassign_dossiers",
        "dossier_reassigned",
        service="dossiers",
        also_passing=("may_not_take_over",),
        bce_number=bce_number,
        dossier_ids=[dossier_id],
        from_person_id=leaving.person_id,
        to_person_id=staying.person_id,
    )


def _wait_until_revoked(client: Client, manager: Person, bce_number: BceNumber, mandate_id: str) -> None:
    """By a timer of delegation's."""

    def is_revoked(chains: list[dict[str, Any]]) -> bool:
        people = {each["mandate_id"]: each["state"] for chain in chains for each in chain["people"]}
        return people[mandate_id] == "revoked"

    client.look(manager, "list_enterprise_mandates", until=is_revoked, bce_number=bce_number, **DELEGATION)


def _in_days(days: int) -> date:
    return (datetime.now(UTC) + timedelta(days=days)).date()
