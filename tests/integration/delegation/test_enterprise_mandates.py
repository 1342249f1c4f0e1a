"""An enterprise has an office act for it, on a real database: the chain, its ends, and what happens at once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from contracts.delegation import AlreadyHeld, EnterpriseUnknown, MandateEnded, NotOfTheOffice
from contracts.errors import NotFound
from contracts.identifiers import BceNumber
from services.delegation import queries
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.scopes import Scope
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

UNKNOWN = BceNumber("0200065765")


def shown(office, bce_number, asked_by, *, only=None):
    return queries.list_enterprise_mandates(
        office.work(), bce_number=bce_number, enterprise_mandate_id=only, asked_by=asked_by, now=office.now
    )


def test_the_offices_people_act_once_they_are_assigned_and_both_sides_see_the_chain(office, chain):
    assert not office.check(DAVID, "dossier.submit").decision

    assigned = office.assign(chain, DAVID, by=GILLES)

    assert office.check(DAVID, "dossier.submit").decision
    assert not office.check(DAVID, "mandate.manage").decision
    assert [access.bce_number for access in mine(office, DAVID)] == [ATELIERS, COMMUNE]
    for bce_number, asked_by in ((ATELIERS, BERNARD), (COMMUNE, GILLES)):
        (seen,) = shown(office, bce_number, asked_by)
        assert (seen.enterprise_name, seen.office_name) == ("Ateliers du Hainaut", "Commune d'Exemple")
        assert [(one.person_id, one.via_bce_number, one.state) for one in seen.people] == [(DAVID, COMMUNE, "active")]
    (people,) = [one for one in people_of(office) if one.person_id == DAVID]
    assert (people.mandate_id, people.via_bce_number) == (assigned.mandate_id, COMMUNE)
    (given,) = office.announced("enterprise_mandated")
    assert (given["manager_ids"], given["office_bce_number"]) == ([str(GILLES)], COMMUNE)
    granted = office.announced("role_granted")[-1]
    assert (granted["via_bce_number"], granted["bce_number"]) == (COMMUNE, ATELIERS)


def mine(office, person_id):
    return queries.list_my_enterprises(office.work(), person_id=person_id, now=office.now)


def people_of(office):
    return queries.list_people_of(office.work(), bce_number=ATELIERS, asked_by=BERNARD, now=office.now)


@pytest.mark.parametrize(("by", "told"), [(BERNARD, [GILLES]), (GILLES, [BERNARD, CHANTAL])])
def test_either_side_ends_it_with_all_that_the_offices_people_have_by_it(office, chain, by, told):
    office.assign(chain, DAVID, by=GILLES)
    office.assign(chain, GILLES, by=GILLES)

    office.end_office(chain, by=by)

    for person_id in (DAVID, GILLES):
        assert not office.check(person_id, "dossier.read").decision
    assert office.check(DAVID, "dossier.read", bce_number=COMMUNE).decision
    (ended,) = office.announced("enterprise_mandate_ended")
    assert ended["manager_ids"] == [str(person_id) for person_id in told]
    revoked = office.announced("mandate_revoked")
    assert {one["person_id"] for one in revoked} == {str(DAVID), str(GILLES)}
    assert not any(one["ended_with_designation"] or one["ended_with_account"] for one in revoked)
    office.end_office(chain, by=by)
    assert len(office.announced("enterprise_mandate_ended")) == 1


def test_strangers_find_no_chain(office, chain):
    office.designate(ELODIE, bce_number=ATELIERS)
    third = BceNumber("0999999823")
    office.register(third, name="Une autre")
    office.designate(AMELIE, bce_number=third)

    for stranger in (AMELIE, DAVID):
        for act in (
            lambda stranger=stranger: office.end_office(chain, by=stranger),
            lambda stranger=stranger: office.assign(chain, DAVID, by=stranger),
            lambda stranger=stranger: office.mandate_office(by=stranger),
            lambda stranger=stranger: office.mandate_office(UNKNOWN, by=stranger),
            lambda stranger=stranger: office.mandate_office(bce_number=UNKNOWN, by=stranger),
            lambda stranger=stranger: shown(office, ATELIERS, stranger),
        ):
            with pytest.raises(NotFound) as refusal:
                act()
            assert refusal.value.details == {}
    # The client's access manager does not choose among the office's people.
    with pytest.raises(NotFound):
        office.assign(chain, DAVID, by=BERNARD)
    chain.enterprise_mandate_id = uuid4()
    with pytest.raises(NotFound):
        office.end_office(chain)


def test_an_office_that_nobody_knows_is_told_to_who_may_give(office):
    with pytest.raises(EnterpriseUnknown):
        office.mandate_office(UNKNOWN)


def test_who_is_not_of_the_office_is_not_assigned(office, chain):
    with pytest.raises(NotOfTheOffice):
        office.assign(chain, AMELIE, by=GILLES)


def test_the_same_person_is_assigned_once_also_at_once(office, chain):
    results = at_once(lambda: office.assign(chain, DAVID, by=GILLES), lambda: office.assign(chain, DAVID, by=GILLES))

    assert sorted(type(result).__name__ for result in results) == ["AlreadyHeld", "Mandate"]


def test_nobody_keeps_what_is_assigned_while_the_chain_ends(office, chain):
    results = at_once(lambda: office.assign(chain, DAVID, by=GILLES), lambda: office.end_office(chain))

    assert type(results[0]) in (Mandate, MandateEnded)
    assert not office.check(DAVID, "dossier.read").decision


def test_two_enterprises_that_act_for_each_other_end_both_at_once(office, chain):
    office.grant(ELODIE, "reader")
    back = office.mandate_office(ATELIERS, by=GILLES, bce_number=COMMUNE)
    office.assign(chain, DAVID, by=GILLES)
    office.assign(back, ELODIE, by=BERNARD)

    results = at_once(lambda: office.end_office(chain), lambda: office.end_office(back, by=GILLES))

    assert not [result for result in results if isinstance(result, Exception)]
    assert not office.check(DAVID, "dossier.read").decision
    assert not office.check(ELODIE, "dossier.read", bce_number=COMMUNE).decision


def test_an_office_that_is_struck_off_acts_for_nobody(office, chain):
    office.assign(chain, DAVID, by=GILLES)
    office.register(COMMUNE, name="Commune d'Exemple", state="struck_off")

    answer = office.check(DAVID, "dossier.read")
    told = "the mandate as signatory does not hold: the office is struck off in the Crossroads Bank"
    assert (answer.decision, answer.missing) == (False, told)
    (seen,) = shown(office, ATELIERS, BERNARD)
    assert (seen.enterprise_state, seen.office_state) == ("active", "struck_off")
    office.end_broken_chains()
    assert len(office.announced("mandate_revoked")) == 1


def test_what_is_whole_is_left_alone(office, chain):
    office.assign(chain, DAVID, by=GILLES)
    office.end_broken_chains()

    assert office.announced("mandate_revoked") == []


def test_a_limited_office_gives_no_more_than_it_has(office, chain):
    taxes = office.mandate_office(role="contributor", scope=Scope.of(None, ["taxes"]))
    office.assign(taxes, DAVID, by=GILLES)

    assert office.check(DAVID, "dossier.draft", procedure="taxes").decision
    assert not office.check(DAVID, "dossier.draft", procedure="economy").decision
    with pytest.raises(AlreadyHeld):
        office.mandate_office(role="contributor", scope=Scope.of(None, ["taxes"]))


def test_the_chains_of_an_office_are_read_at_one_go_however_many_clients_it_has(office, chain):
    office.assign(chain, DAVID, by=GILLES)
    made = []
    sa.event.listen(office.runtime.engine, "before_cursor_execute", lambda *told: made.append(told[2]))
    (alone,), with_one = shown(office, COMMUNE, GILLES), len(made)
    office.assign(office.mandate_office(role="reader"), GILLES, by=GILLES)
    made.clear()

    both = shown(office, COMMUNE, GILLES)

    assert len(made) == with_one
    assert {(one.role, one.people[0].person_id) for one in both} == {("signatory", DAVID), ("reader", GILLES)}
    assert alone in both


def test_one_chain_is_read_alone_by_both_sides_and_by_nobody_else(office, chain):
    office.mandate_office(role="reader")
    office.register(UNKNOWN, name="Autre bureau")
    office.designate(ELODIE, bce_number=UNKNOWN)
    one = chain.enterprise_mandate_id

    for bce_number, asked_by in ((ATELIERS, BERNARD), (COMMUNE, GILLES)):
        assert [each.enterprise_mandate_id for each in shown(office, bce_number, asked_by, only=one)] == [one]
        assert shown(office, bce_number, asked_by, only=uuid4()) == []
    assert shown(office, UNKNOWN, ELODIE, only=one) == []
    with pytest.raises(NotFound):
        shown(office, ATELIERS, ELODIE, only=one)


def test_the_chain_ends_by_itself_with_its_last_day(office, chain):
    office.end_office(chain)
    short = office.mandate_office(valid_until=TODAY + timedelta(days=10))
    office.assign(short, DAVID, by=GILLES)
    office.pass_time(days=11)

    assert office.check(DAVID, "dossier.read").missing == "the mandate as signatory ended on 2024-10-25"
    with pytest.raises(MandateEnded):
        office.assign(short, GILLES, by=GILLES)


def test_all_chains_are_told_again_and_to_nobody_anew(office, chain):
    office.end_office(chain)
    office.mandate_office()

    with office.work() as work:
        told = [event for event in queries.states(work) if hasattr(event, "enterprise_mandate_id")]
    assert sorted((event.type, event.version, event.manager_ids) for event in told) == [
        ("enterprise_mandate_ended", 2, []),
        ("enterprise_mandated", 1, []),
    ]
