"""No sequence of acts, by any set of people, gives one of them what nobody was entitled to give."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from uuid import UUID

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.integration.delegation.office import Office
from tests.integration.delegation.siege.entitlements import Chain, Entitlements, Grant
from tests.integration.delegation.siege.ground import PEOPLE, QUESTIONS, add_steward
from tests.integration.delegation.siege.rights import Siege
from tests.unit.delegation.builders import BERNARD, CHANTAL

# More of them: ATTACKS=500 (each takes some 2 seconds); then what is found is also made as short as may be.
EXAMPLES = int(os.environ.get("ATTACKS", "10"))
STEPS = 50
# Where they stand among what was given at the beginning of a siege.
BERNARDS, DAVIDS = 0, 4
# What must have succeeded somewhere, or nothing was tried.
ATTEMPTED = {"accept", "take", "assign", "revoke"}


def besiege(office: Office, model: type[Entitlements] = Entitlements) -> Counter[str]:
    done: Counter[str] = Counter()
    siege = type("Siege", (Siege,), {"model": model})
    run_state_machine_as_test(
        lambda: siege(office, done),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=True,
            deadline=None,
            # To find the shortest way to a difference takes minutes: only where somebody waits for it.
            phases=list(Phase) if "ATTACKS" in os.environ else [Phase.generate],
        ),
    )
    return done


def test_nobody_may_what_nobody_was_entitled_to_give_him(office: Office) -> None:
    add_steward(office)

    done = besiege(office)

    assert done.keys() >= ATTEMPTED


class WithoutOffices(Entitlements):
    """As if an office's people kept what they have by it when they leave it."""

    def carries(self, chain: Chain, person: UUID) -> bool:
        return self.lasts(chain)


class WithoutReturn(Entitlements):
    """As if an office's people lost what they have by it while they only rest there."""

    def keeps(self, chain: Chain, person: UUID) -> bool:
        return self.carries(chain, person)


class WithoutRest(Entitlements):
    """As if who is suspended still acted."""

    def counts(self, grant: Grant) -> bool:
        return self.lasts(grant) and (grant.by is None or self.carries(grant.by, grant.person))


class WithoutSuspension(Entitlements):
    """As if an office still acted by a mandate that its client has suspended."""

    def carries(self, chain: Chain, person: UUID) -> bool:
        return self.keeps(chain, person)


class WithoutCascade(Entitlements):
    def fall_with(self, holder: UUID, enterprise: str, *, sparing: UUID) -> list[Grant | Chain]:
        return []


class WithoutLimit(Entitlements):
    """As if a mandate for some procedures were one for all."""

    def may_until(self, person: UUID, enterprise: str, permission: str, category: str | None) -> date | None:
        return super().may_until(person, enterprise, permission, category or "taxes")


def rest_for_a_while(siege: Siege) -> None:
    for rests in (True, False):
        siege.suspend_or_resume(DAVIDS, 0, rests=rests)
        siege.time_passes(0, ticks=True)


def suspend_the_office_for_a_while(siege: Siege) -> None:
    for rests in (True, False):
        siege.suspend_or_resume_chain(0, 0, rests=rests)
        siege.time_passes(0, ticks=True)
        siege.ask(QUESTIONS, PEOPLE)


def test_a_rule_that_is_not_kept_is_found(office: Office) -> None:
    add_steward(office)

    with pytest.raises(AssertionError):
        besiege(office, WithoutLimit)


@pytest.mark.parametrize(
    ("wrong", "act"),
    [
        (WithoutOffices, lambda siege: siege.revoke(DAVIDS, 0, cascade=False, his_own=False)),
        (WithoutReturn, rest_for_a_while),
        (WithoutRest, lambda siege: siege.suspend_or_resume(DAVIDS, 0, rests=True)),
        (WithoutSuspension, suspend_the_office_for_a_while),
        (WithoutCascade, lambda siege: siege.revoke(BERNARDS, 1, cascade=True, his_own=False)),
        (WithoutLimit, lambda siege: None),
    ],
    ids=[
        "who leaves an office",
        "who rests there for a while",
        "who is suspended",
        "what an office has while its client suspends it",
        "what somebody gave",
        "for some procedures",
    ],
)
def test_by_the_right_model_nothing_is_found_and_by_a_wrong_one_it_is(
    office: Office, wrong: type[Entitlements], act: Callable[[Siege], None]
) -> None:
    add_steward(office)

    for model, is_found in ((Entitlements, False), (wrong, True)):
        siege = type("Siege", (Siege,), {"model": model})(office, Counter())
        siege.begin(BERNARD, CHANTAL)
        with pytest.raises(AssertionError) if is_found else nullcontext():
            act(siege)
            siege.teardown()
