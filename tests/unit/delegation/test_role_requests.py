"""Asking for a role."""

import pytest

from contracts.delegation import (
    AlreadyHeld,
    EnterpriseUnknown,
    NoAccessManager,
    RoleRequested,
)
from services.delegation.domain.role_requests import RoleRequest
from tests.unit.delegation.builders import (
    AMELIE,
    BERNARD,
    CHANTAL,
    NOON,
    READER,
    SIGNATORY,
    a_mandate,
    a_role_request,
    an_enterprise,
    an_id,
    managers,
)


def ask(**differently):
    facts = {
        "role_request_id": an_id(),
        "enterprise": an_enterprise(),
        "role": SIGNATORY,
        "person_id": AMELIE,
        "requester_name": "Amélie Dubois",
        "message": "",
        "held": [],
        "managers": managers(BERNARD, CHANTAL),
        "reachable": {BERNARD, CHANTAL},
        "now": NOON,
    }
    return RoleRequest.ask(**facts | differently)


def test_a_request_is_told_to_every_access_manager():
    role_request, requested = ask()

    assert role_request.state == "open"
    assert requested == RoleRequested(
        version=1,
        occurred_at=NOON,
        role_request_id=role_request.role_request_id,
        person_id=AMELIE,
        bce_number=role_request.enterprise.bce_number,
        enterprise_name="Ateliers du Hainaut",
        role="signatory",
        manager_ids=[BERNARD, CHANTAL],
        requested_at=NOON,
    )


def test_access_managers_without_an_address_are_counted():
    role_request, _ = ask(reachable={BERNARD})

    assert role_request.managers_without_address == 1


def test_no_role_in_a_struck_off_enterprise_can_be_asked_for():
    with pytest.raises(EnterpriseUnknown):
        ask(enterprise=an_enterprise(state="struck_off"))


def test_where_no_access_manager_is_designated_the_way_to_csam_is_shown():
    with pytest.raises(NoAccessManager) as refusal:
        ask(managers=managers())

    assert refusal.value.details == {"help_url": "https://www.csam.be/fr/gestion-gestionnaires-acces.html"}


def test_the_only_access_manager_has_nobody_to_ask():
    with pytest.raises(NoAccessManager):
        ask(person_id=BERNARD, managers=managers(BERNARD))


def test_an_access_manager_who_asks_is_not_among_those_who_decide():
    role_request, _ = ask(person_id=BERNARD)

    assert role_request.manager_ids == [CHANTAL]


def test_a_role_that_is_held_cannot_be_asked_for():
    with pytest.raises(AlreadyHeld):
        ask(held=[a_mandate(person_id=AMELIE, role=SIGNATORY)])


def test_who_holds_a_lesser_role_may_ask_for_more():
    role_request, _ = ask(held=[a_mandate(person_id=AMELIE, role=READER)])

    assert role_request.state == "open"


def test_the_present_state_is_told_with_the_event_that_led_to_it():
    role_request, requested = ask()
    assert role_request.as_event() == requested

    refused = role_request.refuse(by=BERNARD, managers=managers(BERNARD), reason="Non.", now=NOON)
    assert role_request.as_event() == refused


def test_an_accepted_request_is_told_by_its_mandate_alone():
    assert a_role_request(state="accepted", decided_by=BERNARD, decided_at=NOON).as_event() is None
