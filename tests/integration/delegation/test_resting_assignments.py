"""Who rests in an office rests for all its clients, and acts for them again once he is resumed; on a real database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.identifiers import BceNumber
from services.delegation import queries
from services.delegation.storage import tables
from tests.integration.delegation.turns import at_once
from tests.unit.delegation.builders import ATELIERS, BERNARD, COMMUNE, DAVID, ELODIE, GILLES, TODAY

FIDUCIAIRE = BceNumber("1000000021")
MISSING = "the mandate as signatory does not hold: the person's role in the office has ended or rests"


@pytest.fixture
def chains(office):
    """The Ateliers and the Fiduciaire have the Commune act for them, where David works."""
    office.designate(GILLES, bce_number=COMMUNE)
    office.register(FIDUCIAIRE, name="Fiduciaire")
    office.designate(ELODIE, bce_number=FIDUCIAIRE)
    office.davids = office.accept(office.request_role("contributor", by=DAVID, bce_number=COMMUNE), by=GILLES)
    return [office.mandate_office(), office.mandate_office(bce_number=FIDUCIAIRE, by=ELODIE)]


@pytest.fixture
def assigned(office, chains):
    """To David, for each client."""
    return [office.assign(chain, DAVID, by=GILLES) for chain in chains]


def told(office, event="mandate_changed"):
    """Of what he has for the clients."""
    return [one for one in office.announced(event) if one["bce_number"] != COMMUNE]


def acts(office, bce_number=ATELIERS):
    return office.check(DAVID, "dossier.submit", bce_number=bce_number).decision


def states(office):
    rows = [row for row in office.rows(tables.mandates) if row.via_bce_number == COMMUNE]
    return {row.bce_number: row.revoked_at is None and row.suspended_at is None for row in rows}


def causes(office):
    """Why he does not act, by client, as he sees it himself."""
    held = queries.list_my_mandates(office.work(), person_id=DAVID, bce_number=None, now=office.now)
    return {one.bce_number: one.stop.cause for one in held if one.via_bce_number == COMMUNE and one.stop is not None}


def nobody_is_looked_at(office):
    with office.work() as work:
        return work.mandates.holders_to_end(now=office.now, most=9) == []


def test_who_rests_in_the_office_rests_for_all_its_clients_and_is_resumed_with_them(office, assigned):
    office.suspend(office.davids, by=GILLES)
    # At once, and not only once the timer has been there.
    assert office.check(DAVID, "dossier.submit").missing == MISSING

    at_once(office.end_broken_chains, office.end_broken_chains)

    rested = told(office)
    assert {one["bce_number"] for one in rested} == {ATELIERS, FIDUCIAIRE}
    assert [(one["change"], one["with_office"], one["suspended_at"] is not None) for one in rested] == [
        ("suspended", True, True)
    ] * 2
    assert not acts(office)

    office.resume(office.davids, by=GILLES)
    at_once(office.end_broken_chains, office.end_broken_chains)

    assert [(one["change"], one["with_office"]) for one in told(office)[2:]] == [("resumed", True)] * 2
    assert acts(office)
    assert acts(office, FIDUCIAIRE)
    assert (told(office, "mandate_revoked"), office.announced("assignments_ended")) == ([], [])


def test_what_the_client_suspended_is_not_resumed_with_the_rest(office, assigned):
    office.suspend(assigned[0])
    office.suspend(office.davids, by=GILLES)
    office.end_broken_chains()
    office.suspend(assigned[1], by=ELODIE)

    office.resume(office.davids, by=GILLES)
    office.end_broken_chains()

    assert states(office) == {ATELIERS: False, FIDUCIAIRE: False}
    office.resume(assigned[0])
    assert (acts(office), acts(office, FIDUCIAIRE)) == (True, False)


def test_what_the_client_gives_back_to_who_rests_in_the_office_rests(office, assigned):
    office.suspend(assigned[0])
    office.suspend(office.davids, by=GILLES)
    office.end_broken_chains()

    office.resume(assigned[0])
    assert not acts(office)
    office.end_broken_chains()
    assert not states(office)[ATELIERS]

    office.resume(office.davids, by=GILLES)
    office.end_broken_chains()
    assert acts(office)


def test_who_rests_and_leaves_the_office_loses_it_and_is_told_once(office, chains, assigned):
    office.suspend(office.davids, by=GILLES)
    office.end_broken_chains()

    office.revoke(office.davids, by=GILLES)
    office.end_broken_chains()

    assert [(one["person_id"], one["count"]) for one in office.announced("assignments_ended")] == [(str(DAVID), 2)]
    office.accept(office.request_role("contributor", by=DAVID, bce_number=COMMUNE), by=GILLES)
    # The client took nothing.
    assert office.assign(chains[0], DAVID, by=GILLES)


def test_a_role_in_the_office_that_ends_while_another_rests_takes_nothing_for_good(office, assigned):
    reader = office.accept(office.request_role("reader", by=DAVID, bce_number=COMMUNE), by=GILLES)
    office.suspend(reader, by=GILLES)
    office.revoke(office.davids, by=GILLES)
    office.end_broken_chains()
    assert not acts(office)

    office.resume(reader, by=GILLES)
    office.end_broken_chains()

    assert acts(office)


def test_what_is_renewed_while_he_rests_is_his_when_he_is_resumed(office, chains, assigned):
    office.suspend(office.davids, by=GILLES)
    office.end_broken_chains()
    office.pass_time(days=300)
    office.renew_office(chains[0], valid_until=TODAY + timedelta(days=1000))
    office.renew(office.davids, by=GILLES, valid_until=TODAY + timedelta(days=900))
    office.follow_offices()
    office.pass_time(days=200)
    office.end_broken_chains()

    office.resume(office.davids, by=GILLES)
    office.end_broken_chains()

    assert office.check(DAVID, "dossier.read").holds_until.date() == TODAY + timedelta(days=900)
    # The other client has let its mandate end.
    assert not acts(office, FIDUCIAIRE)
    assert [one["count"] for one in office.announced("assignments_ended")] == [1]


def test_who_rests_may_be_invited_by_the_client_itself(office, assigned):
    office.suspend(office.davids, by=GILLES)
    office.end_broken_chains()

    invited = office.invite("signatory", person_id=DAVID, by=BERNARD)
    office.take(invitation_id=invited.invitation_id, by=DAVID, addresses=())

    assert acts(office)


def test_the_client_sees_that_it_rests_with_the_office(office, assigned):
    office.suspend(office.davids, by=GILLES)
    office.end_broken_chains()

    people = queries.list_people_of(office.work(), bce_number=ATELIERS, asked_by=BERNARD, now=office.now)

    (davids,) = [one for one in people if one.person_id == DAVID]
    assert (davids.state, davids.rests_with_office) == ("suspended", True)


def test_a_client_that_rests_still_is_told_to_who_is_back_in_the_office(office, chains, assigned):
    office.suspend(office.davids, by=GILLES)
    office.end_broken_chains()
    office.suspend_office(chains[0], reason="Désaccord.")
    office.end_broken_chains()
    assert causes(office) == {ATELIERS: "office_rests", FIDUCIAIRE: "role_in_office_rests"}
    assert nobody_is_looked_at(office)

    office.resume(office.davids, by=GILLES)
    office.end_broken_chains()

    assert (acts(office), acts(office, FIDUCIAIRE)) == (False, True)
    assert causes(office) == {ATELIERS: "office_rests"}
    changes = [(one["bce_number"], one["change"], one["with_office"]) for one in told(office)[2:]]
    assert changes == [(ATELIERS, "suspended", False), (FIDUCIAIRE, "resumed", True)]


def test_what_a_client_resumes_rests_with_his_own_role_until_that_is_resumed(office, chains, assigned):
    office.suspend_office(chains[0], reason="Désaccord.")
    office.suspend(office.davids, by=GILLES)
    office.end_broken_chains()
    assert causes(office)[ATELIERS] == "office_rests"

    office.resume_office(chains[0])
    at_once(office.end_broken_chains, office.end_broken_chains)

    assert causes(office)[ATELIERS] == "role_in_office_rests"
    assert nobody_is_looked_at(office)
    assert [(one["bce_number"], one["change"], one["with_office"]) for one in told(office)[2:]] == [
        (ATELIERS, "suspended", True)
    ]


def test_nothing_is_looked_at_again_once_it_rests(office, assigned):
    office.suspend(office.davids, by=GILLES)
    office.end_broken_chains()

    assert nobody_is_looked_at(office)
