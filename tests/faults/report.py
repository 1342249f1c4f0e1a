"""What a run says at its end; of each item that was lost, doubled or stuck, its story."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TextIO

from tests.faults.excuses import FELT_FOR
from tests.faults.ledger import Command
from tests.faults.reconciling import Finding, attempts, logs, mails
from tests.faults.reconciling.delays import ANSWERED_WITHIN, SENT_WITHIN, longest
from tests.faults.reconciling.findings import trace_of
from tests.faults.reconciling.mails import HELD_BEFORE, NOTED_WITHIN
from tests.faults.run import Outcome
from tests.faults.settling import SETTLED_WITHIN
from tests.faults.town import Town

STORIES_TOLD = 20
# Faults so long before a command's first attempt, or after its last, may have to do with it: seconds.
AROUND = 30.0
LOG_LINES_SHOWN = 40
LINE_SHOWN, EXCEPTION_SHOWN = 600, 300  # characters


def tell(outcome: Outcome, town: Town, out: TextIO) -> None:
    """The last line sums up."""
    ledger = outcome.ledger
    for line in _summary(outcome, town):
        out.write(f"{line}\n")
    if outcome.findings:
        for fault in ledger.faults:
            out.write(f"fault {_clock(fault.began_at)} to {_clock(fault.ended_at)}: {fault.kind} {fault.target}\n")
    for finding in outcome.findings[:STORIES_TOLD]:
        out.write("\n")
        for line in _story(finding, outcome, town):
            out.write(f"{line}\n")
    if len(outcome.findings) > STORIES_TOLD:
        out.write(f"\n… and {len(outcome.findings) - STORIES_TOLD} more:\n")
        for finding in outcome.findings[STORIES_TOLD:]:
            out.write(f"{finding.what}: {finding.sentence[:LINE_SHOWN]}\n")
    out.write(f"{outcome.last_line}\n")


def _summary(outcome: Outcome, town: Town) -> Iterator[str]:
    ledger, holdings = outcome.ledger, outcome.holdings
    kinds = Counter(fault.kind for fault in ledger.faults)
    yield (
        f"RabbitMQ {town.broker_version}; settled {outcome.settled_after:.0f} s after the last fault"
        f" ({SETTLED_WITHIN:.0f} allowed)"
    )
    took = longest(ledger, holdings)
    yield (
        f"longest beyond the faults that met it: command {took.command:.1f} s ({ANSWERED_WITHIN:.0f} allowed),"
        f" relay {took.relay:.1f} s ({SENT_WITHIN:.0f} allowed)"
    )
    yield (
        f"farthest from the fault that explains it: answer {attempts.farthest(ledger):.1f} s,"
        f" error in a log {logs.farthest(ledger, holdings):.1f} s ({FELT_FOR:.0f} allowed),"
        f" mail {mails.farthest(ledger, holdings):.1f} s ({HELD_BEFORE:.0f} before, {NOTED_WITHIN:.0f} after allowed)"
    )
    yield f"given up: {ledger.counts['story given up']} stories"
    for what in ("events that waited for a relay", "messages turned round at once"):
        yield f"{what}: {ledger.counts[what]} at most"
    errors = Counter(line["event"] for lines in holdings.errors.values() for line in lines)
    yield f"errors in logs that faults explain: {', '.join(f'{n} {event}' for event, n in sorted(errors.items()))}"
    yield f"answers gone wrong that faults explain: {attempts.count_explained(ledger)}"
    yield f"faults: {', '.join(f'{number} {kind}' for kind, number in sorted(kinds.items()))}"
    made = {what.removeprefix("attempt "): n for what, n in sorted(ledger.counts.items()) if "attempt" in what}
    yield f"attempts: {', '.join(f'{number} {what}' for what, number in made.items())}"
    events = sum(len(rows) for rows in holdings.outboxes.values())
    reactions = sum(len(rows) for rows in holdings.inboxes.values())
    yield f"{ledger.counts['story']} stories, {events} events, {reactions} reactions, {len(holdings.mails)} mails"
    parked = sum(len(set(markers)) for markers in holdings.parked.values())
    yield f"{len(ledger.forgeries)} messages forged, {parked} of them parked"
    for command in ledger.commands:
        if any(attempt.outcome in ("internal_error", "500") for attempt in command.attempts):
            yield f"{command.name} {command.command_id} met an unforeseen error: {_last_exception(command, town)}"
    excusable = mails.count_excusable(ledger, holdings)
    yield f"{excusable} of the mails came when a fault would have excused that they come again"
    for repeat in mails.repeats(ledger, holdings):
        why = "; ".join(sorted({f"{fault.kind} of {fault.target}" for fault in repeat.why})) or "nothing says why"
        yield f"mail {repeat.message_id} came {repeat.times} times: {why}"


def _last_exception(command: Command, town: Town) -> str:
    for _, _, line in reversed(_lines_of(command.trace_id, town)):
        if "exception" in (told := json.loads(line)):
            return str(told["exception"][-EXCEPTION_SHOWN:]).replace("\n", " | ")
    return "its trace is not in the logs; a page has one of its own"


def _story(finding: Finding, outcome: Outcome, town: Town) -> Iterator[str]:
    """All that is known of one item, by its trace or its event."""
    yield f"{finding.what.upper()}: {finding.sentence}"
    trace_id = finding.trace_id
    events = _rows(outcome.holdings.outboxes, trace_id, finding)
    if trace_id is None and events:
        trace_id = trace_of(events[0][1])
    people = {row["body"].get("person_id") for _, row in events}
    commands = [
        command
        for command in outcome.ledger.commands
        if command.trace_id == trace_id or str(command.told_by_pages_of) in people
    ]
    for command in commands:
        yield from _attempts(command)
    for service, row in events:
        yield f"  outbox of {service}: {row['event_id']} {row['type']} of {row['subject']}, sent {row['sent_at']}"
    for service, row in _rows(outcome.holdings.inboxes, trace_id, finding):
        yield (
            f"  inbox of {service}: {row['event_id']} {row['handler']}, arrived {row['arrived_at']}, done"
            f" {row['done_at']}, attempts {row['attempts']}, {row['waits_for'] or row['error'] or 'no error'}"
        )
    for command in commands:
        last = command.attempts[-1].at if command.attempts else command.began_at
        for fault in outcome.ledger.faults_between(command.began_at - AROUND, last + AROUND):
            yield f"  under way {_clock(fault.began_at)} to {_clock(fault.ended_at)}: {fault.kind} {fault.target}"
    if trace_id is not None:
        yield from _log_lines(town, trace_id)


def _attempts(command: Command) -> Iterator[str]:
    yield f"  {command.service}.{command.method} {command.command_id} of {command.caller}: {command.state}"
    yield f"    {json.dumps(command.arguments, ensure_ascii=False)[:300]}"
    for attempt in command.attempts:
        yield f"    {_clock(attempt.at)} {attempt.outcome} after {attempt.seconds:.3f} s"


def _rows(holdings: dict[str, list[dict[str, Any]]], trace_id: str | None, finding: Finding) -> list[Any]:
    return [
        (service, row)
        for service, rows in holdings.items()
        for row in rows
        if row["event_id"] == finding.event_id or (trace_id is not None and trace_of(row) == trace_id)
    ]


def _log_lines(town: Town, trace_id: str) -> Iterator[str]:
    for at, name, line in _lines_of(trace_id, town)[:LOG_LINES_SHOWN]:
        yield f"  log {at} {name}: {line[:LINE_SHOWN]}"


def _lines_of(trace_id: str, town: Town) -> list[tuple[str, str, str]]:
    """(instant, replica, line) of all services' logs that bear the trace, oldest first."""
    found = []
    for replica in town.replicas:
        for line in replica.process.log.read_text(errors="replace").splitlines():
            if trace_id in line and (told := _parse(line)):
                found.append((str(told.get("timestamp", "")), replica.name, line))
    return sorted(found)


def _parse(line: str) -> dict[str, Any] | None:
    """None: no line of ours, or one that a kill cut short."""
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _clock(at: float | None) -> str:
    return "its end" if at is None else f"{datetime.fromtimestamp(at, UTC):%H:%M:%S.%f}"[:-3]
