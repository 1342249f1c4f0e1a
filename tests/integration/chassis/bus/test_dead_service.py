"""A service that should be there is not: callers end at their deadlines, and what is too late is not done later."""

import json
import subprocess
import sys
import time
from uuid import uuid4

import pytest

from contracts.errors import DeadlinePassed
from tests.integration.chassis.bus.town import Teller, ran
from tests.support.processes import ROOT

TIMEOUTS = 10_000
# Each call that was kept whole would take a few kilobytes.
MAY_GROW_KB = 4096


@pytest.fixture(scope="module", autouse=True)
def _dead_teller(town):
    """Its queue is there, and nobody takes from it."""
    town.processes["teller"].kill()
    yield
    town.processes["teller"].start()


def test_callers_of_a_dead_service_end_at_their_deadline(town):
    began = time.monotonic()
    with pytest.raises(DeadlinePassed) as passed:
        town.rpc.at(Teller, timeout=2, service=town.token).echo(words="anybody?")
    waited = time.monotonic() - began

    assert passed.value.details == {"service": "teller", "method": "echo", "seconds": 2}
    # A busy machine may come back to it late, not ten times as late.
    assert 2 <= waited < 20


def test_many_timeouts_leave_nothing_behind(town):
    command = [sys.executable, "-W", "ignore", "-m", "tests.integration.chassis.bus.timeouts"]
    done = subprocess.run(
        [*command, town.amqp_uri, str(TIMEOUTS)], cwd=ROOT, capture_output=True, text=True, timeout=300
    )

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["ended"], told["pending"], told["kept"]) == ({"deadline_passed": TIMEOUTS}, 0, 0)
    assert told["grown_kb"] < MAY_GROW_KB
    # What nobody waits for any more leaves the queue by itself.
    town.until(lambda: town.waiting_in("rpc-teller") == 0)


def test_what_was_asked_while_it_was_dead_is_not_done_when_it_lives_again(town):
    """The broker drops it, at its deadline."""
    word = f"too late {uuid4()}"
    for _ in range(3):
        with pytest.raises(DeadlinePassed):
            town.rpc.at(Teller, timeout=0.2, service=town.token).linger(word=word, seconds=0)

    town.until(lambda: town.waiting_in("rpc-teller") == 0)
    town.processes["teller"].start()
    assert town.teller.linger(word="in time again", seconds=0) == "in time again"
    assert town.rows("teller", ran, ran.c.word == word) == []
    town.processes["teller"].kill()
