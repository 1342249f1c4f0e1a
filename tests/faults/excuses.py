"""What a fault excuses: narrowly, by its target and its time."""

from __future__ import annotations

from collections.abc import Iterable

from tests.faults.kinds.servers import BROKER, DATABASE
from tests.faults.ledger import Attempt, Command, Fault, Ledger

# A fault may be felt for so long after its end, and what is noted of it may be noted so much later: seconds.
FELT_FOR = 10.0


def hinders_database(fault: Fault, who: str) -> bool:
    """Does it take the database from a service, or from this replica of one? Who is frozen is turned out of it."""
    if fault.target in (DATABASE, "everybody's connections to the database"):
        return True
    return fault.target.startswith(who) and (fault.target.endswith(" to its database") or fault.kind == "freeze")


def of_attempt(attempt: Attempt, command: Command | None, ledger: Ledger) -> list[Fault] | None:
    """The faults that explain how an attempt ended; empty when nothing does, None when nothing need."""
    since, until = attempt.at - FELT_FOR, attempt.at + attempt.seconds + FELT_FOR
    around = ledger.faults_between(since, until)
    match attempt.outcome:
        case "internal_error" | "500":
            service = command.service if command is not None else "identity"
            return [fault for fault in around if hinders_database(fault, service)]
        case "unknown_service":
            return [fault for fault in around if fault.target == BROKER]
        case "statement_expired":
            return [fault for fault in around if fault.kind == "freeze"]
    return None


def farthest(excused: Iterable[tuple[float, float, list[Fault]]]) -> float:
    """The longest time, in seconds, between something that began and ended then and the nearest fault that excuses
    it: how near this came to being found."""
    nearest = (min(fault.away_from(since, until) for fault in faults) for since, until, faults in excused if faults)
    return max(nearest, default=0.0)


def met_another(attempt: Attempt, command: Command) -> bool:
    """Could an attempt before, or its twin, still have run when this one did? Its caller may have left long ago."""
    ended_at = attempt.at + attempt.seconds
    return any(other is not attempt and other.at <= ended_at for other in command.attempts)
