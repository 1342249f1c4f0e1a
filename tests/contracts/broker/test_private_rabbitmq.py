"""The RabbitMQ that the tests start for themselves: it ends with them, and is never another broker in disguise."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.broker.client import wait_for
from tests.programs.rabbitmq import NoRabbitMQ, find_installed
from tests.support import rabbitmq

STARTS_A_NODE = """
import sys
from pathlib import Path
from tests.support.rabbitmq import start_rabbitmq
start_rabbitmq(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
"""


def test_nothing_is_left_when_the_session_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTS_A_NODE, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as session:
        assert session.stdout is not None
        assert session.stdout.readline() == "ready\n"
        assert len(_living_in(tmp_path)) >= 2
        os.kill(session.pid, signal.SIGKILL)

    wait_for(lambda: not _living_in(tmp_path), "epmd and the node to end")


def test_a_machine_without_any_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rabbitmq, "bring", lambda: None)
    monkeypatch.setenv("PATH", "")

    with pytest.raises(NoRabbitMQ, match=r"^No RabbitMQ for the tests: install the package rabbitmq-server, "):
        rabbitmq.start_rabbitmq(tmp_path)


def test_another_rabbitmq_may_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for program in ("rabbitmq-server", "rabbitmqctl", "erl", "epmd"):
        (tmp_path / program).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("RABBITMQ_BIN", str(tmp_path))

    found = find_installed()

    assert found is not None
    assert found.server == tmp_path / "rabbitmq-server"


def test_a_named_rabbitmq_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RABBITMQ_BIN", str(tmp_path))

    with pytest.raises(NoRabbitMQ, match=r"^RABBITMQ_BIN: there are no programs rabbitmq-server and rabbitmqctl in "):
        find_installed()


def _living_in(directory: Path) -> list[str]:
    """The programs whose environment names that directory."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if f"HOME={directory}\0".encode() in (place / "environ").read_bytes():
                found.append((place / "comm").read_text())
        except (PermissionError, FileNotFoundError, ProcessLookupError):
            continue  # Somebody else's, or gone meanwhile.
    return found
