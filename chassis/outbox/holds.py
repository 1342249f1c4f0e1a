"""Event types that cannot be sent for now; the others pass by them."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

LONGEST = 30.0  # seconds


@dataclass
class Hold:
    until: float
    delay: float


class Holds:
    def __init__(self, first_delay: float) -> None:
        self._first_delay = first_delay
        self._holds: dict[str, Hold] = {}

    def add(self, event_type: str) -> None:
        """Hold a type for twice as long as the last time, unless it is held already."""
        hold = self._holds.get(event_type)
        if hold is not None and hold.until > time.monotonic():
            return
        delay = self._first_delay if hold is None else min(LONGEST, hold.delay * 2)
        self._holds[event_type] = Hold(time.monotonic() + delay * random.uniform(0.8, 1.2), delay)  # noqa: S311

    def passed(self, event_type: str) -> None:
        """It was sent: the next trouble begins with a short delay again."""
        hold = self._holds.get(event_type)
        if hold is not None and hold.until <= time.monotonic():
            del self._holds[event_type]

    def types(self) -> list[str]:
        now = time.monotonic()
        return [event_type for event_type, hold in self._holds.items() if hold.until > now]

    def ended_since(self, instant: float) -> bool:
        """Has a hold ended after that instant of the monotonic clock?"""
        return any(instant < hold.until <= time.monotonic() for hold in self._holds.values())

    def seconds_to_next(self) -> float:
        """Until the next hold ends; infinite without one."""
        now = time.monotonic()
        return min((hold.until - now for hold in self._holds.values() if hold.until > now), default=float("inf"))
