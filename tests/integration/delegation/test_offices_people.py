"""Who acts by an office, for how long, and what the client or the office takes back; on a real database."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from chassis.tables import audit_acts
from contracts.delegation import ClientRefuses
from contracts.errors import NotFound
from services.delegation import queries
from services.delegation.commands.mandates import CHAINS, TERMS
from services.delegation.domain.scopes import Scope
from services.delegation.storage.tables import mandates
from tests.integration.delegation.turns import at_once
from tests.unit.delegation.builders import AMELIE, ATELIERS, BERNARD, CHANTAL, COMMUNE, DAVID, ELODIE, GILLES, TODAY


def test_who_leaves_the_office_acts_no_more_for_its_clients_at_that_moment(office, chain):
    office.assign(chain, DAVID, by=GILLES)
    (of_office,) = [
        one
        for one in queries.list_people_of(office.work(), bce_number=COMMUNE, asked_by=GILLES, now=office.now)
        if one.person_id == DAVID
    ]
    office.revoke(of_office.mandate_id, by=GILLES)

    answer = office.check(DAVID, "dossier.read")
    told = "the mandate as signatory does not hold: the person's role in the office has ended or rests"
    assert (answer.decision, answer.missing) == (False, told)
    at_once(office.end_broken_chains, office.end_broken_chains)

    told = [one for one in office.announced("mandate_revoked") if one["bce_number"] == ATELIERS]
    assert [one["person_id"] for one in told] == [str(DAVID)]


def test_each_side_is_told_which_ended_what_and_reads_its_own_words(office, chain):
    office.revoke(office.assign(chain, DAVID, by=GILLES), by=GILLES, reason="Congé.")
    office.end_office(chain, by=BERNARD, reason="Trop cher.")

    def told(bce_number, asked_by):
        (given,) = queries.list_enterprise_mandates(
            office.work(), bce_number=bce_number, asked_by=asked_by, now=office.now
        )
        return [(stop.by, stop.by_name, stop.reason) for stop in (given.stop, given.people[0].stop)]

    assert told(ATELIERS, CHANTAL) == [("enterprise", None, "Trop cher."), ("office", None, None)]
    assert told(COMMUNE, GILLES) == [("enterprise", None, None), ("asker", None, "Congé.")]
    (his,) = queries.list_my_mandates(office.work(), person_id=DAVID, bce_number=ATELIERS, now=office.now)
    assert (his.stop.by, his.stop.reason) == ("office", None)


def test_each_side_is_told_which_ended_what_nobody_was_assigned_yet(office, chain):
    office.end_office(chain, by=BERNARD, reason="Trop cher.")

    (given,) = queries.list_enterprise_mandates(office.work(), bce_number=ATELIERS, asked_by=CHANTAL, now=office.now)
    assert (given.stop.by, given.stop.reason) == ("enterprise", "Trop cher.")


def test_who_has_another_role_in_the_office_goes_on(office, chain):
    office.assign(chain, DAVID, by=GILLES)
    office.accept(office.request_role("reader", by=DAVID, bce_number=COMMUNE), by=GILLES)
    first = next(one for one in mandates_in(office, COMMUNE) if one.role == "contributor")
    office.revoke(first.mandate_id, by=GILLES)
    office.end_broken_chains()

    assert office.check(DAVID, "dossier.submit").decision


def mandates_in(office, bce_number):
    return queries.list_people_of(office.work(), bce_number=bce_number, asked_by=GILLES, now=office.now)


def test_the_office_and_the_client_take_back_one_person_and_the_client_for_good(office, chain):
    for by in (GILLES, BERNARD):
        assigned = office.assign(chain, DAVID, by=GILLES)
        office.revoke(assigned, by=by)
        assert not office.check(DAVID, "dossier.read").decision
    first = office.announced("mandate_revoked")[0]
    assert first["actor"]["mandate_id"] == str(gilles_mandate(office).mandate_id)
    with pytest.raises(ClientRefuses):
        office.assign(chain, DAVID, by=GILLES)


def test_who_decides_for_both_takes_back_for_the_client(office, chain):
    office.designate(CHANTAL, bce_number=COMMUNE)
    assigned = office.assign(chain, DAVID, by=CHANTAL)

    office.revoke(assigned, by=CHANTAL)

    hers = next(one for one in office.rows(mandates) if (one.person_id, one.bce_number) == (CHANTAL, ATELIERS))
    (told,) = office.announced("mandate_revoked")
    assert told["actor"]["mandate_id"] == str(hers.mandate_id)
    with pytest.raises(ClientRefuses):
        office.assign(chain, DAVID, by=GILLES)


@pytest.mark.parametrize("take", ["suspend", "narrow"])
def test_the_client_renews_a_chain_and_gives_nobody_back_what_it_took(office, chain, take):
    taxes = office.mandate_office(role="contributor", scope=Scope.of(None, ["economy", "taxes"]))
    assigned = office.assign(taxes, GILLES, by=GILLES)
    getattr(office, take)(assigned, **({"without": "taxes"} if take == "narrow" else {}))

    office.renew_office(taxes, valid_until=TODAY + timedelta(days=1000))
    office.revoke(assigned, by=GILLES)

    with pytest.raises(ClientRefuses):
        office.assign(taxes, GILLES, by=GILLES)
    assert not office.check(GILLES, "dossier.draft", procedure="taxes").decision


def test_who_gave_up_a_category_is_given_it_again_by_the_office(office, chain):
    taxes = office.mandate_office(role="contributor", scope=Scope.of(None, ["economy", "taxes"]))
    assigned = office.assign(taxes, GILLES, by=GILLES)
    office.narrow(assigned, "taxes", by=GILLES)
    office.revoke(assigned, by=GILLES)

    office.assign(taxes, GILLES, by=GILLES)

    assert office.check(GILLES, "dossier.draft", procedure="taxes").decision


@pytest.mark.parametrize("how", ["itself", "by another chain"])
def test_the_office_does_not_give_a_role_that_the_client_gave_and_has_suspended(office, chain, how):
    office.end_office(chain)
    taxes = office.mandate_office(scope=Scope.of(None, ["taxes"]))
    held = office.grant(DAVID, "signatory") if how == "itself" else office.assign(taxes, DAVID, by=GILLES)
    office.suspend(held)
    whole = office.mandate_office()

    with pytest.raises(ClientRefuses):
        office.assign(whole, DAVID, by=GILLES)
    office.resume(held)
    assert office.assign(whole, DAVID, by=GILLES)


def test_the_office_takes_back_what_it_assigned_and_nothing_that_its_holder_gave(office, chain):
    office.grant(DAVID, "access_manager")
    office.grant(AMELIE, "reader", by=DAVID)
    assigned = office.assign(chain, DAVID, by=GILLES)

    with pytest.raises(NotFound):
        office.revoke(assigned, by=GILLES, cascade=True)

    office.revoke(assigned, by=GILLES)
    assert office.check(AMELIE, "dossier.read").decision


def test_whom_the_office_took_back_it_assigns_again_also_when_he_who_did_it_has_gone(office, chain):
    office.designate(ELODIE, bce_number=COMMUNE)
    office.revoke(office.assign(chain, DAVID, by=GILLES), by=ELODIE)
    office.pass_time(minutes=1)
    office.withdraw_designation(ELODIE, bce_number=COMMUNE)

    assert office.assign(chain, DAVID, by=GILLES)


def test_a_chain_is_renewed_with_what_the_offices_people_have_by_it(office, chain):
    office.assign(chain, DAVID, by=GILLES)
    office.assign(chain, GILLES, by=GILLES)
    office.pass_time(days=100)

    office.renew_office(chain, valid_until=TODAY + timedelta(days=1000))

    # David's own role in the office ends sooner.
    assert office.check(DAVID, "dossier.read").holds_until.date() == TODAY + timedelta(days=365)
    assert office.check(GILLES, "dossier.read").holds_until.date() == TODAY + timedelta(days=1000)
    (renewed,) = office.announced("enterprise_mandate_renewed")
    assert renewed["valid_until"] == (TODAY + timedelta(days=1000)).isoformat()
    assert [one["person_id"] for one in office.announced("mandate_changed")] == [str(GILLES)]


def test_of_those_who_act_by_a_renewed_chain_the_roles_in_the_office_are_read_at_one_go(office, chain):
    """And not of those who have gone."""
    office.accept(office.request_role("reader", by=ELODIE, bce_number=COMMUNE), by=GILLES)
    office.assign(chain, DAVID, by=GILLES)
    made = []
    sa.event.listen(office.runtime.engine, "before_cursor_execute", lambda *told: made.append(told[2]))

    def reads(days):
        made.clear()
        office.renew_office(chain, valid_until=TODAY + timedelta(days=days))
        return sum("FROM mandates" in statement for statement in made)

    alone = reads(100)
    office.assign(chain, GILLES, by=GILLES)
    office.revoke(office.assign(chain, ELODIE, by=GILLES), by=GILLES)

    assert reads(50) == alone
    assert office.check(GILLES, "dossier.read").holds_until.date() == TODAY + timedelta(days=50)


def test_a_chain_that_is_renewed_to_the_day_that_it_has_is_told_to_nobody(office, chain):
    office.renew_office(chain, valid_until=chain.valid_until)

    assert office.announced("enterprise_mandate_renewed") == []
    act = max(office.rows(audit_acts), key=lambda row: row.act_id).content
    assert (act["action"], act["subject"]) == (
        "renew_enterprise_mandate",
        f"enterprise_mandate:{chain.enterprise_mandate_id}",
    )


def test_who_stays_with_the_office_for_longer_acts_for_longer_for_its_clients(office, chain):
    """Else he would lose them all on the day that his role there would have ended, and nobody would be told before."""
    office.renew_office(chain, valid_until=TODAY + timedelta(days=1000))
    office.assign(chain, DAVID, by=GILLES)
    of_office = next(one for one in mandates_in(office, COMMUNE) if one.person_id == DAVID)
    office.pass_time(days=360)

    office.renew(of_office.mandate_id, by=GILLES)
    at_once(office.follow_offices, office.follow_offices)
    office.follow_offices()
    (told,) = [one for one in office.announced("mandate_changed") if one["bce_number"] == ATELIERS]
    assert (told["change"], told["valid_until"]) == ("renewed", (TODAY + timedelta(days=725)).isoformat())
    office.pass_time(days=10)

    assert office.check(DAVID, "dossier.submit").decision


def test_who_stays_for_longer_wakes_what_follows_it(office, chain):
    woken = []
    office.runtime.wakers[TERMS].append(lambda: woken.append(TERMS))
    of_office = next(one for one in mandates_in(office, COMMUNE) if one.person_id == DAVID)

    office.renew(of_office.mandate_id, by=GILLES)

    assert woken == [TERMS]


def test_who_stays_with_the_office_for_less_long_is_told_elsewhere_too(office, chain):
    office.assign(chain, DAVID, by=GILLES)
    of_office = next(one for one in mandates_in(office, COMMUNE) if one.person_id == DAVID)
    office.renew(of_office.mandate_id, by=GILLES, valid_until=TODAY + timedelta(days=3))

    office.follow_offices()

    told = office.announced("mandate_changed")[-1]
    assert (told["bce_number"], told["valid_until"]) == (ATELIERS, (TODAY + timedelta(days=3)).isoformat())


def test_a_check_says_how_long_both_links_hold(office, chain):
    office.assign(chain, DAVID, by=GILLES)
    of_office = next(one for one in mandates_in(office, COMMUNE) if one.person_id == DAVID)
    office.renew(of_office.mandate_id, by=GILLES, valid_until=TODAY + timedelta(days=3))

    assert office.check(DAVID, "dossier.read").holds_until.date() == TODAY + timedelta(days=3)


def test_who_leaves_the_office_wakes_what_ends_its_chains(office, chain):
    woken = []
    office.runtime.wakers[CHAINS].append(lambda: woken.append(CHAINS))
    of_office = next(one for one in mandates_in(office, COMMUNE) if one.person_id == DAVID)

    office.suspend(of_office.mandate_id, by=GILLES)
    office.revoke(of_office.mandate_id, by=GILLES)
    office.withdraw_designation(GILLES, bce_number=COMMUNE)
    office.register(COMMUNE, name="Commune d'Exemple", state="struck_off")

    assert len(woken) == 4


def gilles_mandate(office):
    return next(one for one in mandates_in(office, COMMUNE) if one.person_id == GILLES)
