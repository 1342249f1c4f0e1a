"""Deciding on a role request, once."""

from datetime import date, timedelta

import pytest

from contracts.delegation import (
    AlreadyDecided,
    AlreadyHeld,
    EnterpriseUnknown,
    OwnRequest,
    RoleGranted,
    RoleRefused,
    TermTooLong,
)
from contracts.errors import InvalidRequest, NotFound, PermissionMissing
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.roles import Role
from tests.unit.delegation.builders import (
    AMELIE,
    BERNARD,
    CHANTAL,
    DAVID,
    GILLES,
    NOON,
    SIGNATORY,
    TODAY,
    a_managing_mandate,
    a_mandate,
    a_role_request,
    an_enterprise,
    an_id,
    managers,
)


def accept(role_request, *, by=BERNARD, **differently):
    facts = {
        "managers": managers(BERNARD, CHANTAL),
        "held": [],
        "mandate_id": an_id(),
        "valid_until": None,
        "now": NOON,
    }
    return role_request.accept(by=by, **facts | differently)


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
