"""Mandates on a real database: revocation, the last access manager, and who sees what."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from contracts.delegation import LastAccessManager, Stop
from contracts.errors import InvalidRequest, NotFound
from services.delegation import queries
from services.delegation.domain.mandates import Mandate
from tests.integration.delegation.turns import at_once
from tests.unit.delegation.builders import (
    AMELIE,
    ATELIERS,
    BERNARD,
    CHANTAL,
    COMMUNE,
    DAVID,
    GILLES,
    TODAY,
)


def test_a_revoked_mandate_allows_nothing_from_that_moment(office):
    mandate = office.grant(AMELIE, "signatory")
    office.revoke(mandate, by=CHANTAL)

    assert office.check(AMELIE, "dossier.read").missing == "the mandate as signatory was revoked on 2024-10-15"
    assert queries.list_my_enterprises(office.work(), person_id=AMELIE, now=office.now) == []
    (revoked,) = office.announced("mandate_revoked")
    assert (revoked["mandate_id"], revoked["version"]) == (str(mandate.mandate_id), 2)
    assert revoked["revoked_at"] == office.now.isoformat()
    assert revoked["actor"]["mandate_id"] == str(office.chantals.mandate_id)


def test_the_holder_gives_up_his_own_mandate(office):
    mandate = office.grant(AMELIE, "signatory")

    assert office.revoke(mandate, by=AMELIE).revoked_by == AMELIE


def test_revoking_twice_is_told_once(office):
    mandate = office.grant(AMELIE, "signatory")
    office.revoke(mandate, by=BERNARD)

    assert office.revoke(mandate, by=CHANTAL).revoked_by == BERNARD
    assert len(office.announced("mandate_revoked")) == 1


def test_revoking_needs_a_reason(office):
    with pytest.raises(InvalidRequest):
        office.revoke(office.grant(AMELIE), reason=" ")


def test_to_strangers_a_mandate_does_not_exist(office):
    office.grant(DAVID, "signatory")
    mandate = office.grant(AMELIE, "signatory")
    office.designate(GILLES, bce_number=COMMUNE)

    for stranger in (DAVID, GILLES):
        for mandate_id in (mandate.mandate_id, office.bernards.mandate_id, uuid4()):
            with pytest.raises(NotFound) as refusal:
                office.revoke(mandate_id, by=stranger)
            assert refusal.value.details == {}


def test_the_last_access_manager_cannot_leave(office):
    office.revoke(office.chantals, by=CHANTAL)

    with pytest.raises(LastAccessManager):
        office.revoke(office.bernards, by=BERNARD)
    assert office.check(BERNARD, "mandate.manage").decision


def test_of_two_last_access_managers_who_leave_at_once_one_stays(office):
    results = at_once(
        lambda: office.revoke(office.bernards, by=BERNARD), lambda: office.revoke(office.chantals, by=CHANTAL)
    )

    assert sorted(type(result).__name__ for result in results) == ["LastAccessManager", "Mandate"]


def test_of_two_access_managers_who_remove_each_other_at_once_one_stays(office):
    results = at_once(
        lambda: office.revoke(office.chantals, by=BERNARD), lambda: office.revoke(office.bernards, by=CHANTAL)
    )

    assert sum(isinstance(result, Mandate) for result in results) == 1
    assert sum(office.check(person_id, "mandate.manage").decision for person_id in (BERNARD, CHANTAL)) == 1


def test_one_who_was_granted_the_role_may_stay_as_the_last_access_manager(office):
    office.grant(AMELIE, "access_manager")
    office.revoke(office.chantals, by=AMELIE)
    office.revoke(office.bernards, by=AMELIE)

    assert queries.get_enterprise(office.work(), bce_number=ATELIERS, now=office.now).has_access_manager


def test_an_access_manager_of_an_expired_mandate_does_not_count_as_one_left(office):
    office.grant(AMELIE, "access_manager", valid_until=TODAY)
    office.revoke(office.chantals, by=BERNARD)
    office.pass_time(days=1)

    with pytest.raises(LastAccessManager):
        office.revoke(office.bernards, by=BERNARD)


def test_several_mandates_give_together_what_each_gives(office):
    office.grant(AMELIE, "reader")
    office.grant(AMELIE, "signatory")
    office.designate(AMELIE, bce_number=COMMUNE)

    ateliers, commune = queries.list_my_enterprises(office.work(), person_id=AMELIE, now=office.now)

    assert (ateliers.roles, commune.roles) == (["signatory", "reader"], ["access_manager"])
    assert ateliers.permissions == ["dossier.read", "dossier.draft", "dossier.submit", "dossier.sign"]


def test_the_access_managers_see_who_may_act_and_who_might_once(office):
    office.revoke(office.grant(DAVID, "reader"))
    office.pass_time(minutes=1)
    office.grant(AMELIE, "signatory")

    people = queries.list_people_of(office.work(), bce_number=ATELIERS, asked_by=BERNARD, now=office.now)

    assert [(shown.person_id, shown.state) for shown in people] == [
        (AMELIE, "active"),
        (BERNARD, "active"),
        (CHANTAL, "active"),
        (DAVID, "revoked"),
    ]
    assert people[0].person_name == "Amélie Dubois"


def test_how_a_role_ended_is_told_to_each_as_far_as_it_concerns_him(office):
    office.grant(AMELIE, "access_manager")
    office.revoke(office.grant(DAVID, "reader"), by=AMELIE)
    office.designate(GILLES, bce_number=COMMUNE)

    there = queries.list_people_of(office.work(), bce_number=ATELIERS, asked_by=BERNARD, now=office.now)
    (his,) = queries.list_my_mandates(office.work(), person_id=DAVID, bce_number=None, ended=True, now=office.now)

    stop = Stop(at=office.now, by="enterprise", by_name="Amélie Dubois")
    assert [one.stop for one in there if one.stop] == [replace(stop, reason="A quitté l'atelier.")]
    assert his.stop == stop
    assert "A quitté" not in str(queries.get_holdings(office.work(), person_id=DAVID, now=office.now))
    with pytest.raises(NotFound):
        queries.list_people_of(office.work(), bce_number=ATELIERS, asked_by=GILLES, now=office.now)


def test_the_roles_are_rows_the_widest_first(office):
    roles = queries.list_roles(office.work())

    assert [role.name for role in roles] == ["access_manager", "signatory", "contributor", "reader"]
    assert roles[2].permissions == ["dossier.read", "dossier.draft"]
