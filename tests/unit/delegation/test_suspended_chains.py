"""The client puts an office's mandate to rest as a whole, and what it took from single people stays taken."""

import pytest

from contracts.delegation import MandateEnded
from contracts.errors import InvalidRequest, NotFound, PermissionMissing
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.recertification import ask_to_confirm
from services.delegation.domain.taken import refused_by
from tests.unit.delegation.builders import (
    BERNARD,
    CHANTAL,
    COMMUNE,
    DAVID,
    ELODIE,
    GILLES,
    NOON,
    a_managing_mandate,
    a_mandate,
    managers,
)
from tests.unit.delegation.test_assigned_mandates import assign
from tests.unit.delegation.test_enterprise_mandates import OFFICE, _managing_and_reading, a_chain, in_office
from tests.unit.delegation.test_resting_assignments import LATER, settle

BOTH = {"managers": managers(BERNARD, CHANTAL), "office_managers": managers(GILLES)}


def suspend(chain, **differently):
    return chain.suspend(**{"by": BERNARD, "reason": " Désaccord. ", "now": NOON} | BOTH | differently)


def test_the_client_suspends_it_with_a_reason_and_the_office_is_told_who_did():
    chain = a_chain()
    ask_to_confirm(chain, managers=managers(BERNARD), setting="suspend", now=NOON)

    told = suspend(chain)

    assert (chain.state(NOON), chain.suspended_by, chain.suspension_reason) == ("suspended", BERNARD, "Désaccord.")
    assert (told.change, told.by_client, told.told_bce_number, told.manager_ids, told.version) == (
        "suspended",
        True,
        COMMUNE,
        [GILLES],
        2,
    )
    assert (chain.confirm_by, chain.asked_as) == (None, None)
    assert (chain.as_event().by_client, chain.as_event().manager_ids) == (True, [])


def test_one_that_rests_already_stays_as_it_is_whoever_put_it_to_rest():
    by_chantal, unconfirmed = a_chain(), a_chain()
    suspend(by_chantal, by=CHANTAL)
    first, _ = unconfirmed.suspend_unconfirmed(**BOTH, now=NOON)

    assert [suspend(chain, now=LATER) for chain in (by_chantal, unconfirmed)] == [None, None]

    assert (by_chantal.suspended_by, by_chantal.suspended_at, by_chantal.version) == (CHANTAL, NOON, 2)
    assert (unconfirmed.suspended_by, unconfirmed.suspension_reason) == (None, "nobody confirmed it")
    assert (first.by_client, unconfirmed.as_event().by_client) == (False, False)


def test_neither_the_office_nor_a_stranger_suspends_it_nor_learns_that_there_is_one():
    ended = a_chain()
    ended.revoked_at = NOON
    for stranger in (GILLES, DAVID):
        for chain, reason in ((a_chain(), "Désaccord."), (a_chain(), " "), (ended, "Désaccord.")):
            with pytest.raises(NotFound):
                suspend(chain, by=stranger, reason=reason)


def test_it_is_not_suspended_without_a_reason_nor_once_it_has_ended():
    chain = a_chain()

    with pytest.raises(InvalidRequest):
        suspend(chain, reason=" ")
    chain.revoked_at = NOON
    with pytest.raises(MandateEnded):
        suspend(chain)


def test_who_could_not_give_it_suspends_it_and_does_not_resume_it():
    chain = a_chain()
    limited = AccessManagers([a_managing_mandate(BERNARD, role=_managing_and_reading())], now=NOON)

    assert suspend(chain, managers=limited)
    with pytest.raises(PermissionMissing):
        chain.resume(by=BERNARD, managers=limited, office_managers=managers(GILLES), now=LATER)


def test_once_it_is_resumed_nothing_of_the_rest_is_left():
    chain = a_chain()
    suspend(chain)

    told = chain.resume(by=CHANTAL, **BOTH, now=LATER)

    assert (told.change, told.by_client) == ("resumed", False)
    assert (chain.suspended_at, chain.suspended_by, chain.suspension_reason) == (None, None, None)
    # Who takes it up again says that it is needed.
    assert chain.confirmed_at == LATER


def test_whom_the_client_had_suspended_himself_stays_so_when_the_office_acts_again():
    chain = a_chain()
    davids, elodies = assign(chain)[0], assign(chain, person_id=ELODIE, in_office=[in_office(person_id=ELODIE)])[0]
    davids.suspend(by=BERNARD, managers=managers(BERNARD), reason="Absence.", now=NOON)

    suspend(chain)
    settle(davids, chain, [in_office()])
    settle(elodies, chain, [in_office(person_id=ELODIE)])
    chain.resume(by=BERNARD, **BOTH, now=LATER)
    settle(davids, chain, [in_office()], now=LATER)
    settle(elodies, chain, [in_office(person_id=ELODIE)], now=LATER)

    assert (davids.state(LATER), elodies.state(LATER)) == ("suspended", "active")


def test_whom_the_client_refuses_is_known_of_those_who_were_assigned_it():
    chain = a_chain()
    by_it = {"enterprise_mandate_id": chain.enterprise_mandate_id, "via_bce_number": COMMUNE, "revoked_at": NOON}
    taken = a_mandate(person_id=DAVID, revoked_for="enterprise", **by_it)
    taken_back = a_mandate(person_id=ELODIE, revoked_for="office", **by_it)
    rested, _ = assign(chain, person_id=GILLES, in_office=[a_managing_mandate(GILLES, enterprise=OFFICE)])
    suspend(chain)
    settle(rested, chain, [a_managing_mandate(GILLES, enterprise=OFFICE)])

    assert refused_by(chain, [taken, taken, taken_back, rested], now=LATER) == [DAVID]
