"""Who deletes his account acts for nobody any more."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from contracts.delegation import AlreadyDecided
from contracts.identity import EmailConfirmed, PersonErased
from services.delegation import commands, queries, reactions
from services.delegation.storage import tables
from tests.unit.delegation.builders import AMELIE, ATELIERS, BERNARD, CHANTAL, COMMUNE, DAVID, GILLES

HERE = tables.enterprises.c.bce_number == ATELIERS


def erase(office, person_id, *, occurred_at=None):
    event = PersonErased(
        person_id=person_id, language="fr", sealed=None, version=1, occurred_at=occurred_at or office.now
    )
    with office.work() as work:
        reactions.end_what_was_of(work, event, now=office.now)


def test_all_mandates_end_and_are_told(office):
    mandate = office.grant(AMELIE, "signatory")
    other = office.grant(DAVID, "signatory")
    office.pass_time(minutes=1)

    erase(office, AMELIE)

    (revoked,) = office.announced("mandate_revoked")
    assert (revoked["mandate_id"], revoked["ended_with_account"]) == (str(mandate.mandate_id), True)
    assert office.check(AMELIE, "dossier.read").decision is False
    assert office.check(DAVID, "dossier.read").decision is True
    kept = {row.mandate_id: row for row in office.rows(tables.mandates)}
    assert (kept[mandate.mandate_id].person_name, kept[mandate.mandate_id].revocation_reason) == (
        None,
        "account deleted",
    )
    assert kept[other.mandate_id].person_name is not None


def test_a_request_that_is_open_needs_no_decision(office):
    asked = office.request_role(by=AMELIE)
    office.pass_time(minutes=1)

    erase(office, AMELIE)
    erase(office, AMELIE)

    (withdrawn,) = office.announced("role_request_withdrawn")
    assert withdrawn["role_request_id"] == str(asked.role_request_id)
    (row,) = [row for row in office.rows(tables.role_requests) if row.role_request_id == asked.role_request_id]
    assert (row.state, row.requester_name, row.message) == ("withdrawn", "", "")
    with office.work() as work:
        assert [event.type for event in queries.states(work) if event.subject == str(asked.role_request_id)] == [
            "role_request_withdrawn"
        ]


def test_what_others_wrote_about_her_goes_too(office):
    refused = office.request_role("signatory", by=AMELIE)
    office.refuse(refused, reason="Amélie Dubois est en congé de maladie.")
    office.revoke(office.grant(AMELIE, "contributor"), reason="Amélie Dubois a quitté l'atelier.")
    office.revoke(office.grant(DAVID, "contributor"), reason="David a quitté l'atelier.")
    office.pass_time(minutes=1)

    erase(office, AMELIE)

    hers, his = [
        {row.revocation_reason for row in office.rows(tables.mandates) if row.person_id == who}
        for who in (AMELIE, DAVID)
    ]
    assert (hers, his) == ({""}, {"David a quitté l'atelier."})
    with office.work() as work:
        told = [event for event in queries.states(work) if event.subject == str(refused.role_request_id)]
    assert [(event.type, event.reason) for event in told] == [("role_refused", "")]


def test_who_took_a_role_away_is_named_no_more_and_what_was_said_of_her_neither(office):
    office.grant(AMELIE, "access_manager")
    office.revoke(office.grant(DAVID, "reader"), by=AMELIE)
    office.revoke(office.grant(AMELIE, "reader"), by=BERNARD)
    office.pass_time(minutes=1)

    erase(office, AMELIE)

    there = queries.list_people_of(office.work(), bce_number=ATELIERS, asked_by=CHANTAL, now=office.now)
    stops = {(one.person_id, one.role): one.stop for one in there if one.stop}
    assert {whose: (stop.by, stop.by_name, stop.cause, stop.reason) for whose, stop in stops.items()} == {
        (DAVID, "reader"): ("enterprise", None, None, "A quitté l'atelier."),
        (AMELIE, "reader"): ("enterprise", None, None, None),
        (AMELIE, "access_manager"): ("holder", None, "account_deleted", None),
    }


def test_the_last_access_manager_goes_too(office):
    """He was told what it means before he asked for it."""
    office.designate(GILLES, bce_number=COMMUNE)
    office.pass_time(minutes=1)
    alone = queries.list_managed_alone(office.work(), person_id=GILLES, now=office.now)
    assert [access.bce_number for access in alone] == [COMMUNE]

    erase(office, GILLES)

    assert queries.list_my_enterprises(office.work(), person_id=GILLES, now=office.now) == []


def test_what_is_given_to_her_while_the_erasure_waits_ends_as_the_rest(office):
    """Elsewhere, where the other access manager leaves at that moment."""
    office.grant(AMELIE)
    office.designate(GILLES, bce_number=COMMUNE)
    invitation = office.invite("access_manager", person_id=AMELIE, by=GILLES, bce_number=COMMUNE)

    with office.runtime.engine.connect() as busy_in_ateliers:
        busy_in_ateliers.execute(sa.select(tables.enterprises).where(HERE).with_for_update())
        erasing = office.begin(lambda: erase(office, AMELIE))
        office.take(invitation_id=invitation.invitation_id, by=AMELIE)
        with office.transaction():
            office.withdraw_designation(GILLES, bce_number=COMMUNE)
            busy_in_ateliers.rollback()
            office.begin(erasing.result)

    erasing.result()
    assert not office.check(AMELIE, "mandate.manage", bce_number=COMMUNE).decision
    (orphaned,) = office.announced("enterprise_orphaned")
    assert orphaned["bce_number"] == COMMUNE


def test_of_several_access_managers_none_is_alone(office):
    assert queries.list_managed_alone(office.work(), person_id=BERNARD, now=office.now) == []
    assert {
        access.bce_number for access in queries.list_my_enterprises(office.work(), person_id=CHANTAL, now=office.now)
    } == {ATELIERS}


def test_what_was_given_after_he_came_back_stays(office):
    erased_at = office.now
    office.pass_time(days=1)
    office.grant(AMELIE, "signatory")

    erase(office, AMELIE, occurred_at=erased_at)

    assert office.announced("mandate_revoked") == []
    assert office.check(AMELIE, "dossier.read").decision is True
    assert [row.person_name for row in office.rows(tables.mandates) if row.person_id == AMELIE] != [None]


def test_what_she_asked_after_she_came_back_stays(office):
    erased_at = office.now
    office.pass_time(days=1)
    asked = office.request_role(by=AMELIE)

    erase(office, AMELIE, occurred_at=erased_at)

    (row,) = [row for row in office.rows(tables.role_requests) if row.role_request_id == asked.role_request_id]
    assert row.state == "open"
    assert row.requester_name
    assert row.message


def confirm(office, *, at, contact_id=None, version=1):
    confirmed = EmailConfirmed(
        contact_id=contact_id or uuid4(),
        person_id=DAVID,
        space="citizen",
        language="fr",
        sealed="sealed",
        version=version,
        occurred_at=at,
    )
    reactions.note_reachable(office.work(), confirmed, version=(1, version))


def reachable(office):
    return [row.told_at for row in office.rows(tables.reachable_people) if row.person_id == DAVID]


def test_an_address_that_was_confirmed_before_is_not_kept_though_it_come_late(office):
    contact_id = uuid4()
    confirm(office, contact_id=contact_id, at=office.now)
    erase(office, DAVID, occurred_at=office.now + timedelta(days=31))
    confirm(office, contact_id=contact_id, at=office.now + timedelta(days=1), version=2)

    assert reachable(office) == []


@pytest.mark.parametrize("late", [False, True])
def test_who_comes_back_can_be_reached_again(office, late):
    erased_at, back = office.now + timedelta(days=31), office.now + timedelta(days=32)
    confirm(office, at=office.now, version=9)
    if late:
        confirm(office, at=back)
        erase(office, DAVID, occurred_at=erased_at)
    else:
        erase(office, DAVID, occurred_at=erased_at)
        confirm(office, at=back)

    assert reachable(office) == [back]


def test_what_was_granted_on_an_old_wish_while_the_news_was_on_its_way_ends(office):
    asked = office.request_role(by=AMELIE)
    erased_at = office.now
    office.pass_time(minutes=1)
    office.accept(asked)

    erase(office, AMELIE, occurred_at=erased_at)

    assert office.check(AMELIE, "dossier.read").decision is False


def test_an_acceptance_that_has_begun_is_waited_for(office):
    asked = office.request_role(by=AMELIE)
    erased_at = office.now
    with office.transaction():
        office.accept(asked)
        erasing = office.begin(lambda: erase(office, AMELIE, occurred_at=erased_at))
    erasing.result()

    assert office.check(AMELIE, "dossier.read").decision is False


def test_the_address_that_the_registry_told_is_forgotten(office):
    erase(office, BERNARD)

    kept = {row.person_id: row.sealed is not None for row in office.rows(tables.designations)}
    assert kept == {BERNARD: False, CHANTAL: True}


def test_addresses_of_invitations_that_nobody_took_are_forgotten(office):
    office.invite(email="elodie@example.org")
    office.pass_time(days=29)
    office.invite(email="david@example.org")
    office.pass_time(days=2)

    commands.forget_addresses(office.work(), now=office.now)

    by_age = sorted(office.rows(tables.invitations), key=lambda row: row.invited_at)
    assert [row.sealed is not None for row in by_age] == [False, True]


def test_an_invitation_that_ended_with_an_account_is_not_sent_again(office):
    invitation_id = office.invite(person_id=AMELIE).invitation_id
    erase(office, AMELIE)
    office.pass_time(days=2)

    with pytest.raises(AlreadyDecided):
        office.resend_invitation(invitation_id)
    assert len(office.announced("person_invited")) == 1


def test_an_invitation_from_before_is_over_and_a_later_one_is_not(office):
    office.invite(person_id=AMELIE)
    erased_at = office.now
    office.pass_time(days=1)
    later = office.invite("reader", person_id=AMELIE)

    erase(office, AMELIE, occurred_at=erased_at)

    told = queries.list_my_invitations(office.work(), person_id=AMELIE, now=office.now)
    assert {one.invitation_id: one.state == "open" for one in told}[later.invitation_id]
    assert sorted(one.state for one in told) == ["declined", "open"]


def test_why_a_mandate_rested_goes_with_the_account(office):
    office.suspend(office.grant(AMELIE, "signatory"), reason="Soupçon.")
    erase(office, AMELIE)

    (row,) = [row for row in office.rows(tables.mandates) if row.person_id == AMELIE]
    assert (row.suspension_reason, row.person_name) == ("", None)


def test_why_somebody_ended_the_mandate_of_an_office_goes_with_the_account(office):
    office.designate(GILLES, bce_number=COMMUNE)
    for by, reason in ((BERNARD, "Gilles Weber ne répond plus."), (CHANTAL, "Nous changeons de comptable.")):
        office.end_office(office.mandate_office(), by=by, reason=reason)
    erased_at = office.now
    office.pass_time(days=1)
    office.end_office(office.mandate_office(), reason="Encore.")

    erase(office, BERNARD, occurred_at=erased_at)

    reasons = {row.revocation_reason for row in office.rows(tables.enterprise_mandates)}
    assert reasons == {"", "Nous changeons de comptable.", "Encore."}


def test_why_somebody_suspended_the_mandate_of_an_office_goes_with_the_account(office):
    office.designate(GILLES, bce_number=COMMUNE)
    for by, role in ((BERNARD, "reader"), (CHANTAL, "signatory")):
        office.suspend_office(office.mandate_office(role=role), by=by, reason="Gilles Weber ne répond plus.")
    erased_at = office.now
    office.pass_time(days=1)
    office.suspend_office(office.mandate_office(role="contributor"), reason="Encore.")

    erase(office, BERNARD, occurred_at=erased_at)

    stored = {(row.suspended_by, row.suspension_reason) for row in office.rows(tables.enterprise_mandates)}
    assert stored == {(BERNARD, ""), (CHANTAL, "Gilles Weber ne répond plus."), (BERNARD, "Encore.")}
