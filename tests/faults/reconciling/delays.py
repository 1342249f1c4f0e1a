"""How long what was begun took beyond the faults: a stall that outlives them is found, though it ends at last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults.ledger import Fault, Ledger
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
    reaction: float


def find_stalls(ledger: Ledger, holdings: Holdings) -> Iterator[Finding]:
    calm = Calm(ledger.faults)
    for command in ledger.in_state("answered"):
        took = calm.within(command.began_at, command.ended_at)
        if took > ANSWERED_WITHIN:
            sentence = f"{command.name} {command.command_id} was answered {took:.0f} s beyond the faults that met it"
            yield Finding(what="stuck", sentence=sentence, trace_id=command.trace_id)
    for service, rows in holdings.outboxes.items():
        for row in rows:
            if row["sent_at"] is None:
                continue
            took = calm.within(row["occurred_at"].timestamp(), row["sent_at"].timestamp())
            if took > SENT_WITHIN:
                sentence = f"{row['type']} was sent by {service} {took:.0f} s beyond the faults that met it"
                yield Finding(what="stuck", sentence=sentence, trace_id=trace_of(row), event_id=row["event_id"])


def longest(ledger: Ledger, holdings: Holdings) -> Delays:
    calm = Calm(ledger.faults)
    sent = [row for rows in holdings.outboxes.values() for row in rows if row["sent_at"]]
    done = [row for rows in holdings.inboxes.values() for row in rows if row["done_at"]]
    return Delays(
        command=max((calm.within(each.began_at, each.ended_at) for each in ledger.in_state("answered")), default=0.0),
        relay=max(
            (calm.within(row["occurred_at"].timestamp(), row["sent_at"].timestamp()) for row in sent), default=0.0
        ),
        reaction=max(
            (calm.within(row["arrived_at"].timestamp(), row["done_at"].timestamp()) for row in done), default=0.0
        ),
    )


class Calm:
    """The time in which no fault was under way or felt."""

    def __init__(self, faults: list[Fault]) -> None:
        self._faults: list[tuple[float, float]] = []
        for fault in sorted(faults, key=lambda each: each.began_at):
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
