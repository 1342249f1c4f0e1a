"""Once a year the access managers say which mandates are still needed; what they leave unanswered may be suspended."""

from datetime import date, timedelta

import pytest

from contracts.delegation import LastAccessManager, MandateEnded, OwnMandate
from contracts.errors import InvalidRequest, NotFound
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.recertification import answer_due_on, ask_to_confirm, next_step
from tests.unit.delegation.builders import (
    ATELIERS,
    BERNARD,
    CHANTAL,
    DAVID,
    GILLES,
    NOON,
    TODAY,
    a_managing_mandate,
    a_mandate,
    an_enterprise,
    an_id,
    managers,
)

A_YEAR_LATER = NOON + timedelta(days=365)
MUCH_LATER = date(2029, 10, 15)
OVERDUE = A_YEAR_LATER + timedelta(days=31)


def an_old_mandate(**differently):
    return a_mandate(**{"valid_until": MUCH_LATER} | differently)


def a_waiting_mandate(**differently):
    """Asked about a year after it was given, with suspension announced."""
    return an_old_mandate(**{"confirm_by": answer_due_on(A_YEAR_LATER), "asked_as": "suspending"} | differently)


def step(mandate, *, setting="suspend", by=(BERNARD,), now=A_YEAR_LATER):
    return next_step(mandate, managers=managers(*by), setting=setting, now=now)


def test_a_mandate_is_asked_about_a_year_after_it_was_given():
    assert step(an_old_mandate(), now=A_YEAR_LATER - timedelta(seconds=1)) is None
    assert step(an_old_mandate()) == "ask"


@pytest.mark.parametrize("verb", ["confirm", "renew", "resume"])
def test_who_confirms_renews_or_resumes_it_is_asked_again_a_year_later(verb):
    mandate = a_waiting_mandate()
    if verb == "resume":
        mandate.suspend(by=BERNARD, managers=managers(BERNARD), reason="Absence.", now=A_YEAR_LATER)
    how = {"valid_until": date(2030, 10, 14)} if verb == "renew" else {}

    getattr(mandate, verb)(by=BERNARD, managers=managers(BERNARD), now=A_YEAR_LATER, **how)

    assert (mandate.confirm_by, mandate.asked_as, mandate.confirmed_at) == (None, None, A_YEAR_LATER)
    assert step(mandate, now=A_YEAR_LATER + timedelta(days=364)) is None
    assert step(mandate, now=A_YEAR_LATER + timedelta(days=365)) == "ask"


@pytest.mark.parametrize(
    "differently",
    [
        {"granted_by": None, "designation_id": an_id()},
        {"enterprise_mandate_id": an_id(), "via_bce_number": ATELIERS},
        {"suspended_at": NOON},
        {"revoked_at": NOON},
        {"valid_until": TODAY},
        {"valid_until": answer_due_on(A_YEAR_LATER)},
    ],
    ids=["designated", "by an office", "suspended", "revoked", "expired", "ends before an answer is due"],
)
def test_nobody_is_asked_about_what_is_anothers_or_ends_anyway(differently):
    assert step(an_old_mandate(**differently)) is None


def test_nobody_is_asked_where_nobody_else_could_answer():
    his = an_old_mandate(person_id=BERNARD)

    assert step(his, by=(BERNARD,)) is None
    assert step(his, by=(BERNARD, CHANTAL)) == "ask"
    assert step(an_old_mandate(), by=()) is None


def test_what_is_unanswered_for_thirty_days_is_suspended():
    mandate = a_waiting_mandate()

    assert step(mandate, now=A_YEAR_LATER + timedelta(days=30)) is None
    assert step(mandate, now=OVERDUE) == "suspend"
    suspended = mandate.suspend_unconfirmed(now=OVERDUE)

    assert (suspended.change, suspended.suspended_at, suspended.version) == ("suspended", OVERDUE, 2)
    assert (mandate.suspended_by, mandate.suspension_reason) == (None, "nobody confirmed it")
    assert step(mandate, now=OVERDUE) is None


def test_the_last_access_manager_is_never_suspended_for_want_of_an_answer():
    bernards, chantals = (
        a_managing_mandate(person_id, granted_by=DAVID, confirm_by=answer_due_on(A_YEAR_LATER), asked_as="suspending")
        for person_id in (BERNARD, CHANTAL)
    )

    for mandate, expected in ((chantals, "suspend"), (bernards, None)):
        left = AccessManagers([bernards, chantals], now=OVERDUE)
        assert next_step(mandate, managers=left, setting="suspend", now=OVERDUE) == expected
        if expected:
            mandate.suspend_unconfirmed(now=OVERDUE)

    with pytest.raises(LastAccessManager):
        bernards.revoke(by=BERNARD, managers=AccessManagers([bernards], now=OVERDUE), reason="Fin.", now=OVERDUE)


def test_where_a_warning_is_all_it_is_asked_once_more():
    mandate = an_old_mandate()
    told = []
    for day in range(365, 500):
        now = NOON + timedelta(days=day)
        if step(mandate, setting="warn", now=now) == "ask":
            ask_to_confirm(mandate, managers=managers(BERNARD), setting="warn", now=now)
            told.append((day, mandate.asked_as))

    assert told == [(365, "warned"), (396, "reminded")]


@pytest.mark.parametrize("asked_as", ["warned", "reminded"])
def test_suspension_is_announced_before_it_comes_when_the_setting_changes(asked_as):
    mandate = a_waiting_mandate(asked_as=asked_as)

    assert step(mandate, now=OVERDUE) == "ask"
    ask_to_confirm(mandate, managers=managers(BERNARD), setting="suspend", now=OVERDUE)

    assert step(mandate, now=OVERDUE) is None
    assert step(mandate, now=OVERDUE + timedelta(days=31)) == "suspend"


def came(person_id, *, at, now=None, **differently):
    """Access managers who are ``person_id`` alone."""
    return AccessManagers([a_managing_mandate(person_id, granted_at=at, **differently)], now=now or at)


def test_while_nobody_can_answer_nothing_is_suspended_and_who_comes_then_is_asked_anew():
    mandate = a_waiting_mandate()
    assert step(mandate, by=(), now=OVERDUE) is None

    chantal = came(CHANTAL, at=OVERDUE)
    assert next_step(mandate, managers=chantal, setting="suspend", now=OVERDUE) == "ask"
    ask_to_confirm(mandate, managers=chantal, setting="suspend", now=OVERDUE)

    for day, expected in ((0, None), (30, None), (31, "suspend")):
        now = OVERDUE + timedelta(days=day)
        assert next_step(mandate, managers=chantal, setting="suspend", now=now) == expected


def test_who_comes_before_an_answer_was_due_has_thirty_days_too():
    early = A_YEAR_LATER + timedelta(days=1)

    assert next_step(a_waiting_mandate(), managers=came(CHANTAL, at=early), setting="suspend", now=early) == "ask"


def test_whom_the_registry_names_again_is_asked_anew():
    back = came(CHANTAL, at=NOON, now=OVERDUE, changed_as="resumed", changed_at=OVERDUE)

    assert next_step(a_waiting_mandate(), managers=back, setting="suspend", now=OVERDUE) == "ask"


def test_who_comes_while_one_who_was_asked_is_there_still_changes_nothing():
    there = AccessManagers([a_managing_mandate(BERNARD), a_managing_mandate(CHANTAL, granted_at=OVERDUE)], now=OVERDUE)

    assert next_step(a_waiting_mandate(), managers=there, setting="suspend", now=OVERDUE) == "suspend"
    # Of his own he was not asked.
    bernards = a_waiting_mandate(person_id=BERNARD)
    assert next_step(bernards, managers=there, setting="suspend", now=OVERDUE) == "ask"


def test_what_ends_before_who_came_could_answer_is_let_alone():
    mandate = a_waiting_mandate(valid_until=answer_due_on(OVERDUE))

    assert next_step(mandate, managers=came(CHANTAL, at=OVERDUE), setting="suspend", now=OVERDUE) is None


def test_who_comes_where_a_warning_is_all_is_asked_twice_too():
    mandate, chantal = a_waiting_mandate(asked_as="reminded"), came(CHANTAL, at=OVERDUE)
    told = []
    for day in range(100):
        now = OVERDUE + timedelta(days=day)
        if next_step(mandate, managers=chantal, setting="warn", now=now) == "ask":
            ask_to_confirm(mandate, managers=chantal, setting="warn", now=now)
            told.append((day, mandate.asked_as))

    assert told == [(0, "warned"), (31, "reminded")]


def test_nothing_is_done_where_it_is_off():
    assert step(an_old_mandate(), setting="off") is None
    assert step(a_waiting_mandate(), setting="off", now=OVERDUE) is None


def test_to_ask_changes_nothing_that_it_allows():
    mandate = an_old_mandate()

    ask_to_confirm(mandate, managers=managers(BERNARD), setting="suspend", now=A_YEAR_LATER)

    assert (mandate.confirm_by, mandate.asked_as) == (date(2025, 11, 14), "suspending")
    assert (mandate.version, mandate.is_in_force(A_YEAR_LATER)) == (1, True)


def test_a_confirmed_mandate_is_told_and_lasts_no_longer_than_before():
    mandate = a_waiting_mandate()

    told = mandate.confirm(by=BERNARD, managers=managers(BERNARD), now=A_YEAR_LATER)

    assert (told.change, told.valid_until, told.version, told.occurred_at) == ("confirmed", MUCH_LATER, 2, A_YEAR_LATER)
    assert mandate.as_event() == told
    assert mandate.confirm(by=CHANTAL, managers=managers(CHANTAL), now=A_YEAR_LATER) is None


def test_nobody_confirms_his_own_what_has_ended_or_what_rests():
    def confirm(mandate, by=BERNARD):
        mandate.confirm(by=by, managers=managers(BERNARD, CHANTAL), now=A_YEAR_LATER)

    with pytest.raises(OwnMandate):
        confirm(a_waiting_mandate(person_id=BERNARD))
    with pytest.raises(MandateEnded):
        confirm(a_waiting_mandate(revoked_at=NOON))
    with pytest.raises(InvalidRequest):
        confirm(a_waiting_mandate(suspended_at=NOON))
    for stranger in (GILLES, DAVID):
        with pytest.raises(NotFound):
            confirm(a_waiting_mandate(), by=stranger)


def test_an_enterprise_is_told_how_many_by_when_and_what_follows():
    told = an_enterprise().ask_to_confirm(
        count=2, confirm_by=answer_due_on(A_YEAR_LATER), will_suspend=True, manager_ids=[BERNARD], now=A_YEAR_LATER
    )

    assert (told.count, told.confirm_by, told.will_suspend, told.version) == (2, date(2025, 11, 14), True, 2)
