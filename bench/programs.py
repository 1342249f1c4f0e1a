"""The programs of a benchmark, each a process of its own: servers that stay, callers that measure and tell."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.ground import ROOT
from deploy.embedded.children import start_child
from deploy.embedded.ports import wait_until

READY = "ready"
READY_WITHIN = 60.0
TOLD_WITHIN = 600.0


@dataclass(frozen=True, kw_only=True)
class Program:
    """``python -m module verb {settings}``; ``word`` takes the place of the settings.

    ``environment``: what the chassis reads; ``url``: its health.
    """

    module: str
    verb: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    word: str | None = None
    python: Path = Path(sys.executable)
    environment: Mapping[str, str] | None = None
    url: str | None = None

    @property
    def command(self) -> list[str]:
        return [str(self.python), "-m", self.module, self.verb, self.word or json.dumps(self.settings)]

    def surroundings(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **(self.environment or {})}


class Server:
    """A program that serves until it is stopped; ready when its health says so, or when it has printed ``ready``."""

    def __init__(self, program: Program, log: Path) -> None:
        self._program = program
        self._log = log
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    def start(self) -> None:
        self._child = start_child(
            self._program.command,
            log=self._log,
            environment=self._program.surroundings(),
            when_parent_dies=signal.SIGKILL,
        )
        try:
            wait_until(self._has_settled, seconds=READY_WITHIN, what=self._program.module, every=0.02)
        except TimeoutError as late:
            self.stop()
            raise RuntimeError(f"{late}:\n{self.told()}") from late
        if self._child.poll() is not None:
            raise RuntimeError(f"{self._program.module} ended:\n{self.told()}")

    def stop(self) -> None:
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(self._child.pid, signal.SIGKILL)
                self._child.wait(timeout=10)

    def told(self) -> str:
        return self._log.read_text(errors="replace")[-4000:]

    def _has_settled(self) -> bool:
        assert self._child is not None
        return self._child.poll() is not None or self._is_ready()

    def _is_ready(self) -> bool:
        if self._program.url is None:
            return f"{READY}\n" in self._log.read_text(errors="replace")
        try:
            with urllib.request.urlopen(f"{self._program.url}/health/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


@contextmanager
def running(servers: Mapping[str, Server]) -> Iterator[None]:
    try:
        for server in servers.values():
            server.start()
        yield
    finally:
        for server in servers.values():
            server.stop()


def ask(program: Program, *, within: float = TOLD_WITHIN) -> Any:
    """What a program tells: its last line of output, as JSON; None when it says nothing."""
    done = subprocess.run(
        program.command, env=program.surroundings(), capture_output=True, text=True, timeout=within, cwd=ROOT
    )
    if done.returncode:
        raise RuntimeError(f"{program.module} {program.verb} ended with {done.returncode}:\n{done.stderr[-4000:]}")
    lines = done.stdout.splitlines()
    return json.loads(lines[-1]) if lines else None
