"""Enterprises that act for one another, used to get or keep what nobody gave, on a real database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chassis.clock import end_of
from contracts.delegation import InvitationInvalid, MandateEnded, NotOfTheOffice, OwnMandate, OwnRequest
from contracts.errors import InvalidRequest, NotFound
from contracts.identifiers import BceNumber
from services.delegation import queries
from services.delegation.domain.scopes import Scope
from tests.unit.delegation.builders import (
    AMELIE,
    ATELIERS,
    BERNARD,
    CHANTAL,
    COMMUNE,
    DAVID,
    ELODIE,
    GILLES,
    TODAY,
)

FIDUCIAIRE = BceNumber("1000000021")


@pytest.fixture(autouse=True)
def offices(office):
    """Gilles is access manager of the Commune, Élodie of the Fiduciaire."""
    office.designate(GILLES, bce_number=COMMUNE)
    office.register(FIDUCIAIRE, name="Fiduciaire")
    office.designate(ELODIE, bce_number=FIDUCIAIRE)


def employ(office, person_id, *, at, by, **how):
    return office.accept(office.request_role("reader", by=person_id, bce_number=at), by=by, **how)


def listed(office, person_id):
    shown = queries.list_my_enterprises(office.work(), person_id=person_id, now=office.now)
    return {access.bce_number for access in shown}


def test_whom_another_office_lent_is_not_one_of_the_offices_people(office):
    """Else a chain would be as long as one likes: Ateliers, Commune, Fiduciaire, David."""
    employ(office, DAVID, at=FIDUCIAIRE, by=ELODIE)
    office.assign(office.mandate_office(FIDUCIAIRE, bce_number=COMMUNE, by=GILLES), DAVID, by=ELODIE)
    chain = office.mandate_office(COMMUNE)

    with pytest.raises(NotOfTheOffice):
        office.assign(chain, DAVID, by=GILLES)


def test_an_office_does_not_hand_its_client_on_to_another(office):
    office.mandate_office(COMMUNE)

    with pytest.raises(NotFound):
        office.mandate_office(FIDUCIAIRE, bce_number=ATELIERS, by=GILLES)


def test_two_that_act_for_one_another_do_not_keep_somebody_whom_his_own_has_let_go(office):
    of_the_ateliers = employ(office, DAVID, at=ATELIERS, by=BERNARD)
    for_the_commune = office.mandate_office(ATELIERS, bce_number=COMMUNE, by=GILLES)
    for_the_ateliers = office.mandate_office(COMMUNE)
    office.assign(for_the_commune, DAVID, by=BERNARD)
    with pytest.raises(NotOfTheOffice):
        office.assign(for_the_ateliers, DAVID, by=GILLES)
    # While he is of both, he is assigned both ways.
    of_the_commune = employ(office, DAVID, at=COMMUNE, by=GILLES)
    office.assign(for_the_ateliers, DAVID, by=GILLES)

    office.revoke(of_the_ateliers)
    office.revoke(of_the_commune, by=GILLES)

    for bce_number in (ATELIERS, COMMUNE):
        assert not office.check(DAVID, "dossier.read", bce_number=bce_number).decision
    assert listed(office, DAVID) == set()
    office.end_broken_chains()
    ended = [one["bce_number"] for one in office.announced("mandate_revoked") if one["via_bce_number"]]
    assert sorted(ended) == sorted([ATELIERS, COMMUNE])


def test_the_list_shows_no_client_of_an_office_that_he_has_left(office):
    """Also before the timer has ended what he had by it."""
    employed = employ(office, DAVID, at=COMMUNE, by=GILLES)
    office.assign(office.mandate_office(COMMUNE), DAVID, by=GILLES)
    assert listed(office, DAVID) == {ATELIERS, COMMUNE}

    office.suspend(employed, by=GILLES)

    assert listed(office, DAVID) == set()


def test_by_an_office_of_his_own_an_access_manager_gets_what_he_gave_it_and_loses_it_with_his_role(office):
    """Bernard manages the Ateliers and an office. What it gives him he holds anyway; when he is revoked with what he
    gave, his office acts no more either."""
    office.designate(BERNARD, bce_number=FIDUCIAIRE)
    chain = office.mandate_office(FIDUCIAIRE, role="signatory", scope=Scope.of(None, ["taxes"]))
    with pytest.raises(InvalidRequest):
        office.mandate_office(FIDUCIAIRE, role="access_manager")
    office.assign(chain, BERNARD, by=BERNARD)

    office.revoke(office.bernards, by=CHANTAL, cascade=True)

    assert not office.check(BERNARD, "dossier.read", procedure="taxes").decision
    (ended,) = office.announced("enterprise_mandate_ended")
    assert (ended["enterprise_mandate_id"], ended["told_bce_number"]) == (str(chain.enterprise_mandate_id), FIDUCIAIRE)
    with pytest.raises(MandateEnded):
        office.assign(chain, BERNARD, by=BERNARD)


def test_what_those_gave_to_offices_whom_he_made_access_managers_goes_with_him_and_nothing_else(office):
    office.grant(DAVID, "access_manager", by=BERNARD)
    amelies = employ(office, AMELIE, at=COMMUNE, by=GILLES)
    by_david = office.mandate_office(COMMUNE, by=DAVID)
    by_chantal = office.mandate_office(FIDUCIAIRE, by=CHANTAL)
    office.assign(by_david, AMELIE, by=GILLES)

    office.revoke(office.bernards, by=CHANTAL, cascade=True)

    states = {
        one.enterprise_mandate_id: one.state
        for one in queries.list_enterprise_mandates(
            office.work(), bce_number=ATELIERS, asked_by=CHANTAL, now=office.now
        )
    }
    assert states == {by_david.enterprise_mandate_id: "revoked", by_chantal.enterprise_mandate_id: "active"}
    assert not office.check(AMELIE, "dossier.read").decision
    assert office.check(AMELIE, "dossier.read", bce_number=COMMUNE).mandate_id == amelies.mandate_id


def test_nobody_outlasts_by_an_office_what_the_client_gave(office):
    chain = office.mandate_office(COMMUNE, valid_until=TODAY + timedelta(days=10))
    assigned = office.assign(chain, GILLES, by=GILLES)
    assert assigned.valid_until == chain.valid_until

    with pytest.raises(InvalidRequest):
        office.renew(assigned, by=BERNARD, valid_until=TODAY + timedelta(days=100))
    # Not by him who assigned it either, to whom it is another's affair.
    with pytest.raises(NotFound):
        office.renew(assigned, by=GILLES)


def test_who_is_of_the_office_for_shorter_than_before_is_told_so(office):
    """Else a decision would last beyond it, and other services would remember it for too long."""
    employed = employ(office, DAVID, at=COMMUNE, by=GILLES)
    office.assign(office.mandate_office(COMMUNE), DAVID, by=GILLES)
    assert office.check(DAVID, "dossier.sign").holds_until == end_of(employed.valid_until)

    office.renew(employed, by=GILLES, valid_until=TODAY)

    assert office.check(DAVID, "dossier.sign").holds_until == end_of(TODAY)


def test_an_access_manager_does_not_give_himself_what_another_must(office):
    term = {"valid_until": TODAY + timedelta(days=10)}
    davids = office.grant(DAVID, "access_manager", **term)
    link = office.invite_by_link("signatory", by=DAVID)
    asked = office.request_role("signatory", by=DAVID)

    with pytest.raises(OwnRequest):
        office.accept(asked, by=DAVID)
    with pytest.raises(InvalidRequest):
        office.invite("signatory", person_id=DAVID, by=DAVID)
    with pytest.raises(InvitationInvalid):
        office.take(secret=link, by=DAVID)
    for act in (office.renew, office.suspend, office.resume):
        with pytest.raises(OwnMandate):
            act(davids, by=DAVID)
    office.pass_time(days=11)
    assert not office.check(DAVID, "dossier.read").decision
    assert listed(office, DAVID) == set()
