"""Whatever went wrong on the way to an answer has a fault that explains it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults import excuses
from tests.faults.ledger import Attempt, Command, Ledger
from tests.faults.reconciling.findings import Finding


def find_unexplained(ledger: Ledger) -> Iterator[Finding]:
    for command in ledger.commands:
        for attempt in command.attempts:
            if not _is_explained(attempt, command, ledger):
                sentence = f"{command.name} {command.command_id} met {attempt.outcome}, and no fault says why"
                yield Finding(what="wrong", sentence=sentence, trace_id=command.trace_id)
    for view in ledger.views:
        if excuses.of_attempt(view, None, ledger) == []:
            yield Finding(what="wrong", sentence=f"a page was answered with {view.outcome}, and no fault says why")


def count_explained(ledger: Ledger) -> int:
    """Of those that a fault had to explain."""
    attempts = [(attempt, command) for command in ledger.commands for attempt in command.attempts]
    views = [(view, None) for view in ledger.views]
    return sum(bool(excuses.of_attempt(attempt, command, ledger)) for attempt, command in [*attempts, *views])


def farthest(ledger: Ledger) -> float:
    """Of an attempt from the nearest fault that explains it, in seconds."""
    attempts = [(attempt, command) for command in ledger.commands for attempt in command.attempts]
    views = [(view, None) for view in ledger.views]
    return excuses.farthest(
        (attempt.at, attempt.at + attempt.seconds, excuses.of_attempt(attempt, command, ledger) or [])
        for attempt, command in [*attempts, *views]
    )


def _is_explained(attempt: Attempt, command: Command, ledger: Ledger) -> bool:
    if attempt.outcome == "concurrent_change":
        return excuses.met_another(attempt, command)
    return excuses.of_attempt(attempt, command, ledger) != []
