"""What the registries' adaptors tell us, on a real database."""

from __future__ import annotations

import pytest

from contracts.delegation import EnterpriseUnknown
from contracts.identifiers import BceNumber
from services.delegation import queries
from services.delegation.storage import tables
from tests.integration.delegation.turns import at_once
from tests.unit.delegation.builders import ATELIERS, BERNARD, CHANTAL, COMMUNE, DAVID

UNREGISTERED = BceNumber("1000000021")


def enterprise(office, bce_number=ATELIERS):
    return queries.get_enterprise(office.work(), bce_number=bce_number, now=office.now)


def test_an_enterprise_is_known_by_its_exact_number(office):
    shown = enterprise(office)

    assert (shown.bce_number, shown.name, shown.state) == (ATELIERS, "Ateliers du Hainaut", "active")
    assert shown.has_access_manager
    assert not enterprise(office, COMMUNE).has_access_manager


def test_a_number_that_the_register_did_not_tell_is_unknown(office):
    with pytest.raises(EnterpriseUnknown):
        enterprise(office, UNREGISTERED)


def test_an_enterprise_told_again_is_the_same_one_with_its_new_name(office):
    office.register(ATELIERS, name="Ateliers du Borinage", state="struck_off")

    assert len(office.rows(tables.enterprises)) == 2
    assert (enterprise(office).name, enterprise(office).state) == ("Ateliers du Borinage", "struck_off")


def test_what_the_adaptor_changes_is_announced_of_those_in_whom_somebody_has_a_role(office):
    office.register(COMMUNE, name="Ville d'Exemple")
    office.register(ATELIERS, name="Ateliers du Borinage")
    office.register(ATELIERS, name="Ateliers du Borinage")
    office.register(ATELIERS, name="Ateliers du Borinage", state="struck_off")

    told = [
        (body["bce_number"], body["name"], body["state"], body["struck_off_on"], body["version"])
        for body in office.announced("enterprise_changed")
    ]
    assert told == [
        (ATELIERS, "Ateliers du Borinage", "active", None, 2),
        (ATELIERS, "Ateliers du Borinage", "struck_off", "2024-10-15", 3),
    ]


def test_two_adaptors_tell_of_the_same_enterprise_at_once(office):
    at_once(*[lambda: office.register(UNREGISTERED, name="Neuve") for _ in range(4)])

    assert [row.bce_number for row in office.rows(tables.enterprises)].count(UNREGISTERED) == 1


def test_a_designation_gives_a_mandate_and_announces_both(office):
    designated, granted = office.announced()[:2]

    assert (designated["person_id"], designated["bce_number"]) == (str(BERNARD), ATELIERS)
    assert (granted["person_id"], granted["role"], granted["granted_by"]) == (str(BERNARD), "access_manager", None)
    assert granted["valid_until"] == "9999-12-31"
    assert office.check(BERNARD, "mandate.manage").mandate_id == office.bernards.mandate_id


def test_the_address_of_an_access_manager_is_readable_for_notifications_only(office):
    designated = office.announced("access_manager_designated")[0]

    assert office.opened(designated) == {"email": "bernard@example.org"}
    assert "bernard@" not in str(office.rows(tables.designations))
    assert "bernard@" not in str(office.announced())


def test_a_designation_without_an_address_seals_nothing(office):
    office.designate(DAVID)

    assert office.announced("access_manager_designated")[-1]["sealed"] is None


def test_a_designation_told_again_gives_no_second_mandate(office):
    again = office.designate(BERNARD, email="bernard@example.org")

    assert again.mandate_id == office.bernards.mandate_id
    assert len(office.announced("role_granted")) == 2
    assert len(office.rows(tables.designations)) == 2


def test_a_designation_told_twice_at_once_gives_one_mandate(office):
    given = at_once(*[lambda: office.designate(DAVID, email="david@example.org") for _ in range(4)])

    assert len({mandate.mandate_id for mandate in given}) == 1
    assert len([body for body in office.announced("role_granted") if body["person_id"] == str(DAVID)]) == 1


def test_a_new_address_replaces_the_old_one(office):
    office.designate(BERNARD, email="bernard.nouveau@example.org")

    newest = office.announced("access_manager_designated")[-1]
    assert (newest["version"], office.opened(newest)) == (2, {"email": "bernard.nouveau@example.org"})


def test_the_registrys_word_gives_a_mandate_back_that_was_revoked_here(office):
    office.revoke(office.chantals, by=BERNARD)

    given_back = office.designate(CHANTAL, email="chantal@example.org")

    assert given_back.mandate_id != office.chantals.mandate_id
    assert office.check(CHANTAL, "mandate.manage").decision


@pytest.mark.parametrize("state", [None, "struck_off"], ids=["unregistered", "struck off"])
def test_nobody_is_designated_in_an_enterprise_that_is_not_active(office, state):
    if state:
        office.register(UNREGISTERED, state=state)

    with pytest.raises(EnterpriseUnknown):
        office.designate(DAVID, bce_number=UNREGISTERED)
