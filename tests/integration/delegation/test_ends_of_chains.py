"""Offices with several clients, on a real database: ends are announced to both sides, and to who acted by them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from contracts.identifiers import BceNumber
from contracts.identity import PersonErased
from services.delegation import reactions
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

FIDUCIAIRE = BceNumber("1000000021")
SOON = TODAY + timedelta(days=31)


@pytest.fixture(autouse=True)
def offices(office):
    """Gilles is access manager of the Commune, Élodie of the Fiduciaire; David works for the Commune."""
    office.designate(GILLES, bce_number=COMMUNE)
    office.register(FIDUCIAIRE, name="Fiduciaire")
    office.designate(ELODIE, bce_number=FIDUCIAIRE)
    office.davids = employ(office, DAVID)


def employ(office, person_id):
    return office.accept(office.request_role("contributor", by=person_id, bce_number=COMMUNE), by=GILLES)


@pytest.fixture
def chains(office):
    """The Ateliers and the Fiduciaire have the Commune act for them."""
    return [
        office.mandate_office(valid_until=SOON),
        office.mandate_office(valid_until=SOON + timedelta(days=1), bce_number=FIDUCIAIRE, by=ELODIE),
    ]


def assign(office, chains, *people):
    for person_id in people or (DAVID,):
        for chain in chains:
            office.assign(chain, person_id, by=GILLES)


def digests(office):
    """To whom, as what, how many, the first."""
    return {
        (one["bce_number"], one["told_as"]): (one["count"], one["first_on"], one["manager_ids"])
        for one in office.announced("enterprise_mandates_expiring")
    }


def ended(office):
    """Who was told, and of how many."""
    return [(one["person_id"], one["count"]) for one in office.announced("assignments_ended")]


def test_the_end_of_chains_is_told_once_to_each_client_and_once_to_the_office(office, chains):
    office.tell_expiring()
    assert office.announced("enterprise_mandates_expiring") == []
    office.pass_time(days=2)

    at_once(office.tell_expiring, office.tell_expiring)

    first, second = SOON.isoformat(), (SOON + timedelta(days=1)).isoformat()
    assert digests(office) == {
        (ATELIERS, "client"): (1, first, [str(BERNARD), str(CHANTAL)]),
        (FIDUCIAIRE, "client"): (1, second, [str(ELODIE)]),
        (COMMUNE, "office"): (2, first, [str(GILLES)]),
    }
    assert len(office.announced("enterprise_mandates_expiring")) == 3
    office.pass_time(days=23)
    office.tell_expiring()
    assert len(office.announced("enterprise_mandates_expiring")) == 6


def test_who_is_client_and_office_is_told_of_each(office, chains):
    office.mandate_office(ATELIERS, bce_number=COMMUNE, by=GILLES, valid_until=SOON)
    office.pass_time(days=2)

    office.tell_expiring()

    assert {told_as for number, told_as in digests(office) if number == COMMUNE} == {"client", "office"}


def test_a_renewed_chain_is_told_of_again(office, chains):
    office.pass_time(days=2)
    office.tell_expiring()
    office.renew_office(chains[0], valid_until=TODAY + timedelta(days=100))
    office.pass_time(days=70)
    office.tell_expiring()

    # The other has ended meanwhile.
    told = office.announced("enterprise_mandates_expiring")[3:]
    assert sorted((one["bce_number"], one["count"]) for one in told) == [(COMMUNE, 1), (ATELIERS, 1)]


@pytest.mark.parametrize("gone", [ATELIERS, COMMUNE])
def test_where_one_of_the_two_was_struck_off_no_end_is_told(office, chains, gone):
    office.end_office(chains[1], by=ELODIE)
    office.register(gone, state="struck_off")
    office.pass_time(days=2)

    office.tell_expiring()

    assert digests(office) == {}
    # Nor is it looked at again each hour, instead of others.
    with office.work() as work:
        assert work.enterprise_mandates.enterprises_with_expiring(now=office.now, most=9) == []


def test_a_notice_that_fails_holds_up_no_other_enterprise(office, chains):
    office.pass_time(days=2)
    refuse(office, "INSERT ON outbox", f"NEW.body ->> 'bce_number' = '{COMMUNE}'")

    with pytest.raises(ExceptionGroup) as failed:
        office.tell_expiring()

    assert [error.__notes__[-1] for error in failed.value.exceptions] == [f"enterprise {COMMUNE}"]
    assert set(digests(office)) == {(ATELIERS, "client"), (FIDUCIAIRE, "client")}
    let_through(office, "outbox")
    office.tell_expiring()
    assert len(digests(office)) == 3


def refuse(office, what, which):
    refusing = f"""
        CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'stuck'; END $$ LANGUAGE plpgsql;
        CREATE TRIGGER stuck BEFORE {what} FOR EACH ROW WHEN ({which}) EXECUTE FUNCTION refuse()
    """
    with office.work() as work:
        work.execute(sa.text(refusing))


def let_through(office, table):
    with office.work() as work:
        work.execute(sa.text(f"DROP TRIGGER stuck ON {table}"))


def test_who_leaves_an_office_is_told_once_for_all_its_clients(office, chains):
    employ(office, AMELIE)
    assign(office, chains, DAVID, AMELIE)
    office.revoke(office.davids, by=GILLES)

    at_once(office.end_broken_chains, office.end_broken_chains)

    assert ended(office) == [(str(DAVID), 2)]
    of_office, *of_clients = office.announced("mandate_revoked")
    assert not of_office["ended_with_office"]
    assert {(one["bce_number"], one["ended_with_office"]) for one in of_clients} == {
        (ATELIERS, True),
        (FIDUCIAIRE, True),
    }
    assert office.check(AMELIE, "dossier.read").decision


def test_of_an_office_that_is_struck_off_each_is_told_once(office, chains):
    assign(office, chains, DAVID, GILLES)
    office.register(COMMUNE, name="Commune d'Exemple", state="struck_off")

    office.end_broken_chains()

    assert sorted(ended(office)) == sorted([(str(DAVID), 2), (str(GILLES), 2)])


def test_a_client_that_ends_it_is_told_of_as_before(office, chains):
    assign(office, chains)
    office.end_office(chains[0])
    office.end_broken_chains()

    (revoked,) = office.announced("mandate_revoked")
    assert not revoked["ended_with_office"]
    assert ended(office) == []


def test_what_ends_with_its_last_day_is_told_to_who_acted_by_it_once(office, chains):
    assign(office, chains, DAVID, GILLES)
    office.pass_time(days=31)
    office.end_broken_chains()
    assert ended(office) == []

    office.pass_time(days=2)
    for _ in range(2):
        at_once(office.end_broken_chains, office.end_broken_chains)

    assert sorted(ended(office)) == sorted([(str(DAVID), 2), (str(GILLES), 2)])
    assert office.announced("mandate_revoked") == []


def test_nobody_loses_anything_without_being_told(office, chains):
    """Also where the process dies in between: it is one transaction."""
    assign(office, chains, DAVID, GILLES)
    office.register(COMMUNE, name="Commune d'Exemple", state="struck_off")
    refuse(office, "INSERT ON outbox", f"NEW.type = 'assignments_ended' AND NEW.body ->> 'person_id' = '{DAVID}'")

    with pytest.raises(ExceptionGroup) as failed:
        office.end_broken_chains()

    assert len(failed.value.exceptions) == 1
    assert ended(office) == [(str(GILLES), 2)]
    assert {one["person_id"] for one in office.announced("mandate_revoked")} == {str(GILLES)}
    let_through(office, "outbox")
    office.end_broken_chains()
    assert ended(office) == [(str(GILLES), 2), (str(DAVID), 2)]


def test_who_is_taken_back_by_the_office_at_that_moment_keeps_what_he_has(office, chains):
    assign(office, chains)
    office.suspend(office.davids, by=GILLES)
    with office.transaction():
        office.resume(office.davids, by=GILLES)
        ending = office.begin(office.end_broken_chains)
    ending.result()

    assert office.check(DAVID, "dossier.read").decision
    assert ended(office) == []


def test_who_deleted_her_account_is_not_told(office, chains):
    assign(office, chains)
    office.pass_time(days=33)
    erased = PersonErased(person_id=DAVID, language="fr", sealed=None, version=1, occurred_at=office.now)
    with office.work() as work:
        reactions.end_what_was_of(work, erased, now=office.now)

    office.end_broken_chains()

    assert ended(office) == []
    assert {row.noticed_days for row in office.rows(tables.mandates) if row.via_bce_number} == {0}


def test_more_than_are_taken_at_a_time_are_all_ended_at_one_turn(office, chains, monkeypatch):
    monkeypatch.setattr("services.delegation.commands.enterprise_mandates.AT_A_TIME", 1)
    assign(office, chains, DAVID, GILLES)
    office.register(COMMUNE, name="Commune d'Exemple", state="struck_off")

    office.end_broken_chains()

    assert len(ended(office)) == 2
