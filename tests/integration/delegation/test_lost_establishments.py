"""Establishments that the open data says closed, or moved to another enterprise: who is told, and what is shown."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from contracts.errors import InvalidRequest
from contracts.identifiers import BceNumber
from services.delegation import queries
from services.delegation.domain.scopes import Scope
from tests.integration.delegation.bank import ATELIERS, BOULANGERIE, REGISTER
from tests.integration.delegation.test_kbo_runs import small_steps, take_killed  # noqa: F401
from tests.support import kbo
from tests.unit.delegation.builders import AMELIE, BERNARD, CHANTAL, COMMUNE, DAVID, ELODIE, GILLES
from tests.unit.delegation.builders import ATELIERS as CLIENT

AT_MONS = kbo.plain(ATELIERS.units[0].number)
FOR_MONS = Scope.of(AT_MONS, [])
CLOSED = [replace(ATELIERS, units=()), BOULANGERIE]
MOVED = [replace(ATELIERS, units=()), replace(BOULANGERIE, units=ATELIERS.units)]


@pytest.fixture
def at_mons(bank, office):
    """Amélie and, by an office, David act for the establishment alone; Élodie for the whole enterprise."""
    bank.full(REGISTER)
    # The import looks at its own clock.
    office.now = bank.runtime.now()
    office.grant(ELODIE, "signatory")
    office.designate(GILLES, bce_number=COMMUNE)
    office.accept(office.request_role("contributor", by=DAVID, bce_number=COMMUNE), by=GILLES)
    office.assign(office.mandate_office(scope=FOR_MONS), DAVID, by=GILLES)
    return office.grant(AMELIE, "signatory", scope=FOR_MONS)


def told(office):
    return [(one["became"], one["bce_number"]) for one in office.announced("establishment_lost")]


def shown(office):
    """By holder, in the lists of the access manager and of Amélie; and of the office's mandate."""
    people = queries.list_people_of(office.work(), bce_number=CLIENT, asked_by=BERNARD, now=office.now)
    (given,) = queries.list_enterprise_mandates(office.work(), bce_number=CLIENT, asked_by=BERNARD, now=office.now)
    (hers,) = queries.list_my_mandates(office.work(), person_id=AMELIE, bce_number=None, now=office.now)
    of_all = {each.person_id: each.establishment_lost for each in people}
    assert (of_all[BERNARD], of_all[ELODIE]) == (None, None)
    assert {hers.establishment_name, given.establishment_name} == {"Atelier de Mons"}
    assert of_all[AMELIE] == hers.establishment_lost
    return of_all[AMELIE], of_all[DAVID], given.establishment_lost


def test_whom_it_concerns_is_told_once_that_an_establishment_closed(bank, office, at_mons):
    published = bank.publish_full(CLOSED)
    bank.take(published)

    (event,) = office.announced("establishment_lost")
    assert (event["became"], event["bce_number"], event["enterprise_name"]) == ("closed", CLIENT, "Ateliers du Hainaut")
    assert (event["establishment_number"], event["establishment_name"]) == (AT_MONS, "Atelier de Mons")
    assert event["holder_ids"] == sorted(map(str, (AMELIE, DAVID, GILLES)))
    assert event["manager_ids"] == [str(BERNARD), str(CHANTAL)]
    assert shown(office) == ("closed", "closed", "closed")
    (access,) = queries.list_my_enterprises(office.work(), person_id=AMELIE, now=office.now)
    assert access.permissions == ["dossier.read"]

    bank.take(published)
    bank.update(MOVED)
    assert told(office) == [("closed", CLIENT)]


@pytest.mark.parametrize("kind", ["full", "update"])
def test_one_that_moved_is_told_to_those_it_left_and_holds_again_when_it_is_back(bank, office, at_mons, kind):
    getattr(bank, kind)(MOVED)

    assert told(office) == [("moved", CLIENT)]
    assert shown(office) == ("moved", "moved", "moved")

    getattr(bank, kind)(REGISTER)
    assert told(office) == [("moved", CLIENT)]
    assert shown(office) == (None, None, None)
    assert office.check(AMELIE, "dossier.submit", establishment=AT_MONS).decision


def test_one_that_moved_and_closed_since_is_told_to_nobody_anew_and_is_shown_as_moved(bank, office, at_mons):
    bank.full(MOVED)
    bank.full([replace(ATELIERS, units=()), BOULANGERIE])

    assert told(office) == [("moved", CLIENT)]
    assert shown(office) == ("moved", "moved", "moved")


def test_an_answer_to_who_changes_a_role_tells_that_its_establishment_is_lost(bank, office, at_mons):
    bank.full(CLOSED)

    assert office.suspend(at_mons).establishment_lost == "closed"


def test_the_office_assigns_nobody_by_its_mandate_for_it(bank, office, at_mons):
    (given,) = queries.list_enterprise_mandates(office.work(), bce_number=COMMUNE, asked_by=GILLES, now=office.now)
    bank.full(CLOSED)
    with pytest.raises(InvalidRequest):
        office.assign(given, GILLES, by=GILLES)

    bank.full(REGISTER)
    assert office.assign(given, GILLES, by=GILLES).is_in_force(office.now)


def test_an_invitation_limited_to_it_is_taken_and_sent_again_only_once_it_is_back(bank, office):
    bank.full(REGISTER)
    office.now = bank.runtime.now()
    secret = office.invite_by_link(scope=FOR_MONS)
    bank.full(MOVED)

    (shown,) = queries.list_invitations(office.work(), bce_number=CLIENT, asked_by=BERNARD, now=office.now)
    assert (shown.state, shown.establishment_lost) == ("open", "moved")
    with pytest.raises(InvalidRequest):
        office.take(secret=secret)
    office.now += timedelta(days=2)
    with pytest.raises(InvalidRequest):
        office.resend_invitation(shown.invitation_id)

    bank.full(REGISTER)
    assert office.take(secret=secret).establishment_lost is None


@pytest.mark.usefixtures("small_steps")
def test_an_import_that_is_killed_anywhere_tells_it_once(bank, office, at_mons):
    others = list(kbo.grow(30, seed=3))

    take_killed(bank, bank.publish_full([*CLOSED, *others]), random.Random())

    assert told(office) == [("closed", CLIENT)]


def test_an_import_and_who_locks_several_enterprises_do_not_wait_for_one_another(bank, office, at_mons):
    published = bank.publish_full(MOVED)

    with office.transaction(), office.work() as work:
        work.enterprises.lock_several([CLIENT])
        imported = office.begin(lambda: bank.take(published))
        work.enterprises.lock_several([BceNumber(BOULANGERIE.number)])

    assert imported.result()["establishments"] == 1
    assert told(office) == [("moved", CLIENT)]


def test_one_that_moves_to_an_enterprise_that_nobody_knows_stays_and_is_not_told(bank, office, at_mons):
    published = bank.publish_full(REGISTER)
    moved = published / "establishment.csv"
    moved.write_text(moved.read_text().replace(ATELIERS.number, kbo.number(7000000)))

    bank.take(published)

    assert told(office) == []
    assert office.check(AMELIE, "dossier.submit", establishment=AT_MONS).decision


def test_nobody_is_told_of_what_he_has_no_more_nor_by_an_enterprise_that_is_gone(bank, office):
    bank.full([ATELIERS, BOULANGERIE])
    office.now = bank.runtime.now()
    office.revoke(office.grant(AMELIE, "signatory", scope=FOR_MONS))
    office.designate(GILLES, bce_number=COMMUNE)
    office.end_office(office.mandate_office(scope=FOR_MONS), by=BERNARD)
    bank.full(CLOSED)

    bank.full(REGISTER)
    office.grant(AMELIE, "signatory", scope=FOR_MONS)
    office.register(CLIENT, state="struck_off")
    bank.full(CLOSED)

    assert told(office) == []


def test_many_that_nobody_has_a_role_for_cost_one_question(bank, office):
    many = list(kbo.grow(60, seed=3))
    bank.full([*REGISTER, *many])
    asked = []
    sa.event.listen(bank.runtime.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    bank.full([*REGISTER, *(replace(firm, units=()) for firm in many)])

    assert len([statement for statement in asked if "enterprise_mandates" in statement]) == 1
    assert not [statement for statement in asked if "FROM mandates" in statement and "UNION ALL" not in statement]
