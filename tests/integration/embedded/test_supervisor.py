"""Processes are started again when they die, and none is left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded.children import start_child
from deploy.embedded.ports import answers, free_ports, wait_until
from tests.support.processes import ROOT


class Supervised:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.ports = free_ports(2)
        self.log = directory / "supervisor.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.integration.embedded.supervised", str(self.directory / "state")]
        environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.process = start_child([*command, *map(str, self.ports)], log=self.log, environment=environment)

    def part(self, name: str) -> int:
        """The number of a part's process; raises StopIteration while there is none."""
        port = str(self.ports[("first", "second").index(name)]).encode()
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return next(int(pid) for pid in children if port in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"))

    def wait_told(self, text: str) -> None:
        wait_until(lambda: text in self.told(), seconds=20, what=f"it to say {text!r}")

    def told(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    @property
    def answering(self) -> list[bool]:
        return [answers(port) for port in self.ports]


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    started = Supervised(tmp_path)
    started.start()
    yield started
    assert started.process is not None
    if started.process.poll() is None:
        started.process.kill()
        started.process.wait()


def test_a_part_that_is_killed_is_started_again_and_said_so(supervised: Supervised) -> None:
    supervised.wait_told("all ready")
    killed = supervised.part("first")

    os.kill(killed, signal.SIGKILL)

    supervised.wait_told("first ended with signal SIGKILL; it is started again in 0.5 s")
    wait_until(lambda: supervised.answering == [True, True], seconds=20, what="both to answer")
    assert supervised.part("first") != killed


def test_a_part_that_dies_again_and_again_is_started_less_and_less_often(supervised: Supervised) -> None:
    supervised.wait_told("all ready")
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        os.kill(supervised.part("first"), signal.SIGKILL)
        wait_until(lambda: not supervised.answering[0], seconds=10, what="the first to be gone")
        squatter.bind(("127.0.0.1", supervised.ports[0]))
        squatter.listen()

        supervised.wait_told("first ended with status 1; it is started again in 2 s")

    wait_until(lambda: supervised.answering == [True, True], seconds=20, what="both to answer")


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_told_to_stop_it_leaves_nobody_behind(supervised: Supervised, told: signal.Signals) -> None:
    supervised.wait_told("all ready")
    parts = [supervised.part(name) for name in ("first", "second")]
    assert supervised.process is not None

    supervised.process.send_signal(told)

    assert supervised.process.wait(timeout=30) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in parts)


def test_parts_do_not_outlive_a_supervisor_that_is_killed(supervised: Supervised) -> None:
    supervised.wait_told("all ready")
    assert supervised.process is not None

    supervised.process.kill()
    supervised.process.wait()

    wait_until(lambda: supervised.answering == [False, False], seconds=10, what="the parts to be gone")


def test_a_part_that_cannot_start_ends_the_start_with_its_last_words(tmp_path: Path) -> None:
    supervised = Supervised(tmp_path)
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", supervised.ports[1]))

        supervised.start()
        assert supervised.process is not None
        supervised.process.wait(timeout=30)

    assert "second ended with status 1" in supervised.told()
    assert "Address already in use" in supervised.told()
    assert supervised.answering == [False, False]
