"""The development broker as a process of its own; answers to the same calls as `tests.support.rabbitmq.RabbitMQ`."""

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded.children import start_child
from deploy.embedded.ports import answers, free_port, wait_until

READY_WITHIN = 90.0


class DevelopmentBroker:
    def __init__(self, directory: Path, *options: str) -> None:
        self.directory = directory
        self.options = options
        self.port = free_port()
        self.uri = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self.log = directory / "broker.log"
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    def start(self) -> None:
        journal = self.directory / "broker.sqlite"
        command = [sys.executable, "-m", "deploy.embedded.broker", "--port", str(self.port), "--journal", str(journal)]
        command += self.options
        self._child = child = start_child(command, log=self.log, when_parent_dies=signal.SIGKILL)
        wait_until(
            lambda: child.poll() is not None or answers(self.port),
            seconds=READY_WITHIN,
            what="the development broker to be ready",
            every=0.01,
        )
        assert child.poll() is None, self.log.read_text()

    def stop(self) -> int:
        """As an operator would; its exit status."""
        assert self._child is not None
        self._child.terminate()
        return self._child.wait(60)

    def kill(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def restart(self) -> None:
        self.stop()
        self.start()

    def forget(self) -> None:
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)


@pytest.fixture(scope="session")
def development_broker() -> Iterator[DevelopmentBroker]:
    """One for the whole session."""
    yield from _development_broker()


@pytest.fixture(scope="module")
def killable_development_broker() -> Iterator[DevelopmentBroker]:
    """One to be killed and started again."""
    yield from _development_broker()


def _development_broker() -> Iterator[DevelopmentBroker]:
    broker = DevelopmentBroker(Path(tempfile.mkdtemp(prefix="broker-")))
    broker.start()
    yield broker
    broker.forget()
