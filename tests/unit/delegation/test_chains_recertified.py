"""Mandates to offices are asked about once a year too; what nobody confirms is suspended until it is resumed."""

from datetime import date, timedelta

import pytest

from contracts.delegation import EnterpriseUnknown, MandateEnded
from contracts.errors import InvalidRequest, NotFound, PermissionMissing
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.checks import why_uncarried
from services.delegation.domain.recertification import answer_due_on, ask_to_confirm, next_step
from tests.unit.delegation.builders import (
    ATELIERS,
    BERNARD,
    COMMUNE,
    DAVID,
    GILLES,
    NOON,
    a_managing_mandate,
    an_enterprise,
    managers,
)
from tests.unit.delegation.test_assigned_mandates import assign
from tests.unit.delegation.test_enterprise_mandates import _managing_and_reading, a_chain, in_office

A_YEAR_LATER = NOON + timedelta(days=365)
OVERDUE = A_YEAR_LATER + timedelta(days=31)
BOTH = {"managers": managers(BERNARD), "office_managers": managers(GILLES)}


def long_chain():
    return a_chain(valid_until=date(2029, 10, 15))


def step(chain, *, at=A_YEAR_LATER, setting="suspend", there=(BERNARD,)):
    return next_step(chain, managers=managers(*there), setting=setting, now=at)


def asked():
    chain = long_chain()
    ask_to_confirm(chain, managers=managers(BERNARD), setting="suspend", now=A_YEAR_LATER)
    return chain


def suspended():
    chain = asked()
    return chain, chain.suspend_unconfirmed(**BOTH, now=OVERDUE)


def test_a_mandate_to_an_office_is_asked_about_after_a_year():
    assert step(long_chain(), at=A_YEAR_LATER - timedelta(seconds=1)) is None
    assert step(long_chain()) == "ask"
    assert step(long_chain(), setting="off") is None
    assert step(long_chain(), there=()) is None


def test_one_that_ends_before_an_answer_would_be_due_is_not_asked_about():
    assert step(a_chain(valid_until=answer_due_on(A_YEAR_LATER))) is None


def test_of_an_office_that_was_struck_off_nobody_is_asked():
    chain = long_chain()
    chain.office = an_enterprise(bce_number=COMMUNE, state="struck_off")

    assert step(chain) is None


def test_what_nobody_answers_is_suspended_or_asked_about_again_where_a_warning_is_all():
    chain = asked()

    assert step(chain, at=OVERDUE - timedelta(days=1)) is None
    assert step(chain, at=OVERDUE) == "suspend"
    assert step(chain, at=OVERDUE, setting="warn") == "ask"


def test_who_comes_where_all_who_were_asked_have_gone_is_asked_anew():
    chain, there = asked(), AccessManagers([a_managing_mandate(DAVID, granted_at=OVERDUE)], now=OVERDUE)

    assert step(chain, at=OVERDUE, there=()) is None
    assert next_step(chain, managers=there, setting="suspend", now=OVERDUE) == "ask"
    ask_to_confirm(chain, managers=there, setting="suspend", now=OVERDUE)

    assert chain.confirm_by == answer_due_on(OVERDUE)
    for day, expected in ((30, None), (31, "suspend")):
        assert next_step(chain, managers=there, setting="suspend", now=OVERDUE + timedelta(days=day)) == expected


def test_both_sides_are_told_that_it_is_suspended():
    chain, told = suspended()

    assert [(one.told_bce_number, one.manager_ids, one.change, one.version) for one in told] == [
        (ATELIERS, [BERNARD], "suspended", 2),
        (COMMUNE, [GILLES], "suspended", 2),
    ]
    assert (chain.state(OVERDUE), chain.has_ended(OVERDUE), chain.confirm_by) == ("suspended", False, None)
    assert (chain.as_event().type, chain.as_event().manager_ids) == ("enterprise_mandate_changed", [])


def test_nobody_acts_by_one_that_is_suspended_nor_is_assigned_by_it():
    chain, _ = suspended()
    there = [in_office(valid_until=date(2028, 1, 1))]

    assert chain.carries_until(there, now=OVERDUE) is None
    assert chain.lasts_until(there, now=OVERDUE) == date(2028, 1, 1)
    assert why_uncarried(chain, OVERDUE) == "the office's mandate is suspended"
    with pytest.raises(MandateEnded):
        assign(chain, in_office=there, now=OVERDUE)


def test_it_is_confirmed_by_who_could_give_it():
    chain = asked()

    assert chain.confirm(by=BERNARD, managers=managers(BERNARD), now=A_YEAR_LATER)
    assert not chain.confirm(by=BERNARD, managers=managers(BERNARD), now=A_YEAR_LATER)
    assert (chain.confirm_by, step(chain, at=OVERDUE), chain.version) == (None, None, 1)


def test_the_office_neither_confirms_nor_resumes_it():
    for stranger in (GILLES, DAVID):
        with pytest.raises(NotFound):
            asked().confirm(by=stranger, managers=managers(BERNARD), now=A_YEAR_LATER)
        with pytest.raises(NotFound):
            suspended()[0].resume(by=stranger, **BOTH, now=OVERDUE)


def test_nobody_confirms_or_resumes_what_he_could_not_give():
    limited = AccessManagers([a_managing_mandate(BERNARD, role=_managing_and_reading())], now=NOON)

    with pytest.raises(PermissionMissing):
        asked().confirm(by=BERNARD, managers=limited, now=A_YEAR_LATER)
    with pytest.raises(PermissionMissing):
        suspended()[0].resume(by=BERNARD, managers=limited, office_managers=managers(GILLES), now=OVERDUE)


def test_one_that_is_suspended_is_resumed_and_not_confirmed():
    with pytest.raises(InvalidRequest):
        suspended()[0].confirm(by=BERNARD, managers=managers(BERNARD), now=OVERDUE)


def test_who_resumes_it_confirms_it_and_the_office_is_told():
    chain, _ = suspended()

    told = chain.resume(by=BERNARD, **BOTH, now=OVERDUE)

    assert (told.change, told.told_bce_number, told.manager_ids) == ("resumed", COMMUNE, [GILLES])
    assert (chain.state(OVERDUE), step(chain, at=OVERDUE + timedelta(days=364))) == ("active", None)
    assert chain.as_event().type == "enterprise_mandated"
    assert chain.resume(by=BERNARD, **BOTH, now=OVERDUE) is None


def test_what_has_ended_is_neither_confirmed_nor_resumed():
    for chain in (asked(), suspended()[0]):
        chain.revoked_at = OVERDUE
        with pytest.raises(MandateEnded):
            chain.confirm(by=BERNARD, managers=managers(BERNARD), now=OVERDUE)
        with pytest.raises(MandateEnded):
            chain.resume(by=BERNARD, **BOTH, now=OVERDUE)


@pytest.mark.parametrize("which", ["enterprise", "office"])
def test_one_is_resumed_where_both_are_active(which):
    chain, _ = suspended()
    setattr(chain, which, an_enterprise(bce_number=getattr(chain, which).bce_number, state="struck_off"))

    with pytest.raises(EnterpriseUnknown):
        chain.resume(by=BERNARD, **BOTH, now=OVERDUE)


def test_who_renews_it_confirms_it_and_resumes_nothing():
    chain, other = asked(), suspended()[0]
    for each in (chain, other):
        each.renew(by=BERNARD, **BOTH, valid_until=None, now=OVERDUE)

    assert (chain.confirm_by, step(chain, at=OVERDUE)) == (None, None)
    assert other.state(OVERDUE) == "suspended"
