"""Recertification on a real database: who is asked, once, and what becomes of what nobody answers."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from chassis.tables import audit_acts
from contracts.delegation import OwnMandate
from contracts.errors import InvalidRequest, NotFound
from contracts.identity import PersonErased
from services.delegation import commands, queries, reactions
from services.delegation.domain.mandates import Mandate
from services.delegation.storage import tables
from tests.integration.delegation.turns import at_once
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

YEARS = TODAY + timedelta(days=1800)


@pytest.fixture
def given(office):
    """Amélie's and David's mandates, a year after they were given for five."""
    mandates = [office.grant(AMELIE, "signatory", valid_until=YEARS), office.grant(DAVID, "reader", valid_until=YEARS)]
    office.pass_time(days=365)
    return mandates


def recertify(office, setting="suspend"):
    commands.recertify_mandates(office.work(), setting=setting, now=office.now)


def confirm(office, *mandates, by=BERNARD, bce_number=ATELIERS):
    mandate_ids = [mandate.mandate_id if isinstance(mandate, Mandate) else mandate for mandate in mandates]
    return commands.confirm_mandates(
        office.work(), bce_number=bce_number, mandate_ids=mandate_ids, confirmed_by=by, now=office.now
    )


def list_to_confirm(office, *, by=BERNARD, bce_number=ATELIERS):
    return queries.list_to_confirm(office.work(), bce_number=bce_number, asked_by=by, now=office.now)


def asked(office):
    return office.announced("mandates_to_confirm")


def row_of(office, mandate):
    (row,) = [row for row in office.rows(tables.mandates) if row.mandate_id == mandate.mandate_id]
    return row


def test_the_access_managers_are_asked_once_for_each_enterprise(office, given):
    office.designate(GILLES, bce_number=COMMUNE)
    office.grant(ELODIE, "reader", valid_until=YEARS)

    at_once(lambda: recertify(office), lambda: recertify(office))
    recertify(office)

    (told,) = asked(office)
    assert (told["count"], told["confirm_by"], told["will_suspend"]) == (
        2,
        (TODAY + timedelta(days=395)).isoformat(),
        True,
    )
    assert told["manager_ids"] == [str(BERNARD), str(CHANTAL)]
    listed = list_to_confirm(office)
    assert {one.person_id for one in listed} == {AMELIE, DAVID}
    assert {one.confirm_by for one in listed} == {TODAY + timedelta(days=395)}


def test_who_could_confirm_none_of_them_is_not_asked(office):
    office.grant(ELODIE, "access_manager", valid_until=YEARS)
    office.pass_time(days=365)

    recertify(office)

    (told,) = asked(office)
    assert (told["count"], told["manager_ids"]) == (1, [str(BERNARD), str(CHANTAL)])


def test_those_that_are_confirmed_stay_and_the_others_are_suspended(office, given):
    amelies, davids = given
    recertify(office)
    office.pass_time(days=30)
    confirm(office, amelies, by=CHANTAL)
    recertify(office)
    assert office.check(DAVID, "dossier.read").decision

    office.pass_time(days=1)
    at_once(lambda: recertify(office), lambda: recertify(office))

    assert office.check(AMELIE, "dossier.submit").decision
    assert not office.check(DAVID, "dossier.read").decision
    changes = [(one["change"], one["person_id"], one["actor"]) for one in office.announced("mandate_changed")]
    assert [change[:2] for change in changes] == [("confirmed", str(AMELIE)), ("suspended", str(DAVID))]
    assert changes[0][2]["mandate_id"] == str(office.chantals.mandate_id)
    assert changes[1][2]["person_id"] is None
    assert row_of(office, davids).suspension_reason == "nobody confirmed it"
    assert len(asked(office)) == 1
    assert list_to_confirm(office) == []


def test_one_that_was_suspended_so_is_resumed_and_confirmed_by_that(office, given):
    recertify(office)
    office.pass_time(days=31)
    recertify(office)

    office.resume(given[0])
    recertify(office)
    office.pass_time(days=364)
    recertify(office)

    assert office.check(AMELIE, "dossier.submit").decision
    assert len(asked(office)) == 1
    office.pass_time(days=1)
    recertify(office)
    assert [one["count"] for one in asked(office)] == [2, 1]


def test_where_a_warning_is_all_the_access_managers_are_told_twice_and_nobody_is_suspended(office, given):
    for _ in range(4):
        recertify(office, "warn")
        office.pass_time(days=31)

    assert [one["will_suspend"] for one in asked(office)] == [False, False]
    assert office.announced("mandate_changed") == []
    assert len(list_to_confirm(office)) == 2


def test_where_it_is_off_nobody_is_asked(office, given):
    recertify(office, "off")

    assert asked(office) == []
    assert list_to_confirm(office) == []


def test_a_first_run_after_years_suspends_nothing(office, given):
    """As after an upgrade."""
    office.pass_time(days=700)

    recertify(office)
    recertify(office)

    assert office.announced("mandate_changed") == []
    assert asked(office)[0]["confirm_by"] == (TODAY + timedelta(days=1095)).isoformat()


def test_nobody_is_asked_before_there_is_somebody_who_can_answer(office, given):
    for person_id in (BERNARD, CHANTAL):
        office.withdraw_designation(person_id)
    recertify(office)
    assert asked(office) == []

    office.designate(GILLES)
    recertify(office)
    assert [(one["count"], one["manager_ids"]) for one in asked(office)] == [(2, [str(GILLES)])]


def test_of_a_struck_off_enterprise_nobody_is_asked(office, given):
    office.register(state="struck_off")

    recertify(office)

    assert asked(office) == []


def test_an_access_manager_who_is_left_alone_stays(office):
    """Both were given their role by one who has gone."""
    for person_id in (AMELIE, DAVID):
        office.grant(person_id, "access_manager", valid_until=YEARS)
        office.pass_time(minutes=1)
    for person_id in (BERNARD, CHANTAL):
        office.withdraw_designation(person_id)
    office.pass_time(days=365)
    recertify(office)
    office.pass_time(days=31)

    recertify(office)
    recertify(office)

    assert office.check(AMELIE, "mandate.manage").decision
    assert not office.check(DAVID, "mandate.manage").decision


def test_all_are_confirmed_or_none(office, given):
    recertify(office)
    office.suspend(given[1])

    with pytest.raises(InvalidRequest):
        confirm(office, *given)
    with pytest.raises(NotFound):
        confirm(office, given[0], uuid4())

    assert [one.person_id for one in list_to_confirm(office)] == [AMELIE]


def test_nobody_confirms_his_own(office):
    his = office.grant(AMELIE, "access_manager", valid_until=YEARS)
    office.pass_time(days=365)
    recertify(office)

    assert [one.person_id for one in list_to_confirm(office, by=AMELIE)] == [AMELIE]
    with pytest.raises(OwnMandate):
        confirm(office, his, by=AMELIE)
    assert confirm(office, his, his)[0].confirm_by is None


def test_to_strangers_there_is_nothing_to_confirm(office, given):
    office.designate(GILLES, bce_number=COMMUNE)
    recertify(office)

    for stranger in (GILLES, DAVID, ELODIE):
        for bce_number in (ATELIERS, "0999999922"):
            with pytest.raises(NotFound) as refusal:
                list_to_confirm(office, by=stranger, bce_number=bce_number)
            assert refusal.value.details == {}
            for mandate_id in (given[0].mandate_id, uuid4()):
                with pytest.raises(NotFound) as refusal:
                    confirm(office, mandate_id, by=stranger, bce_number=bce_number)
                assert refusal.value.details == {}
    # Nor another enterprise's among one's own.
    with pytest.raises(NotFound):
        confirm(office, given[0], by=GILLES, bce_number=COMMUNE)


def test_two_who_confirm_at_once_are_told_of_once(office, given):
    recertify(office)

    at_once(lambda: confirm(office, given[0]), lambda: confirm(office, given[0], by=CHANTAL))

    assert [one["change"] for one in office.announced("mandate_changed")] == ["confirmed"]
    act = max(office.rows(audit_acts), key=lambda row: row.act_id).content
    assert (act["action"], act["subject"]) == ("confirm_mandates", f"mandate:{given[0].mandate_id}")


def test_an_answer_at_the_last_moment_is_one_of_the_two(office, given):
    recertify(office)
    office.pass_time(days=31)

    answer = at_once(lambda: confirm(office, given[0]), lambda: recertify(office))[0]

    in_force = office.check(AMELIE, "dossier.submit").decision
    assert in_force is not isinstance(answer, InvalidRequest)


def test_one_enterprise_that_fails_holds_up_no_other(office, given):
    office.designate(GILLES, bce_number=COMMUNE)
    office.accept(office.request_role(by=ELODIE, bce_number=COMMUNE), by=GILLES, valid_until=YEARS)
    office.pass_time(days=365)
    refusing = f"""
        CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'stuck'; END $$ LANGUAGE plpgsql;
        CREATE TRIGGER stuck BEFORE UPDATE ON mandates FOR EACH ROW WHEN (OLD.mandate_id = '{given[0].mandate_id}')
            EXECUTE FUNCTION refuse()
    """
    with office.work() as work:
        work.execute(sa.text(refusing))

    with pytest.raises(ExceptionGroup):
        recertify(office)

    assert [one["bce_number"] for one in asked(office)] == [COMMUNE]


def test_what_was_confirmed_is_told_again_as_it_is(office, given):
    recertify(office)
    confirm(office, given[0])

    with office.work() as work:
        told = [event for event in queries.states(work) if event.subject == str(given[0].mandate_id)]

    assert [(event.type, event.change, event.version) for event in told] == [("mandate_changed", "confirmed", 2)]


def test_our_own_words_for_a_suspension_outlive_an_erasure_and_others_do_not(office, given):
    office.suspend(given[1], reason="David est malade.")
    recertify(office)
    office.pass_time(days=31)
    recertify(office)

    for person_id in (AMELIE, DAVID):
        erased = PersonErased(person_id=person_id, language="fr", sealed=None, version=1, occurred_at=office.now)
        with office.work() as work:
            reactions.end_what_was_of(work, erased, now=office.now)

    assert [row_of(office, mandate).suspension_reason for mandate in given] == ["nobody confirmed it", ""]


def test_an_offices_people_follow_its_own_mandate(office):
    office.designate(GILLES, bce_number=COMMUNE)
    office.accept(office.request_role("reader", by=ELODIE, bce_number=COMMUNE), by=GILLES, valid_until=YEARS)
    office.assign(office.mandate_office(valid_until=YEARS), ELODIE, by=GILLES)
    office.pass_time(days=365)

    recertify(office)

    # The client is asked about the office's mandate alone.
    assert {(one["bce_number"], one["count"]) for one in asked(office)} == {(ATELIERS, 1), (COMMUNE, 1)}
