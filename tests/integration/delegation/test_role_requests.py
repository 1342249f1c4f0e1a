"""Role requests on a real database: what is stored and announced, and two at once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from contracts.delegation import (
    AlreadyHeld,
    AlreadyRequested,
    EnterpriseUnknown,
    NoAccessManager,
)
from contracts.identifiers import BceNumber
from contracts.identity import EmailConfirmed
from services.delegation import queries, reactions
from services.delegation.domain.role_requests import RoleRequest
from tests.integration.delegation.turns import at_once
from tests.unit.delegation.builders import (
    AMELIE,
    ATELIERS,
    BERNARD,
    CHANTAL,
    COMMUNE,
    DAVID,
    NOON,
)


def test_a_request_is_stored_and_told_to_all_access_managers(office):
    role_request = office.request_role("signatory", by=AMELIE)

    (requested,) = office.announced("role_requested")
    assert requested["role_request_id"] == str(role_request.role_request_id)
    assert requested["manager_ids"] == [str(BERNARD), str(CHANTAL)]
    assert requested["enterprise_name"] == "Ateliers du Hainaut"
    assert "Amélie" not in str(requested)


def test_the_requester_sees_her_request(office):
    office.request_role("reader")
    office.pass_time(minutes=1)
    office.request_role("signatory")

    mine = queries.list_my_role_requests(office.work(), person_id=AMELIE, now=office.now)

    assert [(shown.role, shown.state) for shown in mine] == [("signatory", "open"), ("reader", "open")]
    assert mine[0].requester_name == "Amélie Dubois"


def test_the_access_manager_sees_who_asks(office):
    office.request_role()

    (shown,) = queries.list_role_requests(office.work(), bce_number=ATELIERS, asked_by=CHANTAL, now=office.now)

    assert (shown.person_id, shown.requester_name, shown.message) == (
        AMELIE,
        "Amélie Dubois",
        "Je reprends les dossiers.",
    )


def test_an_unknown_enterprise_cannot_be_asked_for(office):
    with pytest.raises(EnterpriseUnknown):
        office.request_role(bce_number=BceNumber("1000000021"))


def test_an_enterprise_without_access_manager_shows_the_way_to_csam(office):
    with pytest.raises(NoAccessManager) as refusal:
        office.request_role(bce_number=COMMUNE)

    assert refusal.value.details["help_url"].startswith("https://www.csam.be/")


def test_an_access_manager_without_an_address_is_told_to_the_requester(office):
    office.designate(DAVID)

    assert office.request_role().managers_without_address == 1


def test_an_access_manager_who_confirmed_an_address_with_identity_can_be_reached(office):
    office.designate(DAVID)
    confirmed = EmailConfirmed(
        version=1,
        occurred_at=NOON,
        contact_id=uuid4(),
        person_id=DAVID,
        space="citizen",
        language="fr",
        sealed="sealed",
    )
    for _ in range(2):
        reactions.note_reachable(office.work(), confirmed, version=(1, 1))

    assert office.request_role().managers_without_address == 0


def test_a_second_open_request_for_the_same_role_is_refused(office):
    office.request_role("signatory")

    with pytest.raises(AlreadyRequested):
        office.request_role("signatory")
    assert len(office.announced("role_requested")) == 1


def test_another_role_and_another_person_may_be_open_beside_it(office):
    office.request_role("signatory", by=AMELIE)
    office.request_role("reader", by=AMELIE)
    office.request_role("signatory", by=DAVID)

    assert len(office.announced("role_requested")) == 3


def test_after_a_refusal_one_may_ask_again(office):
    office.refuse(office.request_role())

    assert office.request_role().state == "open"


def test_of_two_requests_at_once_the_unique_index_lets_one_through(office):
    results = at_once(*[office.request_role for _ in range(4)])

    assert sum(isinstance(result, RoleRequest) for result in results) == 1
    assert sum(isinstance(result, AlreadyRequested) for result in results) == 3
    assert len(office.announced("role_requested")) == 1


def test_a_role_that_was_granted_cannot_be_asked_for_again(office):
    office.grant(AMELIE, "signatory")

    with pytest.raises(AlreadyHeld):
        office.request_role("signatory", by=AMELIE)
