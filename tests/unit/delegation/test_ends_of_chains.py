"""The end of a mandate from enterprise to enterprise is told before to both, and afterwards to who acted by it."""

from datetime import timedelta

import pytest

from services.delegation.domain.assignments import settle_assignments
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.domain.scopes import WHOLE
from tests.unit.delegation.builders import (
    BERNARD,
    COMMUNE,
    CONTRIBUTOR,
    GILLES,
    NOON,
    SIGNATORY,
    TODAY,
    a_mandate,
    an_enterprise,
    an_id,
    managers,
)

OFFICE = an_enterprise(bce_number=COMMUNE, name="Fiduciaire d'Exemple")
BOTH = {"managers": managers(BERNARD), "office_managers": managers(GILLES)}
TOMORROW = NOON + timedelta(days=1)


def a_chain(*, days, **differently):
    facts = {
        "enterprise_mandate_id": an_id(),
        "enterprise": an_enterprise(),
        "office": OFFICE,
        "role": SIGNATORY,
        "scope": WHOLE,
        "valid_until": TODAY + timedelta(days=days),
        "by": BERNARD,
        "given": [],
        "now": NOON,
    }
    return EnterpriseMandate.give(**facts | BOTH | differently)[0]


def told_on(chain, *, side, days):
    """On which days of so many this side was told, each day being looked at twice."""
    return [
        day
        for day in range(days)
        for _ in range(2)
        if chain.note_expiring(told_as=side, now=NOON + timedelta(days=day))
    ]


@pytest.mark.parametrize("side", ["client", "office"])
@pytest.mark.parametrize(("days", "told"), [(365, [335, 358]), (31, [1, 24]), (30, [23]), (7, []), (0, [])])
def test_each_side_is_told_once_thirty_days_before_and_once_seven_days_before(side, days, told):
    assert told_on(a_chain(days=days), side=side, days=days + 3) == told


def test_that_one_side_was_told_keeps_nothing_from_the_other():
    chain = a_chain(days=40)
    assert told_on(chain, side="office", days=12) == [10]

    assert chain.note_expiring(told_as="client", now=NOON + timedelta(days=12))
    assert (chain.version, chain.as_event().version) == (1, 1)


def test_a_renewed_chain_is_told_of_its_new_end():
    chain = a_chain(days=40)
    told_on(chain, side="client", days=40)
    chain.renew(by=BERNARD, valid_until=TODAY + timedelta(days=100), now=NOON, **BOTH)

    assert told_on(chain, side="client", days=101) == [70, 93]


@pytest.mark.parametrize("which", ["enterprise", "office"])
def test_where_one_of_the_two_was_struck_off_nobody_can_renew_it(which):
    chain = a_chain(days=31)
    setattr(chain, which, an_enterprise(state="struck_off"))

    assert told_on(chain, side="client", days=31) == []


def test_the_end_of_a_chain_that_has_ended_is_not_told():
    chain = a_chain(days=31)
    chain.end(by=BERNARD, reason="Fin.", now=NOON, **BOTH)

    assert told_on(chain, side="office", days=31) == []


def assigned_by(chain, **differently):
    facts = {
        "enterprise_mandate_id": chain.enterprise_mandate_id,
        "via_bce_number": COMMUNE,
        "valid_until": chain.valid_until,
    }
    return a_mandate(**facts | differently)


def in_office():
    """David works there."""
    return a_mandate(enterprise=OFFICE, role=CONTRIBUTOR)


def end(assigned, chains, *, there=(), now=NOON):
    return settle_assignments(
        assigned, chains={chain.enterprise_mandate_id: chain for chain in chains}, in_office=there, now=now
    )


def test_with_the_office_its_people_lose_what_they_have_by_it_and_are_told_how_many():
    chains = [a_chain(days=100), a_chain(days=200)]
    assigned = [assigned_by(chain) for chain in chains]

    revoked, count = end(assigned, chains)

    assert [one.ended_with_office for one in revoked] == [True, True]
    assert (count, {one.state(NOON) for one in assigned}) == (2, {"revoked"})
    assert [one.as_event() for one in assigned] == revoked


def test_whom_the_office_keeps_keeps_what_he_has():
    chain = a_chain(days=100)

    assert end([assigned_by(chain)], [chain], there=[in_office()]) == ([], 0)


def test_what_ended_with_its_last_day_is_told_once_and_not_revoked():
    chain = a_chain(days=0)
    assigned = assigned_by(chain)

    assert end([assigned], [chain], there=[in_office()]) == ([], 0)
    assert end([assigned], [chain], there=[in_office()], now=TOMORROW) == ([], 1)
    assert end([assigned], [chain], now=TOMORROW) == ([], 0)
    assert (assigned.state(TOMORROW), assigned.version) == ("expired", 1)


def test_what_ended_on_different_grounds_is_told_at_once():
    short, long = a_chain(days=0), a_chain(days=100)

    revoked, count = end([assigned_by(short), assigned_by(long)], [short, long], now=TOMORROW)

    assert (len(revoked), count) == (1, 2)


def test_who_loses_one_client_of_the_office_is_told_of_that_client():
    assigned = assigned_by(a_chain(days=100))

    assert not assigned.end_with_chain(now=NOON).ended_with_office
