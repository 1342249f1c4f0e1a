"""Renewing, suspending, resuming and narrowing a mandate, and its end told before it comes."""

from datetime import date, timedelta

import pytest

from contracts.delegation import MandateEnded, OwnMandate, TermTooLong
from contracts.errors import InvalidRequest, NotFound, PermissionMissing
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.cascades import given_by, givers_through
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.scopes import Scope
from tests.unit.delegation.builders import (
    ACCESS_MANAGER,
    BERNARD,
    CHANTAL,
    CONTRIBUTOR,
    DAVID,
    ELODIE,
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

LATER = NOON + timedelta(days=100)


def test_a_renewed_mandate_lasts_from_today_for_as_long_as_a_new_one_may():
    mandate = a_mandate(noticed_days=30)

    told = mandate.renew(by=BERNARD, managers=managers(BERNARD), valid_until=date(2029, 10, 15), now=NOON)

    assert (mandate.valid_until, mandate.noticed_days, mandate.version) == (date(2029, 10, 15), None, 2)
    assert (told.change, told.valid_until, told.version, told.occurred_at) == ("renewed", date(2029, 10, 15), 2, NOON)
    with pytest.raises(TermTooLong):
        mandate.renew(by=BERNARD, managers=managers(BERNARD), valid_until=date(2029, 10, 16), now=NOON)


def test_without_a_day_it_is_renewed_for_a_year():
    mandate = a_mandate()

    mandate.renew(by=BERNARD, managers=managers(BERNARD), valid_until=None, now=LATER)

    assert mandate.valid_until == date(2026, 1, 23)


def test_a_renewal_shortens_only_where_it_names_a_day_and_resumes_nothing():
    mandate = a_mandate(valid_until=date(2028, 1, 1), suspended_at=NOON)

    mandate.renew(by=BERNARD, managers=managers(BERNARD), valid_until=None, now=NOON)
    assert mandate.valid_until == date(2028, 1, 1)
    told = mandate.renew(by=BERNARD, managers=managers(BERNARD), valid_until=date(2025, 1, 1), now=NOON)

    assert (mandate.valid_until, told.valid_until, mandate.state(NOON)) == (
        date(2025, 1, 1),
        date(2025, 1, 1),
        "suspended",
    )


@pytest.mark.parametrize("valid_until", [None, date(2028, 1, 1)], ids=["no day", "the same day"])
def test_a_renewal_to_the_day_that_it_has_confirms_it_and_its_end_is_told_as_before(valid_until):
    mandate = a_mandate(valid_until=date(2028, 1, 1), confirm_by=TODAY, asked_as="warned", noticed_days=30)

    told = mandate.renew(by=BERNARD, managers=managers(BERNARD), valid_until=valid_until, now=NOON)

    assert (told.change, told.valid_until, told.version) == ("confirmed", date(2028, 1, 1), 2)
    assert (mandate.confirmed_at, mandate.confirm_by, mandate.noticed_days) == (NOON, None, 30)


def test_a_designation_lasts_as_long_as_the_registry_says():
    designated = a_managing_mandate(CHANTAL, designation_id=an_id())

    with pytest.raises(InvalidRequest):
        designated.renew(by=BERNARD, managers=managers(BERNARD), valid_until=None, now=NOON)


def renew(mandate: Mandate, **how: object) -> object:
    return mandate.renew(valid_until=None, now=NOON, **how)


def suspend(mandate: Mandate, **how: object) -> object:
    return mandate.suspend(reason="Absence.", now=NOON, **how)


def resume(mandate: Mandate, **how: object) -> object:
    return mandate.resume(now=NOON, **how)


@pytest.mark.parametrize("act", [renew, suspend, resume])
def test_nobody_decides_on_his_own_mandate(act):
    his = a_mandate(person_id=BERNARD)

    with pytest.raises(OwnMandate):
        act(his, by=BERNARD, managers=managers(BERNARD, CHANTAL))


@pytest.mark.parametrize("act", [renew, suspend, resume])
def test_to_who_is_no_access_manager_there_is_no_mandate(act):
    for stranger in (GILLES, DAVID):
        with pytest.raises(NotFound):
            act(a_mandate(), by=stranger, managers=managers(BERNARD))


@pytest.mark.parametrize("act", [renew, suspend, resume])
@pytest.mark.parametrize("over", [{"revoked_at": NOON}, {"valid_until": TODAY - timedelta(days=1)}])
def test_what_has_ended_is_given_anew_and_not_changed(act, over):
    with pytest.raises(MandateEnded):
        act(a_mandate(**over), by=BERNARD, managers=managers(BERNARD))


@pytest.mark.parametrize("act", [renew, resume])
def test_nobody_prolongs_what_he_could_not_give(act):
    wider = a_mandate(role=ACCESS_MANAGER, suspended_at=NOON)
    limited = a_managing_mandate(BERNARD, role=_managing_alone())

    with pytest.raises(PermissionMissing):
        act(wider, by=BERNARD, managers=AccessManagers([limited], now=NOON))


def _managing_alone():
    return type(READER)(name="reader", position=9, permissions=["mandate.manage"])


def test_a_suspended_mandate_rests_until_it_is_resumed():
    mandate = a_mandate()

    suspended = mandate.suspend(by=BERNARD, managers=managers(BERNARD), reason=" Absence. ", now=NOON)

    assert (suspended.change, suspended.suspended_at, mandate.suspension_reason) == ("suspended", NOON, "Absence.")
    assert (mandate.is_in_force(NOON), mandate.state(NOON), mandate.has_ended(NOON)) == (False, "suspended", False)
    assert mandate.suspend(by=BERNARD, managers=managers(BERNARD), reason="Encore.", now=LATER) is None

    resumed = mandate.resume(by=BERNARD, managers=managers(BERNARD), now=LATER)

    assert (resumed.change, resumed.suspended_at, resumed.version) == ("resumed", None, 3)
    assert (mandate.is_in_force(LATER), mandate.suspended_by, mandate.suspension_reason) == (True, None, None)
    assert mandate.resume(by=BERNARD, managers=managers(BERNARD), now=LATER) is None


def test_of_two_access_managers_one_is_suspended_and_the_other_is_the_last():
    bernards, chantals = a_managing_mandate(BERNARD), a_managing_mandate(CHANTAL)

    bernards.suspend(by=CHANTAL, managers=AccessManagers([bernards, chantals], now=NOON), reason="Fin.", now=NOON)

    left = AccessManagers([bernards, chantals], now=NOON)
    assert left.person_ids == [CHANTAL]
    with pytest.raises(NotFound):
        chantals.suspend(by=BERNARD, managers=left, reason="Fin.", now=NOON)
    with pytest.raises(OwnMandate):
        chantals.suspend(by=CHANTAL, managers=left, reason="Fin.", now=NOON)


def test_what_the_registry_says_again_is_resumed():
    rests = a_managing_mandate(CHANTAL, designation_id=an_id(), suspended_at=NOON, suspended_by=BERNARD)

    told = rests.resume_with_designation(now=LATER)

    assert (told.change, rests.is_in_force(LATER)) == ("resumed", True)
    assert rests.resume_with_designation(now=LATER) is None


def test_a_suspended_access_manager_decides_nothing():
    his = a_managing_mandate(BERNARD, suspended_at=NOON)

    with pytest.raises(NotFound):
        a_mandate().suspend(
            by=BERNARD, managers=AccessManagers([his, a_managing_mandate(CHANTAL)], now=NOON), reason="Non.", now=NOON
        )


@pytest.mark.parametrize("by", [BERNARD, DAVID], ids=["by an access manager", "by its holder"])
def test_one_category_is_taken_away(by):
    mandate = a_mandate(categories=["economy", "taxes"])

    told = mandate.narrow(by=by, managers=managers(BERNARD), without="taxes", now=NOON)

    assert (told.change, told.procedure_categories, mandate.scope) == (
        "narrowed",
        ["economy"],
        Scope.of(None, ["economy"]),
    )
    assert mandate.narrow(by=by, managers=managers(BERNARD), without="taxes", now=NOON) is None


@pytest.mark.parametrize("categories", [[], ["taxes"]], ids=["of all", "of the only one"])
def test_a_mandate_for_all_or_for_one_is_not_narrowed(categories):
    with pytest.raises(InvalidRequest):
        a_mandate(categories=categories).narrow(by=BERNARD, managers=managers(BERNARD), without="taxes", now=NOON)


def test_a_stranger_narrows_nothing():
    with pytest.raises(NotFound):
        a_mandate(categories=["a", "b"]).narrow(by=GILLES, managers=managers(BERNARD), without="a", now=NOON)


def begun(*, days: int) -> Mandate:
    mandate, _ = Mandate.begin(
        mandate_id=an_id(),
        enterprise=an_enterprise(),
        role=READER,
        person_id=DAVID,
        person_name="David Lambert",
        valid_until=TODAY + timedelta(days=days),
        granted_by=BERNARD,
        now=NOON,
    )
    return mandate


def told_on(mandate: Mandate, *, days: int) -> list[int]:
    """On which days of so many something was told, each day being looked at twice."""
    return [
        day
        for day in range(days)
        for _ in range(2)
        if mandate.note_expiring(now=NOON + timedelta(days=day)) is not None
    ]


@pytest.mark.parametrize(("days", "told"), [(365, [335, 358]), (31, [1, 24]), (30, [23]), (8, [1]), (7, []), (0, [])])
def test_the_end_is_told_once_thirty_days_before_and_once_seven_days_before(days, told):
    assert told_on(begun(days=days), days=days + 3) == told


def test_a_renewed_mandate_is_told_of_its_new_end():
    mandate = begun(days=100)
    told_on(mandate, days=90)
    mandate.renew(by=BERNARD, managers=managers(BERNARD), valid_until=TODAY + timedelta(days=200), now=NOON)

    assert told_on(mandate, days=201) == [170, 193]


def test_the_notice_leaves_the_mandate_as_it_was():
    mandate = begun(days=40)

    told = mandate.note_expiring(now=NOON + timedelta(days=10))

    assert (told.version, mandate.version, told.valid_until) == (1, 1, TODAY + timedelta(days=40))


@pytest.mark.parametrize("over", [{"revoked_at": NOON}, {"valid_until": TODAY - timedelta(days=1)}])
def test_the_end_of_what_has_ended_is_not_told(over):
    assert a_mandate(**over).note_expiring(now=NOON) is None


def given_through(giver_id, there, *, sparing, now):
    givers = givers_through(giver_id, there, sparing=sparing, now=now)
    return given_by(givers, there, sparing=(sparing, giver_id), now=now)


def test_what_somebody_gave_is_found_with_what_those_gave_whom_he_made_access_managers():
    chantals = a_mandate(person_id=CHANTAL, role=ACCESS_MANAGER, granted_by=BERNARD)
    davids = a_mandate(person_id=DAVID, role=SIGNATORY, granted_by=CHANTAL)
    elodies = a_mandate(person_id=ELODIE, role=READER, granted_by=DAVID)
    ended = a_mandate(person_id=ELODIE, role=CONTRIBUTOR, granted_by=BERNARD, revoked_at=NOON)
    own = a_managing_mandate(BERNARD)

    there = [own, elodies, davids, chantals, ended]
    assert given_through(BERNARD, there, sparing=GILLES, now=NOON) == [chantals, davids]
    assert given_through(BERNARD, there, sparing=CHANTAL, now=NOON) == []


def test_whom_the_registry_designates_gives_by_that_right():
    designated = a_managing_mandate(CHANTAL, designation_id=an_id())
    chantals = a_mandate(person_id=CHANTAL, role=ACCESS_MANAGER, granted_by=BERNARD)
    davids = a_mandate(person_id=DAVID, role=SIGNATORY, granted_by=CHANTAL)

    assert given_through(BERNARD, [designated, chantals, davids], sparing=GILLES, now=NOON) == [chantals]


def test_two_access_managers_who_gave_each_other_end_once():
    chantals = a_mandate(person_id=CHANTAL, role=ACCESS_MANAGER, granted_by=BERNARD)
    bernards = a_mandate(person_id=BERNARD, role=READER, granted_by=CHANTAL)

    assert given_through(BERNARD, [chantals, bernards], sparing=GILLES, now=NOON) == [chantals]


def test_who_has_left_gave_all_the_same():
    chantals = a_mandate(
        person_id=CHANTAL, role=ACCESS_MANAGER, granted_by=BERNARD, revoked_at=NOON, revoked_by=CHANTAL
    )
    davids = a_mandate(person_id=DAVID, role=SIGNATORY, granted_by=CHANTAL)

    assert given_through(BERNARD, [chantals, davids], sparing=GILLES, now=NOON) == [davids]
