"""Invitations on a real database: by link and to a known person."""

from __future__ import annotations

from uuid import uuid4

import pytest

from chassis.tables import audit_acts
from contracts.delegation import AlreadyHeld, AlreadyInvited, InvitationInvalid
from contracts.errors import NotFound
from contracts.identifiers import BceNumber
from services.delegation import commands, queries
from services.delegation.storage import tables
from tests.integration.delegation.turns import at_once
from tests.unit.delegation.builders import AMELIE, ATELIERS, BERNARD, CHANTAL, COMMUNE, DAVID, ELODIE, GILLES, NOON


def shown_by_link(office, secret, *, to=ELODIE):
    return queries.get_invitation(office.work(), secret=secret, asked_by=to, now=office.now)


def test_the_link_goes_out_sealed_for_notifications(office):
    office.invite("contributor", email="elodie@example.org")

    (invited,) = office.announced("person_invited")
    opened = office.opened(invited)
    assert opened["email"] == "elodie@example.org"
    assert len(opened["secret"]) >= 43
    assert (invited["person_id"], invited["role"], invited["language"]) == (None, "contributor", "fr")
    assert invited["actor"]["mandate_id"] == str(office.bernards.mandate_id)


def test_neither_the_address_nor_the_secret_rests_here_in_clear(office):
    secret = office.invite_by_link()

    kept = str(office.rows(tables.invitations)) + str(office.announced())
    assert "elodie@" not in kept
    assert secret not in kept


def test_the_link_shows_what_it_offers(office):
    shown = shown_by_link(office, office.invite_by_link("reader"))

    assert (shown.enterprise_name, shown.role, shown.state) == ("Ateliers du Hainaut", "reader", "open")


def test_who_follows_the_link_gets_the_role(office):
    mandate = office.take(secret=office.invite_by_link("contributor"), by=ELODIE)

    granted = office.announced("role_granted")[-1]
    assert granted["mandate_id"] == str(mandate.mandate_id)
    assert (granted["granted_by"], granted["person_id"]) == (str(BERNARD), str(ELODIE))
    assert office.check(ELODIE, "dossier.draft").decision


def test_the_mail_to_an_address_is_in_the_language_that_was_said(office):
    office.invite_by_link("reader", language="de")

    assert office.announced("person_invited")[-1]["language"] == "de"


def test_a_link_serves_once(office):
    secret = office.invite_by_link()
    office.take(secret=secret, by=ELODIE)

    for by in (ELODIE, GILLES):
        with pytest.raises(InvitationInvalid):
            office.take(secret=secret, by=by)


def test_of_two_who_follow_the_same_link_at_once_one_gets_the_role(office):
    secret = office.invite_by_link()

    results = at_once(lambda: office.take(secret=secret, by=ELODIE), lambda: office.take(secret=secret, by=GILLES))

    assert sorted(type(result).__name__ for result in results) == ["InvitationInvalid", "Mandate"]


def test_a_used_link_is_shown_to_him_who_used_it_and_to_nobody_else(office):
    secret = office.invite_by_link()
    office.take(secret=secret, by=ELODIE)

    assert shown_by_link(office, secret, to=ELODIE).state == "accepted"
    with pytest.raises(InvitationInvalid):
        shown_by_link(office, secret, to=GILLES)


def test_an_unknown_secret_is_no_invitation(office):
    with pytest.raises(InvitationInvalid):
        shown_by_link(office, "guessed")
    with pytest.raises(InvitationInvalid):
        office.take(secret="guessed")


def test_after_thirty_days_the_link_says_that_it_has_expired(office):
    secret = office.invite_by_link()
    office.pass_time(days=30)

    assert shown_by_link(office, secret).state == "expired"
    with pytest.raises(InvitationInvalid):
        office.take(secret=secret)


def test_who_invited_cannot_use_his_own_link(office):
    with pytest.raises(InvitationInvalid):
        office.take(secret=office.invite_by_link(by=BERNARD), by=BERNARD)


def test_an_invitation_ends_with_the_mandate_of_him_who_invited(office):
    secret = office.invite_by_link(by=CHANTAL)
    office.revoke(office.chantals, by=BERNARD)

    assert shown_by_link(office, secret).state == "expired"
    with pytest.raises(InvitationInvalid):
        office.take(secret=secret)


def test_a_link_taken_while_he_who_invited_is_being_removed_gives_nothing(office):
    secret = office.invite_by_link(by=CHANTAL)

    with office.transaction():
        office.revoke(office.chantals, by=BERNARD)
        taken = office.begin(lambda: office.take(secret=secret))

    assert isinstance(taken.exception(), InvitationInvalid)
    assert not office.check(ELODIE, "dossier.draft").decision


def test_nobody_invites_while_he_is_being_removed(office):
    with office.transaction():
        office.revoke(office.chantals, by=BERNARD)
        invited = office.begin(lambda: office.invite(person_id=ELODIE, by=CHANTAL))

    assert isinstance(invited.exception(), NotFound)


def test_a_known_person_finds_the_invitation_in_her_list(office):
    office.invite("reader", person_id=ELODIE)

    (invited,) = office.announced("person_invited")
    assert (invited["person_id"], invited["sealed"]) == (str(ELODIE), None)
    (mine,) = queries.list_my_invitations(office.work(), person_id=ELODIE, now=office.now)
    assert (mine.enterprise_name, mine.role, mine.state, mine.invited_at) == (
        "Ateliers du Hainaut",
        "reader",
        "open",
        NOON,
    )
    assert queries.list_my_invitations(office.work(), person_id=GILLES, now=office.now) == []


def test_a_known_person_takes_her_invitation(office):
    invitation = office.invite("reader", person_id=ELODIE)

    office.take(invitation_id=invitation.invitation_id, by=ELODIE)

    (mine,) = queries.list_my_invitations(office.work(), person_id=ELODIE, now=office.now)
    assert mine.state == "accepted"
    with pytest.raises(InvitationInvalid):
        office.take(invitation_id=invitation.invitation_id, by=ELODIE)


def test_to_others_an_invitation_does_not_exist(office):
    to_elodie = office.invite("reader", person_id=ELODIE).invitation_id
    by_link = office.invite("reader", email="elodie@example.org").invitation_id

    for invitation_id in (to_elodie, by_link, uuid4()):
        for by in (GILLES, BERNARD):
            with pytest.raises(NotFound) as refusal:
                office.take(invitation_id=invitation_id, by=by)
            assert refusal.value.details == {}


def test_only_an_access_manager_invites(office):
    office.grant(DAVID, "signatory")

    for by, bce_number in (
        (DAVID, ATELIERS),
        (GILLES, ATELIERS),
        (BERNARD, COMMUNE),
        (BERNARD, BceNumber("1000000021")),
    ):
        with pytest.raises(NotFound):
            office.invite(person_id=ELODIE, by=by, bce_number=bce_number)


def test_who_holds_the_role_is_not_invited_to_it(office):
    office.grant(AMELIE, "signatory")

    with pytest.raises(AlreadyHeld):
        office.invite("signatory", person_id=AMELIE)


def test_of_two_who_invite_the_same_person_at_once_one_is_told_of_the_other(office):
    results = at_once(*[lambda by=by: office.invite("reader", person_id=ELODIE, by=by) for by in (BERNARD, CHANTAL)])

    assert sorted(type(result).__name__ for result in results) == ["AlreadyInvited", "Invitation"]
    assert len(office.announced("person_invited")) == 1


def test_of_two_who_invite_the_same_address_at_once_one_is_told_of_the_other(office):
    written = {BERNARD: "elodie@example.org", CHANTAL: "Elodie@Example.org"}

    results = at_once(*[lambda by=by: office.invite("reader", email=written[by], by=by) for by in written])

    assert sorted(type(result).__name__ for result in results) == ["AlreadyInvited", "Invitation"]
    office.invite("signatory", email="elodie@example.org")
    office.invite("reader", email="gilles@example.org")


def test_in_another_enterprise_the_same_address_is_another(office):
    office.designate(BERNARD, bce_number=COMMUNE)

    for bce_number in (ATELIERS, COMMUNE):
        office.invite("reader", email="elodie@example.org", bce_number=bce_number)

    first, second = (row.address_index for row in office.rows(tables.invitations))
    assert first != second


@pytest.mark.parametrize("end", ["take", "decline", "withdraw", "forget"])
def test_by_what_an_address_is_known_goes_with_the_address(office, end):
    secret = office.invite_by_link("reader")
    (row,) = office.rows(tables.invitations)
    if end == "withdraw":
        office.withdraw_invitation(row.invitation_id)
    elif end == "forget":
        office.pass_time(days=31)
        commands.forget_addresses(office.work(), now=office.now)
    else:
        getattr(office, end)(secret=secret)

    (row,) = office.rows(tables.invitations)
    assert (row.sealed, row.address_index, row.address_hint) == (None, None, None)
    office.invite("reader", email="elodie@example.org")


def test_the_access_managers_alone_see_to_which_address_an_invitation_went(office):
    invitation = office.invite("reader", email="elodie@example.org")
    office.invite("reader", person_id=GILLES)

    listed = queries.list_invitations(office.work(), bce_number=ATELIERS, asked_by=CHANTAL, now=office.now)

    assert {shown.address_hint for shown in listed} == {"e•••@example.org", None}
    # Nor in what is answered to a command, which is kept, nor in what others hear and the audit trail has.
    with office.work() as work:
        assert queries.show_invitation(work, invitation, now=office.now).address_hint is None
    assert "•••" not in str(office.announced()) + str(office.rows(audit_acts))


def test_of_two_to_one_address_the_one_that_is_over_is_not_sent_again(office):
    first = office.invite("reader", email="elodie@example.org")
    office.pass_time(days=30)
    office.invite("reader", email="elodie@example.org")

    with pytest.raises(AlreadyInvited):
        office.resend_invitation(first.invitation_id)


def test_after_thirty_days_the_same_person_is_invited_anew_and_the_first_is_not_sent_again(office):
    first = office.invite("reader", person_id=ELODIE)
    office.pass_time(days=30)
    office.invite("reader", person_id=ELODIE)

    with pytest.raises(AlreadyInvited):
        office.resend_invitation(first.invitation_id)


def test_the_access_manager_sees_what_became_of_his_invitations(office):
    office.take(secret=office.invite_by_link("reader"))
    office.pass_time(days=29)
    office.invite("contributor", person_id=GILLES)
    office.invite("signatory", person_id=DAVID)
    office.pass_time(days=2)

    listed = queries.list_invitations(office.work(), bce_number=ATELIERS, asked_by=CHANTAL, now=office.now)

    assert {shown.role: (shown.is_by_link, shown.accepted_by_name) for shown in listed} == {
        "reader": (True, "Élodie Petit"),
        "contributor": (False, None),
        "signatory": (False, None),
    }
    assert {shown.role: shown.state for shown in listed} == {
        "reader": "accepted",
        "contributor": "open",
        "signatory": "open",
    }
