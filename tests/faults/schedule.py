"""When which fault happens: a shuffled deck of all kinds, dealt again and again, the same for the same seed.

A fault is a generator. It yields seconds to wait, or a condition to wait for; at its end all is as it was.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

from tests.faults.ledger import Fault, Ledger
from tests.faults.town import Town

Step = float | Callable[[], bool]
Steps = Generator[Step, None, None]

LOOKED_EVERY = 0.1  # seconds
# A condition that does not come true in this time is an error of the rig or of what it tests.
LONGEST_WAIT = 300.0
AT_ONCE = 4


@dataclass(frozen=True, kw_only=True)
class Plan:
    """``needs``: names of parts that no other fault may touch meanwhile."""

    kind: str
    target: str
    needs: frozenset[str]
    steps: Callable[[], Steps]


# Draws a target and says what it needs.
Kind = Callable[[Town, Ledger, random.Random], Plan]


class _UnderWay:
    def __init__(self, plan: Plan, ledger: Ledger) -> None:
        self.plan = plan
        self._ledger = ledger
        self._steps = plan.steps()
        self._until: Step = 0.0
        self._since = time.monotonic()
        self.note = Fault(kind=plan.kind, target=plan.target, began_at=time.time())
        ledger.faults.append(self.note)

    def go_on(self) -> bool:
        """False when it has ended. One that fails leaves its damage behind, and is found; the others go on."""
        try:
            return self._go_on()
        except Exception as error:
            sentence = f"{self.note.kind} of {self.note.target} broke off: {type(error).__name__}: {error}"
            self._ledger.note_wrong(sentence)
            self.note.ended_at = time.time()
            return False

    def _go_on(self) -> bool:
        while self._is_due():
            try:
                self._until = next(self._steps)
            except StopIteration:
                self.note.ended_at = time.time()
                return False
            self._since = time.monotonic()
        return True

    def _is_due(self) -> bool:
        waited = time.monotonic() - self._since
        if callable(self._until):
            if waited > LONGEST_WAIT:
                raise TimeoutError(f"{self.plan.kind} of {self.plan.target}: not over within {LONGEST_WAIT:g} s")
            return self._until()
        return waited >= self._until


class Schedule:
    """Run it in the main thread: it starts processes."""

    def __init__(self, town: Town, ledger: Ledger, kinds: list[Kind], seed: int) -> None:
        self._town = town
        self._ledger = ledger
        self._kinds = kinds
        self._chance = random.Random(f"faults {seed}")
        self._deck: list[Kind] = []
        self._left_of_first_deck = len(kinds)
        self._under_way: list[_UnderWay] = []

    def run(
        self, seconds: float, *, shortest_pause: float, longest_pause: float, each_minute: Callable[[], None]
    ) -> None:
        """Faults for so long, and each kind at least once; returns when the last of them has been undone."""
        ends_at = time.monotonic() + seconds
        minute_at = time.monotonic() + 60
        next_at = time.monotonic() + self._chance.uniform(shortest_pause, longest_pause)
        planned: Plan | None = None
        while (goes_on := self._left_of_first_deck > 0 or time.monotonic() < ends_at) or self._under_way:
            self._under_way = [fault for fault in self._under_way if fault.go_on()]
            if goes_on and time.monotonic() >= next_at and len(self._under_way) < AT_ONCE:
                planned = planned or self._draw()
                if not self._is_busy(planned):
                    self._under_way.append(_UnderWay(planned, self._ledger))
                    self._left_of_first_deck -= 1
                    planned = None
                    next_at = time.monotonic() + self._chance.uniform(shortest_pause, longest_pause)
            if time.monotonic() >= minute_at:
                minute_at += 60
                each_minute()
            time.sleep(LOOKED_EVERY)

    def _draw(self) -> Plan:
        if not self._deck:
            self._deck = self._chance.sample(self._kinds, len(self._kinds))
        return self._deck.pop()(self._town, self._ledger, self._chance)

    def _is_busy(self, plan: Plan) -> bool:
        return any(plan.needs & fault.plan.needs for fault in self._under_way)
