"""How long what was begun took beyond the faults: a stall that outlives them is found, though it ends at last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.faults.kinds.servers import BROKER, DATABASE
from tests.faults.ledger import Command, Fault, Ledger
from tests.faults.reconciling.findings import Finding, trace_of
from tests.faults.reconciling.holdings import Holdings

# After a fault connections are made anew, and a relay tries a full queue again after 30 s at the latest.
FELT_FOR = 15.0
# Far more than a busy machine needs.
ANSWERED_WITHIN, SENT_WITHIN = 60.0, 60.0


@dataclass(frozen=True, kw_only=True)
class Delays:
    """The longest of all, in seconds beyond the faults."""

    command: float
    relay: float


def find_stalls(ledger: Ledger, holdings: Holdings) -> Iterator[Finding]:
    for took, command in _commands(ledger):
        if took > ANSWERED_WITHIN:
            sentence = f"{command.name} {command.command_id} was answered {took:.0f} s beyond the faults that met it"
            yield Finding(what="stuck", sentence=sentence, trace_id=command.trace_id)
    for took, row in _relayed(ledger, holdings):
        if took > SENT_WITHIN:
            sentence = f"{row['type']} was sent {took:.0f} s beyond the faults that met it"
            yield Finding(what="stuck", sentence=sentence, trace_id=trace_of(row), event_id=row["event_id"])


def longest(ledger: Ledger, holdings: Holdings) -> Delays:
    return Delays(
        command=max((took for took, _ in _commands(ledger)), default=0.0),
        relay=max((took for took, _ in _relayed(ledger, holdings)), default=0.0),
    )


def _commands(ledger: Ledger) -> Iterator[tuple[float, Command]]:
    """A page goes by the portal; and dossiers waits until it has heard of a mandate."""
    full = _full_queues(ledger)
    calms = {
        service: Calm(ledger.faults, (service, "portal", "registries", *more))
        for service, more in (("identity", ()), ("delegation", ()), ("dossiers", ("delegation", *full)))
    }
    for command in ledger.in_state("answered"):
        yield calms[command.service].within(command.began_at, command.ended_at), command


def _relayed(ledger: Ledger, holdings: Holdings) -> Iterator[tuple[float, dict[str, Any]]]:
    """A queue that is full holds up all who publish to it."""
    full = _full_queues(ledger)
    for service, rows in holdings.outboxes.items():
        calm = Calm(ledger.faults, (service, *full))
        for row in rows:
            if row["sent_at"] is not None:
                yield calm.within(row["occurred_at"].timestamp(), row["sent_at"].timestamp()), row


def _full_queues(ledger: Ledger) -> set[str]:
    return {fault.target for fault in ledger.faults if fault.kind == "full queue"}


class Calm:
    """The time in which no fault was under way or felt that meets one of these, or everybody."""

    def __init__(self, faults: list[Fault], names: tuple[str, ...]) -> None:
        self._faults: list[tuple[float, float]] = []
        met = [fault for fault in faults if fault.target.startswith((BROKER, DATABASE, "everybody", *names))]
        for fault in sorted(met, key=lambda each: each.began_at):
            until = float("inf") if fault.ended_at is None else fault.ended_at + FELT_FOR
            if self._faults and fault.began_at <= self._faults[-1][1]:
                since, before = self._faults.pop()
                self._faults.append((since, max(before, until)))
            else:
                self._faults.append((fault.began_at, until))

    def within(self, since: float, until: float) -> float:
        """Seconds of calm between two instants."""
        faults = sum(max(0.0, min(until, end) - max(since, begin)) for begin, end in self._faults)
        return max(0.0, until - since - faults)
