"""Timers only wake: what is due is in the database, claimed with SKIP LOCKED, so that replicas do not double."""

from __future__ import annotations

import sys
from typing import Any

import eventlet
from eventlet.event import Event
from eventlet.queue import Empty, LightQueue
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint

from chassis.logs import log
from chassis.metrics import TIMER_PERIOD, TIMER_RUNS, TIMER_SUCCEEDED


class TimerEntrypoint(Entrypoint):
    """Runs at the start, every ``seconds`` after, and at once when woken; never twice at a time in one process."""

    def __init__(self, seconds: float, name: str) -> None:
        super().__init__()
        self.seconds = seconds
        self.timer = name
        self._wakes: Any = LightQueue(maxsize=1)
        self._stopping = False
        self._stopped = Event()

    def setup(self) -> None:
        self.container.service_cls.runtime.wakers[self.timer].append(self.wake)

    def start(self) -> None:
        which = self.container.service_name, self.timer
        TIMER_PERIOD.labels(*which).set(self.seconds)
        TIMER_SUCCEEDED.labels(*which).set_to_current_time()
        self.container.spawn_managed_thread(self._run, identifier=f"timer {self.timer}")

    def stop(self) -> None:
        self._stopping = True
        self.wake()
        self._stopped.wait()

    def wake(self) -> None:
        """From any green thread; a wake during a turn makes one more turn after it."""
        if self._wakes.empty():
            self._wakes.put_nowait(None)

    def _run(self) -> None:
        while not self._stopping:
            self._turn()
            try:
                self._wakes.get(timeout=self.seconds)
            except Empty:
                continue
        self._stopped.send(None)

    def _turn(self) -> None:
        done = Event()

        def ended(context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            outcome = "failed" if exc_info else "ok"
            TIMER_RUNS.labels(self.container.service_name, self.timer, outcome).inc()
            if exc_info:
                log.error("timer_failed", timer=self.timer, exc_info=exc_info)
            else:
                TIMER_SUCCEEDED.labels(self.container.service_name, self.timer).set_to_current_time()
            done.send(None)
            return result, exc_info

        try:
            self.container.spawn_worker(self, (), {}, handle_result=ended)
        except ContainerBeingKilled:
            log.info("timer_not_run", timer=self.timer, reason=str(sys.exc_info()[1]))
            eventlet.sleep(0.1)
            return
        done.wait()
