"""One run: a town, a load, faults, time to settle, an orderly end, and the reckoning."""

from __future__ import annotations

import traceback
from dataclasses import dataclass

from tests.faults.coverage import KINDS, find_missing
from tests.faults.ledger import Ledger
from tests.faults.load import Load
from tests.faults.reconciling import Finding, Holdings, reconcile
from tests.faults.schedule import Schedule
from tests.faults.settling import settle
from tests.faults.town import Town
from tests.faults.watch import Watch

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 3.0  # seconds between the beginnings of two faults


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
    """In the main thread, in a town that was started; its services are stopped then, so that they mend nothing more,
    and give back what they had taken and not finished."""
    ledger = Ledger()
    load = Load(town, ledger, seed)
    watch = Watch(town, ledger)
    load.start()
    watch.start()
    try:
        _fail(town, ledger, seed, seconds)
        load.close()
        settled_after, moving = settle(town, load)
    finally:
        load.stop()
        watch.stop()
    for sentence in [*moving, *(f"{name} cannot be ended" for name in load.still_tell())]:
        ledger.note_stuck(sentence)
    for sentence in [*town.stop_services(), *find_missing(ledger)]:
        ledger.note_wrong(sentence)
    try:
        holdings = Holdings.of(town)
    except Exception as error:
        # A server did not come back: then what was found by now is all that is known.
        for sentence in [*ledger.stucks, *ledger.wrongs]:
            error.add_note(sentence)
        raise
    return Outcome(
        seed=seed,
        ledger=ledger,
        holdings=holdings,
        findings=reconcile(ledger, holdings),
        settled_after=settled_after,
    )


def _say_how_far(ledger: Ledger) -> None:
    print(f"  so far {len(ledger.commands)} commands, {len(ledger.faults)} faults", flush=True)  # noqa: T201


def _fail(town: Town, ledger: Ledger, seed: int, seconds: float) -> None:
    """All faults. What breaks the rig itself is a finding: the ledger is laid beside what is there all the same."""
    try:
        schedule = Schedule(town, ledger, KINDS, seed)
        schedule.run(
            seconds,
            shortest_pause=SHORTEST_PAUSE,
            longest_pause=LONGEST_PAUSE,
            each_minute=lambda: _say_how_far(ledger),
        )
    except Exception:
        ledger.note_wrong(f"the rig itself failed: {traceback.format_exc()}")
