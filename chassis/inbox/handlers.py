"""Which method reacts to which event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.events import Event


@dataclass(frozen=True)
class Handler:
    name: str
    event: type[Event]


class Handlers:
    def __init__(self, handlers: Sequence[Handler]) -> None:
        self._by_name = {handler.name: handler for handler in handlers}

    def named(self, name: str) -> Handler:
        return self._by_name[name]

    def names(self) -> list[str]:
        return list(self._by_name)

    def of(self, publisher: str, event_type: str) -> list[Handler]:
        return [
            handler
            for handler in self._by_name.values()
            if (handler.event.publisher, handler.event.type) == (publisher, event_type)
        ]

    def heard(self) -> list[tuple[str, str]]:
        """Pairs (publisher, event type) that the queue must be bound to."""
        return sorted({(handler.event.publisher, handler.event.type) for handler in self._by_name.values()})
