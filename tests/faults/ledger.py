"""What a run remembers: each command with all its attempts, each fault, each message that the rig forged."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """``outcome``: "answered" or the code of the refusal. ``at``: seconds since 1970, when it began."""

    at: float
    seconds: float
    outcome: str


@dataclass(kw_only=True)
class Command:
    """``announces``: types of the events that must follow from it, each once. ``remembered``: its answer is kept.
    ``told_by_pages_of``: the person whose browser sent it by way of the portal, which saw where that led but neither
    the whole answer nor the trace."""

    command_id: UUID
    service: str
    method: str
    caller: str
    arguments: dict[str, Any]
    announces: tuple[str, ...] = ()
    remembered: bool = True
    state: Literal["open", "answered", "refused"] = "open"
    answer: Any = None
    told_by_pages_of: UUID | None = None
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.service}.{self.method}{' by pages' if self.told_by_pages_of else ''}"

    @property
    def trace_id(self) -> str:
        """Of all that follows from it, in outboxes, inboxes and logs."""
        return self.command_id.hex

    @property
    def began_at(self) -> float:
        return self.attempts[0].at if self.attempts else 0.0


@dataclass(kw_only=True)
class Fault:
    kind: str
    target: str
    began_at: float
    ended_at: float | None = None

    def was_under_way(self, since: float, until: float) -> bool:
        return self.began_at <= until and (self.ended_at is None or self.ended_at >= since)


@dataclass(kw_only=True)
class Forgery:
    """A message that must end in the parking queue of ``service``. ``is_sent`` False: nobody knows, the connection was
    lost meanwhile."""

    marker: str
    service: str
    kind: str
    is_sent: bool = False


class Ledger:
    """Written to by many threads."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.faults: list[Fault] = []
        self.forgeries: list[Forgery] = []
        # Events that the rig announced in a service's name, beyond those that it had announced itself.
        self.told_by_rig: set[UUID] = set()
        self.wrongs: list[str] = []
        self.counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def open(self, command: Command) -> None:
        with self._lock:
            self.commands.append(command)

    def note_wrong(self, sentence: str) -> None:
        """Something that no fault excuses."""
        with self._lock:
            self.wrongs.append(sentence)

    def count(self, what: str) -> None:
        with self._lock:
            self.counts[what] += 1

    @contextmanager
    def under_way(self, kind: str, target: str) -> Iterator[Fault]:
        fault = Fault(kind=kind, target=target, began_at=time.time())
        self.faults.append(fault)
        try:
            yield fault
        finally:
            fault.ended_at = time.time()

    def faults_between(self, since: float, until: float) -> list[Fault]:
        return [fault for fault in self.faults if fault.was_under_way(since, until)]

    def in_state(self, state: str) -> list[Command]:
        with self._lock:
            return [command for command in self.commands if command.state == state]
