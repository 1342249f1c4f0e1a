"""What the services logged: an error has a fault that explains it, and what may never happen did not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.faults import excuses
from tests.faults.excuses import FELT_FOR, hinders_database
from tests.faults.ledger import Fault, Ledger
from tests.faults.reconciling.findings import Finding
from tests.faults.reconciling.holdings import Holdings

# These may be told while the database is away.
MAY_FAIL = {"rpc_failed", "reaction_failed", "timer_failed", "page_failed"}
# Whether there was a reason is judged where the replica was asked to stop.
JUDGED_ELSEWHERE = {"stopped_before_all_was_finished"}
SHOWN = 300  # characters


def find_errors(ledger: Ledger, holdings: Holdings) -> Iterator[Finding]:
    for name, lines in holdings.errors.items():
        for line in lines:
            if line["event"] not in JUDGED_ELSEWHERE and not explain(ledger, name, line):
                why = str(line.get("exception", line.get("error", "")))[-SHOWN:]
                sentence = f"{name} logged {line['event']}, and no fault says why: {why}"
                yield Finding(what="wrong", sentence=sentence, trace_id=line.get("trace_id"))


def explain(ledger: Ledger, name: str, line: dict[str, Any]) -> list[Fault]:
    """The faults that explain an error in the log of a replica."""
    if line["event"] not in MAY_FAIL:
        return []
    at = _instant(line)
    # A page asks identity, whose database may be away.
    who = "identity" if line["event"] == "page_failed" else name
    return [fault for fault in ledger.faults_between(at - FELT_FOR, at + FELT_FOR) if hinders_database(fault, who)]


def farthest(ledger: Ledger, holdings: Holdings) -> float:
    """Of an error from the nearest fault that explains it, in seconds."""
    errors = (
        (_instant(line), explain(ledger, name, line)) for name, lines in holdings.errors.items() for line in lines
    )
    return excuses.farthest((at, at, faults) for at, faults in errors)


def _instant(line: dict[str, Any]) -> float:
    return datetime.fromisoformat(line["timestamp"]).timestamp()


def find_deaths(holdings: Holdings) -> Iterator[Finding]:
    for sentence in holdings.deaths:
        yield Finding(what="wrong", sentence=sentence)
