"""Enterprises from the Crossroads Bank's open data, on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from chassis.tables import audit_acts
from contracts.identifiers import BceNumber
from tests.integration.delegation.bank import ATELIERS, BOULANGERIE, REGISTER
from tests.support import kbo
from tests.unit.delegation.builders import BERNARD

OURS = BceNumber(BOULANGERIE.number)


def test_a_full_set_tells_all_of_an_enterprise(bank):
    count = bank.full(REGISTER)

    assert dict(count) == {"new": 2, "establishments": 1}
    told = bank.enterprise(ATELIERS)
    assert (told.name, told.state, told.struck_off_on, told.version) == ("Ateliers du Hainaut", "active", None, 1)
    assert told.names == [
        ["name", "fr", "Ateliers du Hainaut"],
        ["name", "nl", "Henegouwse Werkhuizen"],
        ["abbreviation", "fr", "ADH"],
    ]
    assert (told.seat["municipality_nl"], told.seat["street_fr"]) == ("Bergen", "Grand-Place")
    assert (told.juridical_form, told.main_activity) == ("014", "2008:47110")
    assert told.started_on == date(1960, 8, 9)
    assert bank.names(ATELIERS) == {"ateliers du hainaut", "henegouwse werkhuizen", "adh"}
    unit = bank.establishment(ATELIERS.units[0])
    assert (unit.bce_number, unit.name, unit.state) == (told.bce_number, "Atelier de Mons", "open")
    assert unit.address["house_number"] == "7"


def test_the_same_set_again_changes_and_announces_nothing(bank, office):
    published = bank.publish_full(REGISTER)
    bank.take(published)
    office.designate(BERNARD, bce_number=OURS)
    before, announced = bank.enterprise(BOULANGERIE), len(office.announced())

    assert bank.take(published) == {}
    assert bank.enterprise(BOULANGERIE) == before
    assert len(office.announced()) == announced


def test_only_who_has_a_role_somewhere_hears_of_a_change(bank, office):
    bank.full(REGISTER)
    office.designate(BERNARD, bce_number=OURS)

    bank.full([replace(firm, street="Rue Neuve") for firm in [BOULANGERIE, kbo.a_firm(6000000, "Garage Lemaire")]])

    told = office.announced("enterprise_changed")[-1]
    assert (told["bce_number"], told["version"], told["seat"]["street_fr"]) == (OURS, 2, "Rue Neuve")
    assert (told["name"], told["state"], told["juridical_form"]) == ("Boulangerie Dupont", "active", "610")
    assert told["actor"]["service"] == "operator"


def test_what_no_event_tells_is_not_announced(bank, office):
    bank.full(REGISTER)
    office.designate(BERNARD, bce_number=OURS)

    announced = len(office.announced())

    assert bank.full([replace(firm, activity="68203") for firm in REGISTER])["changed"] == 2
    assert len(office.announced()) == announced


def test_mandates_end_with_the_enterprise_and_come_back_with_it(bank, office):
    bank.full(REGISTER)
    office.designate(BERNARD, bce_number=OURS)

    bank.update([ATELIERS])
    assert not office.check(BERNARD, "dossier.submit", bce_number=OURS).decision
    bank.update(REGISTER)
    assert office.check(BERNARD, "dossier.submit", bce_number=OURS).decision
    told = [body for body in office.announced("enterprise_changed") if body["bce_number"] == OURS]
    assert [body["state"] for body in told] == ["struck_off", "active"]


def test_one_that_was_left_while_it_was_struck_off_is_told_of_when_it_comes_back(bank, office):
    bank.full(REGISTER)
    office.designate(BERNARD, bce_number=OURS)
    bank.update([ATELIERS])
    office.withdraw_designation(BERNARD, bce_number=OURS)
    assert office.announced("enterprise_orphaned") == []

    bank.update(REGISTER)

    assert [told["bce_number"] for told in office.announced("enterprise_orphaned")] == [OURS]
    assert office.announced("enterprise_changed")[-1]["state"] == "active"


def test_what_the_adaptor_told_after_the_day_of_the_set_stands(bank, office):
    office.register(OURS, name="Pâtisserie Dupont")
    bank.full([ATELIERS])
    assert bank.enterprise(BOULANGERIE).state == "active"

    bank.full(REGISTER)
    told = bank.enterprise(BOULANGERIE)
    assert (told.name, told.juridical_form, told.registered_at) == ("Pâtisserie Dupont", "610", office.now)
    assert bank.names(BOULANGERIE) >= {"patisserie dupont", "boulangerie dupont"}


def test_what_the_adaptor_tells_while_a_set_is_taken_stands(bank, office):
    with office.transaction():
        office.register(OURS, name="Pâtisserie Dupont")
        taken = office.begin(lambda: bank.full(REGISTER))

    taken.result()
    told = bank.enterprise(BOULANGERIE)
    assert (told.name, told.registered_at, told.version) == ("Pâtisserie Dupont", office.now, 1)
    assert bank.enterprise(ATELIERS).name == "Ateliers du Hainaut"


def test_an_update_tells_only_what_changed(bank):
    bank.full(REGISTER)

    renamed = replace(BOULANGERIE, names=(("1", "001", "Pâtisserie Dupont"),), form="014")
    count = bank.update([ATELIERS, renamed])

    assert dict(count) == {"changed": 1}
    told = bank.enterprise(BOULANGERIE)
    assert (told.name, told.juridical_form, told.version) == ("Pâtisserie Dupont", "014", 2)
    assert (told.main_activity, told.seat["house_number"]) == ("2008:10711", "1")
    assert bank.names(BOULANGERIE) == {"patisserie dupont"}


def test_an_update_that_was_taken_is_not_taken_again(bank):
    bank.full(REGISTER)
    published = bank.publish_update([ATELIERS])
    bank.take(published)

    assert bank.take(published) is None


@pytest.mark.parametrize("kind", ["full", "update"])
def test_who_is_no_longer_in_the_register_is_struck_off_and_may_come_back(bank, kind):
    bank.full(REGISTER)

    count = getattr(bank, kind)([ATELIERS])
    gone = bank.enterprise(BOULANGERIE)
    assert count == {"struck_off": 1}
    assert (gone.state, gone.name, gone.version) == ("struck_off", "Boulangerie Dupont", 2)
    assert gone.struck_off_on == kbo.shown_by(2)

    getattr(bank, kind)(REGISTER)
    back = bank.enterprise(BOULANGERIE)
    assert (back.state, back.struck_off_on, back.version) == ("active", None, 3)


@pytest.mark.parametrize("kind", ["full", "update"])
def test_a_merged_enterprise_is_struck_off_and_its_establishments_move(bank, kind):
    bank.full(REGISTER)

    getattr(bank, kind)([replace(BOULANGERIE, units=ATELIERS.units)])

    assert bank.enterprise(ATELIERS).state == "struck_off"
    moved = bank.establishment(ATELIERS.units[0])
    assert (moved.bce_number, moved.state) == (kbo.plain(BOULANGERIE.number), "open")


@pytest.mark.parametrize("kind", ["full", "update"])
def test_an_establishment_closes_and_opens_again(bank, kind):
    bank.full(REGISTER)

    getattr(bank, kind)([replace(ATELIERS, units=()), BOULANGERIE])
    closed = bank.establishment(ATELIERS.units[0])
    assert (closed.state, closed.name, closed.bce_number) == ("closed", "Atelier de Mons", kbo.plain(ATELIERS.number))
    assert closed.closed_on

    getattr(bank, kind)(REGISTER)
    opened = bank.establishment(ATELIERS.units[0])
    assert (opened.state, opened.closed_on) == ("open", None)


def test_an_import_is_an_operators_act(bank):
    bank.full(REGISTER)

    with bank.runtime.engine.connect() as connection:
        (act,) = connection.execute(sa.select(audit_acts.c.content)).scalars().all()
    assert (act["action"], act["subject"], act["service"]) == ("import_enterprises", "extract:full:1", "operator")
