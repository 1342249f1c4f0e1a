"""When a mandate is in force, and who may end it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.delegation import NO_END, AlreadyHeld, LastAccessManager, MandateRevoked, RoleGranted
from contracts.errors import InvalidRequest, NotFound
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.scopes import Scope
from services.delegation.domain.standing import require_not_held
from tests.unit.delegation.builders import (
    BERNARD,
    CHANTAL,
    DAVID,
    GILLES,
    NOON,
    READER,
    SIGNATORY,
    TODAY,
    a_managing_mandate,
    a_mandate,
    an_enterprise,
    an_id,
    managers,
)

LAST_SECOND = datetime(2024, 10, 15, 21, 59, 59, 999999, tzinfo=UTC)
MIDNIGHT = datetime(2024, 10, 15, 22, 0, 0, tzinfo=UTC)


def test_a_mandate_begins_today_and_tells_all_of_itself():
    mandate, granted = Mandate.begin(
        mandate_id=an_id(),
        enterprise=an_enterprise(),
        role=READER,
        person_id=DAVID,
        person_name="David Lambert",
        valid_until=date(2025, 10, 15),
        granted_by=BERNARD,
        now=NOON,
    )

    assert mandate.valid_from == TODAY
    assert granted == RoleGranted(
        version=1,
        occurred_at=NOON,
        mandate_id=mandate.mandate_id,
        person_id=DAVID,
        bce_number=mandate.enterprise.bce_number,
        enterprise_name="Ateliers du Hainaut",
        establishment_number=None,
        role="reader",
        permissions=["dossier.read"],
        procedure_categories=[],
        valid_from=TODAY,
        valid_until=date(2025, 10, 15),
        granted_by=BERNARD,
        role_request_id=None,
        invitation_id=None,
        revoked_at=None,
    )


def test_a_mandate_holds_through_the_last_second_of_its_last_day_in_brussels():
    mandate = a_mandate(valid_until=TODAY)

    assert mandate.is_in_force(LAST_SECOND)
    assert mandate.state(LAST_SECOND) == "active"


def test_a_mandate_ends_by_itself_at_midnight_in_brussels():
    mandate = a_mandate(valid_until=TODAY)

    assert not mandate.is_in_force(MIDNIGHT)
    assert mandate.state(MIDNIGHT) == "expired"


def test_a_mandate_of_tomorrow_begins_at_midnight_in_brussels():
    mandate = a_mandate(valid_from=TODAY + timedelta(days=1))

    assert not mandate.is_in_force(LAST_SECOND)
    assert mandate.is_in_force(MIDNIGHT)


def test_a_mandate_without_end_is_in_force_long_after():
    assert a_managing_mandate(valid_until=NO_END).is_in_force(datetime(2999, 1, 1, tzinfo=UTC))


def test_an_access_manager_revokes_a_mandate_with_a_reason():
    mandate = a_mandate()

    revoked = mandate.revoke(by=BERNARD, managers=managers(BERNARD), reason=" A quitté l'atelier. ", now=NOON)

    assert isinstance(revoked, MandateRevoked)
    assert (revoked.version, revoked.revoked_at, revoked.mandate_id) == (2, NOON, mandate.mandate_id)
    assert (mandate.revoked_by, mandate.revocation_reason) == (BERNARD, "A quitté l'atelier.")
    assert (mandate.state(NOON), mandate.is_in_force(NOON)) == ("revoked", False)


def test_the_holder_gives_up_his_own_mandate():
    assert a_mandate().revoke(by=DAVID, managers=managers(BERNARD), reason="Je pars.", now=NOON) is not None


def test_to_a_stranger_the_mandate_does_not_exist():
    with pytest.raises(NotFound):
        a_mandate().revoke(by=GILLES, managers=managers(BERNARD), reason="Parce que.", now=NOON)


@pytest.mark.parametrize("reason", ["  ", "\u200b"])
def test_revoking_needs_a_reason(reason):
    with pytest.raises(InvalidRequest) as refusal:
        a_mandate().revoke(by=BERNARD, managers=managers(BERNARD), reason=reason, now=NOON)

    assert refusal.value.details == {"fields": {"reason": ["a reason is required"]}}


def test_a_mandate_that_was_revoked_stays_as_it_is():
    mandate = a_mandate(revoked_at=NOON, revoked_by=BERNARD, version=2)

    assert mandate.revoke(by=CHANTAL, managers=managers(CHANTAL), reason="Encore.", now=NOON) is None
    assert (mandate.version, mandate.revoked_by) == (2, BERNARD)


def test_a_mandate_that_expired_is_not_revoked_any_more():
    mandate = a_mandate(valid_until=TODAY)

    assert mandate.revoke(by=BERNARD, managers=managers(BERNARD), reason="Trop tard.", now=MIDNIGHT) is None
    assert mandate.state(MIDNIGHT) == "expired"


@pytest.mark.parametrize("by", [BERNARD, CHANTAL], ids=["by himself", "by a colleague whose mandate has expired"])
def test_the_last_access_manager_cannot_be_removed(by):
    last = a_managing_mandate(BERNARD)
    expired = a_managing_mandate(CHANTAL, valid_until=TODAY - timedelta(days=1))
    in_place = AccessManagers([last, expired], now=NOON)

    with pytest.raises(LastAccessManager if by == BERNARD else NotFound):
        last.revoke(by=by, managers=in_place, reason="Fin.", now=NOON)


def test_one_of_two_access_managers_may_leave():
    leaving = a_managing_mandate(BERNARD)
    in_place = AccessManagers([leaving, a_managing_mandate(CHANTAL)], now=NOON)

    assert leaving.revoke(by=BERNARD, managers=in_place, reason="Je pars.", now=NOON) is not None


def test_an_access_manager_of_two_mandates_may_lose_one():
    leaving = a_managing_mandate(BERNARD)
    in_place = AccessManagers([leaving, a_managing_mandate(BERNARD)], now=NOON)

    assert leaving.revoke(by=BERNARD, managers=in_place, reason="Double.", now=NOON) is not None


def test_a_role_is_not_given_to_who_holds_it():
    with pytest.raises(AlreadyHeld):
        require_not_held(READER, [a_mandate(role=READER)], now=NOON)


def test_a_role_that_rests_is_held():
    with pytest.raises(AlreadyHeld):
        require_not_held(READER, [a_mandate(role=READER, suspended_at=NOON)], now=NOON)
    with pytest.raises(AlreadyHeld):
        require_not_held(READER, [a_mandate(role=READER, suspended_at=NOON, categories=["taxes"])], now=NOON)


def test_a_role_is_held_for_what_is_within_its_scope():
    with pytest.raises(AlreadyHeld):
        require_not_held(READER, [a_mandate()], scope=Scope.of(None, ["taxes"]), now=NOON)


@pytest.mark.parametrize(
    "held",
    [
        a_mandate(role=SIGNATORY),
        a_mandate(revoked_at=NOON),
        a_mandate(valid_until=TODAY - timedelta(days=1)),
        a_mandate(categories=["taxes"]),
    ],
    ids=["another role", "revoked", "expired", "for less"],
)
def test_a_role_is_given_to_who_holds_another_or_held_it_once(held):
    require_not_held(READER, [held], now=NOON)


def test_the_present_state_is_told_with_the_event_that_led_to_it():
    mandate = a_mandate()
    assert isinstance(mandate.as_event(), RoleGranted)

    revoked = mandate.revoke(by=BERNARD, managers=managers(BERNARD), reason="Fin.", now=NOON)

    assert mandate.as_event() == revoked
