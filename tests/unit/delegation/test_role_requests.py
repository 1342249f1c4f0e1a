"""Asking for a role, and deciding on it once."""

from datetime import date, timedelta

import pytest

from contracts.delegation import (
    AlreadyDecided,
    AlreadyHeld,
    EnterpriseUnknown,
    NoAccessManager,
    OwnRequest,
    RoleGranted,
    RoleRefused,
    RoleRequested,
    TermTooLong,
)
from contracts.errors import InvalidRequest, NotFound, PermissionMissing
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.role_requests import RoleRequest
from services.delegation.domain.roles import Role
from tests.unit.delegation.builders import (
    AMELIE,
    BERNARD,
    CHANTAL,
    DAVID,
    GILLES,
    NOON,
    READER,
    SIGNATORY,
    TODAY,
    a_managing_mandate,
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


def accept(role_request, *, by=BERNARD, **differently):
    facts = {
        "managers": managers(BERNARD, CHANTAL),
        "held": [],
        "mandate_id": an_id(),
        "valid_until": None,
        "now": NOON,
    }
    return role_request.accept(by=by, **facts | differently)


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


def test_accepting_grants_a_mandate_for_a_year_from_today():
    role_request = a_role_request()

    mandate, granted = accept(role_request)

    assert isinstance(granted, RoleGranted)
    assert (mandate.person_id, mandate.person_name, mandate.role) == (AMELIE, "Amélie Dubois", SIGNATORY)
    assert (mandate.valid_from, mandate.valid_until) == (TODAY, date(2025, 10, 15))
    assert (granted.granted_by, granted.role_request_id) == (BERNARD, role_request.role_request_id)


def test_accepting_records_who_and_when():
    role_request = a_role_request()

    accept(role_request, by=CHANTAL)

    assert (role_request.state, role_request.decided_by, role_request.decided_at) == ("accepted", CHANTAL, NOON)
    assert role_request.version == 2


def test_a_citizen_cannot_accept_her_own_request():
    with pytest.raises(OwnRequest):
        accept(a_role_request(person_id=AMELIE), by=AMELIE)


def test_an_access_manager_cannot_accept_his_own_request():
    with pytest.raises(OwnRequest):
        accept(a_role_request(person_id=BERNARD), by=BERNARD)


@pytest.mark.parametrize("stranger", [GILLES, DAVID], ids=["a stranger", "a colleague with another role"])
def test_to_who_is_no_access_manager_the_request_does_not_exist(stranger):
    role_request = a_role_request()

    with pytest.raises(NotFound):
        accept(role_request, by=stranger)
    assert role_request.state == "open"


def test_a_stranger_does_not_learn_that_a_request_was_decided():
    with pytest.raises(NotFound):
        accept(a_role_request(state="accepted"), by=GILLES)


def test_who_was_access_manager_once_decides_no_more():
    former = a_managing_mandate(BERNARD, revoked_at=NOON)

    with pytest.raises(NotFound):
        accept(a_role_request(), by=BERNARD, managers=AccessManagers([former], now=NOON))


@pytest.mark.parametrize("state", ["accepted", "refused"])
def test_a_request_is_decided_once(state):
    with pytest.raises(AlreadyDecided):
        accept(a_role_request(state=state))


def test_a_request_that_was_accepted_cannot_be_refused():
    role_request = a_role_request()
    accept(role_request)

    with pytest.raises(AlreadyDecided):
        role_request.refuse(by=CHANTAL, managers=managers(CHANTAL), reason="Non.", now=NOON)


def test_five_years_are_the_longest_a_request_can_be_accepted_for():
    mandate, _ = accept(a_role_request(), valid_until=date(2029, 10, 15))

    assert mandate.valid_until == date(2029, 10, 15)


def test_a_longer_term_is_refused_and_the_request_stays_open():
    role_request = a_role_request()

    with pytest.raises(TermTooLong):
        accept(role_request, valid_until=date(2029, 10, 16))
    assert role_request.state == "open"


def test_who_got_the_role_in_the_meantime_is_not_given_it_twice():
    with pytest.raises(AlreadyHeld):
        accept(a_role_request(), held=[a_mandate(person_id=AMELIE, role=SIGNATORY)])


def test_nothing_is_granted_for_an_enterprise_struck_off_in_the_meantime():
    with pytest.raises(EnterpriseUnknown):
        accept(a_role_request(enterprise=an_enterprise(state="struck_off")))


def test_nobody_accepts_for_a_role_that_gives_more_than_he_holds():
    clerk = Role(name="reader", position=9, permissions=["dossier.read", "mandate.manage"])
    held = a_managing_mandate(DAVID, role=clerk)

    with pytest.raises(PermissionMissing):
        accept(a_role_request(role=SIGNATORY), by=DAVID, managers=AccessManagers([held], now=NOON))


def test_refusing_tells_the_reason():
    role_request = a_role_request()

    refused = role_request.refuse(
        by=CHANTAL, managers=managers(CHANTAL), reason=" Vous ne travaillez pas ici. ", now=NOON + timedelta(hours=1)
    )

    assert isinstance(refused, RoleRefused)
    assert (refused.reason, refused.decided_by, refused.version) == ("Vous ne travaillez pas ici.", CHANTAL, 2)
    assert role_request.state == "refused"


def test_refusing_needs_a_reason():
    role_request = a_role_request()

    with pytest.raises(InvalidRequest) as refusal:
        role_request.refuse(by=CHANTAL, managers=managers(CHANTAL), reason=" \n", now=NOON)

    assert refusal.value.details == {"fields": {"reason": ["a reason is required"]}}
    assert role_request.state == "open"


@pytest.mark.parametrize(("by", "refusal"), [(AMELIE, OwnRequest), (GILLES, NotFound)])
def test_only_an_access_manager_other_than_the_author_refuses(by, refusal):
    with pytest.raises(refusal):
        a_role_request().refuse(by=by, managers=managers(BERNARD), reason="Non.", now=NOON)


def test_the_present_state_is_told_with_the_event_that_led_to_it():
    role_request, requested = ask()
    assert role_request.as_event() == requested

    refused = role_request.refuse(by=BERNARD, managers=managers(BERNARD), reason="Non.", now=NOON)
    assert role_request.as_event() == refused


def test_an_accepted_request_is_told_by_its_mandate_alone():
    role_request = a_role_request()
    accept(role_request)

    assert role_request.as_event() is None
