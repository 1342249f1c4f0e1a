"""A role request that is withdrawn, sent again, or that nobody decides; invitations that are taken back or declined."""

from datetime import date, timedelta

import pytest

from contracts.delegation import (
    AlreadyDecided,
    EnterpriseUnknown,
    InvitationEnded,
    InvitationForAnother,
    InvitationInvalid,
    NoAccessManager,
    ResentTooOften,
    RoleRequestExpired,
)
from contracts.errors import InvalidRequest, NotFound, PermissionMissing
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.invitations import hash_of_address
from tests.unit.delegation.builders import (
    AMELIE,
    BERNARD,
    CHANTAL,
    CONTRIBUTOR,
    DAVID,
    ELODIE,
    GILLES,
    NOON,
    a_managing_mandate,
    a_role_request,
    an_enterprise,
    an_id,
    an_invitation,
    managers,
)
from tests.unit.delegation.test_invitations import CLERK

DAYS_30 = timedelta(days=30)
LAST_MOMENT = NOON + DAYS_30 - timedelta(seconds=1)


def resend(role_request, *, by=AMELIE, who=(BERNARD, CHANTAL), now=NOON + timedelta(days=1)):
    return role_request.resend(by=by, managers=managers(*who), reachable={BERNARD}, now=now)


def accept(role_request, *, now):
    return role_request.accept(
        by=BERNARD, managers=managers(BERNARD, now=now), held=[], mandate_id=an_id(), valid_until=None, now=now
    )


# ---------------------------------------------------------------- role requests


def test_a_request_is_open_for_thirty_days():
    role_request = a_role_request()

    assert role_request.state_at(LAST_MOMENT) == "open"
    assert role_request.expire(now=LAST_MOMENT) is None
    assert role_request.state_at(NOON + DAYS_30) == "expired"


def test_a_request_that_is_over_is_decided_by_nobody():
    role_request = a_role_request()

    with pytest.raises(AlreadyDecided) as refusal:
        accept(role_request, now=NOON + DAYS_30)
    assert refusal.value.details == {"state": "expired"}
    with pytest.raises(AlreadyDecided):
        role_request.refuse(by=BERNARD, managers=managers(BERNARD), reason="Non.", now=NOON + DAYS_30)
    with pytest.raises(AlreadyDecided):
        role_request.withdraw(by=AMELIE, now=NOON + DAYS_30)


def test_who_becomes_access_manager_is_told_of_it_alone_and_once():
    role_request, tomorrow = a_role_request(), NOON + timedelta(days=1)
    there = {"managers": managers(BERNARD, CHANTAL, DAVID), "reachable": {DAVID}}

    told = role_request.tell_also(DAVID, **there, now=tomorrow)

    assert (told.version, told.occurred_at, told.told_ids) == (2, tomorrow, [DAVID])
    assert told.manager_ids == [BERNARD, CHANTAL, DAVID]
    assert role_request.managers_without_address == 2
    assert role_request.as_event().told_ids is None
    assert role_request.tell_also(DAVID, **there, now=tomorrow) is None


def test_of_his_own_request_and_of_one_that_is_over_nobody_is_told_later():
    there = {"managers": managers(AMELIE, BERNARD), "reachable": set()}

    assert a_role_request().tell_also(AMELIE, **there, now=NOON) is None
    assert a_role_request(manager_ids=[CHANTAL]).tell_also(BERNARD, **there, now=NOON + DAYS_30) is None


def test_who_asked_is_told_that_nobody_answered():
    role_request = a_role_request()

    expired = role_request.expire(now=NOON + DAYS_30)

    assert expired == RoleRequestExpired(
        version=2,
        occurred_at=NOON + DAYS_30,
        role_request_id=role_request.role_request_id,
        person_id=AMELIE,
        bce_number=role_request.enterprise.bce_number,
        enterprise_name="Ateliers du Hainaut",
        role="signatory",
        requested_at=NOON,
    )
    assert role_request.as_event() == expired
    assert role_request.expire(now=NOON + DAYS_30) is None


def test_what_was_decided_does_not_expire():
    role_request = a_role_request()
    accept(role_request, now=LAST_MOMENT)

    assert role_request.expire(now=NOON + DAYS_30) is None
    assert role_request.state_at(NOON + DAYS_30) == "accepted"


def test_who_asked_may_think_better_of_it():
    role_request = a_role_request()

    withdrawn = role_request.withdraw(by=AMELIE, now=NOON)

    assert (role_request.state, withdrawn.version) == ("withdrawn", 2)
    with pytest.raises(AlreadyDecided):
        accept(role_request, now=NOON)


@pytest.mark.parametrize("other", [BERNARD, DAVID])
def test_anothers_request_does_not_exist_for_who_would_withdraw_or_send_it_again(other):
    with pytest.raises(NotFound):
        a_role_request().withdraw(by=other, now=NOON)
    with pytest.raises(NotFound):
        resend(a_role_request(), by=other)


def test_sent_again_it_goes_to_the_access_managers_of_that_day():
    role_request = a_role_request()

    requested = resend(role_request, who=(CHANTAL, DAVID))

    assert (requested.version, requested.manager_ids) == (2, [CHANTAL, DAVID])
    assert (requested.requested_at, requested.occurred_at) == (NOON, NOON + timedelta(days=1))
    assert role_request.managers_without_address == 2
    assert role_request.expires_at == NOON + DAYS_30


def test_it_is_sent_again_once_a_day_and_three_times_at_most():
    role_request = a_role_request()
    with pytest.raises(ResentTooOften) as refusal:
        resend(role_request, now=NOON + timedelta(hours=23))
    assert refusal.value.details == {"again_at": (NOON + timedelta(days=1)).isoformat()}
    for day in (1, 2, 3):
        resend(role_request, now=NOON + timedelta(days=day))

    with pytest.raises(ResentTooOften) as refusal:
        resend(role_request, now=NOON + timedelta(days=9))
    assert refusal.value.details == {"again_at": None}


def test_it_is_sent_again_to_nobody_where_no_access_manager_is_left():
    role_request = a_role_request()

    with pytest.raises(NoAccessManager):
        resend(role_request, who=())
    assert (role_request.manager_ids, role_request.version) == ([BERNARD, CHANTAL], 1)


# ---------------------------------------------------------------- invitations


def test_an_invitation_is_taken_back_by_any_access_manager():
    invitation = an_invitation()

    ended = invitation.withdraw(by=CHANTAL, managers=managers(BERNARD, CHANTAL), now=NOON)

    assert ended == InvitationEnded(
        version=2,
        occurred_at=NOON,
        invitation_id=invitation.invitation_id,
        person_id=None,
        bce_number=invitation.enterprise.bce_number,
        state="withdrawn",
    )
    assert invitation.as_event() == ended
    assert invitation.sealed is None
    assert invitation.state(managers(BERNARD), now=NOON) == "withdrawn"


def test_to_strangers_an_invitation_does_not_exist():
    for verb in ("withdraw", "resend"):
        with pytest.raises(NotFound):
            getattr(an_invitation(), verb)(by=DAVID, managers=managers(BERNARD), now=NOON + timedelta(days=1))


def test_who_was_invited_may_decline():
    invitation = an_invitation(person_id=ELODIE, secret_hash=None, sealed=None)
    with pytest.raises(NotFound):
        invitation.decline(by=GILLES, managers=managers(BERNARD), now=NOON)

    assert invitation.decline(by=ELODIE, managers=managers(BERNARD), now=NOON).state == "declined"


@pytest.mark.parametrize("ended_as", ["declined", "withdrawn"])
def test_what_has_ended_is_not_taken_declined_taken_back_or_sent_again(ended_as):
    invitation = an_invitation(ended_as=ended_as, ended_by=BERNARD, ended_at=NOON)
    there, later = managers(BERNARD), NOON + timedelta(days=1)

    with pytest.raises(InvitationInvalid):
        invitation.accept(by=ELODIE, person_name="É", managers=there, held=[], mandate_id=an_id(), now=later)
    with pytest.raises(InvitationInvalid):
        invitation.decline(by=ELODIE, managers=there, now=later)
    for verb in ("withdraw", "resend"):
        with pytest.raises(AlreadyDecided) as refusal:
            getattr(invitation, verb)(by=BERNARD, managers=there, now=later)
        assert refusal.value.details == {"state": ended_as}


def test_one_that_was_taken_is_neither_taken_back_nor_sent_again():
    invitation = an_invitation(accepted_by=ELODIE, accepted_at=NOON)

    for verb in ("withdraw", "resend"):
        with pytest.raises(AlreadyDecided):
            getattr(invitation, verb)(by=BERNARD, managers=managers(BERNARD), now=NOON + timedelta(days=1))


def test_sent_again_by_another_it_is_his_and_open_for_thirty_days_more():
    invitation, later = an_invitation(), NOON + timedelta(days=29)

    invited = invitation.resend(by=CHANTAL, managers=managers(BERNARD, CHANTAL), now=later)

    assert (invited.version, invited.expires_at, invited.sealed) == (2, later + DAYS_30, "sealed")
    assert invitation.state(managers(CHANTAL), now=later + timedelta(days=29)) == "open"
    assert invitation.state(managers(BERNARD), now=later) == "expired"


def test_an_invitation_is_sent_again_once_a_day_and_three_times_at_most():
    invitation = an_invitation()
    with pytest.raises(ResentTooOften):
        invitation.resend(by=BERNARD, managers=managers(BERNARD), now=NOON + timedelta(hours=23))
    for day in (1, 2, 3):
        invitation.resend(by=BERNARD, managers=managers(BERNARD), now=NOON + timedelta(days=day))
    with pytest.raises(ResentTooOften):
        invitation.resend(by=BERNARD, managers=managers(BERNARD), now=NOON + timedelta(days=9))


@pytest.mark.parametrize(
    ("differently", "refusal"),
    [
        ({"sealed": None}, InvitationInvalid),
        ({"secret_hash": None, "sealed": None, "person_id": BERNARD}, InvitationInvalid),
        ({"enterprise": an_enterprise(state="struck_off")}, EnterpriseUnknown),
        ({"valid_until": date(2024, 10, 15)}, InvalidRequest),
    ],
    ids=["its address was forgotten", "to himself", "struck off", "the mandate would be over"],
)
def test_what_could_not_be_offered_anew_is_not_sent_again(differently, refusal):
    with pytest.raises(refusal):
        an_invitation(**differently).resend(by=BERNARD, managers=managers(BERNARD), now=NOON + timedelta(days=1))


def test_nobody_sends_again_what_he_could_not_give():
    there = AccessManagers([a_managing_mandate(BERNARD), a_managing_mandate(CHANTAL, role=CLERK)], now=NOON)

    with pytest.raises(PermissionMissing):
        an_invitation(role=CONTRIBUTOR).resend(by=CHANTAL, managers=there, now=NOON + timedelta(days=1))


@pytest.mark.parametrize(
    ("confirmed", "is_hers"),
    [
        (["elodie@example.org"], True),
        (["other@example.org", "Elodie@Example.org"], True),
        (["gilles@example.org"], False),
        ([], False),
    ],
)
def test_a_link_is_for_who_confirmed_the_address_that_it_went_to(confirmed, is_hers):
    invitation = an_invitation(address_hash=hash_of_address("elodie@example.org", "secret"))

    if is_hers:
        invitation.require_sent_to(confirmed, secret="secret")
    else:
        with pytest.raises(InvitationForAnother):
            invitation.require_sent_to(confirmed, secret="secret")


def test_without_the_links_secret_no_address_can_be_tried():
    assert hash_of_address("elodie@example.org", "secret") != hash_of_address("elodie@example.org", "another")
