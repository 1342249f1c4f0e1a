"""Who becomes access manager where all who were asked what is still needed have gone, on a real database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.delegation.test_recertification import YEARS, asked, list_to_confirm, recertify
from tests.unit.delegation.builders import AMELIE, BERNARD, CHANTAL, DAVID, GILLES, TODAY


@pytest.fixture
def given(office):
    """Amélie's and David's mandates, a year after they were given for five."""
    office.grant(AMELIE, "signatory", valid_until=YEARS)
    office.grant(DAVID, "reader", valid_until=YEARS)
    office.pass_time(days=365)


def work_left(office, setting="suspend"):
    with office.work() as work:
        return work.mandates.enterprises_to_recertify(setting=setting, now=office.now, most=9)


@pytest.mark.usefixtures("given")
@pytest.mark.parametrize("setting", ["suspend", "warn"])
@pytest.mark.parametrize("days", [11, 60])
def test_who_comes_when_all_who_were_asked_have_gone_is_asked_anew(office, setting, days):
    recertify(office, setting)
    office.pass_time(days=10)
    for person_id in (BERNARD, CHANTAL):
        office.withdraw_designation(person_id)
    recertify(office, setting)
    office.pass_time(days=days - 10)
    assert work_left(office, setting) == []

    office.designate(GILLES)
    for _ in range(2):
        recertify(office, setting)
    office.pass_time(days=30)
    recertify(office, setting)

    assert [one["manager_ids"] for one in asked(office)] == [[str(BERNARD), str(CHANTAL)], [str(GILLES)]]
    assert {one.confirm_by for one in list_to_confirm(office, by=GILLES)} == {TODAY + timedelta(days=395 + days)}
    assert office.announced("mandate_changed") == []
    office.pass_time(days=1)
    recertify(office, setting)
    changes = [one["change"] for one in office.announced("mandate_changed")]
    assert changes == (["suspended"] * 2 if setting == "suspend" else [])
    assert work_left(office, setting) == []


@pytest.mark.usefixtures("given")
def test_whom_the_registry_names_again_after_his_suspension_is_asked_anew(office):
    recertify(office)
    office.suspend(office.chantals)
    office.withdraw_designation(BERNARD)
    office.pass_time(days=60)

    office.designate(CHANTAL)
    recertify(office)
    recertify(office)

    assert [one["manager_ids"] for one in asked(office)][1:] == [[str(CHANTAL)]]
    assert office.announced("mandate_changed")[-1]["change"] == "resumed"


def test_of_what_ends_before_who_came_could_answer_nothing_is_to_do(office):
    office.grant(AMELIE, "signatory", valid_until=TODAY + timedelta(days=430))
    office.pass_time(days=365)
    recertify(office)
    for person_id in (BERNARD, CHANTAL):
        office.withdraw_designation(person_id)
    office.pass_time(days=40)

    office.designate(GILLES)

    assert work_left(office) == []
    recertify(office)
    assert (len(asked(office)), office.check(AMELIE, "dossier.submit").decision) == (1, True)
