"""Recertification of mandates to offices, on a real database: asked about, confirmed, suspended, resumed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from services.delegation import commands, queries
from services.delegation.commands.mandates import CHAINS
from tests.integration.delegation.turns import at_once
from tests.unit.delegation.builders import AMELIE, ATELIERS, BERNARD, CHANTAL, COMMUNE, DAVID, GILLES, TODAY

YEARS = TODAY + timedelta(days=1800)


@pytest.fixture
def chain(office):
    """The Ateliers have the Commune act for them, by David, for a year now."""
    office.designate(GILLES, bce_number=COMMUNE)
    given = office.mandate_office(valid_until=YEARS)
    office.pass_time(days=364)
    asked = office.request_role("contributor", by=DAVID, bce_number=COMMUNE)
    office.accept(asked, by=GILLES, valid_until=YEARS)
    office.assign(given, DAVID, by=GILLES)
    office.pass_time(days=1)
    return given


def recertify(office, setting="suspend"):
    commands.recertify_mandates(office.work(), setting=setting, now=office.now)


def confirm(office, chain, *, by=BERNARD):
    return commands.confirm_enterprise_mandate(
        office.work(), enterprise_mandate_id=chain.enterprise_mandate_id, confirmed_by=by, now=office.now
    )


def shown(office):
    (view,) = queries.list_enterprise_mandates(office.work(), bce_number=ATELIERS, asked_by=BERNARD, now=office.now)
    return view


def list_to_confirm(office, *, by=BERNARD, bce_number=ATELIERS):
    return queries.list_enterprise_mandates_to_confirm(
        office.work(), bce_number=bce_number, asked_by=by, now=office.now
    )


def unanswered(office):
    recertify(office)
    office.pass_time(days=31)
    at_once(lambda: recertify(office), lambda: recertify(office))


def counted(outcome):
    return REGISTRY.get_sample_value("delegation_enterprise_mandates_total", {"outcome": outcome}) or 0


def asked_about(office):
    return [one for one in office.announced("mandates_to_confirm") if one["bce_number"] == ATELIERS]


def test_it_is_counted_among_what_the_access_managers_are_asked_about(office, chain):
    recertify(office)
    recertify(office)

    assert [one["count"] for one in office.announced("mandates_to_confirm")] == [1]
    assert shown(office).confirm_by == TODAY + timedelta(days=395)


def test_it_is_listed_to_the_client_alone_until_somebody_answers_or_it_rests(office, chain):
    office.mandate_office(role="reader", valid_until=YEARS)
    assert list_to_confirm(office) == []

    recertify(office)

    (listed,) = list_to_confirm(office)
    assert (listed.enterprise_mandate_id, listed.confirm_by) == (
        chain.enterprise_mandate_id,
        TODAY + timedelta(days=395),
    )
    assert listed.people == []
    assert list_to_confirm(office, by=GILLES, bce_number=COMMUNE) == []
    office.suspend_office(chain)
    assert list_to_confirm(office) == []


def test_with_peoples_mandates_it_is_asked_about_once(office, chain):
    office.grant(AMELIE, "reader", valid_until=YEARS)
    office.pass_time(days=365)

    recertify(office)

    assert [one["count"] for one in asked_about(office)] == [2]


def test_one_that_is_confirmed_stays(office, chain):
    recertify(office)
    at_once(lambda: confirm(office, chain), lambda: confirm(office, chain))
    office.pass_time(days=31)
    recertify(office)

    assert (shown(office).state, shown(office).confirm_by) == ("active", None)
    assert office.check(DAVID, "dossier.submit").decision


def test_one_that_nobody_confirms_is_suspended_with_what_its_people_have_by_it(office, chain):
    woken = []
    office.runtime.wakers[CHAINS].append(lambda: woken.append(CHAINS))
    unanswered(office)

    answer = office.check(DAVID, "dossier.submit")
    assert (answer.decision, answer.missing) == (
        False,
        "the mandate as signatory does not hold: the office's mandate is suspended",
    )
    davids = queries.list_my_enterprises(office.work(), person_id=DAVID, now=office.now)
    assert [access.bce_number for access in davids] == [COMMUNE]
    office.end_broken_chains()
    office.end_broken_chains()

    assert woken == [CHAINS]
    told = office.announced("enterprise_mandate_changed")
    assert {one["told_bce_number"]: one["change"] for one in told} == {ATELIERS: "suspended", COMMUNE: "suspended"}
    rested = [one for one in office.announced("mandate_changed") if one["bce_number"] == ATELIERS]
    assert [(one["change"], one["with_office"], one["person_id"]) for one in rested] == [
        ("suspended", False, str(DAVID))
    ]
    assert shown(office).state == "suspended"
    with office.work() as work:
        assert work.mandates.holders_to_end(now=office.now, most=9) == []


def test_operators_count_that_it_rests_and_is_taken_up_again(office, chain):
    before = counted("suspended"), counted("resumed")
    unanswered(office)
    office.resume_office(chain)
    office.suspend_office(chain)

    assert (counted("suspended") - before[0], counted("resumed") - before[1]) == (2, 1)


def test_who_resumes_it_has_the_offices_people_act_again(office, chain):
    unanswered(office)
    office.end_broken_chains()
    woken = []
    office.runtime.wakers[CHAINS].append(lambda: woken.append(CHAINS))

    at_once(lambda: office.resume_office(chain), lambda: office.resume_office(chain))
    office.end_broken_chains()

    assert woken == [CHAINS]
    assert office.check(DAVID, "dossier.submit").decision
    assert [one["change"] for one in office.announced("enterprise_mandate_changed")] == ["suspended"] * 2 + ["resumed"]
    office.pass_time(days=300)
    recertify(office)
    assert shown(office).state == "active"


def test_where_a_warning_is_all_it_is_asked_about_twice(office, chain):
    for _ in range(4):
        recertify(office, "warn")
        office.pass_time(days=31)

    assert [one["will_suspend"] for one in asked_about(office)] == [False, False]
    assert shown(office).state == "active"


def test_nobody_is_asked_where_one_of_both_was_struck_off(office, chain):
    office.register(COMMUNE, state="struck_off")
    recertify(office)

    assert office.announced("mandates_to_confirm") == []
    with office.work() as work:
        assert work.enterprise_mandates.enterprises_to_recertify(setting="suspend", now=office.now, most=9) == []


def test_where_nobody_is_left_to_answer_nothing_is_due(office, chain):
    for manager in (BERNARD, CHANTAL):
        office.withdraw_designation(manager)

    with office.work() as work:
        assert work.enterprise_mandates.enterprises_to_recertify(setting="suspend", now=office.now, most=9) == []


def test_who_comes_when_all_who_were_asked_have_gone_is_asked_anew(office, chain):
    recertify(office)
    for manager in (BERNARD, CHANTAL):
        office.withdraw_designation(manager)
    office.pass_time(days=60)
    recertify(office)

    office.designate(AMELIE)
    recertify(office)
    office.pass_time(days=30)
    recertify(office)

    assert [one["manager_ids"] for one in asked_about(office)] == [[str(BERNARD), str(CHANTAL)], [str(AMELIE)]]
    assert office.check(DAVID, "dossier.submit").decision
    office.pass_time(days=1)
    recertify(office)
    assert not office.check(DAVID, "dossier.submit").decision
    assert {one["change"] for one in office.announced("enterprise_mandate_changed")} == {"suspended"}
    with office.work() as work:
        assert work.enterprise_mandates.enterprises_to_recertify(setting="suspend", now=office.now, most=9) == []
