"""One run: a town, a load, faults, time to settle, and the reckoning."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psycopg

from chassis.bus import LOST
from tests.faults.kinds import messages, network, processes, queues, servers
from tests.faults.ledger import Ledger
from tests.faults.load import Load
from tests.faults.reconciling import Finding, Holdings, reconcile
from tests.faults.schedule import Schedule
from tests.faults.settling import has_settled
from tests.faults.town import Town

KINDS = [*processes.KINDS, *servers.KINDS, *network.KINDS, *queues.KINDS, *messages.KINDS]
SETTLED_WITHIN = 300.0  # seconds, after the last fault was undone


@dataclass(kw_only=True)
class Outcome:
    seed: int
    ledger: Ledger
    holdings: Holdings
    findings: list[Finding]
    settled_after: float

    def count(self, what: str) -> int:
        return sum(finding.what == what for finding in self.findings)

    @property
    def last_line(self) -> str:
        counts = {what: self.count(what) for what in ("lost", "doubled", "stuck", "wrong")}
        told = ", ".join(f"{number} {what}" for what, number in counts.items())
        return f"seed {self.seed}: {len(self.ledger.commands)} commands, {len(self.ledger.faults)} faults: {told}"


def run(town: Town, *, seed: int, seconds: float) -> Outcome:
    """In the main thread, in a town that was started."""
    ledger = Ledger()
    load = Load(town, ledger, seed)
    load.start()
    try:
        Schedule(town, ledger, KINDS, seed).run(seconds, shortest_pause=1.0, longest_pause=6.0)
        load.close()
        settled_after = _settle(town, load)
    finally:
        load.stop()
    holdings = Holdings.of(town)
    return Outcome(
        seed=seed,
        ledger=ledger,
        holdings=holdings,
        findings=reconcile(ledger, holdings),
        settled_after=settled_after,
    )


def _settle(town: Town, load: Load) -> float:
    """Until nothing moves any more, or the time is up: then what has not settled is found by the reckoning."""
    began = time.monotonic()
    while time.monotonic() - began < SETTLED_WITHIN:
        try:
            if load.has_ended and has_settled(town):
                break
        except (psycopg.OperationalError, *LOST):
            # A server that was just started again.
            pass
        time.sleep(0.5)
    return time.monotonic() - began
