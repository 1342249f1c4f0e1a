"""Every change is announced once, sent, and reacted to once by each who must hear it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from chassis.bus.topology import events_of
from deploy.embedded.environment import WITH_DATABASE
from deploy.rabbitmq import definitions
from tests.faults.ledger import Command, Ledger
from tests.faults.reconciling.findings import Finding, trace_of
from tests.faults.reconciling.holdings import Holdings

definitions.events()
LISTENERS = {(publisher, event.type): event.listeners for publisher in WITH_DATABASE for event in events_of(publisher)}


def find_unannounced(ledger: Ledger, holdings: Holdings) -> Iterator[Finding]:
    """The events of each command, by the trace that they carry, are those that must follow from it."""
    stored: dict[str | None, Counter[str]] = defaultdict(Counter)
    by_pages: dict[tuple[Any, str], set[str | None]] = defaultdict(set)
    for rows in holdings.outboxes.values():
        for row in rows:
            stored[trace_of(row)][row["type"]] += 1
            by_pages[row["body"].get("person_id"), row["type"]].add(trace_of(row))
    for command in ledger.in_state("answered"):
        expected = Counter(command.announces)
        found = sum((stored.pop(trace_id, Counter()) for trace_id in _traces_of(command, by_pages)), Counter())
        for event_type in (expected - found).elements():
            sentence = f"{command.method} {command.command_id} was answered and {event_type} is in no outbox"
            yield Finding(what="lost", sentence=sentence, trace_id=command.trace_id)
        for event_type in (found - expected).elements():
            sentence = f"{command.method} {command.command_id} was announced once too often: {event_type}"
            yield Finding(what="doubled", sentence=sentence, trace_id=command.trace_id)
    for command in ledger.in_state("open"):
        for trace_id in _traces_of(command, by_pages):
            stored.pop(trace_id, None)
    by_timers = stored.pop(None, Counter())
    wanted = Counter(told for command in ledger.in_state("answered") for told in command.later)
    for event_type in (wanted - by_timers).elements():
        yield Finding(what="lost", sentence=f"{event_type} was to be announced by a timer and is in no outbox")
    for event_type in (by_timers - wanted).elements():
        yield Finding(what="doubled", sentence=f"{event_type} was announced by a timer, and no command led to it")
    for trace_id, types in stored.items():
        sentence = f"{sorted(types)} were announced, which follow from no command"
        yield Finding(what="doubled", sentence=sentence, trace_id=trace_id)


def _traces_of(command: Command, by_pages: Mapping[tuple[Any, str], set[str | None]]) -> set[str | None]:
    """Its own; when a page sent it, those of such events about the person."""
    if command.told_by_pages_of is None:
        return {command.trace_id}
    person_id = str(command.told_by_pages_of)
    return {trace_id for told in command.announces for trace_id in by_pages[person_id, told]}


def find_unsent(holdings: Holdings) -> Iterator[Finding]:
    for service, rows in holdings.outboxes.items():
        for row in rows:
            if row["sent_at"] is None:
                yield _of_event("stuck", row, f"{row['type']} waits in the outbox of {service}")


def find_unreacted(ledger: Ledger, holdings: Holdings) -> Iterator[Finding]:
    """Each event that was sent, in the inbox of each listener, done."""
    inboxes = {
        service: {(row["event_id"], row["handler"]): row for row in rows} for service, rows in holdings.inboxes.items()
    }
    sent = [(publisher, row) for publisher, rows in holdings.outboxes.items() for row in rows]
    for publisher, row in sent:
        for listener in LISTENERS[publisher, row["type"]]:
            reaction = inboxes[listener].pop((row["event_id"], f"on_{row['type']}"), None)
            if reaction is None and row["sent_at"] is not None:
                yield _of_event("lost", row, f"{row['type']} was sent and never came to {listener}")
            elif reaction is not None:
                yield from _find_unfinished(listener, reaction)
                if (told := _told(reaction)) != (
                    heard := (row["type"], row["subject"], 1, row["version"], row["digest"])
                ):
                    yield _of_event("wrong", row, f"{listener} heard {told}, where {publisher} told {heard}")
    for event_id, (publisher, event_type) in ledger.taken_from_rig.items():
        for listener in LISTENERS[publisher, event_type]:
            if (event_id, f"on_{event_type}") not in inboxes[listener]:
                sentence = f"{event_type} told again by the rig was confirmed and never came to {listener}"
                yield Finding(what="lost", sentence=sentence, event_id=event_id)
    for listener, others in inboxes.items():
        for (event_id, handler), reaction in others.items():
            if event_id not in ledger.told_by_rig:
                yield _of_event("doubled", reaction, f"{listener} heard {handler} of an event that nobody announced")
            yield from _find_unfinished(listener, reaction)


def _told(reaction: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(reaction[column] for column in ("type", "subject", "epoch", "version", "digest"))


def find_queued(holdings: Holdings) -> Iterator[Finding]:
    for name, count in holdings.queued.items():
        if count:
            yield Finding(what="stuck", sentence=f"{count} messages wait in the queue {name}")


def find_parked(ledger: Ledger, holdings: Holdings) -> Iterator[Finding]:
    """What the rig forged is parked, and nothing else."""
    for service, markers in holdings.parked.items():
        wanted = {forgery.marker: forgery for forgery in ledger.forgeries if forgery.service == service}
        for marker in set(markers) - wanted.keys():
            yield Finding(what="stuck", sentence=f"{service} parked a message that was good: {marker}")
        for marker in wanted.keys() - set(markers):
            if wanted[marker].is_sent:
                sentence = f"{service} did not park a message that was {wanted[marker].kind}"
                yield Finding(what="lost", sentence=sentence)


def _find_unfinished(listener: str, reaction: dict[str, Any]) -> Iterator[Finding]:
    if reaction["parked_at"] is not None:
        yield _of_event("stuck", reaction, f"{listener} parked {reaction['handler']}: {reaction['error']}")
    elif reaction["done_at"] is None:
        why = reaction["waits_for"] or reaction["error"] or "nobody took it"
        yield _of_event("stuck", reaction, f"{listener} has not done {reaction['handler']}: {why}")


def _of_event(what: Any, row: dict[str, Any], sentence: str) -> Finding:
    return Finding(what=what, sentence=sentence, trace_id=trace_of(row), event_id=row["event_id"])
