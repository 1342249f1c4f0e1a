"""Offices with several clients, on a real database: ends are announced to both sides."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from contracts.identifiers import BceNumber
from tests.integration.delegation.turns import at_once
from tests.unit.delegation.builders import (
    ATELIERS,
    BERNARD,
    CHANTAL,
    COMMUNE,
    ELODIE,
    GILLES,
    TODAY,
)

FIDUCIAIRE = BceNumber("1000000021")
SOON = TODAY + timedelta(days=31)


@pytest.fixture(autouse=True)
def offices(office):
    """Gilles is access manager of the Commune, Élodie of the Fiduciaire."""
    office.designate(GILLES, bce_number=COMMUNE)
    office.register(FIDUCIAIRE, name="Fiduciaire")
    office.designate(ELODIE, bce_number=FIDUCIAIRE)


@pytest.fixture
def chains(office):
    """The Ateliers and the Fiduciaire have the Commune act for them."""
    return [
        office.mandate_office(valid_until=SOON),
        office.mandate_office(valid_until=SOON + timedelta(days=1), bce_number=FIDUCIAIRE, by=ELODIE),
    ]


def digests(office):
    """To whom, as what, how many, the first."""
    return {
        (one["bce_number"], one["told_as"]): (one["count"], one["first_on"], one["manager_ids"])
        for one in office.announced("enterprise_mandates_expiring")
    }


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
