"""What runs services: it ends when told to, and when one of them can run no longer."""

import signal
import sys
from pathlib import Path

import pytest

from deploy.embedded.children import start_child
from deploy.embedded.ports import free_port, wait_until
from tests.support.processes import ROOT


@pytest.fixture
def start(tmp_path):
    """Runs two services without a broker; the file "fall" makes one of them fail."""
    (tmp_path / "keys.json").write_text("{}")
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "ENVIRONMENT": "development",
        "AMQP_URI": "amqp://guest:guest@127.0.0.1:1",
        "STATEMENT_KEYS_FILE": str(tmp_path / "keys.json"),
        "DRAIN_SECONDS": "5",
        "STEADY_HTTP_PORT": str(free_port()),
        "BRITTLE_HTTP_PORT": str(free_port()),
    }
    children = []

    def start():
        command = [sys.executable, "-m", "tests.integration.chassis.brittle", str(tmp_path / "fall")]
        child = start_child(command, log=tmp_path / "log", environment=environment, when_parent_dies=signal.SIGKILL)
        children.append(child)
        wait_until(lambda: '"started"' in _log(tmp_path), seconds=90, what="the services to start")
        return child

    yield start
    for child in children:
        child.kill()
        child.wait()


def _log(directory: Path) -> str:
    return (directory / "log").read_text()


def test_a_service_that_can_run_no_longer_ends_its_program_so_that_it_is_started_again(start, tmp_path):
    child = start()

    (tmp_path / "fall").touch()

    assert child.wait(timeout=90) == 1
    assert "service_died" in _log(tmp_path)


def test_a_program_that_is_told_to_stop_ends_well(start):
    child = start()

    child.terminate()

    assert child.wait(timeout=90) == 0
