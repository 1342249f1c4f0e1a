"""What a run remembers: each command with all its attempts, each fault, each message that the rig forged."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
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
    """``announces``: types of the events that must follow from it, each once; ``later``: of those that a timer tells
    because of it, without its trace. ``remembered``: its answer is kept.
    ``told_by_pages_of``: the person whose browser sent it by way of the portal, which saw where that led but neither
    the whole answer nor the trace."""

    command_id: UUID
    service: str
    method: str
    caller: str
    arguments: dict[str, Any]
    announces: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    remembered: bool = True
    state: Literal["open", "answered", "refused"] = "open"
    answer: Any = None
    told_by_pages_of: UUID | None = None
    attempts: list[Attempt] = field(default_factory=list)
    ended_at: float = 0.0

    def end(self, state: Literal["answered", "refused"], answer: Any = None) -> None:
        self.state, self.answer, self.ended_at = state, answer, time.time()

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
        return self.away_from(since, until) == 0.0

    def away_from(self, since: float, until: float) -> float:
        """Seconds between it and a time; 0 where it was under way then."""
        ended_at = float("inf") if self.ended_at is None else self.ended_at
        return max(0.0, self.began_at - until, since - ended_at)


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
        # Those of them that the broker has taken: {event: (publisher, type)}.
        self.taken_from_rig: dict[UUID, tuple[str, str]] = {}
        # {service: {session: until when it is known as revoked}}, as was seen while the run went on.
        self.revocations: dict[str, dict[UUID, datetime]] = defaultdict(dict)
        # Pages that were looked at before anything was sent.
        self.views: list[Attempt] = []
        self.wrongs: list[str] = []
        self.stucks: list[str] = []
        # While it is set, callers choose languages as fast as they can.
        self.rush = threading.Event()
        # Enterprises are registered beside the stories, so that there is something to hear.
        self.news_wanted = threading.Event()
        self.counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def open(self, command: Command) -> None:
        with self._lock:
            self.commands.append(command)

    def note_wrong(self, sentence: str) -> None:
        """Something that no fault excuses."""
        with self._lock:
            self.wrongs.append(sentence)

    def note_stuck(self, sentence: str) -> None:
        """Something that did not come to its end in time."""
        with self._lock:
            self.stucks.append(sentence)

    def count(self, what: str) -> None:
        with self._lock:
            self.counts[what] += 1

    def note_largest(self, what: str, number: int) -> None:
        with self._lock:
            self.counts[what] = max(self.counts[what], number)

    def faults_between(self, since: float, until: float) -> list[Fault]:
        return [fault for fault in self.faults if fault.was_under_way(since, until)]

    def in_state(self, state: str) -> list[Command]:
        with self._lock:
            return [command for command in self.commands if command.state == state]
