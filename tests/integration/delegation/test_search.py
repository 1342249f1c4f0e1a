"""Enterprises and establishments, looked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from chassis.database import connect
from chassis.tables import attempts
from contracts.delegation import Address, Coded, EnterpriseUnknown
from contracts.errors import InvalidRequest, StatementMissing, TooManyAttempts
from contracts.identifiers import BceNumber, EstablishmentNumber
from services.delegation import limits, queries
from services.delegation.domain.register import MOST_ESTABLISHMENTS
from services.delegation.storage import DelegationWork, search
from tests.integration.delegation.bank import ATELIERS, BOULANGERIE, REGISTER
from tests.support import kbo
from tests.unit.delegation.builders import NOON

MULLER = kbo.a_firm(6000000, "Établissements Müller & Frères", names=(("1", "001", "Établissements Müller & Frères"),))
COLRUYT = kbo.a_firm(7000000, "Etablissements Franz Colruyt", form="014", street="")
GREEN = kbo.a_firm(8000000, "Potagers Verts", names=(("1", "001", "Potagers Verts"), ("1", "003", "Chez Fleurette")))
GONE = kbo.a_firm(8000100, "Potagers Fanés")
MANY_NAMES = (
    f"INSERT INTO enterprise_names SELECT '{kbo.plain(BOULANGERIE.number)}', 'boulangerie dupont ' || n "
    "FROM generate_series(1, 100000) AS n"
)
ALL = [*REGISTER, MULLER, COLRUYT, GREEN, *kbo.grow(40, seed=5)]


@pytest.fixture
def work(bank):
    bank.full([*ALL, GONE])
    bank.update(ALL)
    return DelegationWork(bank.runtime)


def found(work, query, most=10):
    return [match.name for match in queries.search_enterprises(work, query=query, most=most)]


def test_enterprises_are_found(work):
    number = ATELIERS.number
    for query in (number, kbo.plain(number), f"BE {number}", f"be{kbo.plain(number)}", number[1:], number[:9]):
        assert found(work, query) == ["Ateliers du Hainaut"], query
    assert found(work, ATELIERS.units[0].number) == ["Ateliers du Hainaut"]
    assert found(work, "04") == ["Ateliers du Hainaut"]
    assert len(found(work, "02")) == 10

    for query, name in {
        "ateliers du h": "Ateliers du Hainaut",
        "ATELIERS DU HAINAUT S.A.": "Ateliers du Hainaut",
        "SPRL Ateliers du Hainaut": "Ateliers du Hainaut",
        "henegouwse": "Ateliers du Hainaut",
        "adh": "Ateliers du Hainaut",
        "hainaut ateliers": "Ateliers du Hainaut",
        "dupont boul": "Boulangerie Dupont",
        "muller freres": "Établissements Müller & Frères",
        "Muller et Frères SRL": "Établissements Müller & Frères",
        "chez fleurette": "Potagers Verts",
        # slips: one left out, one too many, another, two exchanged
        "boulangrie dupont": "Boulangerie Dupont",
        "boulangerrie dupond": "Boulangerie Dupont",
        "colryt": "Etablissements Franz Colruyt",
        "atelires du hainaut": "Ateliers du Hainaut",
        "potager verst": "Potagers Verts",
    }.items():
        assert found(work, query)[:1] == [name], query


def test_what_is_not_there_is_not_found(work):
    for query in ("xyzzy", "0999", "99999999999", "§§", "%", "__", "0403.019.262"):
        assert found(work, query) == [], query


def test_names_that_take_too_long_to_compare_are_not_found_and_nothing_fails(work, monkeypatch):
    with work:
        work.execute(sa.text(MANY_NAMES))
    assert found(work, "boulangrie dupond") == ["Boulangerie Dupont"]

    monkeypatch.setattr(search, "ALIKE_WITHIN", "20ms")
    assert found(work, "boulangrie dupond") == []
    assert found(work, "boulangerie dupont") == ["Boulangerie Dupont"]


def test_a_match_tells_enterprises_apart(work):
    (match,) = queries.search_enterprises(work, query=ATELIERS.number, most=5)

    assert match.abbreviation == "ADH"
    assert match.seat == Address(
        street_fr="Grand-Place",
        street_nl="Grand-Place",
        house_number="1",
        zipcode="7000",
        municipality_fr="Mons",
        municipality_nl="Bergen",
    )
    labels = {"fr": "Société anonyme", "nl": "Naamloze vennootschap"}
    assert match.juridical_form == Coded(code="014", labels=labels)

    shown = queries.get_enterprise(work, bce_number=match.bce_number, now=NOON)
    assert shown.names == {"fr": "Ateliers du Hainaut", "nl": "Henegouwse Werkhuizen"}
    assert shown.main_activity is not None
    assert shown.main_activity.labels["fr"].startswith("Commerce de détail")


def test_who_was_struck_off_is_shown_as_such_after_the_others(work):
    assert found(work, "potagers")[:2] == ["Potagers Verts", "Potagers Fanés"]
    (match,) = queries.search_enterprises(work, query="potagers fanes", most=1)

    assert (match.state, match.struck_off_on) == ("struck_off", kbo.shown_by(2))


def test_what_the_adaptor_registers_is_found_too(office):
    assert found(office.work(), "ateliers du hainaut sa") == ["Ateliers du Hainaut"]

    office.register(name="Ateliers du Borinage")
    for query in ("borinage", "ateliers du hainaut"):
        assert found(office.work(), query) == ["Ateliers du Borinage"]


def test_establishments_are_those_it_has_now(bank):
    bank.full(REGISTER)
    bank.full([ATELIERS, replace(BOULANGERIE, units=(kbo.Unit(number=kbo.number(20_000_007), street="Rue du Four"),))])
    bank.full([ATELIERS, BOULANGERIE])
    work = DelegationWork(bank.runtime)

    (mine,) = queries.list_establishments(work, bce_number=BceNumber(ATELIERS.number))
    (closed,) = queries.list_establishments(work, bce_number=BceNumber(BOULANGERIE.number))
    assert (mine.name, mine.state, closed.name, closed.state) == ("Atelier de Mons", "open", "", "closed")
    assert closed.address is not None
    assert closed.address.street_fr == "Rue du Four"
    with pytest.raises(EnterpriseUnknown):
        queries.list_establishments(work, bce_number=BceNumber("1000000021"))


def test_of_an_enterprise_with_more_establishments_than_are_listed_each_is_found_by_its_number(bank):
    units = tuple(kbo.Unit(number=kbo.number(20_000_100 + index)) for index in range(MOST_ESTABLISHMENTS + 1))
    bank.full([ATELIERS, replace(BOULANGERIE, units=units)])
    work, chain = DelegationWork(bank.runtime), BceNumber(BOULANGERIE.number)
    last, anothers = (EstablishmentNumber(unit.number) for unit in (units[-1], ATELIERS.units[0]))

    listed = queries.list_establishments(work, bce_number=chain)
    named = queries.list_establishments(work, bce_number=chain, numbers=[last, anothers])

    assert (len(listed), last in [one.establishment_number for one in listed]) == (MOST_ESTABLISHMENTS, False)
    assert [one.establishment_number for one in named] == [last]
    assert queries.list_establishments(work, bce_number=chain, numbers=[]) == []


def test_who_is_signed_in_looks_for_them_so_often(station):
    enterprise = station.an_enterprise()
    somebody = station.a_person("Amélie")

    (match,) = somebody.rpc.search_enterprises(query=enterprise.dotted)
    assert (match.bce_number, match.seat) == (enterprise, None)
    assert somebody.rpc.list_establishments(bce_number=enterprise) == []
    assert somebody.rpc.list_establishments(bce_number=enterprise, numbers=[EstablishmentNumber("2134567845")]) == []
    for wrong in ("a", "a" * 101, "a\nb"):
        with pytest.raises(InvalidRequest):
            somebody.rpc.search_enterprises(query=wrong)
    for most in (0, 21):
        with pytest.raises(InvalidRequest):
            somebody.rpc.search_enterprises(query="ateliers", most=most)
    with pytest.raises(StatementMissing):
        station.call("search_enterprises", {"query": "ateliers"}, {})


def test_nobody_looks_for_too_many(station):
    somebody = station.a_person("Amélie")
    somebody.rpc.search_enterprises(query="ateliers")
    engine = connect(station.process.environment["DELEGATION_DATABASE_URL"], pool=1, name="test")
    with engine.begin() as connection:
        connection.execute(sa.update(attempts).values(count=limits.SEARCHES.most))
    engine.dispose()

    with pytest.raises(TooManyAttempts):
        somebody.rpc.search_enterprises(query="ateliers")
