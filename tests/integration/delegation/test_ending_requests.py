"""Requests and invitations that end without a mandate, on a real database."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from contracts.delegation import (
    AlreadyDecided,
    AlreadyRequested,
    EnterpriseUnknown,
    InvitationForAnother,
    InvitationInvalid,
)
from contracts.errors import NotFound
from services.delegation import commands, queries
from services.delegation.storage import tables
from tests.integration.delegation.turns import at_once
from tests.unit.delegation.builders import AMELIE, ATELIERS, BERNARD, CHANTAL, DAVID, ELODIE, GILLES


def expire(office):
    commands.expire_role_requests(office.work(), now=office.now)


def test_what_nobody_decides_expires_and_is_told_once(office):
    role_request = office.request_role(by=AMELIE)
    office.pass_time(days=29)
    other = office.request_role(by=DAVID)
    expire(office)
    assert office.announced("role_request_expired") == []

    office.pass_time(days=1)
    for _ in range(2):
        expire(office)

    (expired,) = office.announced("role_request_expired")
    assert expired["role_request_id"] == str(role_request.role_request_id)
    states = {row.role_request_id: row.state for row in office.rows(tables.role_requests)}
    assert states == {role_request.role_request_id: "expired", other.role_request_id: "open"}


def test_two_replicas_expire_each_once(office):
    for person_id in (AMELIE, DAVID, GILLES):
        office.request_role(by=person_id)
    office.pass_time(days=30)

    at_once(lambda: expire(office), lambda: expire(office))

    assert len(office.announced("role_request_expired")) == 3


def test_one_that_fails_holds_up_no_other(office):
    stuck, other = (office.request_role(by=person_id).role_request_id for person_id in (AMELIE, DAVID))
    office.pass_time(days=30)
    refusing = f"""
        CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'stuck'; END $$ LANGUAGE plpgsql;
        CREATE TRIGGER stuck BEFORE UPDATE ON role_requests FOR EACH ROW WHEN (OLD.role_request_id = '{stuck}')
            EXECUTE FUNCTION refuse()
    """
    with office.work() as work:
        work.execute(sa.text(refusing))

    with pytest.raises(ExceptionGroup) as failed:
        expire(office)
    assert [error.__notes__[-1] for error in failed.value.exceptions] == [f"role request {stuck}"]
    assert [told["role_request_id"] for told in office.announced("role_request_expired")] == [str(other)]

    with office.work() as work:
        work.execute(sa.text("DROP TRIGGER stuck ON role_requests"))
    expire(office)
    assert {told["role_request_id"] for told in office.announced("role_request_expired")} == {str(other), str(stuck)}


def test_it_is_over_for_everybody_before_the_timer_noted_it(office):
    role_request = office.request_role()
    office.pass_time(days=30)

    (mine,) = queries.list_my_role_requests(office.work(), person_id=AMELIE, now=office.now)
    assert (mine.state, mine.expires_at) == ("expired", office.now)
    with pytest.raises(AlreadyDecided):
        office.accept(role_request)


def test_who_asked_sees_that_nobody_is_left_to_answer(office):
    office.request_role(by=AMELIE)

    def shown():
        (mine,) = queries.list_my_role_requests(office.work(), person_id=AMELIE, now=office.now)
        return mine.enterprise_state, mine.has_access_manager

    assert shown() == ("active", True)
    for person_id in (BERNARD, CHANTAL):
        office.withdraw_designation(person_id)
    assert shown() == ("active", False)
    office.designate(AMELIE)
    assert shown() == ("active", False)
    office.register(state="struck_off")
    assert shown() == ("struck_off", False)


def test_one_that_is_over_is_no_hindrance_before_the_timer_noted_it(office):
    over = office.request_role()
    office.pass_time(days=30)

    anew = at_once(office.request_role, office.request_role)

    assert sorted(type(one).__name__ for one in anew) == ["AlreadyRequested", "RoleRequest"]
    (expired,) = office.announced("role_request_expired")
    assert expired["role_request_id"] == str(over.role_request_id)
    expire(office)
    assert len(office.announced("role_request_expired")) == 1


def test_one_that_is_over_can_be_made_anew(office):
    office.request_role()
    with pytest.raises(AlreadyRequested):
        office.request_role()
    office.pass_time(days=30)
    expire(office)

    office.accept(office.request_role())
    assert office.check(AMELIE, "dossier.submit").decision


def test_a_request_is_withdrawn_or_accepted_and_never_both(office):
    role_request = office.request_role()

    results = at_once(lambda: office.withdraw(role_request), lambda: office.accept(role_request))

    refused = [result for result in results if isinstance(result, AlreadyDecided)]
    assert len(refused) == 1
    assert office.check(AMELIE, "dossier.submit").decision == bool(office.announced("role_granted")[2:])


def test_a_withdrawn_request_can_be_made_anew(office):
    office.withdraw(office.request_role())

    assert office.request_role().state == "open"
    assert len(office.announced("role_request_withdrawn")) == 1


def test_sent_again_it_is_told_to_who_is_access_manager_now(office):
    role_request = office.request_role()
    office.designate(DAVID, email="david@example.org")
    office.pass_time(days=1)

    office.resend(role_request)

    first, _, again = office.announced("role_requested")
    assert (first["manager_ids"], again["manager_ids"]) == (
        [str(BERNARD), str(CHANTAL)],
        [str(BERNARD), str(CHANTAL), str(DAVID)],
    )
    assert (first["version"], again["version"], again["told_ids"]) == (1, 3, None)


def test_a_newly_designated_access_manager_is_told_of_what_waits_for_an_answer(office):
    waiting = office.request_role(by=AMELIE)
    office.refuse(office.request_role(by=GILLES))
    for _ in range(2):
        office.designate(DAVID, email="david@example.org")

    told = office.announced("role_requested")[2:]
    assert [(each["role_request_id"], each["told_ids"]) for each in told] == [
        (str(waiting.role_request_id), [str(DAVID)])
    ]
    assert told[0]["manager_ids"] == [str(BERNARD), str(CHANTAL), str(DAVID)]
    assert office.accept(waiting, by=DAVID)


def test_who_becomes_access_manager_by_a_request_or_an_invitation_is_told_of_what_waits(office):
    office.request_role("reader", by=AMELIE)
    office.grant(DAVID, "access_manager")
    office.take(invitation_id=office.invite("access_manager", person_id=ELODIE).invitation_id)

    told = [one["told_ids"] for one in office.announced("role_requested") if one["person_id"] == str(AMELIE)]
    assert told[1:] == [[str(DAVID)], [str(ELODIE)]]


@pytest.mark.parametrize("by", ["an access manager", "the registry"])
def test_who_decides_again_is_told_of_what_was_asked_while_he_rested(office, by):
    office.suspend(office.chantals)
    waiting = office.request_role(by=AMELIE)
    for _ in range(2):
        if by == "the registry":
            office.designate(CHANTAL)
        else:
            office.resume(office.chantals)

    assert [(each["role_request_id"], each["told_ids"]) for each in office.announced("role_requested")[1:]] == [
        (str(waiting.role_request_id), [str(CHANTAL)])
    ]


def test_a_link_that_was_taken_back_gives_nothing(office):
    secret = office.invite_by_link()
    (invitation,) = queries.list_invitations(office.work(), bce_number=ATELIERS, asked_by=BERNARD, now=office.now)

    office.withdraw_invitation(invitation.invitation_id, by=CHANTAL)

    with pytest.raises(InvitationInvalid):
        office.take(secret=secret)
    shown = queries.get_invitation(office.work(), secret=secret, asked_by=ELODIE, now=office.now)
    assert shown.state == "withdrawn"
    assert office.announced("invitation_ended")[-1]["actor"]["mandate_id"] == str(office.chantals.mandate_id)
    (row,) = office.rows(tables.invitations)
    assert row.sealed is None


def test_another_enterprises_access_manager_takes_nothing_back(office):
    invitation = office.invite(email="elodie@example.org")

    with pytest.raises(NotFound):
        office.withdraw_invitation(invitation.invitation_id, by=DAVID)
    with pytest.raises(NotFound):
        office.resend_invitation(invitation.invitation_id, by=DAVID)


def test_an_invitation_is_taken_or_taken_back_and_never_both(office):
    invitation = office.invite(person_id=ELODIE)

    results = at_once(
        lambda: office.take(invitation_id=invitation.invitation_id),
        lambda: office.withdraw_invitation(invitation.invitation_id),
    )

    assert sum(isinstance(result, AlreadyDecided | InvitationInvalid) for result in results) == 1


def test_declined_it_is_over_and_the_access_manager_sees_it(office):
    secret = office.invite_by_link()

    office.decline(secret=secret)

    (shown,) = queries.list_invitations(office.work(), bce_number=ATELIERS, asked_by=BERNARD, now=office.now)
    assert shown.state == "declined"
    with pytest.raises(InvitationInvalid):
        office.take(secret=secret)


def test_who_was_invited_sees_that_the_enterprise_was_struck_off(office):
    secret = office.invite_by_link()
    office.register(state="struck_off")

    shown = queries.get_invitation(office.work(), secret=secret, asked_by=ELODIE, now=office.now)
    assert (shown.state, shown.enterprise_state) == ("open", "struck_off")
    with pytest.raises(EnterpriseUnknown):
        office.take(secret=secret)


def test_sent_again_the_same_link_is_good_for_thirty_days_more(office):
    secret = office.invite_by_link()
    (invitation,) = queries.list_invitations(office.work(), bce_number=ATELIERS, asked_by=BERNARD, now=office.now)
    office.pass_time(days=29)

    office.resend_invitation(invitation.invitation_id)

    first, again = office.announced("person_invited")
    assert office.opened(first) == office.opened(again)
    office.pass_time(days=29)
    assert office.take(secret=secret).role.name == "contributor"


def test_an_invitation_that_was_forwarded_gives_nothing_to_who_got_it_so(office):
    secret = office.invite_by_link()

    with pytest.raises(InvitationForAnother):
        office.take(secret=secret, by=GILLES, addresses=["gilles@example.org"])
    with pytest.raises(InvitationForAnother):
        office.take(secret=secret, by=GILLES, addresses=[])

    assert office.take(secret=secret, by=ELODIE, addresses=["gilles@example.org", "elodie@example.org"])
    assert "elodie@" not in str(office.rows(tables.invitations))


def test_who_got_the_link_forwarded_does_not_decline_it_either(office):
    secret = office.invite_by_link()

    with pytest.raises(InvitationForAnother):
        office.decline(secret=secret, by=GILLES, addresses=["gilles@example.org"])

    assert office.take(secret=secret).person_id == ELODIE
