"""Services as real processes: ``python -m services run NAME``, killed and started again as tests please.

    def test_…(run_service, service_environment, database_of, amqp_uri):
        environment = service_environment(amqp_uri=amqp_uri, databases={"delegation": database_of("delegation")})
        delegation = run_service("delegation", environment)
        delegation.kill()
        delegation.start()

Logs are shown when the test fails.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest

from chassis.clock import Clock
from deploy.embedded.children import start_child
from deploy.embedded.environment import SERVICES, Surroundings, environment_of
from deploy.embedded.keys import Keys
from deploy.embedded.ports import free_ports, wait_until

ROOT = Path(__file__).parents[2]
SHOWN_OF_A_LOG = 6000


class ServiceProcess:
    """One process that runs some services. ``urls``: {service: address of its health, metrics and HTTP doors}."""

    def __init__(self, names: tuple[str, ...], environment: Mapping[str, str], log: Path) -> None:
        self.names = names
        self.environment = dict(environment)
        self.log = log
        self.urls = {name: f"http://127.0.0.1:{environment[f'{name.upper()}_HTTP_PORT']}" for name in names}
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        (only,) = self.urls.values()
        return only

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    def start(self, *, wait: bool = True) -> None:
        command = [sys.executable, "-m", "services", "run", *self.names]
        # Only what was given: a variable of this shell must not hide that a setting is missing.
        environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | self.environment
        self._child = start_child(command, log=self.log, environment=environment, when_parent_dies=signal.SIGKILL)
        if wait:
            self.wait_ready()

    def wait_ready(self, *, seconds: float = 90) -> None:
        """Raises AssertionError when it ends, or is not ready in time."""

        def settled() -> bool:
            return not self.is_running or all(self.is_ready(name) for name in self.names)

        try:
            wait_until(settled, seconds=seconds, what=f"{' '.join(self.names)} to be ready")
        except TimeoutError as late:
            raise AssertionError(f"{late}\n{self.told()}") from late
        assert self.is_running, f"{' '.join(self.names)} ended with {self.exit_status}:\n{self.told()}"

    def is_ready(self, name: str) -> bool:
        try:
            with urllib.request.urlopen(f"{self.urls[name]}/health/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    @property
    def exit_status(self) -> int | None:
        return self._child.poll() if self._child else None

    def stop(self, *, seconds: float = 90) -> int:
        """SIGTERM, and wait until what was begun is finished; the exit status."""
        assert self._child is not None
        if self._child.poll() is None:
            self._child.terminate()
        return self._child.wait(timeout=seconds)

    def kill(self) -> None:
        """As a power cut would."""
        if self._child is not None and self._child.poll() is None:
            self._child.kill()
            self._child.wait(timeout=60)

    def told(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-SHOWN_OF_A_LOG:] if self.log.exists() else ""

    def log_lines(self) -> list[dict[str, Any]]:
        """The structured lines of its log."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]


def operate(environment: Mapping[str, str], *arguments: str) -> str:
    """What ``python -m services`` with these arguments says; raises AssertionError when it cannot do it."""
    settings = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)} | dict(environment)
    command = [sys.executable, "-m", "services", *arguments]
    done = subprocess.run(command, env=settings, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class ServiceEnvironment(Protocol):
    def __call__(
        self,
        *,
        amqp_uri: str,
        databases: Mapping[str, str] | None = None,
        now: datetime | None = None,
        ports: Mapping[str, int] | None = None,
        **more: str,
    ) -> dict[str, str]:
        """The settings of all services together, with keys of this test and free ports.

        ``databases``: {service: address}. ``ports``: of neighbours that the test runs itself: csam, register, scanner,
        smtp, portal; free ones where nobody listens otherwise. ``more``: variables by their name.
        """


class RunService(Protocol):
    def __call__(self, *names: str, environment: Mapping[str, str], wait: bool = True) -> ServiceProcess:
        """Start these services in one process; it is killed when the test ends."""


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """The keys that ``service_environment`` names."""
    return Keys(tmp_path / "keys")


@pytest.fixture
def service_environment(tmp_path: Path, keys: Keys) -> ServiceEnvironment:
    def make(
        *,
        amqp_uri: str,
        databases: Mapping[str, str] | None = None,
        now: datetime | None = None,
        ports: Mapping[str, int] | None = None,
        **more: str,
    ) -> dict[str, str]:
        return make_environment(
            tmp_path, keys, amqp_uri=amqp_uri, databases=databases or {}, now=now, ports=ports or {}, more=more
        )

    return make


def make_environment(
    directory: Path,
    keys: Keys,
    *,
    amqp_uri: str,
    databases: Mapping[str, str],
    now: datetime | None = None,
    ports: Mapping[str, int] | None = None,
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """As the fixture, for fixtures of wider scopes."""
    files = directory / "files"
    files.mkdir(exist_ok=True)
    names = ("portal", "csam", "register", "scanner", "smtp")
    free = iter(free_ports(len(SERVICES) + len(names)))
    neighbours = {name: (ports or {}).get(name) or next(free) for name in names}
    around = Surroundings(
        keys=keys,
        amqp_uri=amqp_uri,
        database_urls=databases,
        door_ports={name: next(free) for name in SERVICES},
        portal_port=neighbours["portal"],
        csam_port=neighbours["csam"],
        register_port=neighbours["register"],
        scanner_port=neighbours["scanner"],
        smtp_port=neighbours["smtp"],
        files_directory=files,
        now=now,
        more=more or {},
    )
    together: dict[str, str] = {}
    for name in SERVICES:
        together |= environment_of(name, around, now=Clock(now).now() if now else datetime.now(UTC))
    return together


@pytest.fixture
def run_service(tmp_path: Path) -> Iterator[RunService]:
    started: list[ServiceProcess] = []

    def run(*names: str, environment: Mapping[str, str], wait: bool = True) -> ServiceProcess:
        log = tmp_path / f"{'-'.join(names)}-{len(started)}.log"
        process = ServiceProcess(names, environment, log)
        started.append(process)
        _started.append(process)
        process.start(wait=wait)
        return process

    yield run
    for process in started:
        process.kill()
        _started.remove(process)


_started: list[ServiceProcess] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.failed:
        for process in _started:
            report.sections.append((f"log of {' '.join(process.names)}", process.told()))
    return report
