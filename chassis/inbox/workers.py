"""Green threads that react, and one that keeps time: woken by arrivals, by due times and, as a net, by a slow beat.

Of what arrives the number is known, and is asked for once each: to look again after each would cost as much as a
reaction. When something is due by the clock, or the count proves wrong, they look until nothing is left.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy as sa

from chassis.bus.link import Spawn
from chassis.inbox.reactions import Reactions
from chassis.inbox.upkeep import delete_old, measure, mend_clock
from chassis.logs import log
from contracts.errors import Unavailable

if TYPE_CHECKING:
    from chassis.runtime import Runtime

UPKEEP_EVERY = 15.0  # seconds
SHORTEST_BEAT = 0.05
LONG_AGO = timedelta(seconds=1)


class Workers:
    def __init__(self, runtime: Runtime, *, count: int, poll: float) -> None:
        self._runtime = runtime
        self._count = count
        self._poll = poll
        self._wanted = threading.Condition()
        self._arrived = 0
        # The number of the last look that was asked for, and of the last that found nothing.
        self._look_asked = 0
        self._look_done = 0
        self._rescheduled = threading.Event()
        self._stopping = threading.Event()
        self._running = count + 1
        self._ended = threading.Event()
        self._upkeep_at = 0.0
        self._clock_mended = False

    def start(self, spawn: Spawn, reactions: Reactions) -> None:
        self._reactions = reactions
        for _ in range(self._count):
            spawn(lambda: self._run(self._react))
        spawn(lambda: self._run(self._keep_time))

    def stop(self) -> None:
        """Returns when what was begun is finished."""
        self._stopping.set()
        self._rescheduled.set()
        with self._wanted:
            self._wanted.notify_all()
        self._ended.wait(self._runtime.settings.drain_seconds)

    def wake(self, count: int) -> None:
        """So many reactions more are due."""
        with self._wanted:
            self._arrived += count
            self._wanted.notify(count)

    def reschedule(self) -> None:
        """Something became due at another time than was thought."""
        self._rescheduled.set()

    def _run(self, turn: Callable[[], None]) -> None:
        try:
            # Told to stop, the service begins nothing any more, also while its doors are still being closed.
            while not (self._stopping.is_set() or self._runtime.is_stopping):
                try:
                    turn()
                    self._runtime.away.pop("database", None)
                except (sa.exc.SQLAlchemyError, psycopg.Error, Unavailable) as error:
                    self._runtime.away["database"] = type(error).__name__
                    log.warning("inbox_waits_for_database", error=type(error).__name__)
                    self._stopping.wait(random.uniform(0.5, 1.5))  # noqa: S311
                except Exception:
                    # A managed thread that ends in error takes the whole service with it.
                    log.exception("inbox_failed")
                    self._stopping.wait(1)
        finally:
            self._running -= 1
            if self._running == 0:
                self._ended.set()

    def _react(self) -> None:
        with self._wanted:
            self._wanted.wait_for(self._is_wanted)
            if self._stopping.is_set() or self._runtime.is_stopping:
                return
            is_counted, look = self._arrived > 0, self._look_asked
            self._arrived -= is_counted
        try:
            arrived_at = self._reactions.react_to_next()
        except Exception:
            self._look()
            raise
        if not is_counted:
            if arrived_at is None:
                self._look_done = max(self._look_done, look)
        elif arrived_at is None:
            self._count_anew()
        elif self._runtime.now() - arrived_at > LONG_AGO:
            # A retry or a replay went first: the one that was counted is still there.
            self._look()

    def _count_anew(self) -> None:
        """What was counted is not there: another replica took it, or it is not due yet by our clock, or it came while
        we began to look. All that was counted so far is found by looking, or when it is due."""
        with self._wanted:
            self._arrived = 0
        self._look()
        self.reschedule()

    def _is_wanted(self) -> bool:
        return self._arrived > 0 or self._look_done < self._look_asked or self._stopping.is_set()

    def _look(self) -> None:
        """All workers, until one finds nothing."""
        with self._wanted:
            self._look_asked += 1
            self._wanted.notify_all()

    def _keep_time(self) -> None:
        self._rescheduled.clear()
        if self._stopping.is_set():
            return
        due_at = self._reactions.next_due()
        seconds = (due_at - self._runtime.now()).total_seconds() if due_at else self._poll
        if seconds <= 0:
            self._look()
            # They are at it, or another replica is.
            seconds = 1.0
        # After the look: reactions do not wait for the upkeep, nor for its mending.
        self._look_after()
        self._rescheduled.wait(min(self._poll, max(SHORTEST_BEAT, seconds)))

    def _look_after(self) -> None:
        if time.monotonic() < self._upkeep_at:
            return
        now = self._runtime.now()
        if not self._clock_mended:
            mend_clock(self._runtime.engine, now)
            self._clock_mended = True
            self.reschedule()
        measure(self._runtime.engine, self._runtime.name, now)
        more = delete_old(self._runtime.engine, now)
        self._upkeep_at = time.monotonic() + (1 if more else UPKEEP_EVERY)
