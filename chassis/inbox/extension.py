"""How the inbox hangs on a nameko service."""

from __future__ import annotations

from nameko.extensions import DependencyProvider, Entrypoint

from chassis.inbox.arrivals import Arrivals
from chassis.inbox.handlers import Handler, Handlers
from chassis.inbox.reactions import Patience, Reactions
from chassis.inbox.workers import Workers
from contracts.events import Event


class HearsEntrypoint(Entrypoint):
    """Marks a method as the reaction to an event; the inbox calls it."""

    def __init__(self, event: type[Event]) -> None:
        super().__init__()
        self.event = event


class Inbox(DependencyProvider):
    """``attempts`` that fail park a reaction; delays in seconds, doubled from the first to the longest."""

    def __init__(
        self,
        *,
        concurrency: int = 4,
        attempts: int = 12,
        first_delay: float = 1.0,
        longest_delay: float = 3600.0,
        poll: float = 5.0,
    ) -> None:
        super().__init__()
        self._concurrency = concurrency
        self._patience = Patience(attempts=attempts, first_delay=first_delay, longest_delay=longest_delay)
        self._poll = poll

    def setup(self) -> None:
        service_class = self.container.service_cls
        runtime = service_class.runtime
        heard = [door for door in self.container.entrypoints if isinstance(door, HearsEntrypoint)]
        handlers = Handlers([Handler(door.method_name, door.event) for door in heard])
        self._workers = Workers(runtime, count=self._concurrency, poll=self._poll)
        self._reactions = Reactions(runtime, service_class, handlers, self._patience, self._workers.reschedule)
        self._arrivals = Arrivals(runtime, handlers, on_stored=self._workers.wake)

    def start(self) -> None:
        spawn = self.container.spawn_managed_thread
        self._workers.start(spawn, self._reactions)
        self._arrivals.start(spawn)

    def stop(self) -> None:
        """What was begun is finished; what was not is in the queue or in the table."""
        self._arrivals.stop()
        self._workers.stop()
