from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.faults.reconciling import Finding, Holdings, reconcile
from tests.faults.run import Outcome, run
from tests.faults.town import Town

SECONDS = 120.0
INHABITANTS = 12_000


@pytest.fixture(scope="package")
def seed() -> int:
    """Another one each time; ``FAULTS_SEED`` deals the same faults and stories again."""
    seed = int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"FAULTS_SEED={seed}")  # noqa: T201
    return seed


@pytest.fixture(scope="package")
def town(seed: int) -> Iterator[Town]:
    """Running; it does not outlive its tests. The report quotes its logs where they matter."""
    town = Town(seed, inhabitants=INHABITANTS)
    try:
        town.start()
        yield town
    finally:
        town.close()


@pytest.fixture(scope="package")
def outcome(town: Town, seed: int) -> Outcome:
    """Of two minutes of faults."""
    return run(town, seed=seed, seconds=SECONDS)


@pytest.fixture(scope="package")
def before(outcome: Outcome, town: Town) -> Iterator[set[Finding]]:
    """What was found when nobody worked any more. Nothing else comes to light when one looks again; after the last
    sabotage all is as it was."""
    before = set(outcome.findings)
    assert before >= set(_reconcile(outcome, town))
    yield before
    assert before >= set(_reconcile(outcome, town))


@pytest.fixture
def find(outcome: Outcome, town: Town, before: set[Finding]) -> Callable[[], list[Finding]]:
    """What is found now and was not before; each test leaves all as it was."""
    return lambda: [each for each in _reconcile(outcome, town) if each not in before]


@pytest.fixture
def find_with(outcome: Outcome, before: set[Finding]) -> Callable[..., list[Finding]]:
    """As ``find``, in what was held at the end of the run, but for some of it; nothing is read again."""

    def find_with(**held: Any) -> list[Finding]:
        found = reconcile(outcome.ledger, replace(outcome.holdings, **held))
        return [each for each in found if each not in before]

    return find_with


def _reconcile(outcome: Outcome, town: Town) -> list[Finding]:
    """As at the end of the run: what was not over then is not over now."""
    holdings = replace(Holdings.of(town), read_at=outcome.holdings.read_at)
    return reconcile(outcome.ledger, holdings)
