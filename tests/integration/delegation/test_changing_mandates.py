"""Mandates that change, on a real database: what is told, who may, and what happens at once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from chassis.tables import audit_acts
from contracts.delegation import AlreadyHeld, LastAccessManager, MandateEnded
from contracts.errors import InvalidRequest, NotFound
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
    NOON,
    TODAY,
)

AT_MONS, AT_TOURNAI = "2134567845", "2234567818"
TAXES = Scope.of(None, ["taxes"])


def test_each_change_is_told_with_the_whole_state_and_under_whose_right(office):
    mandate = office.grant(AMELIE, "signatory", scope=Scope.of(None, ["economy", "taxes"]))

    office.suspend(mandate, by=CHANTAL)
    office.resume(mandate)
    office.narrow(mandate, "economy", by=AMELIE)
    office.renew(mandate, valid_until=TODAY + timedelta(days=700))

    told = office.announced("mandate_changed")
    assert [(one["change"], one["version"], one["suspended_at"]) for one in told] == [
        ("suspended", 2, NOON.isoformat()),
        ("resumed", 3, None),
        ("narrowed", 4, None),
        ("renewed", 5, None),
    ]
    assert [one["actor"]["mandate_id"] for one in told] == [
        str(under.mandate_id) for under in (office.chantals, office.bernards, mandate, office.bernards)
    ]
    assert told[-1]["procedure_categories"] == ["taxes"]
    assert told[-1]["valid_until"] == (TODAY + timedelta(days=700)).isoformat()


def test_a_suspended_mandate_allows_nothing_until_it_is_resumed(office):
    mandate = office.grant(AMELIE, "signatory")
    office.suspend(mandate)

    assert office.check(AMELIE, "dossier.read").missing == "the mandate as signatory is suspended since 2024-10-15"
    assert queries.list_my_enterprises(office.work(), person_id=AMELIE, now=office.now) == []
    with pytest.raises(AlreadyHeld):
        office.request_role("signatory", by=AMELIE)

    office.resume(mandate, by=CHANTAL)
    assert office.check(AMELIE, "dossier.submit").decision


def test_whoever_held_a_mandate_sees_what_became_of_it_and_of_nobody_elses(office):
    office.revoke(office.grant(AMELIE, "reader"))
    office.pass_time(days=1)
    office.suspend(office.grant(AMELIE, "signatory"))
    office.grant(DAVID, "signatory")

    def mine(person_id, bce_number):
        told = queries.list_my_mandates(office.work(), person_id=person_id, bce_number=bce_number, now=office.now)
        return [(one.role, one.state, one.enterprise_name) for one in told]

    suspended = ("signatory", "suspended", "Ateliers du Hainaut")
    assert mine(AMELIE, ATELIERS) == [suspended, ("reader", "revoked", "Ateliers du Hainaut")]
    assert mine(AMELIE, None) == [suspended]
    assert (mine(AMELIE, COMMUNE), mine(GILLES, ATELIERS)) == ([], [])


def test_what_somebody_has_elsewhere_is_not_read_for_one_enterprise(office):
    office.suspend(office.grant(AMELIE, "signatory"))
    read = []
    sa.event.listen(
        office.runtime.engine, "after_cursor_execute", lambda _, cursor, *told: read.append(cursor.rowcount)
    )

    def rows_read():
        read.clear()
        queries.list_my_mandates(office.work(), person_id=AMELIE, bce_number=ATELIERS, now=office.now)
        return sum(read)

    before = rows_read()
    office.designate(GILLES, bce_number=COMMUNE)
    office.accept(office.request_role(bce_number=COMMUNE), by=GILLES)

    assert rows_read() == before


def test_a_suspended_access_manager_decides_nothing_and_his_invitations_wait(office):
    offered = office.invite(person_id=ELODIE, by=CHANTAL)
    asked = office.request_role()
    office.suspend(office.chantals)

    with pytest.raises(NotFound):
        office.accept(asked, by=CHANTAL)
    with pytest.raises(NotFound):
        office.resume(office.chantals, by=CHANTAL)
    (shown,) = queries.list_my_invitations(office.work(), person_id=ELODIE, now=office.now)
    assert (shown.invitation_id, shown.state) == (offered.invitation_id, "expired")

    office.resume(office.chantals)
    assert office.take(invitation_id=offered.invitation_id).granted_by == CHANTAL


def test_of_two_access_managers_who_suspend_each_other_at_once_one_stays(office):
    results = at_once(lambda: office.suspend(office.chantals), lambda: office.suspend(office.bernards, by=CHANTAL))

    assert sorted(type(result).__name__ for result in results) == ["Mandate", "NotFound"]
    assert sum(office.check(person_id, "mandate.manage").decision for person_id in (BERNARD, CHANTAL)) == 1


def test_a_mandate_that_is_renewed_while_it_is_revoked_is_one_of_the_two(office):
    mandate = office.grant(AMELIE, "signatory")

    results = at_once(lambda: office.renew(mandate), lambda: office.revoke(mandate, by=CHANTAL))

    assert [type(result) for result in results] in ([Mandate, Mandate], [MandateEnded, Mandate])
    assert office.check(AMELIE, "dossier.read").missing == "the mandate as signatory was revoked on 2024-10-15"


@pytest.mark.parametrize("verb", ["renew", "suspend", "resume", "revoke"])
def test_to_strangers_there_is_no_mandate_to_change(office, verb):
    office.designate(GILLES, bce_number=COMMUNE)
    mandate = office.grant(AMELIE, "signatory")

    for stranger in (GILLES, DAVID):
        for mandate_id in (mandate.mandate_id, uuid4()):
            with pytest.raises(NotFound) as refusal:
                getattr(office, verb)(mandate_id, by=stranger)
            assert refusal.value.details == {}


def test_what_was_so_already_is_an_act_and_told_to_nobody(office):
    mandate = office.suspend(office.grant(AMELIE, "signatory"))
    office.suspend(mandate, by=CHANTAL)

    assert len(office.announced("mandate_changed")) == 1
    act = max(office.rows(audit_acts), key=lambda row: row.act_id).content
    assert (act["action"], act["subject"], act["party"]) == (
        "suspend_mandate",
        f"mandate:{mandate.mandate_id}",
        str(AMELIE),
    )


def test_all_that_somebody_has_is_revoked_at_once_and_none_where_one_must_stay(office):
    for role in ("signatory", "reader"):
        office.grant(AMELIE, role)

    assert {mandate.role.name for mandate in office.revoke_all_of(AMELIE)} == {"signatory", "reader"}
    assert not office.check(AMELIE, "dossier.read").decision
    with pytest.raises(NotFound):
        office.revoke_all_of(AMELIE)

    office.revoke_all_of(CHANTAL, by=CHANTAL)
    with pytest.raises(LastAccessManager):
        office.revoke_all_of(BERNARD, by=BERNARD)


def test_a_stranger_revokes_nothing_of_anybody(office):
    office.grant(AMELIE, "signatory")

    for person_id in (AMELIE, DAVID):
        with pytest.raises(NotFound):
            office.revoke_all_of(person_id, by=GILLES)
    assert office.check(AMELIE, "dossier.read").decision


def test_with_a_mandate_goes_what_its_holder_gave_where_that_is_wished(office):
    davids = office.grant(DAVID, "access_manager")
    by_david = office.grant(AMELIE, "signatory", by=DAVID)
    by_bernard = office.grant(ELODIE, "reader")

    office.revoke(davids, by=CHANTAL, cascade=True)

    assert not office.check(AMELIE, "dossier.read").decision
    assert office.check(ELODIE, "dossier.read").decision
    told = office.announced("mandate_revoked")
    assert [one["mandate_id"] for one in told] == [str(by_david.mandate_id), str(davids.mandate_id)]
    assert {one["actor"]["mandate_id"] for one in told} == {str(office.chantals.mandate_id)}
    assert by_bernard.revoked_at is None


def test_without_the_wish_what_he_gave_stays_for_it_is_the_enterprises(office):
    davids = office.grant(DAVID, "access_manager")
    office.grant(AMELIE, "signatory", by=DAVID)
    office.revoke(davids)

    assert office.check(AMELIE, "dossier.submit").decision


def test_a_role_may_be_given_for_some_procedures_and_another_time_for_others(office):
    office.grant(AMELIE, "signatory", scope=TAXES)

    assert office.check(AMELIE, "dossier.submit", procedure="taxes").decision
    assert office.check(AMELIE, "dossier.submit", procedure="economy").missing == (
        "the mandate as signatory is limited to procedures of taxes"
    )
    assert not office.check(AMELIE, "dossier.submit").decision
    office.grant(AMELIE, "signatory", scope=Scope.of(None, ["economy"]))
    assert office.check(AMELIE, "dossier.submit", procedure="economy").decision
    asked = office.request_role("signatory", by=AMELIE)
    with pytest.raises(AlreadyHeld):
        office.accept(asked, scope=TAXES)


def test_a_mandate_for_an_establishment_holds_while_it_is_the_enterprises_and_open(office):
    office.open_establishment(AT_MONS)
    office.grant(AMELIE, "signatory", scope=Scope.of(AT_MONS, []))

    assert office.check(AMELIE, "dossier.submit", establishment=AT_MONS).decision
    assert not office.check(AMELIE, "dossier.submit").decision
    assert office.check(BERNARD, "dossier.submit", establishment=AT_MONS).decision

    for moved in ({"bce_number": COMMUNE}, {"state": "closed"}):
        office.open_establishment(AT_MONS, **moved)
        for person_id in (AMELIE, BERNARD):
            finding = office.check(person_id, "dossier.submit", establishment=AT_MONS)
            assert finding.missing == "the enterprise has no such establishment"


def test_a_role_is_not_given_for_anothers_establishment(office):
    office.open_establishment(AT_TOURNAI, bce_number=COMMUNE)
    asked = office.request_role("signatory", by=AMELIE)

    for number in (AT_TOURNAI, AT_MONS):
        with pytest.raises(InvalidRequest) as refusal:
            office.accept(asked, scope=Scope.of(number, []))
        assert list(refusal.value.details["fields"]) == ["establishment_number"]
        with pytest.raises(InvalidRequest):
            office.invite(person_id=ELODIE, scope=Scope.of(number, []))
        # A stranger is not told which establishments there are.
        with pytest.raises(NotFound):
            office.invite(person_id=ELODIE, by=GILLES, scope=Scope.of(number, []))


def test_an_invitation_gives_what_it_offered_and_no_more(office):
    offered = office.invite("signatory", person_id=ELODIE, scope=TAXES)

    mandate = office.take(invitation_id=offered.invitation_id)

    assert mandate.scope == TAXES
    (granted,) = [one for one in office.announced("role_granted") if one["invitation_id"]]
    assert granted["procedure_categories"] == ["taxes"]


def test_all_states_are_told_again_as_they_are(office):
    mandate = office.suspend(office.grant(AMELIE, "signatory", scope=TAXES))

    with office.work() as work:
        told = [event for event in queries.states(work) if getattr(event, "mandate_id", None) == mandate.mandate_id]

    (state,) = told
    assert (state.type, state.change, state.suspended_at, state.procedure_categories, state.version) == (
        "mandate_changed",
        "suspended",
        NOON,
        ["taxes"],
        2,
    )
