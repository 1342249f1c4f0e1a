"""What an office's people have for its clients rests while their own roles there rest, and is resumed with them."""

from datetime import timedelta

import pytest

from contracts.delegation import AlreadyHeld, ClientRefuses
from contracts.errors import InvalidRequest
from services.delegation.domain.assignments import settle_assignments
from services.delegation.domain.reasons import CHAIN_RESTS, OFFICE_RESTS
from services.delegation.domain.standing import require_not_held
from tests.unit.delegation.builders import BERNARD, CHANTAL, DAVID, GILLES, NOON, SIGNATORY, TODAY, an_id, managers
from tests.unit.delegation.test_assigned_mandates import assign
from tests.unit.delegation.test_enterprise_mandates import a_chain, in_office

LATER = NOON + timedelta(days=1)
BY_BERNARD = {"by": BERNARD, "managers": managers(BERNARD, CHANTAL), "now": NOON}


def settle(assigned, chain, there, *, now=NOON):
    return settle_assignments([assigned], chains={chain.enterprise_mandate_id: chain}, in_office=there, now=now)


def at_rest(chain, assigned):
    ((rested,), _) = settle(assigned, chain, [in_office(suspended_at=NOON)])
    return rested


def test_it_rests_with_his_own_role_in_the_office_and_he_is_told_of_that_alone():
    chain = a_chain()
    assigned, _ = assign(chain)

    ((rested,), count) = settle(assigned, chain, [in_office(suspended_at=NOON)])

    assert (rested.change, rested.with_office, rested.suspended_at, count) == ("suspended", True, NOON, 0)
    assert (assigned.state(NOON), assigned.suspended_by, assigned.suspension_reason) == (
        "suspended",
        None,
        OFFICE_RESTS,
    )
    assert assigned.as_event() == rested
    assert settle(assigned, chain, [in_office(suspended_at=NOON)]) == ([], 0)


def test_it_is_resumed_with_his_own_role():
    chain = a_chain()
    assigned, _ = assign(chain)
    at_rest(chain, assigned)

    ((resumed,), count) = settle(assigned, chain, [in_office()], now=LATER)

    assert (resumed.change, resumed.with_office, resumed.suspended_at, count) == ("resumed", True, None, 0)
    assert assigned.is_in_force(LATER)


def test_of_several_roles_in_the_office_one_in_force_is_enough():
    chain = a_chain()
    assigned, _ = assign(chain)

    assert settle(assigned, chain, [in_office(suspended_at=NOON), in_office()]) == ([], 0)


@pytest.mark.parametrize(
    "there",
    [
        [],
        [in_office(suspended_at=NOON, revoked_at=NOON)],
        [in_office(suspended_at=NOON, valid_until=TODAY)],
        [in_office(suspended_at=NOON, enterprise_mandate_id=an_id())],
    ],
    ids=["never", "revoked", "expired", "lent by another office"],
)
def test_what_rests_ends_where_his_own_role_has_ended(there):
    chain = a_chain()
    assigned, _ = assign(chain)
    at_rest(chain, assigned)

    ((ended,), count) = settle(assigned, chain, there, now=LATER)

    assert (ended.ended_with_office, count) == (True, 1)


def test_what_the_client_suspended_stays_so_whatever_happens_in_the_office():
    chain = a_chain()
    assigned, _ = assign(chain)
    assigned.suspend(reason="Absence.", **BY_BERNARD)

    for there in (in_office(suspended_at=NOON), in_office()):
        assert settle(assigned, chain, [there], now=LATER) == ([], 0)

    assert (assigned.state(LATER), assigned.suspended_by) == ("suspended", BERNARD)


def test_what_rests_the_client_may_suspend_itself():
    chain = a_chain()
    assigned, _ = assign(chain)
    at_rest(chain, assigned)

    told = assigned.suspend(reason="Absence.", **BY_BERNARD)

    assert (told.change, told.with_office) == ("suspended", False)
    assert settle(assigned, chain, [in_office()]) == ([], 0)


def test_what_rests_with_the_office_the_client_does_not_resume():
    chain = a_chain()
    assigned, _ = assign(chain)
    at_rest(chain, assigned)

    with pytest.raises(InvalidRequest):
        assigned.resume(**BY_BERNARD)


def test_what_rested_with_the_office_was_not_taken_by_the_client():
    chain = a_chain()
    assigned, _ = assign(chain)
    at_rest(chain, assigned)
    settle(assigned, chain, [], now=LATER)

    assert assign(chain, had=[assigned], now=LATER)


def test_what_was_narrowed_by_the_client_before_it_rested_was_taken():
    chain = a_chain()
    assigned, _ = assign(chain)
    assigned.categories, assigned.was_narrowed = ["taxes"], True
    at_rest(chain, assigned)
    settle(assigned, chain, [], now=LATER)

    with pytest.raises(ClientRefuses):
        assign(chain, had=[assigned], now=LATER)


def test_what_rests_is_assigned_still():
    chain = a_chain()
    assigned, _ = assign(chain)
    at_rest(chain, assigned)

    with pytest.raises(AlreadyHeld):
        assign(chain, had=[assigned])


def test_who_rests_in_one_office_may_be_given_the_role_by_the_client_or_by_another():
    chain = a_chain()
    assigned, _ = assign(chain)
    at_rest(chain, assigned)

    require_not_held(SIGNATORY, [assigned], now=NOON)
    assert assign(a_chain(), held=[assigned])


def test_it_lasts_as_long_as_his_own_role_also_while_that_rests():
    chain = a_chain(valid_until=TODAY + timedelta(days=100))
    long, short = (in_office(valid_until=TODAY + timedelta(days=days)) for days in (200, 50))
    long.suspended_at = NOON

    assert chain.lasts_until([long], now=NOON) == TODAY + timedelta(days=100)
    assert chain.lasts_until([long, short], now=NOON) == TODAY + timedelta(days=100)
    assert chain.carries_until([long, short], now=NOON) == TODAY + timedelta(days=50)
    assert chain.carries_until([long], now=NOON) is None


def test_it_rests_with_the_offices_mandate_and_he_is_told_of_that_client():
    chain = a_chain()
    assigned, _ = assign(chain)
    chain.suspended_at = NOON

    ((rested,), _) = settle(assigned, chain, [in_office()])
    chain.suspended_at = None
    ((resumed,), _) = settle(assigned, chain, [in_office()], now=LATER)

    assert [(one.change, one.with_office) for one in (rested, resumed)] == [("suspended", False), ("resumed", False)]


def test_what_rests_with_both_is_resumed_with_both():
    chain = a_chain()
    assigned, _ = assign(chain)
    chain.suspended_at = NOON
    settle(assigned, chain, [in_office(suspended_at=NOON)])

    assert settle(assigned, chain, [in_office()]) == ([], 0)
    assert assigned.suspension_reason == CHAIN_RESTS
    chain.suspended_at = None
    ((resumed,), _) = settle(assigned, chain, [in_office()], now=LATER)
    assert resumed.change == "resumed"


def test_what_rests_with_his_role_and_then_with_the_client_too_is_told_of_that_client():
    chain = a_chain()
    assigned, _ = assign(chain)
    at_rest(chain, assigned)
    chain.suspended_at = NOON

    ((rested,), _) = settle(assigned, chain, [in_office(suspended_at=NOON)], now=LATER)
    assert (rested.change, rested.with_office, rested.version) == ("suspended", False, 3)
    assert (assigned.suspension_reason, assigned.suspended_at) == (CHAIN_RESTS, LATER)

    # He is back in the office, and does not act for this client.
    assert settle(assigned, chain, [in_office()], now=LATER) == ([], 0)
    chain.suspended_at = None
    ((resumed,), _) = settle(assigned, chain, [in_office()], now=LATER)
    assert (resumed.change, resumed.with_office) == ("resumed", False)


def test_what_the_client_resumes_rests_on_with_his_role_and_is_resumed_with_it():
    chain = a_chain()
    assigned, _ = assign(chain)
    chain.suspended_at = NOON
    settle(assigned, chain, [in_office(suspended_at=NOON)])
    chain.suspended_at = None

    ((rests,), _) = settle(assigned, chain, [in_office(suspended_at=NOON)], now=LATER)
    ((resumed,), _) = settle(assigned, chain, [in_office()], now=LATER)

    assert [(one.change, one.with_office) for one in (rests, resumed)] == [("suspended", True), ("resumed", True)]


def test_what_the_client_took_from_him_alone_stays_by_its_decision_when_its_mandate_rests():
    chain = a_chain()
    assigned, _ = assign(chain)
    assigned.suspend(reason="Absence.", **BY_BERNARD)
    chain.suspended_at = NOON

    assert settle(assigned, chain, [in_office()], now=LATER) == ([], 0)
    assert (assigned.suspended_by, assigned.suspension_reason) == (BERNARD, "Absence.")


def test_the_office_takes_back_what_rests():
    chain = a_chain()
    assigned, _ = assign(chain)
    at_rest(chain, assigned)

    how = {"by": GILLES, "managers": managers(BERNARD), "office_managers": managers(GILLES), "reason": "Parti."}
    assert assigned.revoke(now=LATER, **how).person_id == DAVID
