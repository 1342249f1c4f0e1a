from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts.errors import InvalidRequest
from contracts.identity import (
    AccountDeletionAccepted,
    AccountDeletionRefused,
    AccountDeletionRequested,
    EducationStaffStays,
    NoDeletionPending,
    OwnDeletion,
)
from services.identity.domain.deletion import CANCELLABLE_FOR, Deletion
from tests.unit.identity.builders import AMELIE, HERSELF, NOON, an_id

AGENT = an_id(9)
LATER = NOON + timedelta(days=3)


def a_deletion(**values: Any) -> Deletion:
    defaults: dict[str, Any] = {
        "deletion_id": an_id(5),
        "person_id": AMELIE,
        "reason": "",
        "open_dossiers": 0,
        "roles": [],
        "now": NOON,
    }
    return Deletion.ask(**(defaults | values))


def to_decide(**values: Any) -> Deletion:
    return a_deletion(**({"open_dossiers": 2, "reason": "I move abroad"} | values))


def test_without_open_dossiers_nobody_needs_to_agree() -> None:
    deletion = a_deletion()

    assert (deletion.state, deletion.erases_at) == ("accepted", NOON + timedelta(days=30))
    told = deletion.told(by=HERSELF)
    assert isinstance(told, AccountDeletionAccepted)
    assert (told.erases_at, told.version, told.person_id) == (NOON + CANCELLABLE_FOR, 1, AMELIE)


def test_with_open_dossiers_an_agent_decides_and_a_reason_is_needed() -> None:
    for nothing in ("", "\u200b"):
        with pytest.raises(InvalidRequest) as refusal:
            a_deletion(open_dossiers=1, reason=nothing)
        assert list(refusal.value.details["fields"]) == ["reason"]

    deletion = to_decide()
    assert (deletion.state, deletion.erases_at) == ("to_decide", None)
    assert isinstance(deletion.told(by=HERSELF), AccountDeletionRequested)


@pytest.mark.parametrize("open_dossiers", [0, 2])
def test_education_staff_stays(open_dossiers: int) -> None:
    with pytest.raises(EducationStaffStays):
        to_decide(open_dossiers=open_dossiers, roles=["agent", "education_staff"])


def test_an_agent_accepts_and_the_thirty_days_begin() -> None:
    deletion = to_decide()

    deletion.accept(by=AGENT, reason="as wished", now=LATER)

    assert (deletion.state, deletion.erases_at, deletion.decided_by) == ("accepted", LATER + CANCELLABLE_FOR, AGENT)
    assert deletion.told(by=HERSELF).version == 2


def test_an_agent_refuses_and_the_person_may_ask_again() -> None:
    deletion = to_decide()

    deletion.refuse(by=AGENT, reason="an appeal is pending", now=LATER)

    assert (deletion.state, deletion.is_pending, deletion.decision_reason) == (
        "refused",
        False,
        "an appeal is pending",
    )
    assert isinstance(deletion.told(by=HERSELF), AccountDeletionRefused)


def test_nobody_decides_about_his_own_account() -> None:
    with pytest.raises(OwnDeletion):
        to_decide().accept(by=AMELIE, reason="mine", now=LATER)


@pytest.mark.parametrize("decide", ["accept", "refuse"])
@pytest.mark.parametrize("before", ["accept", "refuse", "cancel"])
def test_what_was_decided_or_cancelled_is_not_decided_again(before: str, decide: str) -> None:
    deletion = to_decide()
    if before == "cancel":
        deletion.cancel(now=LATER)
    else:
        getattr(deletion, before)(by=AGENT, reason="because", now=LATER)

    with pytest.raises(NoDeletionPending):
        getattr(deletion, decide)(by=AGENT, reason="because", now=LATER)


@pytest.mark.parametrize("asked", [a_deletion, to_decide])
def test_she_may_cancel_until_it_is_done(asked: Any) -> None:
    deletion = asked()
    deletion.cancel(now=LATER)

    assert (deletion.state, deletion.erases_at, deletion.is_pending) == ("cancelled", None, False)
    with pytest.raises(NoDeletionPending):
        deletion.cancel(now=LATER)


def test_dossiers_opened_meanwhile_bring_it_back_to_an_agent() -> None:
    deletion = a_deletion()

    deletion.return_to_agent(open_dossiers=1, now=LATER)

    assert (deletion.state, deletion.open_dossiers, deletion.erases_at) == ("to_decide", 1, None)
    assert deletion.told(by=HERSELF).version == 2


def test_when_it_is_done_nothing_of_her_words_is_left() -> None:
    deletion = to_decide()
    deletion.accept(by=AGENT, reason="as Amélie wishes", now=LATER)

    deletion.carry_out(now=LATER)

    assert (deletion.state, deletion.reason, deletion.decision_reason, deletion.erases_at) == ("erased", "", "", None)
    with pytest.raises(NoDeletionPending):
        deletion.cancel(now=LATER)
