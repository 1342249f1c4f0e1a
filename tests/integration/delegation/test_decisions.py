"""Deciding on role requests on a real database: what is granted, to whom nothing exists, and two at once."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from contracts.delegation import (
    AlreadyDecided,
    AlreadyHeld,
    OwnRequest,
    TermTooLong,
)
from contracts.errors import NotFound
from contracts.identifiers import BceNumber
from services.delegation import queries
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.role_requests import RoleRequest
from services.delegation.storage import tables
from tests.integration.delegation.turns import at_once
from tests.unit.delegation.builders import (
    AMELIE,
    ATELIERS,
    BERNARD,
    CHANTAL,
    COMMUNE,
    DAVID,
    GILLES,
    NOON,
)


def test_accepting_opens_the_enterprise_at_once(office):
    mandate = office.accept(office.request_role("signatory"), by=BERNARD)

    (access,) = queries.list_my_enterprises(office.work(), person_id=AMELIE, now=office.now)
    assert (access.bce_number, access.name, access.roles) == (ATELIERS, "Ateliers du Hainaut", ["signatory"])
    assert access.permissions == ["dossier.read", "dossier.draft", "dossier.submit", "dossier.sign"]
    assert office.check(AMELIE, "dossier.submit").mandate_id == mandate.mandate_id


def test_accepting_announces_the_mandate_and_the_right_by_which_it_was_given(office):
    role_request = office.request_role("reader")
    mandate = office.accept(role_request, by=CHANTAL, valid_until=date(2029, 10, 15))

    granted = office.announced("role_granted")[-1]
    assert granted["mandate_id"] == str(mandate.mandate_id)
    assert granted["role_request_id"] == str(role_request.role_request_id)
    assert (granted["granted_by"], granted["valid_until"]) == (str(CHANTAL), "2029-10-15")
    assert granted["actor"]["mandate_id"] == str(office.chantals.mandate_id)


def test_refusing_tells_the_requester_why(office):
    office.refuse(office.request_role(), by=CHANTAL, reason="Vous ne travaillez pas ici.")

    (refused,) = office.announced("role_refused")
    assert (refused["reason"], refused["decided_by"], refused["version"]) == (
        "Vous ne travaillez pas ici.",
        str(CHANTAL),
        2,
    )
    (mine,) = queries.list_my_role_requests(office.work(), person_id=AMELIE, now=office.now)
    assert (mine.state, mine.reason, mine.decided_at) == ("refused", "Vous ne travaillez pas ici.", NOON)


def test_a_refused_decision_leaves_no_trace(office):
    role_request = office.request_role()

    with pytest.raises(TermTooLong):
        office.accept(role_request, valid_until=date(2029, 10, 16))

    assert office.rows(tables.role_requests)[0].state == "open"
    assert office.accept(role_request).person_id == AMELIE


def test_a_citizen_cannot_accept_her_own_request(office):
    with pytest.raises(OwnRequest):
        office.accept(office.request_role(by=AMELIE), by=AMELIE)


def test_an_access_manager_cannot_accept_his_own_request(office):
    with pytest.raises(OwnRequest):
        office.accept(office.request_role("signatory", by=BERNARD), by=BERNARD)


def test_a_request_that_was_decided_is_decided(office):
    role_request = office.request_role()
    office.accept(role_request, by=BERNARD)

    for decide in (office.accept, office.refuse):
        with pytest.raises(AlreadyDecided):
            decide(role_request, by=CHANTAL)


def test_of_two_access_managers_who_accept_at_once_one_wins(office):
    role_request = office.request_role()

    results = at_once(lambda: office.accept(role_request, by=BERNARD), lambda: office.accept(role_request, by=CHANTAL))

    assert sorted(type(result).__name__ for result in results) == ["AlreadyDecided", "Mandate"]
    assert len([body for body in office.announced("role_granted") if body["person_id"] == str(AMELIE)]) == 1


def test_of_one_who_accepts_and_one_who_refuses_at_once_one_wins(office):
    for person_id in (AMELIE, DAVID, GILLES):
        role_request = office.request_role(by=person_id)

        results = at_once(
            lambda role_request=role_request: office.accept(role_request, by=BERNARD),
            lambda role_request=role_request: office.refuse(role_request, by=CHANTAL),
        )

        (won,) = [result for result in results if isinstance(result, (Mandate, RoleRequest))]
        (lost,) = [result for result in results if isinstance(result, Exception)]
        assert isinstance(lost, AlreadyDecided)
        assert office.check(person_id, "dossier.read").decision == isinstance(won, Mandate)


def test_a_request_made_while_the_same_is_being_accepted_finds_the_role_held(office):
    role_request = office.request_role("signatory")

    with office.transaction():
        office.accept(role_request)
        asked = office.begin(lambda: office.request_role("signatory"))

    assert isinstance(asked.exception(), AlreadyHeld)


def test_an_access_manager_who_is_being_removed_grants_nothing_afterwards(office):
    role_request = office.request_role()

    with office.transaction():
        office.revoke(office.chantals, by=BERNARD)
        accepted = office.begin(lambda: office.accept(role_request, by=CHANTAL))

    assert isinstance(accepted.exception(), NotFound)
    assert not office.check(AMELIE, "dossier.read").decision


def test_an_access_manager_is_removed_after_what_he_was_just_granting(office):
    role_request = office.request_role()

    with office.transaction():
        mandate = office.accept(role_request, by=CHANTAL)
        revoked = office.begin(lambda: office.revoke(office.chantals, by=BERNARD))

    assert revoked.result().revoked_by == BERNARD
    assert office.check(AMELIE, "dossier.read").mandate_id == mandate.mandate_id


def test_to_strangers_a_request_does_not_exist(office):
    office.grant(DAVID, "reader")
    role_request = office.request_role(by=AMELIE)

    for stranger in (GILLES, DAVID):
        for decide in (office.accept, office.refuse):
            for role_request_id in (role_request, uuid4()):
                with pytest.raises(NotFound) as refusal:
                    decide(role_request_id, by=stranger)
                assert refusal.value.details == {}


def test_an_access_manager_of_another_enterprise_is_a_stranger(office):
    office.designate(GILLES, bce_number=COMMUNE)

    with pytest.raises(NotFound):
        office.accept(office.request_role(), by=GILLES)


@pytest.mark.parametrize(
    "listing", [queries.list_role_requests, queries.list_invitations, queries.list_people_of], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("bce_number", [ATELIERS, COMMUNE, BceNumber("1000000021")])
def test_the_affairs_of_an_enterprise_are_shown_to_its_access_managers_only(office, listing, bce_number):
    office.grant(DAVID, "signatory")
    office.request_role()

    for stranger in (GILLES, DAVID, AMELIE):
        with pytest.raises(NotFound):
            listing(office.work(), bce_number=bce_number, asked_by=stranger, now=office.now)
