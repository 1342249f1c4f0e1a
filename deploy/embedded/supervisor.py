"""Keeps processes running: starts them, starts again what dies, stops them in order."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

from chassis.clock import Clock
from deploy.embedded import console
from deploy.embedded.children import start_child
from deploy.embedded.parts import Part, inherited
from deploy.embedded.postgres import PostgresUnusable
from deploy.embedded.state import State
from deploy.embedded.watch import LogWatch, end_of_log

LOOKED_AFTER_EVERY = 0.1
START_WITHIN = 90.0
FIRST_PAUSE, LONGEST_PAUSE, STEADY_AFTER = 0.5, 30.0, 60.0


class ToldToStop(Exception):
    """Ctrl-C, SIGTERM or the end of the terminal."""


class CouldNotStart(RuntimeError):
    """One sentence, and the end of a log."""


@dataclass
class Child:
    part: Part
    process: subprocess.Popen[bytes]
    log: LogWatch
    started_at: float
    pause: float = FIRST_PAUSE
    restart_at: float | None = None
    was_ready: bool = False


class Supervisor:
    """To be used from the main thread only: the kernel ties children to the thread that started them."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._children: dict[str, Child] = {}
        self._told = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._be_told)

    def start(self, parts: Sequence[Part]) -> None:
        """Start them together and wait until all are ready. Raises CouldNotStart or ToldToStop."""
        for part in parts:
            part.before_start()
            self._children[part.name] = self._launch(part)
        waiting = {part.name: part for part in parts}
        deadline = time.monotonic() + START_WITHIN
        while waiting:
            self._pause()
            for name, part in list(waiting.items()):
                child = self._children[name]
                if child.process.poll() is not None:
                    raise CouldNotStart(f"{name} ended with {_ending(child)}.{self._last_words(child.part.name)}")
                if part.is_ready():
                    self._is_ready(child)
                    del waiting[name]
            if waiting and time.monotonic() > deadline:
                name = next(iter(waiting))
                raise CouldNotStart(f"{name} is not ready after {START_WITHIN:.0f} s.{self._last_words(name)}")

    def run_once(self, name: str, title: str, command: list[str], environment: Mapping[str, str]) -> None:
        """A command that ends by itself. Raises CouldNotStart when it fails."""
        began = time.monotonic()
        log = self._state.log_file(name)
        process = start_child(command, log=log, environment=inherited() | dict(environment))
        try:
            while process.poll() is None:
                self._pause()
                self._require_running()
        except BaseException:
            process.kill()
            process.wait()
            raise
        if process.returncode:
            raise CouldNotStart(f"{title} failed with status {process.returncode}.{self._last_words(name)}")
        console.done(title, f"{time.monotonic() - began:.1f} s")

    def look_after(self) -> None:
        """Start again what dies, and show what goes wrong, until told to stop. Raises ToldToStop."""
        while True:
            self._pause()
            for child in self._children.values():
                self._look_at(child)

    def stop(self, groups: Iterable[Sequence[Part]]) -> bool:
        """Stop the groups one after the other; whether everybody stopped by himself. Told again, it kills."""
        clean = True
        for group in groups:
            children = [self._children[part.name] for part in group if part.name in self._children]
            clean = self._stop_together(children) and clean
        return clean

    def _launch(self, part: Part) -> Child:
        log = self._state.log_file(part.name)
        watch = LogWatch(part.name, log)
        environment = inherited() | dict(part.environment(self._clock.now()))
        process = start_child(part.command(), log=log, environment=environment, when_parent_dies=part.stop_signal)
        return Child(part, process, watch, started_at=time.monotonic())

    def _look_at(self, child: Child) -> None:
        for line in child.log.new_warnings():
            console.warn(line)
        now = time.monotonic()
        if child.restart_at is not None:
            if now >= child.restart_at:
                self._launch_again(child)
        elif child.process.poll() is not None:
            child.pause = FIRST_PAUSE if now - child.started_at > STEADY_AFTER else child.pause
            console.warn(f"{child.part.name} ended with {_ending(child)}; it is started again in {child.pause:g} s")
            child.restart_at = now + child.pause
            child.pause = min(child.pause * 2, LONGEST_PAUSE)
            child.was_ready = False
        elif not child.was_ready and child.part.is_ready():
            self._is_ready(child)

    def _launch_again(self, child: Child) -> None:
        try:
            child.part.before_start()
        except (PostgresUnusable, TimeoutError) as error:
            console.warn(f"{child.part.name} cannot be started yet: {error}")
            child.restart_at = time.monotonic() + child.pause
            return
        again = self._launch(child.part)
        child.process, child.started_at, child.restart_at = again.process, again.started_at, None

    def _is_ready(self, child: Child) -> None:
        child.was_ready = True
        took = f"{time.monotonic() - child.started_at:.1f} s"
        console.done(child.part.title, f"{took:<8}{', '.join(f':{port}' for port in child.part.ports)}")

    def _require_running(self) -> None:
        for child in self._children.values():
            if child.process.poll() is not None:
                raise CouldNotStart(
                    f"{child.part.name} ended with {_ending(child)}.{self._last_words(child.part.name)}"
                )

    def _stop_together(self, children: Sequence[Child]) -> bool:
        began = time.monotonic()
        running = [child for child in children if child.process.poll() is None]
        for child in running:
            child.process.send_signal(child.part.stop_signal)
        clean = True
        for child in running:
            while child.process.poll() is None:
                if self._told > 1 or time.monotonic() - began > child.part.stop_seconds:
                    console.warn(f"{child.part.name} is killed{'' if self._told > 1 else ': it did not stop in time'}")
                    child.process.kill()
                    child.process.wait()
                time.sleep(LOOKED_AFTER_EVERY / 5)
            if child.process.returncode > 0:
                console.warn(f"{child.part.name} stopped with {_ending(child)}")
            clean = clean and child.process.returncode == 0
        return clean

    def _last_words(self, name: str) -> str:
        log = self._state.log_file(name)
        return f" The end of {log}:\n{end_of_log(log)}"

    def _pause(self) -> None:
        if self._told:
            raise ToldToStop
        time.sleep(LOOKED_AFTER_EVERY)

    def _be_told(self, number: int, frame: FrameType | None) -> None:
        self._told += 1


def _ending(child: Child) -> str:
    status = child.process.returncode
    return f"signal {signal.Signals(-status).name}" if status is not None and status < 0 else f"status {status}"


def measured(act: Callable[[], None], what: str) -> None:
    began = time.monotonic()
    act()
    console.done(what, f"{time.monotonic() - began:.1f} s")
