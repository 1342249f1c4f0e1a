"""The end of mandates told before it comes, on a real database: to their holders, and once to who may renew them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.integration.delegation.turns import at_once
from tests.unit.delegation.builders import AMELIE, ATELIERS, BERNARD, CHANTAL, COMMUNE, DAVID, ELODIE, GILLES, TODAY


def test_the_end_of_mandates_is_told_to_their_holders_and_once_to_the_access_managers(office):
    office.grant(AMELIE, "signatory", valid_until=TODAY + timedelta(days=60))
    office.grant(DAVID, "reader", valid_until=TODAY + timedelta(days=50))
    office.grant(ELODIE, "reader", valid_until=TODAY + timedelta(days=300))
    office.tell_expiring()
    assert office.announced("mandates_expiring") == []

    office.pass_time(days=30)
    at_once(office.tell_expiring, office.tell_expiring)

    assert {one["person_id"] for one in office.announced("mandate_expiring")} == {str(AMELIE), str(DAVID)}
    (digest,) = office.announced("mandates_expiring")
    assert (digest["count"], digest["first_on"]) == (2, (TODAY + timedelta(days=50)).isoformat())
    assert digest["manager_ids"] == [str(BERNARD), str(CHANTAL)]


def test_who_alone_manages_is_told_of_his_own_end_and_not_asked_to_renew_it(office):
    office.grant(DAVID, "access_manager", valid_until=TODAY + timedelta(days=31))
    office.withdraw_designation(BERNARD)
    office.withdraw_designation(CHANTAL)
    office.pass_time(days=2)

    office.tell_expiring()

    (told,) = office.announced("mandate_expiring")
    assert (told["person_id"], "mandate.manage" in told["permissions"]) == (str(DAVID), True)
    assert office.announced("mandates_expiring") == []


def test_a_notice_that_fails_holds_up_no_other_enterprise(office):
    office.designate(GILLES, bce_number=COMMUNE)
    soon = TODAY + timedelta(days=31)
    stuck = office.grant(AMELIE, "signatory", valid_until=soon)
    other = office.accept(office.request_role(bce_number=COMMUNE), by=GILLES, valid_until=soon)
    office.pass_time(days=2)
    refusing = f"""
        CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'stuck'; END $$ LANGUAGE plpgsql;
        CREATE TRIGGER stuck BEFORE UPDATE ON mandates FOR EACH ROW WHEN (OLD.mandate_id = '{stuck.mandate_id}')
            EXECUTE FUNCTION refuse()
    """
    with office.work() as work:
        work.execute(sa.text(refusing))

    with pytest.raises(ExceptionGroup) as failed:
        office.tell_expiring()

    assert [error.__notes__[-1] for error in failed.value.exceptions] == [f"enterprise {ATELIERS}"]
    assert [one["mandate_id"] for one in office.announced("mandate_expiring")] == [str(other.mandate_id)]


def test_of_a_struck_off_enterprise_no_end_is_told(office):
    office.grant(AMELIE, "signatory", valid_until=TODAY + timedelta(days=31))
    office.register(state="struck_off")
    office.pass_time(days=2)

    for _ in range(2):
        office.tell_expiring()

    assert office.announced("mandate_expiring") == []


def test_the_end_of_what_is_struck_off_for_a_while_is_told_when_it_is_back(office):
    office.grant(AMELIE, "signatory", valid_until=TODAY + timedelta(days=31))
    office.register(state="struck_off")
    office.pass_time(days=2)
    office.tell_expiring()
    office.register(state="active")
    office.tell_expiring()

    assert len(office.announced("mandate_expiring")) == 1


def test_more_than_are_taken_at_a_time_are_all_told_at_one_turn(office, monkeypatch):
    monkeypatch.setattr("services.delegation.commands.mandates.AT_A_TIME", 1)
    office.designate(GILLES, bce_number=COMMUNE)
    soon = TODAY + timedelta(days=31)
    office.grant(AMELIE, "signatory", valid_until=soon)
    office.accept(office.request_role(bce_number=COMMUNE), by=GILLES, valid_until=soon)
    office.pass_time(days=2)

    office.tell_expiring()

    assert len(office.announced("mandates_expiring")) == 2
